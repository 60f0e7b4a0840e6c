// Schedules of small programs: their loops as text in tests/golden/loops, and their values against the evaluator. Each shows
// one rule of fusion, of the memory plan or of updates. `UPDATE=1` writes the texts anew.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Builder, Value } from "../../src/ir/builder.ts";
import type { Gradient, Module, Prim, Slot } from "../../src/ir/graph.ts";
import { parseLoops } from "../../src/ir/loopParse.ts";
import { printLoops } from "../../src/ir/loopText.ts";
import { batchSize } from "../../src/ir/size.ts";
import { tensor } from "../../src/ir/types.ts";
import { type PrimOptions, toPrims } from "../../src/passes/index.ts";
import { applyUpdates, evaluate, readSlot } from "../../src/reference/evaluate.ts";
import { type ScheduleOptions, schedule } from "../../src/schedule/schedule.ts";
import { loadKernels } from "../../src/targets/js/run.ts";
import { compiledFrom, worst } from "../support/compiled.ts";
import { lengthOf, numbers, opGraph } from "../support/graphs.ts";

interface Golden {
  readonly name: string;
  readonly slots?: readonly Slot[];
  /** Outputs by name; one called `next x` is the new value of slot `x`. */
  build(g: Builder, gradient: (of: Value, wrt: Value) => Value): Record<string, Value>;
  readonly prims?: PrimOptions;
  readonly options?: Omit<ScheduleOptions, "batch">;
  /** What the text must have, so that a case goes on showing its rule. */
  readonly shows: RegExp;
}

const BATCH = 3;
const pictures = tensor("f32", batchSize, 6, 6, 2);
const rows = tensor("f32", batchSize, 5);
const along = (size: number, stride = size, before = 0, after = 0) => ({ size, stride, dilation: 1, before, after });
const still = along(1);
const slot = (name: string, ...shape: readonly number[]): Slot => ({
  name,
  type: tensor("f32", ...shape),
  role: "weight",
});

/** `x[n, y + i, x + j, c] · w[i, j, c, f]` over windows of 3 × 3, without padding. */
function convolution(g: Builder, x: Value, w: Value): Value {
  const index = (...loops: readonly string[]) => ({
    offset: 0,
    strides: Object.fromEntries(loops.map((loop) => [loop, 1])),
  });
  const loop = (name: string, extent: number) => ({ name, extent });
  return g.contract({
    loops: [
      { name: "n", extent: batchSize },
      loop("y", 4),
      loop("x", 4),
      loop("f", 3),
      loop("i", 3),
      loop("j", 3),
      loop("c", 2),
    ],
    shape: [batchSize, 4, 4, 3],
    out: [index("n"), index("y"), index("x"), index("f")],
    lhs: x,
    left: [index("n"), index("y", "i"), index("x", "j"), index("c")],
    rhs: w,
    right: [index("i"), index("j"), index("c"), index("f")],
  });
}

const cases: readonly Golden[] = [
  {
    name: "steps-move-from-row-to-row",
    slots: [slot("w", 2, 2)],
    build(g, gradient) {
      const x = g.input("x", tensor("f32", batchSize, 4, 2));
      const w = g.param("w", tensor("f32", 2, 2));
      const { stacked } = g.scan({
        length: 4,
        init: [g.constant(0, tensor("f32", batchSize, 2))],
        over: [g.transpose(x, [1, 0, 2])],
        captures: [w],
        step(b, { carried: [state], slices: [slice], captures: [kernel] }) {
          const next = b.map("tanh", b.add(b.dot(state!, kernel!), slice!));
          return { carried: [next], stacked: [next] };
        },
      });
      const loss = g.sum(g.mul(stacked[0]!, stacked[0]!), [0, 1, 2]);
      return { loss, "next w": g.sub(w, gradient(loss, w)) };
    },
    // The way back goes from the last row to the first.
    shows: /repeat 4 \(.*\+ 6.*\n[\s\S]*repeat 4 \(.*- 6/,
  },
  {
    name: "slices-of-a-step-in-rows",
    build(g) {
      const x = g.input("x", tensor("f32", batchSize, 3, 4, 2));
      const { stacked } = g.scan({
        length: 4,
        init: [],
        over: [g.transpose(x, [2, 0, 1, 3])],
        captures: [],
        step: (b, { slices: [slice] }) => ({
          carried: [],
          stacked: [b.sum(b.reshape(slice!, [batchSize, 2, 3]), [2])],
        }),
      });
      return { y: stacked[0]! };
    },
    // The elements of a slice lie apart in `x`. A reshape that splits axes anew needs them one behind the other.
    shows: /each \[\]\n +store f_test_copy[\s\S]*repeat 4 \(.*f_test_copy \+ 18/,
  },
  {
    name: "point-joins-product",
    slots: [slot("w", 5, 4), slot("b", 4)],
    build: (g) => {
      const product = g.dot(g.input("x", rows), g.param("w", tensor("f32", 5, 4)));
      return { y: g.map("relu", g.add(product, g.param("b", tensor("f32", 4)))) };
    },
    shows: /^ {2}kernel(?![\s\S]*\n {2}kernel)/m,
  },
  {
    name: "rows-of-softmax",
    build: (g) => {
      const x = g.input("x", rows);
      const powers = g.map("exp", g.sub(x, g.max(x, [-1], true)));
      return { y: g.div(powers, g.sum(powers, [-1], true)) };
    },
    shows: /reduce max[\s\S]*reduce sum[\s\S]*each/,
  },
  {
    name: "memory-of-a-turn",
    build: (g) => {
      const x = g.input("x", rows);
      const powers = g.map("exp", g.sub(x, g.max(x, [-1], true)));
      return { y: g.div(powers, g.sum(powers, [-1], true)) };
    },
    options: { turnMemory: true },
    // The powers of a sample are needed in its turn alone.
    shows: /buffer f_\w+: f32\[5\] turn at/,
  },
  {
    name: "rows-of-a-product-stay-apart",
    slots: [slot("w", 5, 5)],
    build: (g) => {
      const y = g.dot(g.input("x", rows), g.param("w", tensor("f32", 5, 5)));
      return { y: g.sub(y, g.max(y, [-1], true)) };
    },
    shows: /kernel[\s\S]*kernel/,
  },
  {
    name: "many-rows-of-a-product-in-one-turn",
    slots: [slot("w", 5, 4)],
    build: (g) => {
      const y = g.dot(g.input("x", tensor("f32", batchSize, 64, 5)), g.param("w", tensor("f32", 5, 4)));
      return { y, most: g.max(y, [-1]) };
    },
    options: { joinContracts: true },
    // The rows of a sample share a tile; a turn for each row would fill one with a single row.
    shows: /kernel f_01\S+ \[\w+<=3\] [\s\S]*reduce sum[\s\S]*reduce max(?![\s\S]*kernel f_02)/,
  },
  {
    name: "window-written-out",
    build: (g) => ({ y: g.windowReduce("max", g.input("x", pictures), [still, along(2), along(2), still]) }),
    shows: /max\(max\(max\(/,
  },
  {
    name: "window-with-border",
    build: (g) => ({
      y: g.windowReduce("max", g.input("x", pictures), [still, along(3, 2, 1, 1), along(3, 2, 1, 1), still]),
    }),
    shows: /reduce max[\s\S]* if .* in <6/,
  },
  {
    name: "window-gradient-disjoint",
    build: (g, gradient) => {
      const x = g.input("x", pictures);
      const y = g.windowReduce("max", x, [still, along(2), along(2), still]);
      return { dx: gradient(g.sum(g.map("square", y), [0, 1, 2, 3]), x) };
    },
    shows: /let %better1: bool/,
  },
  {
    name: "window-gradient-scattered",
    build: (g, gradient) => {
      const x = g.input("x", pictures);
      const y = g.windowReduce("max", x, [still, along(3, 2), along(3, 2), still]);
      return { dx: gradient(g.sum(g.map("square", y), [0, 1, 2, 3]), x) };
    },
    shows: /scatter max/,
  },
  {
    name: "table-as-arithmetic",
    build: (g) => ({
      y: g.contract({
        loops: [
          { name: "n", extent: batchSize },
          { name: "p", extent: 3 },
          { name: "k", extent: 5 },
        ],
        shape: [batchSize, 3],
        out: [
          { offset: 0, strides: { n: 1 } },
          { offset: 0, strides: { p: 1 } },
        ],
        lhs: g.constant([1, -1, 0, 2, 0, 1, 1, 0, 2, 0, 0, 0, 0.5, 0, 1], tensor("f32", 3, 5)),
        left: [
          { offset: 0, strides: { p: 1 } },
          { offset: 0, strides: { k: 1 } },
        ],
        rhs: g.input("x", rows),
        right: [
          { offset: 0, strides: { n: 1 } },
          { offset: 0, strides: { k: 1 } },
        ],
      }),
    }),
    shows: /mul\(%x3, 2\)/,
  },
  {
    name: "product-added-where-windows-overlap",
    slots: [slot("w", 3, 3, 2, 3)],
    build: (g, gradient) => {
      const x = g.input("x", pictures);
      const y = convolution(g, x, g.param("w", tensor("f32", 3, 3, 2, 3)));
      return { dx: gradient(g.sum(g.map("square", y), [0, 1, 2, 3]), x) };
    },
    prims: { adds: true },
    options: { sampleSums: false },
    shows: /kernel/,
  },
  {
    name: "sum-over-the-batch-in-chunks",
    slots: [slot("w", 5, 4)],
    build: (g, gradient) => {
      const w = g.param("w", tensor("f32", 5, 4));
      const y = g.dot(g.input("x", rows), w);
      return { dw: gradient(g.sum(g.map("square", y), [0, 1]), w) };
    },
    shows: /chunk 0/,
  },
  {
    name: "updates-in-order",
    slots: [slot("a", 4), slot("b", 4), slot("c", 4)],
    build: (g) => {
      const [a, b, c] = ["a", "b", "c"].map((name) => g.param(name, tensor("f32", 4)));
      // Each is read before it is written: c, then b, then a.
      return { "next a": g.map("neg", a!), "next b": g.add(a!, b!), "next c": g.mul(b!, c!) };
    },
    shows: /store c\[[\s\S]*store b\[[\s\S]*store a\[/,
  },
  {
    name: "updates-that-exchange",
    slots: [slot("a", 2, 3), slot("b", 3, 2)],
    build: (g) => {
      const [a, b] = [g.param("a", tensor("f32", 2, 3)), g.param("b", tensor("f32", 3, 2))];
      return { "next a": g.transpose(b, [1, 0]), "next b": g.transpose(a, [1, 0]) };
    },
    shows: /_next_/,
  },
  {
    name: "memory-is-used-again",
    slots: [slot("w", 5, 5)],
    build: (g) => {
      const w = g.param("w", tensor("f32", 5, 5));
      let x = g.input("x", rows);
      for (let i = 0; i < 4; i++) x = g.dot(x, w);
      return { y: x };
    },
    shows: /temporary at (\d+)\n[\s\S]*temporary at \1\n/,
  },
  {
    name: "rows-at-indices",
    slots: [slot("table", 6, 40)],
    build: (g, gradient) => {
      const table = g.param("table", tensor("f32", 6, 40));
      const indices = g.map("mod", g.iota(tensor("i32", batchSize, 4), 1), 3);
      const found = g.map("tanh", g.gather(table, indices, 0));
      return { y: found, "next table": g.sub(table, gradient(g.sum(found, [0, 1, 2]), table)) };
    },
    // Rows are read and written at the turn that an index names; parts of rows run in any order, rows in theirs.
    shows: /\[row<6 at [\s\S]*each \[n<=3, j<4, row<6 at .*\n *add /,
  },
  {
    name: "sum-of-rows-in-place",
    slots: [slot("table", 4, 3), slot("b", 3)],
    build: (g, gradient) => {
      const table = g.param("table", tensor("f32", 4, 3));
      const b = g.param("b", tensor("f32", 3));
      const indices = g.map("mod", g.iota(tensor("i32", batchSize, 2), 1), 4);
      const loss = g.sum(g.map("tanh", g.add(g.gather(table, indices, 0), b)), [0, 1, 2]);
      return { all: g.map("abs", g.concat([gradient(loss, b), g.reshape(gradient(loss, table), [12])], 0)) };
    },
    // The gradient of the table is never copied: its rows are added where all gradients lie.
    shows: /fill (\w+)\[3\] count 12 = 0\n.*\n *add \1\[/,
  },
  {
    name: "compared-values-are-rounded",
    slots: [slot("b", 5)],
    build: (g, gradient) => {
      const x = g.input("x", rows);
      const y = g.add(x, g.param("b", tensor("f32", 5)));
      return { dx: gradient(g.sum(g.max(y, [1]), [0]), x) };
    },
    shows: /eq\(f32\(|let %\w+: f32 = f32\(/,
  },
];

function moduleOf({ slots = [], build }: Golden): Module<Prim | Gradient> {
  const graph = opGraph(({ g, gradient }) => build(g, gradient), "f");
  const next = graph.outputs.filter(({ name }) => name.startsWith("next "));
  const program = {
    ...graph,
    outputs: graph.outputs.filter((output) => !next.includes(output)),
    updates: next.map(({ name, value }) => ({ slot: name.slice("next ".length), value })),
  };
  return { slots, programs: [program] } as Module<Prim | Gradient>;
}

/** Thirds have as many digits as there is room for: their sums have to be rounded. */
const values = (length: number, seed: number): Float32Array => Float32Array.from(numbers(length, seed), (x) => x / 3);

test.each(cases)("$name", (golden) => {
  const prims = toPrims(moduleOf(golden), golden.prims);
  const loops = schedule(prims, { batch: BATCH, ...golden.options });
  const text = printLoops(loops);
  const path = `tests/golden/loops/${golden.name}.txt`;
  if (process.env.UPDATE !== undefined) writeFileSync(path, text);
  expect(existsSync(path), `${path} is missing: UPDATE=1 writes it`).toBe(true);
  expect(text).toBe(readFileSync(path, "utf8"));
  expect(text).toMatch(golden.shows);
  expect(printLoops(parseLoops(text))).toBe(text);

  const graph = prims.programs[0]!;
  const inputs = new Map(
    graph.nodes.flatMap((node) =>
      node.kind === "input" ? [[node.name, values(lengthOf(node.type, BATCH), 3)] as const] : [],
    ),
  );
  const slots = new Map(prims.slots.map(({ name, type }, i) => [name, values(lengthOf(type, 1), 11 + i)] as const));
  const { outputs, updates } = evaluate(graph, { batch: BATCH, inputs, slots, definitions: prims.slots });
  const after = applyUpdates(slots, prims.slots, updates);
  const actual = compiledFrom(loops, loadKernels(loops)).run("f", BATCH, inputs, slots);
  for (const [name, wanted] of outputs)
    expect(worst(actual.outputs.get(name)!, wanted, 1e-5), name).toBeLessThanOrEqual(1);
  for (const { name } of prims.slots)
    expect(worst(actual.slots.get(name)!, readSlot(after, prims.slots, name), 1e-5), name).toBeLessThanOrEqual(1);
});
