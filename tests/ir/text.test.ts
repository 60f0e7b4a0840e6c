// Graphs as text: a printed graph reads back unchanged, and other text is refused with the number of its line.

import { describe, expect, test } from "vitest";
import { asPrimGraph, GraphTextError, parseGraph, parseModule, printGraph, printModule } from "../../src/ir/text.ts";
import { verifyGraph } from "../../src/ir/verify.ts";

/** One node of every kind, names and numbers that need care, and sizes that are polynomials. */
const everything = `slot "seed": i32[] counter
slot "step": i32[] counter
slot "weights": f32[20] weight
slot "dense/kernel": f32[4,3] weight within "weights" at 8
slot "quote \\"and\\" \\\\ line\\nbreak": f32[] state

program "train_step"
  %0: f32[?,8,4] = input "x" @ ""
  %1: f32[4,3] = param "dense/kernel" @ "dense"
  %2: f32[] = const 1e-7 @ "dense"
  %3: f32[4] = const [1, -0, Infinity, NaN] @ "dense"
  %4: f32[] = size 3*? - 1 @ "loss"
  %5: i32[?,4] = iota axis=1 @ "loss"
  %6: i32[] = param "seed" @ "dropout"
  %7: i32[] = param "step" @ "dropout"
  %8: f32[?,8,4] = random seed=%6 step=%7 stream=4294967295 @ "dropout"
  %9: f32[?,8,4] = map mul %0, %8 @ "dropout"
  %10: bool[?,8,4] = map lt %0, %8 @ "dropout"
  %11: f32[?,8,4] = map select %10, %0, %8 @ "dropout"
  %12: f32[?,4] = reduce max %11 axes=[1] @ "max"
  %13: i32[?] = arg_reduce max %12 axis=1 @ "max"
  %14: f32[?,3,3] = contract %9[n, 2*y + k - 1, c] * %1[c, f] -> [n, y, f] {n=?, y=3, f=3, k=3, c=4} @ "conv1d"
  %15: f32[?,3,3] = contract %9[n, -y + 5, 0] * %1[-2*y - f + 7, f] -> [n, 2*y, f] {n=?, y=2, f=3} onto %14 @ "conv1d"
  %16: f32[?,4,4] = window_reduce max %9 [1, 3 stride 2 dilation 2 pad 1 2, 1] @ "pool"
  %17: f32[?,8,4] = window_scatter max %9 gradient=%16 [1, 3 stride 2 dilation 2 pad 1 2, 1] @ "pool"
  %18: f32[?,32] = reshape %17 @ "flatten"
  %19: f32[4,?,8] = transpose %17 [2, 0, 1] @ "permute"
  %20: f32[?,5,4] = broadcast %12 axes=[0, 2] @ "repeat"
  %21: f32[?,2,4] = slice %17 starts=[0, 1, 0] strides=[1, 3, 1] @ "crop"
  %22: f32[?,11,4] = pad %17 before=[0, 1, 0] after=[0, 2, 0] value=-0.5 @ "pad"
  %23: f32[?,13,4] = concat %21, %22 axis=1 @ "concat"
  %24: f32[?,8,3] = call "Dense" (%0) (%1) training {units=3, activation=use "elu" {alpha=0.5}, use_bias=false, name="d", sizes=[3, [1, 2]], seed=none} @ "dense"
  %25: f32[] = reduce sum %24 axes=[0, 1, 2] @ "loss"
  %26: f32[4,3] = gradient %25 by %1 @ "sgd"
  %27: i32[?,5] = input "tokens" @ ""
  %28: f32[?,5,4] = gather %9 indices=%27 axis=1 batch=1 @ "take"
  %29: f32[?,8,4] = scatter_add %28 indices=%27 axis=1 batch=1 @ "take"
  output "loss" = %25
  update "dense/kernel" = %26

program "predict"
  %0: f32[?,floor((?) / 2)] = input "x" @ "π → \\u0007"
  output "y" = %0
`;

describe("round trip", () => {
  test("every kind of node", () => {
    const module = parseModule(everything);
    expect(printModule(module)).toBe(everything);
    expect(parseModule(printModule(module))).toEqual(module);
  });
  test("the graph is sound", () => {
    const module = parseModule(everything);
    expect(module.programs.flatMap((graph) => verifyGraph(graph, module.slots))).toEqual([
      // -0, Infinity and NaN are numbers; an update of a part of a slot is an update like any other.
    ]);
  });
  test("one program", () => {
    const [graph] = parseModule(everything).programs;
    expect(parseGraph(printGraph(graph!))).toEqual(graph);
    expect(asPrimGraph(graph!)).toBeUndefined();
    expect(asPrimGraph(parseModule(everything).programs[1]!)).toBeDefined();
  });
});

describe("what is no graph", () => {
  const cases: readonly [string, string, number][] = [
    ['%0: f32[] = const 1 @ ""', "expected 'slot' or 'program'", 1],
    ['program "p"\n  %0: f33[] = const 1 @ ""', "'f33' is no element type", 2],
    ['program "p"\n\n  %0: f32[] = constant 1 @ ""', "'constant' is no kind of node", 3],
    ['program "p"\n  %0: f32[] = toString %1 @ ""', "'toString' is no kind of node", 2],
    ['program "p"\n  %0: f32[] = const x @ ""', "expected a number", 2],
    ['program "p"\n  %0: f32[] = const 1', "expected '@'", 2],
    ['program "p"\n  %0: f32[] = const 1 @ "" more', "expected the end of the line", 2],
    ['program "p"\n  %0: f32[2,] = const 1 @ ""', "expected a size", 2],
    ['program "p"\n  %0: f32[] = reduce mean %1 axes=[0] @ ""', "expected sum or max or min", 2],
    ['slot "a": f32[] thing', "'thing' is no role of a slot", 1],
    ['program "p"\n  %0: f32[] = map expp %1 @ ""', "there is no scalar function 'expp'", 2],
    ['program "p', "expected a text in quotes", 1],
  ];
  for (const [text, message, line] of cases)
    test(message, () => {
      expect(() => parseModule(text)).toThrow(GraphTextError);
      expect(() => parseModule(text)).toThrow(`line ${line}: ${message}`);
    });
  test("two programs where one is wanted", () => {
    expect(() => parseGraph(everything)).toThrow(GraphTextError);
  });
});
