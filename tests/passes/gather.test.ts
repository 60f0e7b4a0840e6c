// Gather form computes the same as scatter form, and reads and writes in range after padding.

import { describe, expect, test } from "vitest";
import type { Value } from "../../src/ir/builder.ts";
import type { Access, Address, NamedLoop, Node, Prim, PrimGraph } from "../../src/ir/graph.ts";
import { graphBuilder } from "../../src/ir/graphBuilder.ts";
import { batchSize, type Size } from "../../src/ir/size.ts";
import { tensor } from "../../src/ir/types.ts";
import { verifyGraph } from "../../src/ir/verify.ts";
import { gather, isGather } from "../../src/passes/gather.ts";
import { pad, readsInside } from "../../src/passes/pad.ts";
import { evaluate } from "../../src/reference/evaluate.ts";
import { lengthOf, moduleOf, numbers, primGraph } from "../support/graphs.ts";

const at = (name: string, stride = 1, offset = 0): Address => ({ offset, strides: { [name]: stride } });
const sum = (offset: number, strides: Record<string, number>): Address => ({ offset, strides });

interface Case {
  readonly loops: Record<string, Size>;
  readonly shape: readonly Size[];
  readonly out: Access;
  readonly lhs: readonly [readonly Size[], Access];
  readonly rhs: readonly [readonly Size[], Access];
  readonly onto?: boolean;
}

function graphOf({ loops, shape, out, lhs, rhs, onto }: Case): PrimGraph {
  const named: NamedLoop[] = Object.entries(loops).map(([name, extent]) => ({ name, extent }));
  return primGraph((g) => ({
    y: g.contract({
      loops: named,
      shape,
      out,
      lhs: g.input("lhs", tensor("f32", ...lhs[0])),
      left: lhs[1],
      rhs: g.input("rhs", tensor("f32", ...rhs[0])),
      right: rhs[1],
      ...(onto === true ? { onto: g.input("onto", tensor("f32", ...shape)) } : {}),
    }),
  }));
}

/** Runs both passes and compares every stage with the graph as it was. Returns the number of contracts after `gather`. */
function check(c: Case, batch = 2): number {
  const before = graphOf(c);
  const gathered = gather.run(moduleOf(before)).programs[0]!;
  const padded = pad.run(moduleOf(gathered)).programs[0]!;
  const inputs = new Map(
    before.nodes.flatMap((node) =>
      node.kind === "input" ? [[node.name, numbers(lengthOf(node.type, batch), node.name.charCodeAt(0))] as const] : [],
    ),
  );
  const run = (graph: PrimGraph) => [...evaluate(graph, { batch, inputs, slots: new Map() }).outputs.get("y")!];
  const expected = run(before);
  for (const graph of [gathered, padded]) {
    expect(verifyGraph(graph, [])).toEqual([]);
    const found = run(graph);
    const worst = expected.reduce((max, x, i) => Math.max(max, Math.abs(x - found[i]!)), 0);
    expect(found.length).toBe(expected.length);
    expect(worst).toBeLessThan(1e-12);
  }
  const contracts = (graph: PrimGraph) => graph.nodes.filter((node) => node.kind === "contract");
  for (const node of contracts(gathered)) expect(isGather({ ...node, shape: node.type.shape } as never)).toBe(true);
  for (const node of contracts(padded)) {
    const contract = node as Extract<Node<Prim>, { kind: "contract" }>;
    expect(readsInside(contract.left, padded.nodes[contract.lhs]!.type.shape, contract.loops)).toBe(true);
    expect(readsInside(contract.right, padded.nodes[contract.rhs]!.type.shape, contract.loops)).toBe(true);
  }
  return contracts(gathered).length;
}

/** The gradient of a one-dimensional convolution by its input: `x[n, s·y + d·k - p] += g[n, y, f] · w[k, f]`. */
const inputGradient = (
  size: number,
  kernel: number,
  stride: number,
  dilation: number,
  padding: number,
): Case | undefined => {
  const reach = (kernel - 1) * dilation + 1;
  const windows = Math.floor((size + 2 * padding - reach) / stride) + 1;
  if (windows < 1) return undefined;
  return {
    loops: { n: batchSize, y: windows, f: 2, k: kernel },
    shape: [batchSize, size],
    out: [at("n"), sum(-padding, { y: stride, k: dilation })],
    lhs: [
      [batchSize, windows, 2],
      [at("n"), at("y"), at("f")],
    ],
    rhs: [
      [kernel, 2],
      [at("k"), at("f")],
    ],
  };
};

describe("the input gradient of convolutions", () => {
  for (const stride of [1, 2, 3, 4])
    for (const dilation of [1, 2, 3, 4])
      test(`stride ${stride}, dilation ${dilation}, any padding and kernel up to 4`, () => {
        for (const padding of [0, 1, 2, 3, 4])
          for (const kernel of [1, 2, 3, 4])
            for (const size of [1, 5, 8, 13]) {
              const c = inputGradient(size, kernel, stride, dilation, padding);
              if (c !== undefined) check(c);
            }
      });

  test("two axes, each with its own stride, dilation and padding", () => {
    for (const [s, d, p] of [
      [1, 2, 1],
      [2, 1, 0],
      [3, 2, 2],
    ] as const) {
      const parts = check({
        loops: { n: batchSize, y: 4, x: 3, ky: 3, kx: 2, c: 2, f: 3 },
        shape: [batchSize, 9, 7, 2],
        out: [at("n"), sum(-p, { y: s, ky: d }), sum(-1, { x: 2, kx: 1 }), at("c")],
        lhs: [
          [batchSize, 4, 3, 3],
          [at("n"), at("y"), at("x"), at("f")],
        ],
        rhs: [
          [3, 2, 2, 3],
          [at("ky"), at("kx"), at("c"), at("f")],
        ],
      });
      expect(parts).toBe(s * 2);
    }
  });
});

describe("other products", () => {
  test("a matrix product stays one contract", () => {
    expect(
      check({
        loops: { n: batchSize, u: 3, k: 4 },
        shape: [batchSize, 3],
        out: [at("n"), at("u")],
        lhs: [
          [batchSize, 4],
          [at("n"), at("k")],
        ],
        rhs: [
          [4, 3],
          [at("k"), at("u")],
        ],
      }),
    ).toBe(1);
  });
  test("an index that leaves the result is cut off", () => {
    for (const [stride, offset] of [
      [1, -2],
      [2, -3],
      [3, 4],
      [-1, 2],
      [-2, 9],
      [1, 20],
    ] as const)
      check({
        loops: { i: 6 },
        shape: [7],
        out: [at("i", stride, offset)],
        lhs: [[6], [at("i")]],
        rhs: [[], []],
      });
  });
  test("negative strides", () => {
    for (const a of [-3, -2, -1, 1])
      for (const b of [-2, -1, 3])
        check({
          loops: { i: 5, j: 3 },
          shape: [11],
          out: [sum(5, { i: a, j: b })],
          lhs: [[5], [at("i")]],
          rhs: [[3], [at("j")]],
        });
  });
  test("three loops in one index", () => {
    for (const strides of [
      { i: 2, j: 1, k: 3 },
      { i: 3, j: 3, k: 2 },
      { i: 4, j: 2, k: 1 },
    ])
      check({
        loops: { i: 4, j: 3, k: 2 },
        shape: [12],
        out: [sum(-1, strides)],
        lhs: [
          [4, 3],
          [at("i"), at("j")],
        ],
        rhs: [
          [3, 2],
          [at("j"), at("k")],
        ],
      });
  });
  test("loops that no read bounds", () => {
    check({
      loops: { i: 4, j: 3 },
      shape: [9],
      out: [sum(0, { i: 2, j: 1 })],
      lhs: [[9], [sum(0, { i: 1, j: 2 })]],
      rhs: [[], []],
    });
    check({ loops: { i: 4, j: 3 }, shape: [9], out: [sum(1, { i: 2, j: 1 })], lhs: [[], []], rhs: [[], []] });
  });
  test("a loop in two indices", () => {
    check({ loops: { i: 4 }, shape: [4, 5], out: [at("i"), at("i", 1, 1)], lhs: [[4], [at("i")]], rhs: [[], []] });
    check({
      loops: { i: 3, j: 2 },
      shape: [3, 7, 3],
      out: [at("i"), sum(0, { i: 2, j: 1 }), at("i")],
      lhs: [[3], [at("i")]],
      rhs: [[2], [at("j")]],
    });
  });
  test("a product that scatters onto a value leaves what it does not write", () => {
    check({
      loops: { i: 3, j: 2 },
      shape: [9],
      out: [sum(0, { i: 3, j: 1 })],
      lhs: [[3], [at("i")]],
      rhs: [[2], [at("j")]],
      onto: true,
    });
  });
});

test("reads of one value out of range share one copy with zeros around; others read the value itself", () => {
  const graph = primGraph((g) => {
    const x = g.input("x", tensor("f32", batchSize, 5));
    const w = g.input("w", tensor("f32", 3));
    const read = (offset: number, extent: number): Value =>
      g.contract({
        loops: [
          { name: "n", extent: batchSize },
          { name: "y", extent },
          { name: "k", extent: 3 },
        ],
        shape: [batchSize, extent],
        out: [at("n"), at("y")],
        lhs: x,
        left: [at("n"), sum(offset, { y: 1, k: 1 })],
        rhs: w,
        right: [at("k")],
      });
    return { a: read(-2, 5), b: read(0, 6), c: read(0, 3) };
  });
  const padded = pad.run(moduleOf(graph)).programs[0]!;
  const pads = padded.nodes.flatMap((node) => (node.kind === "pad" ? [[node.before, node.after]] : []));
  expect(pads).toEqual([
    [
      [0, 2],
      [0, 3],
    ],
  ]);
  const inputs = new Map([
    ["x", numbers(10, 1)],
    ["w", numbers(3, 2)],
  ]);
  const run = (g: PrimGraph) => evaluate(g, { batch: 2, inputs, slots: new Map() }).outputs;
  expect(run(padded)).toEqual(run(graph));
});

test("gather only copies graphs without products that scatter", () => {
  const nodes: Node<Prim>[] = [];
  const g = graphBuilder((node) => nodes.push({ ...node, id: nodes.length } as Node<Prim>) - 1);
  const y: Value = g.map("exp", g.input("x", tensor("f32", 3)));
  const graph: PrimGraph = { name: "p", nodes, outputs: [{ name: "y", value: y.id }], updates: [] };
  expect(gather.run(moduleOf(graph)).programs[0]).toEqual(graph);
});
