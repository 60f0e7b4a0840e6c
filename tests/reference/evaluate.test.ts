// The evaluator against answers worked out by hand: small graphs as text, with their answers beside them.

import { describe, expect, test } from "vitest";
import { asPrimGraph, parseModule } from "../../src/ir/text.ts";
import { uniform } from "../../src/ir/threefry.ts";
import { verifyGraph } from "../../src/ir/verify.ts";
import { applyUpdates, evaluate, type NumberArray, readSlot } from "../../src/reference/evaluate.ts";
import type { Sums } from "../../src/reference/tensor.ts";

/** Evaluates `%9` of a graph over `%0` (input x) and `%1` (input w), for the given batch. */
function run(body: string, batch: number, inputs: Record<string, readonly number[]>): readonly number[] {
  const module = parseModule(`slot "seed": i32[] counter\nprogram "p"\n${body}\noutput "y" = %9`);
  expect(verifyGraph(module.programs[0]!, module.slots)).toEqual([]);
  const graph = asPrimGraph(module.programs[0]!)!;
  return [
    ...evaluate(graph, { batch, inputs: new Map(Object.entries(inputs)), slots: new Map([["seed", [4]]]) }).outputs.get(
      "y",
    )!,
  ];
}

const cases: readonly [string, string, number, Record<string, readonly number[]>, readonly number[]][] = [
  ["const", `%9: f32[2,2] = const [1, 2, 3, 4] @ ""`, 1, {}, [1, 2, 3, 4]],
  ["one number everywhere", `%9: f32[?,2] = const 3 @ ""`, 2, {}, [3, 3, 3, 3]],
  ["size", `%9: f32[] = size 3*? + 1 @ ""`, 5, {}, [16]],
  ["iota", `%9: i32[?,3] = iota axis=1 @ ""`, 2, {}, [0, 1, 2, 0, 1, 2]],
  ["iota along the batch", `%9: i32[?,3] = iota axis=0 @ ""`, 2, {}, [0, 0, 0, 1, 1, 1]],
  [
    "map of three",
    `%0: f32[3] = input "x" @ ""\n%1: bool[3] = map gt %0, %0 @ ""\n%2: f32[3] = map neg %0 @ ""\n%9: f32[3] = map select %1, %0, %2 @ ""`,
    1,
    { x: [1, -2, 3] },
    [-1, 2, -3],
  ],
  [
    "sum over the middle",
    `%0: f32[2,3,2] = input "x" @ ""\n%9: f32[2,2] = reduce sum %0 axes=[1] @ ""`,
    1,
    { x: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12] },
    [9, 12, 27, 30],
  ],
  [
    "min over both ends",
    `%0: f32[2,2,2] = input "x" @ ""\n%9: f32[2] = reduce min %0 axes=[0, 2] @ ""`,
    1,
    { x: [5, 6, 1, 2, 7, 3, 9, 8] },
    [3, 1],
  ],
  [
    "the first of equal extremes",
    `%0: f32[2,4] = input "x" @ ""\n%9: i32[2] = arg_reduce max %0 axis=1 @ ""`,
    1,
    { x: [1, 3, 3, 2, 5, 5, 5, 5] },
    [1, 0],
  ],
  [
    "extreme along the first axis",
    `%0: f32[3,2] = input "x" @ ""\n%9: i32[2] = arg_reduce min %0 axis=0 @ ""`,
    1,
    { x: [1, 3, 0, 2, 5, 1] },
    [1, 2],
  ],
  [
    "matrix product",
    `%0: f32[?,2] = input "x" @ ""\n%1: f32[2,2] = input "w" @ ""\n%9: f32[?,2] = contract %0[n, k] * %1[k, u] -> [n, u] {n=?, u=2, k=2} @ ""`,
    2,
    { x: [1, 2, 3, 4], w: [5, 6, 7, 8] },
    [19, 22, 43, 50],
  ],
  [
    "a convolution with padding",
    `%0: f32[4] = input "x" @ ""\n%1: f32[3] = input "w" @ ""\n%9: f32[4] = contract %0[y + k - 1] * %1[k] -> [y] {y=4, k=3} @ ""`,
    1,
    { x: [1, 2, 3, 4], w: [1, 10, 100] },
    [210, 321, 432, 43],
  ],
  [
    "a scatter that drops what is outside",
    `%0: f32[3] = input "x" @ ""\n%1: f32[2] = input "w" @ ""\n%9: f32[4] = contract %0[i] * %1[k] -> [2*i + k - 1] {i=3, k=2} @ ""`,
    1,
    { x: [1, 2, 3], w: [1, 10] },
    [10, 2, 20, 3],
  ],
  [
    "onto keeps what is not written",
    `%0: f32[2] = input "x" @ ""\n%1: f32[5] = input "w" @ ""\n%2: f32[] = const 1 @ ""\n%9: f32[5] = contract %0[i] * %2[] -> [2*i + 1] {i=2} onto %1 @ ""`,
    1,
    { x: [10, 0], w: [1, 2, 3, 4, 5] },
    [1, 10, 3, 0, 5],
  ],
  [
    "max pooling with padding",
    `%0: f32[4] = input "x" @ ""\n%9: f32[3] = window_reduce max %0 [2 stride 2 pad 1 1] @ ""`,
    1,
    { x: [-1, -2, -3, -4] },
    [-1, -2, -4],
  ],
  [
    "sum of dilated windows",
    `%0: f32[5] = input "x" @ ""\n%9: f32[3] = window_reduce sum %0 [2 dilation 2] @ ""`,
    1,
    { x: [1, 2, 3, 4, 5] },
    [4, 6, 8],
  ],
  [
    "the gradient goes to the first maximum",
    `%0: f32[4] = input "x" @ ""\n%1: f32[2] = input "w" @ ""\n%9: f32[4] = window_scatter max %0 gradient=%1 [2 stride 2] @ ""`,
    1,
    { x: [3, 3, 1, 2], w: [5, 7] },
    [5, 0, 0, 7],
  ],
  [
    "the gradient of a sum goes to all",
    `%0: f32[4] = input "x" @ ""\n%1: f32[3] = input "w" @ ""\n%9: f32[4] = window_scatter sum %0 gradient=%1 [2] @ ""`,
    1,
    { x: [0, 0, 0, 0], w: [1, 10, 100] },
    [1, 11, 110, 100],
  ],
  [
    "transpose",
    `%0: f32[1,2,3] = input "x" @ ""\n%9: f32[3,1,2] = transpose %0 [2, 0, 1] @ ""`,
    1,
    { x: [1, 2, 3, 4, 5, 6] },
    [1, 4, 2, 5, 3, 6],
  ],
  [
    "broadcast",
    `%0: f32[2,1] = input "x" @ ""\n%9: f32[2,2,3] = broadcast %0 axes=[1, 2] @ ""`,
    1,
    { x: [1, 2] },
    [1, 1, 1, 2, 2, 2, 1, 1, 1, 2, 2, 2],
  ],
  [
    "slice",
    `%0: f32[2,5] = input "x" @ ""\n%9: f32[1,2] = slice %0 starts=[1, 1] strides=[1, 3] @ ""`,
    1,
    { x: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] },
    [6, 9],
  ],
  [
    "pad",
    `%0: f32[1,2] = input "x" @ ""\n%9: f32[2,4] = pad %0 before=[1, 0] after=[0, 2] value=9 @ ""`,
    1,
    { x: [1, 2] },
    [9, 9, 9, 9, 1, 2, 9, 9],
  ],
  [
    "concat",
    `%0: f32[2,1] = input "x" @ ""\n%1: f32[2,2] = input "w" @ ""\n%9: f32[2,3] = concat %0, %1 axis=1 @ ""`,
    1,
    { x: [1, 2], w: [3, 4, 5, 6] },
    [1, 3, 4, 2, 5, 6],
  ],
  [
    "random",
    `%0: i32[] = param "seed" @ ""\n%9: f32[3] = random seed=%0 step=%0 stream=7 @ ""`,
    1,
    {},
    [0, 1, 2].map((i) => uniform(4, 7, 4, i)),
  ],
];

for (const [name, body, batch, inputs, expected] of cases)
  test(name, () => {
    expect(run(body, batch, inputs).map((x) => x + 0)).toEqual(expected);
  });

describe("slots within slots", () => {
  const module = parseModule(`slot "flat": f32[6] weight
slot "a": f32[2] weight within "flat" at 1
slot "b": f32[3] weight within "flat" at 3
program "p"
  %0: f32[2] = param "a" @ ""
  %1: f32[2] = map neg %0 @ ""
  output "a" = %0
  update "a" = %1
`);
  const slots = new Map<string, NumberArray>([["flat", [0, 1, 2, 3, 4, 5]]]);

  test("are read from and written to the slot around", () => {
    const environment = { batch: 1, inputs: new Map(), slots, definitions: module.slots };
    const { outputs, updates } = evaluate(asPrimGraph(module.programs[0]!)!, environment);
    expect([...outputs.get("a")!]).toEqual([1, 2]);
    const after = applyUpdates(slots, module.slots, updates);
    expect([...after.get("flat")!]).toEqual([0, -1, -2, 3, 4, 5]);
    expect([...readSlot(after, module.slots, "b")]).toEqual([3, 4, 5]);
    expect(slots.get("flat")).toEqual([0, 1, 2, 3, 4, 5]);
  });
  test("a slot without a value is named", () => {
    expect(() => readSlot(new Map(), module.slots, "a")).toThrow("no value for slot 'flat'");
  });
});

test("inputs must be there and have their length", () => {
  const graph = asPrimGraph(parseModule(`program "p"\n%0: f32[?,2] = input "x" @ ""\noutput "y" = %0`).programs[0]!)!;
  expect(() => evaluate(graph, { batch: 2, inputs: new Map(), slots: new Map() })).toThrow("no value for input 'x'");
  expect(() => evaluate(graph, { batch: 2, inputs: new Map([["x", [1, 2]]]), slots: new Map() })).toThrow(
    "input 'x' has 2 elements instead of 4",
  );
});

describe("f32 sums, of which the order and the rounding of products decide the last bit", () => {
  const bit = 2 ** -24;
  const sumsOf = (body: string, inputs: Record<string, readonly number[]>, sums: Sums): readonly number[] => {
    const { programs } = parseModule(`slot "seed": i32[] counter\nprogram "p"\n${body}\noutput "y" = %9`);
    const environment = { batch: 1, inputs: new Map(Object.entries(inputs)), slots: new Map([["seed", [4]]]), sums };
    return [...evaluate(asPrimGraph(programs[0]!)!, environment).outputs.get("y")!];
  };
  const row = `%0: f32[2,3] = input "x" @ ""\n%9: f32[2] = reduce sum %0 axes=[1] @ ""`;
  const rows = { x: [1, bit, bit, 2, 3, 4] };
  const product = `%0: f32[2,2] = input "x" @ ""\n%1: f32[2] = input "w" @ ""\n%9: f32[2] = contract %0[i, k] * %1[k] -> [i] {i=2, k=2} @ ""`;
  // 1 · -(1 + 2⁻¹¹) + (1 + 2⁻¹²)²: what is left is 2⁻²⁴, which the rounding of the square takes away.
  const products = { x: [1, 1 + 2 ** -12, 1, 0], w: [-(1 + 2 ** -11), 1 + 2 ** -12] };

  test("a reduction from either end", () => {
    expect(sumsOf(row, rows, "f64")).toEqual([1 + 2 * bit, 9]);
    expect(sumsOf(row, rows, "f32")).toEqual([1, 9]);
    expect(sumsOf(row, rows, "f32 backwards")).toEqual([1 + 2 * bit, 9]);
  });

  test("products that are rounded before they are added, and those that are not", () => {
    const second = -(1 + 2 ** -11);
    expect(sumsOf(product, products, "f32")).toEqual([bit, second]);
    expect(sumsOf(product, products, "f32 apart")).toEqual([0, second]);
    expect(sumsOf(product, products, "f32 backwards")).toEqual([0, second]);
  });
});
