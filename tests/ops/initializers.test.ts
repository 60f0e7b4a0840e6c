// Initializers whose numbers obey more than a distribution.

import { describe, expect, test } from "vitest";
import type { Builder } from "../../src/ir/builder.ts";
import type { Node, OptionRecord, Prim } from "../../src/ir/graph.ts";
import { graphBuilder } from "../../src/ir/graphBuilder.ts";
import { tensor } from "../../src/ir/types.ts";
import { withDefaults } from "../../src/ops/options.ts";
import { findInitializer } from "../../src/ops/registry.ts";
import { evaluate } from "../../src/reference/evaluate.ts";

/** The numbers of an initializer for a weight of a shape. */
function drawn(name: string, shape: readonly number[], given: OptionRecord = {}, seed = 3): number[] {
  const definition = findInitializer(name)!;
  const nodes: Node<Prim>[] = [];
  const g: Builder = graphBuilder((node) => nodes.push({ ...node, id: nodes.length } as Node<Prim>) - 1);
  const number = (value: number) => g.constant(value, tensor("i32"));
  const value = definition.expand(g, shape, withDefaults(definition.options, given), (salt) =>
    g.random(tensor("f32", ...shape), number(seed), number(0), salt),
  );
  const graph = { name: "test", nodes, outputs: [{ name: "y", value: value.id }], updates: [] };
  return [...evaluate(graph, { batch: 1, inputs: new Map(), slots: new Map() }).outputs.get("y")!];
}

describe("orthogonal", () => {
  test.each([[[1, 1]], [[4, 4]], [[3, 7]], [[7, 3]], [[2, 3, 4]], [[1, 6]]])("rows or columns of %j", (shape) => {
    const columns = shape.at(-1)!;
    const values = drawn("orthogonal", shape, { gain: 2 });
    const rows = values.length / columns;
    const at = (i: number, j: number): number => values[i * columns + j]!;
    const [many, few] = rows < columns ? [columns, rows] : [rows, columns];
    for (let a = 0; a < few; a++)
      for (let b = 0; b < few; b++) {
        const dot = Array.from({ length: many }, (_, k) =>
          rows < columns ? at(a, k) * at(b, k) : at(k, a) * at(k, b),
        ).reduce((sum, x) => sum + x, 0);
        expect(dot).toBeCloseTo(a === b ? 4 : 0, 9);
      }
  });
  test("turns as often one way as the other", () => {
    const signs = Array.from({ length: 200 }, (_, seed) => Math.sign(drawn("orthogonal", [2, 2], {}, seed)[0]!));
    expect(Math.abs(signs.reduce((sum, sign) => sum + sign, 0))).toBeLessThan(50);
    const squares = Array.from({ length: 200 }, (_, seed) => drawn("orthogonal", [3, 3], {}, seed)[4]! ** 2);
    expect(Math.abs(squares.reduce((sum, square) => sum + square, 0) / 200 - 1 / 3)).toBeLessThan(0.07);
  });
});

/** Expected: Keras's formula with the windows of SciPy 1.16, in f64. */
describe("stft", () => {
  test.each([
    [
      [7, 1, 4],
      { side: "real", window: "hann", scaling: "density", periodic: false },
      [
        0.0, 0.0, 0.0, 0.0, 0.16666666667, 0.08333333333, -0.08333333333, -0.16666666667, 0.5, -0.25, -0.25, 0.5,
        0.66666666667, -0.66666666667, 0.66666666667, -0.66666666667, 0.5, -0.25, -0.25, 0.5, 0.16666666667,
        0.08333333333, -0.08333333333, -0.16666666667, 0.0, 0.0, 0.0, 0.0,
      ],
    ],
    [
      [2, 1, 5],
      { side: "imag", window: "hamming", scaling: "spectrum", periodic: true },
      [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, -0.6547285011, -0.92592592593, -0.6547285011, 0.0],
    ],
    [
      [7, 1, 4],
      { side: "real", window: "triang", scaling: "spectrum", periodic: true },
      [
        0.03225806452, 0.03225806452, 0.03225806452, 0.03225806452, 0.09677419355, 0.04838709677, -0.04838709677,
        -0.09677419355, 0.16129032258, -0.08064516129, -0.08064516129, 0.16129032258, 0.22580645161, -0.22580645161,
        0.22580645161, -0.22580645161, 0.22580645161, -0.11290322581, -0.11290322581, 0.22580645161, 0.16129032258,
        0.08064516129, -0.08064516129, -0.16129032258, 0.09677419355, 0.09677419355, 0.09677419355, 0.09677419355,
      ],
    ],
    [
      [8, 1, 3],
      { side: "imag", window: "parzen", scaling: undefined, periodic: false },
      [
        0.0, 0.0, 0.0, 0.0, -0.10546875, 0.0, 0.0, 0.0, 0.0, 0.0, 0.91796875, 0.0, 0.0, 0.0, 0.0, 0.0, -0.47265625, 0.0,
        0.0, 0.0, 0.0, 0.0, 0.00390625, 0.0,
      ],
    ],
    [
      [2, 1, 5],
      { side: "imag", window: undefined, scaling: "density", periodic: false },
      [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, -Math.SQRT1_2, -1.0, -Math.SQRT1_2, 0.0],
    ],
  ] as const)("%j", (shape, options, expected) => {
    const values = drawn("stft", shape, options);
    expect(values.length).toBe(expected.length);
    for (const [i, value] of values.entries()) expect(value).toBeCloseTo(expected[i]!, 10);
  });
});
