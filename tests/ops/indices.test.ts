// Operators with indices: the numbers that Keras gives, with indices that repeat, count from the end, or name nothing.

import { expect, test } from "vitest";
import type { Module, Prim } from "../../src/ir/graph.ts";
import { batchSize } from "../../src/ir/size.ts";
import { seedSlot, stepSlot } from "../../src/ir/slots.ts";
import { type TensorType, tensor } from "../../src/ir/types.ts";
import { callContext } from "../../src/ops/call.ts";
import { withDefaults } from "../../src/ops/options.ts";
import { findOperator } from "../../src/ops/registry.ts";
import { expand } from "../../src/passes/expand.ts";
import { evaluate } from "../../src/reference/evaluate.ts";
import { opGraph } from "../support/graphs.ts";

type Numbers = readonly number[];

/** The results of an operator over two samples. A text of an input's type is as in an example; `one` has no samples. */
function results(name: string, options: object, ...inputs: readonly (readonly [type: string, values: Numbers])[]) {
  const types = inputs.map(([text]): TensorType => {
    const [, one, dtype, sizes] = /^(one )?(f32|i32)\[(.*)\]$/.exec(text)!;
    const shape = sizes === "" ? [] : sizes!.split(",").map(Number);
    return tensor(dtype as "f32", ...(one === undefined ? [batchSize] : []), ...shape);
  });
  const operator = findOperator(name)!;
  const given = withDefaults(operator.options, options as never);
  const context = callContext(operator, types);
  const checked = operator.shape(types, given, context);
  if ("bad" in checked) throw new Error(JSON.stringify(checked.bad));
  const more = operator.more?.(types, given, context) ?? [];
  const graph = opGraph(({ g, calls }) => {
    const args = types.map((type, i) => g.input(`x${i}`, type));
    const made = calls({ op: name, args, options: given, training: false }, { type: checked.ok, more });
    return Object.fromEntries(made.map((value, i) => [`y${i}`, value]));
  });
  const slots = [seedSlot, stepSlot].map((slot) => ({ name: slot, type: tensor("i32"), role: "counter" as const }));
  const module = expand.run({ slots, programs: [graph] } as never) as Module<Prim>;
  const { outputs } = evaluate(module.programs[0]!, {
    batch: 2,
    inputs: new Map(inputs.map(([, values], i) => [`x${i}`, values])),
    slots: new Map(slots.map((slot) => [slot.name, [1]])),
  });
  return [...outputs.values()].map((values) => [...values]);
}

const two = [0, 1, 2, 3, 4, 5];

test.each([
  [
    "take",
    { axis: 1 },
    [
      ["f32[3]", two],
      ["one i32[3]", [1, -1, 0]],
    ],
    [1, 2, 0, 4, 5, 3],
  ],
  [
    "take",
    { axis: 1 },
    [
      ["f32[3]", two],
      ["i32[]", [2, -2]],
    ],
    [2, 4],
  ],
  [
    "take",
    { axis: 0 },
    [
      ["one f32[3,2]", two],
      ["i32[2]", [0, 2, 1, 7]],
    ],
    [0, 1, 4, 5, 2, 3, 4, 5],
  ],
  [
    "take",
    { axis: 1 },
    [
      ["one f32[2,3]", two],
      ["i32[2]", [0, 2, 1, 1]],
    ],
    [0, 2, 3, 5, 1, 1, 4, 4],
  ],
  [
    "take",
    {},
    [
      ["one f32[2,3]", two],
      ["one i32[1,2]", [4, -1]],
    ],
    [4, 5],
  ],
  [
    "take_along_axis",
    { axis: 1 },
    [
      ["f32[3]", two],
      ["i32[3]", [2, 0, -1, 1, 1, 0]],
    ],
    [2, 0, 2, 4, 4, 3],
  ],
  [
    "take_along_axis",
    { axis: 1 },
    [
      ["f32[3]", two],
      ["i32[1]", [1, 1]],
    ],
    [1, 4],
  ],
  ["one_hot", { num_classes: 3 }, [["i32[2]", [1, -1, 5, 0]]], [0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0]],
  ["multi_hot", { num_classes: 5 }, [["i32[3]", [1, 1, 3, 0, 4, -1]]], [0, 1, 0, 1, 0, 1, 0, 0, 0, 1]],
  [
    "segment_sum",
    { num_segments: 3 },
    [
      ["f32[3,1]", two],
      ["i32[3]", [1, 0, 1, 3, 0, -1]],
    ],
    [1, 2, 0, 4, 0, 0],
  ],
  [
    "segment_max",
    { num_segments: 2 },
    [
      ["f32[3,1]", two],
      ["one i32[3]", [1, 0, 1]],
    ],
    [1, 2, 4, 5],
  ],
  [
    "scatter",
    { shape: [2, 3] },
    [
      ["i32[3,2]", [0, 1, 1, 0, 0, 1, 1, 2, 0, 3, -1, 0]],
      ["f32[3]", [1, 2, 4, 8, 16, 32]],
    ],
    [0, 5, 0, 2, 0, 0, 0, 0, 0, 0, 0, 8],
  ],
  [
    "in_top_k",
    { k: 1 },
    [
      ["i32[2]", [1, 0, 2, 3]],
      ["f32[2,3]", [0.1, 0.5, 0.5, 0.2, 0.2, 0.9, 0.9, 0.5, 0.1, 0.3, 0.3, 0.3]],
    ],
    [1, 0, 0, 0],
  ],
  ["bincount", { minlength: 3 }, [["i32[4]", [1, 1, 3, 0, 2, 2, 2, -1]]], [1, 2, 0, 0, 0, 3]],
  ["argmax", { axis: 1 }, [["f32[3]", [1, 3, 3, 2, 1, 2]]], [1, 0]],
  ["argmin", { axis: -1, keepdims: true }, [["f32[3]", [1, 3, 1, 2, 1, 2]]], [0, 1]],
  ["argsort", {}, [["f32[5]", [3, 1, 3, 1, 2, 5, 4, 3, 2, 1]]], [1, 3, 4, 0, 2, 4, 3, 2, 1, 0]],
  ["argsort", { axis: 0 }, [["one f32[3,2]", [3, 1, 1, 1, 3, 0]]], [1, 2, 0, 0, 2, 1]],
  ["sort", { axis: 1 }, [["f32[3]", [3, -Infinity, 1, 2, Infinity, -1]]], [-Infinity, 1, 3, -1, 2, Infinity]],
  ["sort", {}, [["i32[3]", [3, -2, 1, 2, 7, 2]]], [-2, 1, 3, 2, 2, 7]],
  [
    "top_k",
    { k: 3 },
    [["f32[4]", [3, 1, 3, 2, -Infinity, 0, -Infinity, -Infinity]]],
    [3, 3, 2, 0, -Infinity, -Infinity],
  ],
  ["median", { axis: 1 }, [["f32[4]", [3, 1, 4, 1, 5, 9, 2, 6]]], [2, 5.5]],
  ["median", { keepdims: true }, [["one f32[2,4]", [3, 1, 4, 1, 5, 9, 2, 6]]], [3.5]],
  ["quantile", { q: [0.125, 0.5], axis: 1 }, [["f32[5]", [3, 1, 4, 1, 5, 9, 2, 6, 5, 3]]], [1, 3, 2.5, 5]],
  ["quantile", { q: 0.3, axis: 1, method: "lower" }, [["f32[4]", [3, 1, 4, 1, 5, 9, 2, 6]]], [1, 2]],
  ["quantile", { q: 0.3, axis: 1, method: "higher" }, [["f32[4]", [3, 1, 4, 1, 5, 9, 2, 6]]], [1, 5]],
  ["quantile", { q: 0.3, axis: 1, method: "midpoint" }, [["f32[4]", [3, 1, 4, 1, 5, 9, 2, 6]]], [1, 3.5]],
  ["quantile", { q: [0.1, 0.5], axis: 1, method: "nearest" }, [["f32[4]", [3, 1, 4, 1, 5, 9, 2, 6]]], [1, 3, 2, 6]],
  ["percentile", { q: 50 }, [["f32[2,2]", [3, 1, 4, 1, 5, 9, 2, 6]]], [2, 5.5]],
] as const)("%s %j of %j", (name, options, inputs, expected) => {
  expect(results(name, options, ...inputs)[0]).toEqual(expected);
});

test("top_k names the places of what it finds, and none twice", () => {
  const [, places] = results("top_k", { k: 3 }, ["f32[4]", [3, 1, 3, 2, -Infinity, 0, -Infinity, -Infinity]]);
  expect(places).toEqual([0, 2, 3, 1, 0, 2]);
  const many = Array.from({ length: 40 }, (_, i) => (i * 7) % 10);
  const [, all] = results("top_k", { k: 20 }, ["f32[20]", many]);
  const wanted = [0, 20].flatMap((start) =>
    Array.from({ length: 20 }, (_, i) => i).sort((a, b) => many[start + b]! - many[start + a]! || a - b),
  );
  expect(all).toEqual(wanted);
});
