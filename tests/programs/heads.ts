// The end of a model, its loss and its target: the loss decides how the body ends and which targets fit.

import { batchSize } from "../../src/ir/size.ts";
import { tensor } from "../../src/ir/types.ts";
import type { LossDef } from "../../src/ops/definition.ts";
import { allDefinitions, findActivation } from "../../src/ops/registry.ts";
import type { Shape } from "./operators.ts";
import { drawUse, NoOptions, nowhere, type Place, recordOf } from "./options.ts";
import type { Random } from "./random.ts";
import type { Step, Target, Use } from "./tree.ts";

const losses = allDefinitions().flatMap((def) => (def.tier === "loss" ? [def] : []));

/** Losses that take the logarithm of predictions, or divide by targets. */
const wantsPositive: ReadonlySet<string> = new Set([
  "poisson",
  "mean_squared_logarithmic_error",
  "mean_absolute_percentage_error",
]);

const layer = (name: string, given: Use["given"] = [], common: Use["common"] = []): Step => ({
  kind: "layer",
  called: false,
  use: { name, given, common },
});
const number = (option: string, value: number): Use["given"][number] => ({ option, text: String(value), value });

export interface Head {
  readonly steps: readonly Step[];
  readonly loss: Use;
  readonly target: Target;
  readonly classes: number;
}

/** The place of a loss or metric that compares an output with a target, both without the batch axis. */
export const comparing = (output: Shape, target: Shape, dtype: "f32" | "i32"): Place => ({
  ...nowhere,
  sizes: output,
  compared: { prediction: tensor("f32", batchSize, ...output), target: tensor(dtype, batchSize, ...target) },
});

/** Layers that end in a vector of length 1 for each sample. */
function embeddingHead(random: Random, loss: LossDef, name: string, shape: Shape, classes: number): Head {
  const size = random.int(1, 4);
  const steps = [
    ...(shape.length > 1 ? [layer("Flatten")] : []),
    layer("Dense", [number("units", size)]),
    layer("UnitNormalization"),
  ];
  const drawn = drawUse(random, loss, comparing([size], [], "i32"), 0.3);
  return { steps, loss: drawn, classes, target: { name, kind: "class", scaled: "" } };
}

/** Layers that end in a row of classes for each of some steps; the target is a sequence of one class. */
function sequenceHead(random: Random, loss: LossDef, name: string, shape: Shape, classes: number): Head {
  const steps = random.int(1, 4);
  const sizes = [steps, classes];
  const reshape = layer("Reshape", [{ option: "target_shape", text: `[${sizes.join(", ")}]`, value: sizes }]);
  return {
    steps: [
      ...(shape.length > 1 ? [layer("Flatten")] : []),
      layer("Dense", [number("units", steps * classes)]),
      reshape,
    ],
    loss: drawUse(random, loss, comparing(sizes, [], "i32"), 0.3),
    classes,
    target: { name, kind: "class", scaled: "" },
  };
}

/** Layers that end in what a loss of classes wants. */
function classHead(random: Random, loss: LossDef, name: string, shape: Shape, given?: number): Head {
  const isBinary = loss.wants === "binary";
  const classes = given ?? (isBinary ? 2 : random.pick([1, 2, 2, 3, 4, 5]));
  const units = isBinary ? 1 : classes;
  if (loss.wants === "embeddings") return embeddingHead(random, loss, name, shape, classes);
  if (loss.wants === "sequences") return sequenceHead(random, loss, name, shape, classes);
  const drawn = drawUse(random, loss, comparing([units], isBinary ? [units] : [], "i32"), 0.3);
  const logits = drawn.given.some(({ option, value }) => option === "from_logits" && value === true);
  const activation = isBinary ? "sigmoid" : "softmax";
  const record = recordOf(findActivation(activation)!, []);
  const ending = { option: "activation", text: activation, value: { name: activation, options: record } };
  const ends: readonly (readonly Step[])[] = logits
    ? [[layer("Dense", [number("units", units)])]]
    : [
        [layer("Dense", [number("units", units), ending])],
        [layer("Dense", [number("units", units)]), layer(activation)],
        [layer("Dense", [number("units", units)]), layer("Activation", [ending])],
      ];
  const steps = [...(shape.length > 1 ? [layer("Flatten")] : []), ...random.pick(ends)];
  return { steps, loss: drawn, classes, target: { name, kind: "class", scaled: "" } };
}

/** Layers that end in numbers, and what makes fitting targets of pixels. */
function numberHead(random: Random, loss: LossDef, name: string, shape: Shape): Head {
  const isPositive = wantsPositive.has(loss.name);
  const isFlat = shape.length > 1 && random.chance(0.4);
  const flat: readonly Step[] = isFlat ? [layer("Flatten")] : [];
  const units = random.chance(0.5) ? random.int(1, 4) : undefined;
  const dense = units === undefined ? [] : [layer("Dense", [number("units", units)])];
  const before = isFlat ? [shape.reduce((a, b) => a * b, 1)] : shape;
  const output = units === undefined ? before : [...before.slice(0, -1), units];
  const drawn = drawUse(random, loss, comparing(output, output, "f32"), 0.3);
  const logits = drawn.given.some(({ option, value }) => option === "from_logits" && value === true);
  const last = ((): readonly Step[] => {
    if (loss.wants === "anything") return isPositive ? [layer("softplus")] : [];
    if (logits) return [];
    return [layer(loss.wants === "binary" ? "sigmoid" : random.pick(["softmax", "softmax", "sigmoid"]))];
  })();
  const shares = loss.wants === "classes" || (loss.wants === "probabilities" && random.chance(0.5));
  const single = loss.wants === "anything" && !isPositive && random.chance(0.5);
  const scaled = isPositive ? "pixels / 255 + 0.5" : random.pick(["pixels / 255", "pixels / 255", "pixels / 128 - 1"]);
  return {
    steps: [...flat, ...dense, ...last],
    loss: drawn,
    classes: random.int(1, 10),
    target: {
      name,
      kind: "numbers",
      scaled: loss.wants === "anything" ? scaled : "pixels / 255",
      ...(single ? { single } : {}),
      ...(shares ? { last: random.pick(["softmax", "Softmax()"]) } : {}),
    },
  };
}

const onlyClasses = ({ onShares, wants }: LossDef): boolean =>
  onShares !== undefined || wants === "embeddings" || wants === "sequences";

/** What a loss that is drawn asks for after a value of a shape. Some losses go with no such value. */
export function drawHead(random: Random, name: string, shape: Shape): Head {
  for (;;) {
    try {
      return attemptHead(random, name, shape);
    } catch (error) {
      if (!(error instanceof NoOptions)) throw error;
    }
  }
}

function attemptHead(random: Random, name: string, shape: Shape): Head {
  const loss = random.pick(losses);
  const isClass = loss.takesClasses === true && (onlyClasses(loss) || random.chance(0.6));
  if (!isClass) return numberHead(random, loss, name, shape);
  // The column has the same type as the field of its name.
  return classHead(random, loss, random.chance(0.15) ? "label" : name, shape);
}

/** Another end for the same target of classes. */
export function drawOtherHead(random: Random, { name }: Target, classes: number, shape: Shape): Head {
  const fitting = losses.filter(
    ({ takesClasses, wants }) => takesClasses === true && (wants !== "binary" || classes === 2),
  );
  return classHead(random, random.pick(fitting), name, shape, classes);
}
