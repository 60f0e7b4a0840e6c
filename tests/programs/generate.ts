// A whole program from a seed: data, model and training. The output decides which losses fit, the loss how the body ends.

import type { LossDef, MetricDef } from "../../src/ops/definition.ts";
import { allDefinitions, findActivation } from "../../src/ops/registry.ts";
import { withConstants } from "./abstract.ts";
import { emptyScope, infer, type Scope, type Shape, scopeOf } from "./infer.ts";
import { drawPlain, type Making } from "./layers.ts";
import { namesFrom } from "./names.ts";
import { drawUse, nowhere, recordOf } from "./options.ts";
import { type Random, randomFrom } from "./random.ts";
import { drawSteps } from "./steps.ts";
import type { Block, Constant, Input, Parameter, Program, Step, Training, Use } from "./tree.ts";

const definitions = allDefinitions();
const losses = definitions.flatMap((def) => (def.tier === "loss" ? [def] : []));
const optimizers = definitions.flatMap((def) => (def.tier === "optimizer" ? [def] : []));
const metrics = definitions.flatMap((def) => (def.tier === "metric" ? [def] : []));

/** Losses that take the logarithm of predictions, or divide by targets. */
const wantsPositive: ReadonlySet<string> = new Set([
  "poisson",
  "mean_squared_logarithmic_error",
  "mean_absolute_percentage_error",
]);

const sizeOf = (random: Random): number => random.pick([1, 1, 2, 2, 3, 3, 4, 5, 6, 7]);

function drawShape(random: Random): Shape {
  const rank = random.pick([1, 2, 2, 2, 3, 3, 3, 3, 4, 4]);
  const most = rank === 4 ? 4 : 9;
  for (;;) {
    const shape = Array.from({ length: rank }, (_, i) =>
      i === rank - 1 ? random.int(1, 4) : Math.min(most, sizeOf(random) + (random.chance(0.3) ? 2 : 0)),
    );
    if (shape.reduce((a, b) => a * b, 1) <= 200) return shape;
  }
}

const scalings = [
  "pixels / 255",
  "(pixels - 127.5) / 127.5",
  "pixels / 128 - 1",
  "sqrt(pixels / 255)",
  "0.01 * pixels",
];

function drawInput(random: Random, name: string, pixels: Shape, shape: Shape): Input {
  const steps = random.chance(0.25) ? drawPlain(random, pixels, emptyScope(), random.int(1, 2)).steps : [];
  return { name, shape, scaled: random.pick(scalings), steps, typed: random.chance(0.7) };
}

const layer = (name: string, given: Use["given"] = [], common: Use["common"] = []): Step => ({
  kind: "layer",
  called: false,
  use: { name, given, common },
});
const number = (option: string, value: number): Use["given"][number] => ({ option, text: String(value), value });

interface Head {
  readonly steps: readonly Step[];
  readonly loss: Use;
  readonly target: Program["target"];
  readonly classes: number;
}

/** Layers that end in what a loss of classes wants. */
function classHead(random: Random, loss: LossDef, name: string, shape: Shape): Head {
  const isBinary = loss.wants === "binary";
  const classes = isBinary ? 2 : random.pick([1, 2, 2, 3, 4, 5]);
  const units = isBinary ? 1 : classes;
  const drawn = drawUse(random, loss, nowhere, 0.3);
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
  const drawn = drawUse(random, loss, nowhere, 0.3);
  const logits = drawn.given.some(({ option, value }) => option === "from_logits" && value === true);
  const isPositive = wantsPositive.has(loss.name);
  const flat: readonly Step[] = shape.length > 1 && random.chance(0.4) ? [layer("Flatten")] : [];
  const dense = random.chance(0.5) ? [layer("Dense", [number("units", random.int(1, 4))])] : [];
  const last = ((): readonly Step[] => {
    if (loss.wants === "anything") return isPositive ? [layer("softplus")] : [];
    if (logits) return [];
    return [layer(loss.wants === "binary" ? "sigmoid" : random.pick(["softmax", "softmax", "sigmoid"]))];
  })();
  const shares = loss.wants === "classes" || (loss.wants === "probabilities" && random.chance(0.5));
  const scaled = isPositive ? "pixels / 255 + 0.5" : random.pick(["pixels / 255", "pixels / 255", "pixels / 128 - 1"]);
  return {
    steps: [...flat, ...dense, ...last],
    loss: drawn,
    classes: random.int(1, 10),
    target: {
      name,
      kind: "numbers",
      scaled: loss.wants === "anything" ? scaled : "pixels / 255",
      ...(shares ? { last: random.pick(["softmax", "Softmax()"]) } : {}),
    },
  };
}

function metricFits({ fits }: MetricDef, target: Program["target"]["kind"], output: Shape): boolean {
  const single = target === "class" ? output.at(-1) === 1 : (output.at(-1) ?? 1) === 1;
  if (fits === "anything") return true;
  if (fits === "numbers") return target === "numbers" || single;
  return !single && (fits === "classes" || target === "class");
}

function drawMetrics(random: Random, target: Program["target"]["kind"], output: Shape): readonly Use[] {
  const fitting = metrics.filter((metric) => metricFits(metric, target, output));
  const count = random.pick([0, 1, 1, 2, 3]);
  const chosen = Array.from({ length: count }, () => drawUse(random, random.pick(fitting), nowhere, 0.3));
  const seen = new Set<string>();
  return chosen
    .map((use) => ({ ...use, bare: random.chance(0.8) }))
    .filter(({ name, given }) => {
      const key = `${definitions.find((def) => def.tier === "metric" && (def.name === name || def.aliases?.includes(name)))?.name} ${JSON.stringify(given.filter(({ option, value }) => value !== false || option !== "from_logits"))}`;
      return !seen.has(key) && seen.add(key);
    });
}

function drawTraining(random: Random, loss: Use, target: Program["target"]["kind"], output: Shape): Training {
  return {
    loss: { ...loss, bare: random.chance(0.5) },
    optimizer: drawUse(random, random.pick(optimizers), nowhere, random.pick([0, 0.2, 0.4])),
    metrics: drawMetrics(random, target, output),
    batch: random.pick([1, 2, 2, 3, 3, 4, 5, 7]),
    ...(random.chance(0.2) ? { seed: random.int(0, 4_000_000_000) } : {}),
  };
}

/** A program; the same for the same seed. Undefined where nothing that was drawn fits. */
export function generate(seed: number): Program | undefined {
  const random = randomFrom(seed);
  const names = namesFrom(random);
  const shape = drawShape(random);
  const direct = shape.length === 3 && random.chance(0.6);
  const pixels = direct ? shape : [random.int(1, 6), random.int(1, 6), random.int(1, 3)];
  const inputs = [drawInput(random, names.value(), pixels, shape)];
  if (random.chance(0.25))
    inputs.push(drawInput(random, names.value(), pixels, random.chance(0.6) ? shape : drawShape(random)));
  const blocks: Block[] = [];
  const parameters: Parameter[] = [];
  const constants: Constant[] = [];
  const scope: Scope = scopeOf({ constants, parameters, blocks, inputs });
  const making: Making = { random, names, blocks, parameters, mayDeclare: true };
  const body = drawSteps(making, shape, scope, random.pick([1, 2, 2, 3, 3, 4, 5, 7]));
  const loss = random.pick(losses);
  const target = names.value();
  const isClass = loss.takesClasses === true && (loss.name.startsWith("sparse_") || random.chance(0.6));
  const head = (isClass ? classHead : numberHead)(random, loss, target, body.shape);
  const steps = withConstants(random, names, [...body.steps, ...head.steps], constants);
  const output = infer(steps, shape, scopeOf({ constants, parameters, blocks, inputs }));
  if (output === undefined) return undefined;
  return {
    seed,
    names: { dataset: "Data", model: "Net" },
    pixels,
    classes: head.classes,
    constants,
    blocks,
    parameters,
    inputs,
    steps,
    returned: random.chance(0.15),
    target: head.target,
    training: drawTraining(random, head.loss, head.target.kind, output),
  };
}
