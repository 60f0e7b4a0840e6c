// Calls over up to eight axes on the backends of TensorFlow.js, as target tfjs makes them and as an exported graph holds them:
// equal to the f64 evaluator. tests/support/kernelAxes.ts checks that no call has more axes than every backend takes.

import { describe, expect, test } from "vitest";
import { exportModel } from "../../src/export/tfjs/model.ts";
import type { Builder, Value } from "../../src/ir/builder.ts";
import type { PrimGraph } from "../../src/ir/graph.ts";
import { batchSize, type Size } from "../../src/ir/size.ts";
import { tensor } from "../../src/ir/types.ts";
import { evaluate, type NumberArray } from "../../src/reference/evaluate.ts";
import { worst } from "../support/compiled.ts";
import { openModel, predictWith, tensorFlow } from "../support/graphModel.ts";
import { lengthOf, numbers, primGraph } from "../support/graphs.ts";
import { compileTfjs, tfjsBackends } from "../support/tfjs.ts";

const samples = 3;
const sizes = [2, 3, 1, 2, 2, 3, 2];
const shapeOf = (rank: number): readonly Size[] => [batchSize, ...sizes.slice(0, rank - 1)];
/** Every second axis as it is, the others of size 1. */
const halved = (rank: number): readonly Size[] => shapeOf(rank).map((size, axis) => (axis % 2 === 0 ? size : 1));
const axesOf = (rank: number, odd: number): readonly number[] =>
  shapeOf(rank).flatMap((_, axis) => (axis % 2 === odd ? [axis] : []));

/** What is done to a value `x` of that rank. `small` has size 1 along every second axis, `last` only the last axis. */
const calls: Readonly<Record<string, (g: Builder, x: Value, rank: number, small: Value, last: Value) => Value>> = {
  "one function of elements": (g, x) => g.map("tanh", x),
  sum: (g, x) => g.add(x, g.map("exp", x)),
  "a sum with what is spread over every second axis": (g, x, _, small) => g.add(x, small),
  "a difference with what is spread over all axes but the last": (g, x, _, __, last) => g.sub(x, last),
  "a product of two that are spread, each over other axes": (g, x, rank, small) =>
    g.mul(small, g.reduce("sum", x, axesOf(rank, 0), true)),
  "a square of a difference": (g, x, _, small) => {
    const difference = g.sub(x, small);
    return g.mul(difference, difference);
  },
  "a choice": (g, x, _, small, last) => g.select(g.map("gt", x, small), x, last),
  "a number added": (g, x) => g.add(x, 3),
  "a sum over every second axis": (g, x, rank) => g.sum(x, axesOf(rank, 1)),
  "a sum over the others": (g, x, rank) => g.sum(x, axesOf(rank, 0)),
  "a sum over all axes": (g, x, rank) =>
    g.sum(
      x,
      shapeOf(rank).map((_, axis) => axis),
    ),
  "a maximum that stays in place": (g, x, rank) => g.sub(x, g.max(x, axesOf(rank, 1), true)),
  "a mean": (g, x, rank) => g.mean(x, axesOf(rank, 1)),
  "a mean that stays in place": (g, x, rank) => g.sub(x, g.mean(x, axesOf(rank, 1), true)),
  "the place of the largest": (g, x, rank) => g.cast(g.argReduce("max", x, rank >> 1), "f32"),
  "the opposite order": (g, x, rank) =>
    g.transpose(
      x,
      shapeOf(rank).map((_, axis) => rank - 1 - axis),
    ),
  "pairs of axes exchanged": (g, x, rank) =>
    g.transpose(
      x,
      shapeOf(rank).map((_, axis) => (axis === rank - 1 && rank % 2 === 1 ? axis : axis ^ 1)),
    ),
  "the first axis last": (g, x, rank) =>
    g.transpose(x, [
      ...shapeOf(rank)
        .slice(1)
        .map((_, axis) => axis + 1),
      0,
    ]),
  "spread as it is": (g, _, rank, small) => g.transpose(g.broadcastTo(small, shapeOf(rank)), [...shapeOf(rank).keys()]),
  "places along an axis": (g, x, rank) => g.add(x, g.cast(g.iota(tensor("i32", ...shapeOf(rank)), rank - 2), "f32")),
  "a part": (g, x, rank) =>
    g.slice(
      x,
      shapeOf(rank).map((size) => (size === 3 ? 1 : 0)),
      shapeOf(rank).map((size) => (size === 3 ? 2 : size)),
    ),
  "every second": (g, x, rank) =>
    g.slice(
      x,
      shapeOf(rank).map(() => 0),
      shapeOf(rank).map((size) => (size === 3 ? 2 : size)),
      shapeOf(rank).map((size) => (size === 3 ? 2 : 1)),
    ),
  surrounded: (g, x, rank) =>
    g.pad(
      x,
      shapeOf(rank).map((_, axis) => (axis > 0 && axis % 2 === 0 ? 1 : 0)),
      shapeOf(rank).map((_, axis) => (axis % 3 === 1 ? 2 : 0)),
      -1,
    ),
  "joined along an axis": (g, x, rank) => g.concat([x, g.map("neg", x), x], rank >> 1),
  "shares of the last axis": (g, x, rank) => softmax(g, x, rank - 1),
  "logarithms of shares of the last axis": (g, x, rank) => {
    const centred = g.sub(x, g.max(x, [rank - 1], true));
    return g.sub(centred, g.map("log", g.sum(g.map("exp", centred), [rank - 1], true)));
  },
  "a product over two axes that lie apart": (g, x, rank) => {
    const names = shapeOf(rank).map((_, axis) => `a${axis}`);
    const at = (name: string) => ({ offset: 0, strides: { [name]: 1 } });
    const loops = names.map((name, axis) => ({ name, extent: shapeOf(rank)[axis]! }));
    const out = names.filter((_, axis) => axis !== 1 && axis !== rank - 2).toReversed();
    const extent = (name: string): Size => loops.find((loop) => loop.name === name)!.extent;
    return g.contract({
      loops,
      shape: out.map(extent),
      out: out.map(at),
      lhs: x,
      left: names.map(at),
      rhs: g.map("sin", x),
      right: names.map(at),
    });
  },
};

function softmax(g: Builder, x: Value, axis: number): Value {
  const powers = g.map("exp", g.sub(x, g.max(x, [axis], true)));
  return g.div(powers, g.sum(powers, [axis], true));
}

const graphs = [5, 7, 8].flatMap((rank) =>
  Object.entries(calls).map(([title, call]) => {
    const graph = primGraph((g) => {
      const [x, small] = [shapeOf(rank), halved(rank)].map((shape, i) => g.input(`x${i}`, tensor("f32", ...shape)));
      const others = shapeOf(rank - 1).map((_, axis) => axis);
      return { y: call(g, x!, rank, small!, g.max(x!, others, true)) };
    });
    return { title: `${title}, ${rank} axes`, graph };
  }),
);

const inputsOf = (graph: PrimGraph) =>
  graph.nodes.flatMap((node) => (node.kind === "input" ? [{ name: node.name, type: node.type }] : []));
const valuesOf = (graph: PrimGraph): ReadonlyMap<string, NumberArray> =>
  new Map(
    inputsOf(graph).map(({ name, type }, i) => [name, Float32Array.from(numbers(lengthOf(type, samples), i, -2, 2))]),
  );
const expectedOf = (graph: PrimGraph, inputs: ReadonlyMap<string, NumberArray>): NumberArray =>
  evaluate(graph, { batch: samples, inputs, slots: new Map(), definitions: [] }).outputs.get("y")!;

for (const { name, select } of await tfjsBackends())
  describe.skipIf(select === undefined)(`target tfjs on ${name}`, () => {
    test.each(graphs)("$title", async ({ graph }) => {
      const inputs = valuesOf(graph);
      const loaded = compileTfjs(await select!(), { slots: [], programs: [graph] });
      const actual = loaded.run(graph.name, samples, inputs, new Map()).outputs.get("y")!;
      expect(worst(actual, expectedOf(graph, inputs), 1e-5)).toBeLessThan(1);
      loaded.close?.();
    });
  });

describe.each(Object.entries(tensorFlow))("an exported graph on %s", async (_, load) => {
  if ((await load()) === undefined) return test.skip("it is not installed");
  test.each(graphs)("$title", async ({ graph }) => {
    const tf = (await load())!;
    const inputs = valuesOf(graph);
    const exported = exportModel({ graph, weights: new Map(), inputs: inputsOf(graph), metadata: {} });
    if ("unexportable" in exported) throw new Error(exported.unexportable.what);
    const opened = await openModel(tf, exported.files);
    const types = Object.fromEntries(inputsOf(graph).map(({ name, type }) => [name, type]));
    const actual = predictWith(tf, opened, types, inputs, samples, ["y"]).get("y")!;
    expect(worst(actual, expectedOf(graph, inputs), 1e-5)).toBeLessThan(1);
    opened.dispose();
  });
});
