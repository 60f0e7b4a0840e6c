// Shape rules: every example has its stated type, a misfit is reported with its evidence, and sizes may be symbols.

import { describe, expect, test } from "vitest";
import type { OptionRecord } from "../../src/ir/graph.ts";
import { batchSize, printSize, symbol } from "../../src/ir/size.ts";
import { type TensorType, tensor } from "../../src/ir/types.ts";
import { callContext } from "../../src/ops/call.ts";
import { withDefaults } from "../../src/ops/options.ts";
import { findOperator } from "../../src/ops/registry.ts";
import { contextOf, exampleCalls } from "../support/examples.ts";

const f32 = (...shape: TensorType["shape"]): TensorType => tensor("f32", batchSize, ...shape);
const param = (...shape: TensorType["shape"]): TensorType => tensor("f32", ...shape);

/** The type as text, `? 26 26 32`, or the problem. */
function shapeOf(name: string, given: OptionRecord, ...inputs: readonly TensorType[]): unknown {
  const operator = findOperator(name)!;
  const checked = operator.shape(inputs, withDefaults(operator.options, given), callContext(operator, inputs));
  return "bad" in checked ? checked.bad : checked.ok.shape.map(printSize).join(" ");
}

describe("every example has the type it says", () => {
  for (const example of exampleCalls())
    test(example.title, () => {
      const { operator, options, inputs, output, more } = example;
      const context = contextOf(example, inputs);
      expect(operator.shape(inputs, options, context)).toEqual({ ok: output });
      expect(operator.more?.(inputs, options, context) ?? []).toEqual(more);
    });
});

describe("what does not fit", () => {
  const conv = { filters: 4, kernel_size: [3, 3] };
  test.each([
    ["Conv2D", conv, [f32(2, 8, 3)], { problem: "vanishes", axis: 1, size: 2, window: 3, result: 0 }],
    [
      "Conv2D",
      { ...conv, dilation_rate: [1, 4] },
      [f32(9, 8, 3)],
      { problem: "vanishes", axis: 2, window: 9, result: 0 },
    ],
    ["Conv2D", { ...conv, groups: 2 }, [f32(8, 8, 3)], { problem: "groups", groups: 2, channels: 3, what: "channels" }],
    ["Conv2D", { ...conv, groups: 3 }, [f32(8, 8, 3)], { problem: "groups", groups: 3, channels: 4, what: "filters" }],
    ["Conv2D", conv, [f32(8)], { problem: "rank", input: 0, expected: [3], expectedText: "[h, w, c]" }],
    ["Dense", { units: 3 }, [tensor("i32", batchSize, 4)], { problem: "dtype", input: 0, expected: ["f32"] }],
    ["Dense", { units: 3 }, [f32()], { problem: "rank", expected: [1] }],
    ["Dense", { units: 3 }, [f32(4), f32(4)], { problem: "inputs", expected: "one", actual: 2 }],
    ["MaxPooling2D", {}, [f32(1, 8, 3)], { problem: "vanishes", axis: 1, window: 2, result: 0 }],
    ["Reshape", { target_shape: [3, 5] }, [f32(16)], { problem: "elements", expected: 16, actual: 15 }],
    ["Reshape", { target_shape: [3, -1] }, [f32(16)], { problem: "elements", expected: 16, actual: 3 }],
    ["Concatenate", {}, [f32(4, 3), f32(5, 3)], { problem: "beside", input: 1, axis: 1, expected: 4, actual: 5 }],
    ["Concatenate", {}, [f32(4, 3), f32(3)], { problem: "rank", input: 1 }],
    ["Concatenate", {}, [f32(4, 3)], { problem: "inputs", expected: "two or more", actual: 1 }],
    ["Add", {}, [f32(4, 3), f32(2, 3)], { problem: "differ", input: 1 }],
    ["Subtract", {}, [f32(3), f32(3), f32(3)], { problem: "inputs", expected: "two", actual: 3 }],
    ["add", {}, [f32(3), tensor("i32", batchSize, 3)], { problem: "dtype", input: 1, expected: ["f32"] }],
    ["div", {}, [tensor("i32", 3), tensor("i32", 3)], { problem: "dtype", input: 0, expected: ["f32"] }],
    ["matmul", {}, [f32(4, 3), param(5, 2)], { problem: "size", input: 1, axis: 0, expected: 3, actual: 5 }],
    ["BatchNormalization", { axis: 3 }, [f32(4, 3)], { problem: "option", option: "axis" }],
    ["Softmax", { axis: [1, 4] }, [f32(4, 3)], { problem: "option", option: "axis" }],
    ["softmax", { axis: 2 }, [f32(4)], { problem: "option", option: "axis" }],
    ["Permute", { dims: [1, 1] }, [f32(4, 3)], { problem: "option", option: "dims" }],
    ["glu", {}, [f32(5)], { problem: "option", option: "axis" }],
    ["Cropping2D", { cropping: [2, 2, 0, 0] }, [f32(4, 4, 1)], { problem: "vanishes", axis: 1, window: 4, result: 0 }],
  ] as const)("%s %j", (name, options, inputs, problem) => {
    expect(shapeOf(name, options, ...inputs)).toMatchObject(problem);
  });
});

describe("sizes may be symbols", () => {
  const [h, w, c] = [symbol("h"), symbol("w"), symbol("c")];
  test.each([
    ["Conv2D", { filters: 8, kernel_size: [3, 3] }, "? h - 2 w - 2 8"],
    ["Conv2D", { filters: 8, kernel_size: [3, 3], padding: "same" }, "? h w 8"],
    [
      "Conv2D",
      { filters: 8, kernel_size: [3, 3], padding: "same", strides: [2, 2] },
      "? floor((h + 1) / 2) floor((w + 1) / 2) 8",
    ],
    ["MaxPooling2D", {}, "? floor((h) / 2) floor((w) / 2) c"],
    ["GlobalAveragePooling2D", {}, "? c"],
    ["Flatten", {}, "? c*h*w"],
    ["ZeroPadding2D", {}, "? h + 2 w + 2 c"],
    ["BatchNormalization", {}, "? h w c"],
    ["Dense", { units: 5 }, "? h w 5"],
  ] as const)("%s %j", (name, options, expected) => {
    expect(shapeOf(name, options, f32(h, w, c))).toBe(expected);
  });

  test("the kernel of a convolution takes the channels, divided by the groups", () => {
    const conv = findOperator("Conv2D")!;
    const options = withDefaults(conv.options, { filters: 8, kernel_size: [3, 5], groups: 2 });
    const kernel = conv.weights!([f32(h, w, 6)], options, callContext(conv, []))[0]!;
    expect(kernel.shape).toEqual([3, 5, 3, 8]);
  });
});

describe("arithmetic lines up axes after the batch", () => {
  test.each([
    ["add", [f32(4, 3), f32(3)], "? 4 3"],
    ["add", [f32(4, 3), param(3)], "? 4 3"],
    ["add", [f32(3), param(4, 3)], "? 4 3"],
    ["mul", [f32(4, 1), f32(1, 3)], "? 4 3"],
    ["add", [f32(), param(3)], "? 3"],
    ["add", [param(4, 1), param(3)], "4 3"],
    ["matmul", [f32(5, 4, 3), param(3, 2)], "? 5 4 2"],
    ["matmul", [f32(4, 3), f32(3, 2)], "? 4 2"],
    ["matmul", [f32(3), param(3, 2)], "? 2"],
    ["matmul", [f32(4, 3), f32(3)], "? 4"],
    ["matmul", [param(4, 3), f32(3, 2)], "? 4 2"],
    ["matmul", [param(4, 3), param(3, 2)], "4 2"],
  ] as const)("%s %j", (name, inputs, expected) => {
    expect(shapeOf(name, {}, ...inputs)).toBe(expected);
  });

  test("bytes count as numbers", () => {
    expect(shapeOf("div", {}, tensor("u8", batchSize, 28, 28, 1), param())).toBe("? 28 28 1");
  });
});

describe("hints", () => {
  const hintsOf = (name: string, given: OptionRecord, input: TensorType): unknown => {
    const operator = findOperator(name)!;
    return operator.hints!([input], withDefaults(operator.options, given));
  };
  test("a stride that does not reach the edge", () => {
    const dropped = [{ hint: "edge_dropped", axis: 1, dropped: 1, size: 27 }];
    expect(hintsOf("MaxPooling2D", {}, f32(27, 28, 3))).toEqual(dropped);
    expect(hintsOf("MaxPooling2D", { padding: "same" }, f32(27, 28, 3))).toEqual([]);
    expect(hintsOf("Conv2D", { filters: 1, kernel_size: [3, 3], strides: [2, 2] }, f32(9, 9, 3))).toEqual([]);
  });
});
