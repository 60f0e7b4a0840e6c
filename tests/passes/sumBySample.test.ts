// Sums over the batch and the places of a sample, in two steps.

import { expect, test } from "vitest";
import type { PrimNode, PrimOf } from "../../src/ir/graph.ts";
import { batchSize, type Size } from "../../src/ir/size.ts";
import { tensor } from "../../src/ir/types.ts";
import { toPrims } from "../../src/passes/index.ts";
import { evaluate } from "../../src/reference/evaluate.ts";
import { lengthOf, numbers, opGraph } from "../support/graphs.ts";

type Reduce = PrimNode & PrimOf<"reduce">;
const moduleOf = (shape: readonly Size[], axes: readonly number[]) =>
  ({
    slots: [],
    programs: [opGraph(({ g }) => ({ y: g.sum(g.map("square", g.input("x", tensor("f32", ...shape))), axes) }))],
  }) as never;

for (const [name, shape, axes, steps] of [
  ["a channel of large pictures", [batchSize, 8, 8, 3], [0, 1, 2], [[1, 2], [0]]],
  ["a place of each row", [batchSize, 5, 64, 3], [0, 2], [[2], [0]]],
  ["few places", [batchSize, 7, 9, 3], [0, 1, 2], [[0, 1, 2]]],
  ["everything", [batchSize, 8, 8, 3], [0, 1, 2, 3], [[0, 1, 2, 3]]],
  ["places alone", [batchSize, 8, 8, 3], [1, 2], [[1, 2]]],
  ["fixed rows", [9, 8, 8, 3], [0, 1, 2], [[0, 1, 2]]],
] as const)
  test(`the sum of ${name} takes ${steps.length === 1 ? "one step" : "two steps"}`, () => {
    const module = moduleOf(shape, axes);
    const [whole] = toPrims(module).programs;
    const [split] = toPrims(module, { sumBySample: true }).programs;
    const sums = split!.nodes.filter((node): node is Reduce => node.kind === "reduce");
    expect(sums.map((node) => node.axes)).toEqual(steps);
    const inputs = new Map([["x", Float32Array.from(numbers(lengthOf(tensor("f32", ...shape), 4), 5, -1, 1))]]);
    const run = (graph: NonNullable<typeof whole>): readonly number[] =>
      Array.from(evaluate(graph, { batch: 4, inputs, slots: new Map() }).outputs.get("y")!);
    run(split!).forEach((value, i) => {
      expect(value).toBeCloseTo(run(whole!)[i]!, 8);
    });
  });
