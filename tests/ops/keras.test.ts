// Values and gradients in places that are easy to get wrong: at kinks, among equals, and in losses over several axes. The
// expected numbers are those of Keras 3.15.1 on TensorFlow 2.21 in f64; those of an angle at the origin are PyTorch's.

import { expect, test } from "vitest";
import { plainExecutor } from "../../src/conformance/executor.ts";
import type { Builder, Value } from "../../src/ir/builder.ts";
import { draft } from "../../src/ir/draft.ts";
import type { OptionRecord } from "../../src/ir/graph.ts";
import { batchSize } from "../../src/ir/size.ts";
import { type TensorType, tensor } from "../../src/ir/types.ts";
import { callContext } from "../../src/ops/call.ts";
import { withDefaults } from "../../src/ops/options.ts";
import { findLoss, findOperator } from "../../src/ops/registry.ts";

const f32 = (...shape: readonly number[]): TensorType => tensor("f32", batchSize, ...shape);

/** The gradient of the sum of what an operator makes of its inputs, by the first of them. */
async function gradientOf(name: string, given: OptionRecord, type: TensorType, inputs: readonly (readonly number[])[]) {
  const operator = findOperator(name)!;
  const d = draft();
  const xs = inputs.map((_, i) => d.g.input(`x${i}`, type));
  const options = withDefaults(operator.options, given);
  const types = xs.map((x) => x.type);
  const shape = operator.shape(types, options, callContext(operator, types));
  if (!("ok" in shape)) throw new Error(`${name} refuses its inputs`);
  const call = { op: operator.name, args: xs.map(({ id }) => id), weights: [], options, training: false };
  const y = d.call(call, shape.ok, name);
  return valuesOf(d, { gradient: d.gradient(total(d.g, y), xs[0]!) }, inputs[0]!.length, type, inputs);
}

const total = (g: Builder, x: Value): Value =>
  g.sum(
    x,
    x.type.shape.map((_, i) => i),
  );

async function valuesOf(
  d: ReturnType<typeof draft>,
  outputs: Readonly<Record<string, Value>>,
  count: number,
  type: TensorType,
  inputs: readonly (readonly number[])[],
): Promise<number[]> {
  const samples = type.shape.reduce<number>((left, size) => (typeof size === "number" ? left / size : left), count);
  const running = await plainExecutor.open({ slots: [], programs: [d.graph("p", outputs)] }, samples, new Map());
  const made = running.run("p", new Map(inputs.map((values, i) => [`x${i}`, [...values]])));
  return [...made.values()].flatMap((values) => Array.from(values));
}

const expectClose = (actual: readonly number[], expected: readonly number[]): void => {
  expect(actual).toHaveLength(expected.length);
  for (const [i, value] of actual.entries()) expect(value).toBeCloseTo(expected[i]!, 6);
};

test.each<[string, OptionRecord, number[], number[]]>([
  ["relu", {}, [0], [0]],
  ["relu6", {}, [0, 6], [0, 0]],
  ["hard_sigmoid", {}, [-3, 0, 3], [0, 0.1666667, 0]],
  ["hard_silu", {}, [-3, 0, 3], [0, 0.5, 1]],
  ["hard_tanh", {}, [-1, 1], [1, 1]],
  ["hard_shrink", {}, [-0.5, 0.5], [0, 0]],
  ["soft_shrink", {}, [-0.5, 0.5], [0, 0]],
  ["sparse_plus", {}, [-1, 1], [0, 1]],
  ["sparse_sigmoid", {}, [-1, 1], [0, 0]],
  ["celu", {}, [0], [2]],
  ["elu", {}, [0], [1]],
  ["selu", {}, [0], [1.050701]],
  ["softsign", {}, [0], [1]],
  ["leaky_relu", {}, [0], [0.2]],
  ["relu", { max_value: 6 }, [0, 6], [0, 0]],
  ["relu", { max_value: 3 }, [0, 3], [0, 1]],
  ["relu", { threshold: 1 }, [0, 1], [0, 0]],
  ["relu", { negative_slope: 0.25, max_value: 3, threshold: 1 }, [0, 1, 3], [0.25, 0, 1]],
  ["elu", { alpha: 2 }, [0], [2]],
  ["celu", { alpha: 2 }, [0], [2]],
])("the gradient of %s %j at %j", async (name, options, points, expected) => {
  expectClose(await gradientOf(name, options, f32(), [points]), expected);
});

test.each<[string, number[], number[]]>([
  ["maximum", [1, 2, 0], [1, 1, 0]],
  ["minimum", [1, 2, 0], [1, 0, 1]],
  ["Maximum", [1, 2, 0], [1, 1, 0]],
  ["Minimum", [1, 2, 0], [1, 0, 1]],
])("%s gives the gradient among equals to the first", async (name, first, expected) => {
  expectClose(await gradientOf(name, {}, f32(), [first, [1, 1, 1]]), expected);
});

test.each<[string, OptionRecord, number[], number[]]>([
  ["max", {}, [1, 3, 3, 2], [0, 0.5, 0.5, 0]],
  ["min", { initial: 0.5 }, [1, 1, 3, 0.5], [0, 0, 0, 1]],
  ["clip", { x_min: -1, x_max: 1 }, [-2, -1, 0, 1, 2], [0, 1, 1, 1, 0]],
  ["prod", {}, [2, 0, 3, -1], [0, -6, 0, 0]],
  ["norm", { ord: 3 }, [1, -2, 2], [0.151251858, -0.605007433, 0.605007433]],
  ["sparsemax", {}, [1, 0.9, 0.2, -1], [0, -0.5, 0, 0]],
  [
    "erfc",
    {},
    [-3, -0.5, 0, 0.9, 1.5, 3],
    [-0.000139253, -0.878782579, -1.128379, -0.501968574, -0.11893029, -0.000139253],
  ],
  ["logsumexp", {}, [1000, 1000, -1000], [0.5, 0.5, 0]],
])("the gradient of the sum of %s %j at %j", async (name, options, points, expected) => {
  expectClose(await gradientOf(name, options, f32(points.length), [points]), expected);
});

test("the angle has no slope at the origin", async () => {
  const points = [
    [0, 1, 0],
    [0, 0, 2],
  ];
  expectClose(await gradientOf("arctan2", {}, f32(), points), [0, 0, 0.5]);
});

/** What a function makes of one sample. */
async function madeOf(name: string, given: OptionRecord, points: readonly number[]): Promise<number[]> {
  const operator = findOperator(name)!;
  const d = draft();
  const options = withDefaults(operator.options, given);
  const shape = operator.shape([f32(points.length)], options, callContext(operator, []));
  if (!("ok" in shape)) throw new Error(`${name} refuses its input`);
  const args = [d.g.input("x0", f32(points.length)).id];
  const call = { op: operator.name, args, weights: [], options, training: false };
  return valuesOf(d, { y: d.call(call, shape.ok, name) }, points.length, f32(points.length), [points]);
}

test.each<[string, OptionRecord, number[], number[]]>([
  ["sparsemax", {}, [1, 0.9, 0.2, -1], [0.05, 0, 0, 0]],
  ["erfc", {}, [-3, -0.5, 0, 0.9, 1.5, 3], [1.99997791, 1.520499878, 1, 0.203091788, 0.033894854, 2.209e-5]],
  ["logsumexp", {}, [-Infinity, -Infinity], [-Infinity]],
  ["round", { decimals: 1 }, [0.25, 0.35, -1.05], [0.2, 0.4, -1]],
  ["cumprod", {}, [2, 3, 0, 5], [2, 6, 0, 0]],
  ["diff", { n: 2 }, [1, 4, 9, 16], [2, 2]],
  ["digitize", { bins: [0, 3, 3, 4.5] }, [0, 1, 3, NaN, -1, 9], [1, 1, 3, 4, 0, 4]],
])("%s %j of %j", async (name, options, points, expected) => {
  const found = await madeOf(name, options, points);
  if (expected.includes(-Infinity)) expect(found).toEqual(expected);
  else expectClose(found, expected);
});

test.each<[string, OptionRecord, readonly (readonly number[])[], number[][]]>([
  [
    "rfft",
    {},
    [[1, 2, 3, 4]],
    [
      [10, -2, -2],
      [0, 2, 0],
    ],
  ],
  [
    "rfft",
    { fft_length: 5 },
    [[1, 2, 3]],
    [
      [6, -0.8090169944, 0.3090169944],
      [0, -3.6654687894, 1.677598813],
    ],
  ],
  // The example of Keras's documentation; Keras on TensorFlow has another window for odd lengths.
  [
    "stft",
    { sequence_length: 3, sequence_stride: 2, fft_length: 3 },
    [[0, 1, 2, 3, 4]],
    [
      [0.75, -0.375, 3.75, -1.875, 5.25, -2.625],
      [0, 0.6495190528, 0, 0.6495190528, 0, -0.6495190528],
    ],
  ],
  [
    "stft",
    { sequence_length: 4, sequence_stride: 3, fft_length: 6, window: "hamming" },
    [[1, -2, 3, 0.5, 2, -1]],
    [
      [-0.92, 0.2, 1.96, -3.4, 3.04, -1.93, -0.77, 2.36, 1.89, -1.785, 2.055, -2.43],
      [0, -0.2078461, -0.2078461, 0, 0, -0.3290897, 0.6062178, 0, 0, 0.5629165, -0.8400447, 0],
    ],
  ],
  [
    "stft",
    { sequence_length: 3, sequence_stride: 3, fft_length: 4, window: undefined, center: false },
    [[1, -2, 3, 0.5, 2, -1]],
    [
      [2.5, -2, 5.5],
      [0, 2.5, 0],
    ],
  ],
  [
    "fft",
    {},
    [
      [1, 2, 3],
      [0, 1, -1],
    ],
    [
      [6, 0.2320508076, -3.2320508076],
      [0, 0.8660254038, -0.8660254038],
    ],
  ],
  ["moments", { axes: [1] }, [[1, 2, 6]], [[3], [4.6666666667]]],
])("both results of %s %j of %j", async (name, given, inputs, expected) => {
  const operator = findOperator(name)!;
  const d = draft();
  const type = f32(inputs[0]!.length);
  const types = inputs.map(() => type);
  const options = withDefaults(operator.options, given);
  const context = callContext(operator, types);
  const first = operator.shape(types, options, context);
  if (!("ok" in first)) throw new Error(`${name} refuses its inputs`);
  const args = types.map((_, i) => d.g.input(`x${i}`, type).id);
  const more = operator.more!(types, options, context);
  const call = { op: operator.name, args, weights: [], options, training: false };
  const [a, b] = d.calls(call, { type: first.ok, more }, name);
  expectClose(await valuesOf(d, { a: a!, b: b! }, inputs[0]!.length, type, inputs), expected.flat());
});

test("the largest of a window is its first in row-major order; of all, the equal ones share", async () => {
  const picture = [2, 2, 0, 2];
  expectClose(await gradientOf("MaxPooling2D", { pool_size: [2, 2] }, f32(2, 2, 1), [picture]), [1, 0, 0, 0]);
  const third = 1 / 3;
  expectClose(await gradientOf("GlobalMaxPooling2D", {}, f32(2, 2, 1), [picture]), [third, third, 0, third]);
});

const predictions = [
  0.62, 0.29, 0.09, 0.06, 0.78, 0.87, 0.6, 0.71, 0.54, 0.89, 0.78, 0.05, 0.82, 0.08, 0.71, 0.21, 0.83, 0.54, 0.32, 0.43,
  0.08, 0.16, 0.65, 0.63,
];
const numbers = [
  0.62, 0.38, 1.0, 0.98, 0.69, 0.65, 0.69, 0.39, 0.14, 0.72, 0.53, 0.31, 0.49, 0.89, 0.93, 0.36, 0.57, 0.32, 0.59, 0.34,
  0.39, 0.89, 0.23, 0.62,
];
const classes = [0, 0, 1, 2, 1, 2, 0, 0];

test.each<[string, OptionRecord, number, number | undefined]>([
  ["binary_crossentropy", {}, 1.0180572, -0.0182127],
  ["binary_crossentropy", { from_logits: true }, 0.7069349, 0.0079998],
  ["categorical_crossentropy", {}, 2.5377104, 0.0862069],
  // TensorFlow takes it that the shares of a row add up to 1, which these do not: docs/language.md.
  ["categorical_crossentropy", { from_logits: true }, 1.9770302, undefined],
  ["categorical_hinge", {}, 0.55675, -0.0475],
  ["hinge", {}, 0.7297167, -0.0158333],
  ["huber", {}, 0.0834792, -0.00375],
  ["kl_divergence", {}, 1.1235681, -0.1637931],
  ["log_cosh", {}, 0.0769511, -0.0037399],
  ["mean_absolute_error", {}, 0.3141667, -0.0416667],
  ["mean_absolute_percentage_error", {}, 64.4550696, -10.9649123],
  ["mean_squared_error", {}, 0.1669583, -0.0075],
  ["mean_squared_logarithmic_error", {}, 0.0772812, -0.0043567],
  ["poisson", {}, 1.1308355, -0.012931],
  ["squared_hinge", {}, 0.5732484, -0.028177],
  ["sparse_categorical_crossentropy", {}, 1.9436969, 0.125],
  ["sparse_categorical_crossentropy", { from_logits: true }, 1.3033003, 0.0389445],
])(
  "%s %j of 2 × 2 × 2 × 3: the loss, and its gradient by the second prediction",
  async (name, given, loss, gradient) => {
    const definition = findLoss(name)!;
    const d = draft();
    const x = d.g.input("x0", f32(2, 2, 3));
    const indices = definition.onShares !== undefined;
    const target = d.g.input("x1", indices ? tensor("i32", batchSize, 2, 2) : f32(2, 2, 3));
    const each = definition.expand(d.g, x, target, withDefaults(definition.options, given));
    const mean = d.g.mean(
      each,
      each.type.shape.map((_, i) => i),
    );
    const inputs = [predictions, indices ? classes : numbers];
    const [actual, ...gradients] = await valuesOf(d, { loss: mean, gradient: d.gradient(mean, x) }, 24, x.type, inputs);
    expect(actual).toBeCloseTo(loss, 6);
    if (gradient !== undefined) expect(gradients[1]).toBeCloseTo(gradient, 6);
  },
);
