import type { Builder, Value } from "../../ir/builder.ts";
import type { OptionRecord } from "../../ir/graph.ts";
import { defineOptimizer, type OptimizerCall, type Variable } from "../definition.ts";
import {
  clippedGradient,
  commonOptions,
  epsilonOption,
  joined,
  learningRate,
  mayDecay,
  partOf,
  powerOf,
  running,
  share,
  sizeOf,
  slot,
} from "../optimizer.ts";
import { flag, flagOption, maybeNumber, numberOf, numberOption, texts } from "../options.ts";

/** Whether a variable has Muon's step: matrices, but for those that are excluded. Others have Adam's. */
function isOrthogonal({ name, shape }: Variable, options: OptionRecord): boolean {
  if (shape.length !== 2) return false;
  if (flag(options, "exclude_embeddings") && name.toLowerCase().includes("embedding")) return false;
  return !texts(options, "exclude_layers").some((part) => name.includes(part));
}

/** Places those variables that have Adam's step one after another. */
function adamPlaces(variables: readonly Variable[], options: OptionRecord): ReadonlyMap<string, Variable> {
  let start = 0;
  const places = new Map<string, Variable>();
  for (const variable of variables.filter((each) => !isOrthogonal(each, options))) {
    places.set(variable.name, { ...variable, start });
    start += sizeOf(variable);
  }
  return places;
}

/** Brings all singular values of a matrix near 1, by steps of Newton and Schulz. */
function orthogonalized(g: Builder, matrix: Value, options: OptionRecord): Value {
  const [rows = 1, columns = 1] = matrix.type.shape.map(Number);
  const turned = (x: Value): Value => g.transpose(x, [1, 0]);
  const [a, b, c] = [numberOf(options, "muon_a"), numberOf(options, "muon_b"), numberOf(options, "muon_c")];
  const norm = g.map("sqrt", g.sum(g.map("square", matrix), [0, 1]));
  let x = g.div(rows > columns ? turned(matrix) : matrix, g.add(norm, 1e-7));
  for (let step = 0; step < numberOf(options, "ns_steps"); step++) {
    const square = g.dot(x, turned(x));
    const inner = g.add(g.mul(square, b), g.dot(g.mul(square, c), square));
    x = g.add(g.mul(x, a), g.dot(inner, x));
  }
  return rows > columns ? turned(x) : x;
}

interface Step {
  readonly weights: Value;
  readonly momentum: Value;
  readonly velocity?: Value;
}

function muonStep(g: Builder, call: OptimizerCall, variable: Variable, own: Value, slope: Value): Step {
  const { options, rate } = call;
  const factor = numberOf(options, "momentum");
  const momentum = g.add(slope, g.mul(partOf(g, slot(call, "momentum"), variable), factor));
  const ahead = flag(options, "nesterov") ? g.add(slope, g.mul(momentum, factor)) : momentum;
  const rms = maybeNumber(options, "rms_rate");
  const scale = rms === undefined ? 1 : Math.sqrt(Math.max(...variable.shape)) * rms;
  const direction = g.mul(orthogonalized(g, ahead, options), scale);
  return { weights: g.sub(own, g.mul(direction, rate)), momentum };
}

function adamStep(
  g: Builder,
  call: OptimizerCall,
  place: Variable,
  variable: Variable,
  own: Value,
  slope: Value,
): Step {
  const { options, step } = call;
  const [beta1, beta2] = [numberOf(options, "adam_beta_1"), numberOf(options, "adam_beta_2")];
  const rate = g.mul(call.rate, numberOf(options, "adam_lr_ratio"));
  const alpha = g.div(g.mul(rate, g.map("sqrt", g.sub(1, powerOf(g, beta2, step)))), g.sub(1, powerOf(g, beta1, step)));
  const momentum = running(g, partOf(g, slot(call, "momentum"), variable), slope, beta1);
  const velocity = running(g, partOf(g, slot(call, "velocity"), place), g.map("square", slope), beta2);
  const divisor = g.add(g.map("sqrt", velocity), numberOf(options, "epsilon"));
  return { weights: g.sub(own, g.div(g.mul(momentum, alpha), divisor)), momentum, velocity };
}

function update(g: Builder, call: OptimizerCall): { weights: Value; slots: Record<string, Value> } {
  const { options, variables } = call;
  const gradient = clippedGradient(g, call);
  const places = adamPlaces(variables, options);
  const steps = variables.map((variable): Step => {
    const place = places.get(variable.name);
    const decay = maybeNumber(options, place === undefined ? "weight_decay" : "adam_weight_decay");
    const before = partOf(g, call.weights, variable);
    const still = decay === undefined || decay === 0 || !mayDecay(options, variable);
    const own = still ? before : g.sub(before, g.mul(before, g.mul(call.rate, decay)));
    const slope = partOf(g, gradient, variable);
    return place === undefined
      ? muonStep(g, call, variable, own, slope)
      : adamStep(g, call, place, variable, own, slope);
  });
  const velocities = steps.flatMap(({ velocity }) => (velocity === undefined ? [] : [velocity]));
  return {
    weights: joined(
      g,
      steps.map(({ weights }) => weights),
    ),
    slots: {
      momentum: joined(
        g,
        steps.map(({ momentum }) => momentum),
      ),
      ...(velocities.length === 0 ? {} : { velocity: joined(g, velocities) }),
    },
  };
}

export const muon = defineOptimizer({
  name: "muon",
  usualRates: [1e-6, 0.5],
  aliases: ["Muon"],
  summary: "Steps of matrices in which all directions have the same size; other variables have those of AdamW.",
  options: {
    learning_rate: learningRate(0.001),
    momentum: share(0.95, "How much of the last step of a matrix goes into the next."),
    nesterov: flagOption(true, "Whether the momentum looks one step ahead."),
    ns_steps: {
      type: { kind: "int", min: 1, max: 20 },
      default: 5,
      doc: "Steps of Newton and Schulz, by which a matrix becomes orthogonal.",
    },
    muon_a: numberOption(3.4445, "The first coefficient of these steps."),
    muon_b: numberOption(-4.775, "The second."),
    muon_c: numberOption(2.0315, "The third."),
    rms_rate: {
      type: { kind: "float", min: 0, openMin: true },
      optional: true,
      default: 0.2,
      doc: "Times the root of the longer side, it scales the steps of a matrix as large as Adam's; `none` leaves them.",
    },
    exclude_layers: {
      type: { kind: "strings" },
      optional: true,
      default: undefined,
      doc: 'Parts of paths of matrices that have AdamW\'s steps, such as `["head"]`. Keras reads them as regular expressions.',
    },
    exclude_embeddings: flagOption(true, "Whether matrices with `embedding` in their path have AdamW's steps."),
    adam_lr_ratio: numberOption(1, "The rate of AdamW's steps, as a share of the learning rate.", { min: 0 }),
    adam_beta_1: share(0.9, "How much of the running mean of the gradient stays, in AdamW's steps."),
    adam_beta_2: share(0.999, "How much of the running mean of the squared gradient stays, in AdamW's steps."),
    epsilon: epsilonOption,
    adam_weight_decay: {
      type: { kind: "float", min: 0 },
      optional: true,
      default: 0.004,
      doc: "The weight decay of variables with AdamW's steps; `weight_decay` is that of the others.",
    },
    ...commonOptions(0.004),
  },
  positional: ["learning_rate"],
  slots: (options, variables) => [
    { name: "momentum", initial: 0 },
    {
      name: "velocity",
      initial: 0,
      length: [...adamPlaces(variables, options).values()].reduce((sum, place) => sum + sizeOf(place), 0),
    },
  ],
  update,
  source: "Jordan et al. 2024; Liu et al. 2025; https://keras.io/api/optimizers/muon/",
});
