// Weights that are scaled instead of results: the same values, fewer operations at each element, and no change if
// other nodes need the product itself.

import { describe, expect, test } from "vitest";
import type { OpModule } from "../../src/conformance/executor.ts";
import type { Builder, Value } from "../../src/ir/builder.ts";
import type { Module, Prim } from "../../src/ir/graph.ts";
import { batchSize } from "../../src/ir/size.ts";
import { tensor } from "../../src/ir/types.ts";
import { convolve } from "../../src/ops/convolve.ts";
import { toPrims } from "../../src/passes/index.ts";
import { evaluate, type NumberArray } from "../../src/reference/evaluate.ts";
import { compileWasm, worst } from "../support/compiled.ts";
import { lengthOf, numbers, opGraph } from "../support/graphs.ts";

const window = { size: 3, stride: 1, dilation: 1, padding: "same" } as const;
const spread = (g: Builder, vector: Value): Value => g.reshape(vector, [1, 1, 1, 6]);

/** A convolution, then `after` with three vectors of its channels. */
function moduleOf(after: (g: Builder, y: Value, a: Value, b: Value, c: Value) => Value): OpModule {
  const graph = opGraph(({ g }) => {
    const x = g.input("x", tensor("f32", batchSize, 5, 5, 3));
    const w = g.input("w", tensor("f32", 3, 3, 3, 6));
    const [a, b, c] = ["a", "b", "c"].map((name) => spread(g, g.input(name, tensor("f32", 6)))) as [
      Value,
      Value,
      Value,
    ];
    return { out: after(g, convolve(g, x, w, [window, window], 1), a, b, c) };
  });
  return { slots: [], programs: [graph] } as never;
}

const inputsFor = (module: OpModule): ReadonlyMap<string, NumberArray> =>
  new Map(
    module.programs[0]!.nodes.flatMap((node) =>
      node.kind === "input"
        ? [[node.name, Float32Array.from(numbers(lengthOf(node.type, 2), node.id + 3, -1, 1))]]
        : [],
    ),
  );
const valuesOf = (prims: Module<Prim>, inputs: ReadonlyMap<string, NumberArray>): readonly number[] => [
  ...evaluate(prims.programs[0]!, { batch: 2, inputs, slots: new Map() }).outputs.get("out")!,
];
/** Functions of one element that run over the whole result. */
const pointwise = (prims: Module<Prim>): readonly string[] =>
  prims.programs[0]!.nodes.flatMap((node) =>
    node.kind === "map" && node.type.shape.length === 4 && node.type.shape[1] === 5 ? [node.fn] : [],
  );

describe("per channel", () => {
  const cases: readonly (readonly [string, Parameters<typeof moduleOf>[0], readonly string[]])[] = [
    ["scaled", (g, y, a) => g.mul(y, a), []],
    ["scaled from the left", (g, y, a) => g.mul(a, y), []],
    ["centred and scaled", (g, y, a, b) => g.mul(g.sub(y, a), b), ["add"]],
    ["scaled and shifted", (g, y, a, b) => g.add(g.mul(y, a), b), ["add"]],
    ["centred, scaled and shifted", (g, y, a, b, c) => g.add(g.mul(g.sub(y, a), b), c), ["add"]],
    ["then an activation", (g, y, a, b, c) => g.map("tanh", g.add(g.mul(g.sub(y, a), b), c)), ["add", "tanh"]],
  ];
  for (const [name, after, left] of cases)
    test(name, async () => {
      const module = moduleOf(after);
      const inputs = inputsFor(module);
      const folded = toPrims(module, { fold: true });
      expect(pointwise(folded)).toEqual(left);
      expect(folded.programs[0]!.nodes.filter(({ kind }) => kind === "contract")).toHaveLength(1);
      const expected = valuesOf(toPrims(module), inputs);
      expect(worst(Float64Array.from(valuesOf(folded, inputs)), Float64Array.from(expected), 1e-12)).toBeLessThan(1);
      const compiled = await compileWasm(toPrims(module, { fold: true, winograd: true, adds: true }), 2, true, "plain");
      const { outputs } = compiled.run(folded.programs[0]!.name, 2, inputs, new Map());
      expect(worst(outputs.get("out")!, Float64Array.from(expected), 1e-5)).toBeLessThan(1);
    });
});

describe("not", () => {
  test("where the product is read elsewhere", () => {
    const module = moduleOf((g, y, a) => g.add(g.mul(y, a), g.map("tanh", y)));
    expect(pointwise(toPrims(module, { fold: true }))).toEqual(pointwise(toPrims(module)));
  });
  test("by what is not per channel", () => {
    const module = moduleOf((g, y) => g.mul(y, g.reshape(g.input("s", tensor("f32", 5)), [1, 5, 1, 1])));
    expect(pointwise(toPrims(module, { fold: true }))).toEqual(["mul"]);
  });
  test("where something is trained", () => {
    const graph = opGraph(({ g, gradient }) => {
      const x = g.input("x", tensor("f32", batchSize, 3));
      const w = g.input("w", tensor("f32", 3, 6));
      const y = g.mul(g.dot(x, w), g.input("a", tensor("f32", 6)));
      return { y, w: gradient(g.sum(g.mul(y, y), [0, 1]), w) };
    });
    const module: OpModule = { slots: [], programs: [graph] } as never;
    expect(toPrims(module, { fold: true })).toEqual(toPrims(module));
  });
});
