// Contractions on target `wasm` at sizes that cross every boundary of the plan: blocks of rows and of terms, panels of
// columns, tiles and their rests, operands in place and packed. All must equal the f64 reference.

import { setFlagsFromString } from "node:v8";
import { describe, expect, test } from "vitest";
import type { OpModule } from "../../../src/conformance/executor.ts";
import { batchSize, type Size } from "../../../src/ir/size.ts";
import { tensor } from "../../../src/ir/types.ts";
import { convolve } from "../../../src/ops/convolve.ts";
import { toPrims } from "../../../src/passes/index.ts";
import { evaluate, type NumberArray } from "../../../src/reference/evaluate.ts";
import { compileWasm, worst } from "../../support/compiled.ts";
import { everything } from "../../support/extent.ts";
import { lengthOf, numbers, opGraph } from "../../support/graphs.ts";

// Node 20 has relaxed SIMD behind a flag.
if (Number(process.versions.node.split(".")[0]) < 22) setFlagsFromString("--experimental-wasm-relaxed-simd");

async function compare(module: OpModule, batch: number, samplesOf: readonly number[], winograd = false): Promise<void> {
  const plain = toPrims(module).programs[0]!;
  const runs = samplesOf.map((samples) => {
    const inputs = new Map<string, NumberArray>();
    for (const node of module.programs[0]!.nodes)
      if (node.kind === "input")
        inputs.set(node.name, Float32Array.from(numbers(lengthOf(node.type, samples), node.id + 3, -1, 1)));
    return { samples, inputs, outputs: evaluate(plain, { batch: samples, inputs, slots: new Map() }).outputs };
  });
  // `npm test` takes what users get.
  for (const adds of everything ? [true, false] : [true])
    for (const variant of everything ? (["plain", "relaxed", "wide"] as const) : (["relaxed"] as const)) {
      const compiled = await compileWasm(toPrims(module, { adds, winograd }), batch, true, variant);
      for (const { samples, inputs, outputs } of runs) {
        const actual = compiled.run(plain.name, samples, inputs, new Map());
        for (const [name, values] of outputs)
          expect(
            worst(actual.outputs.get(name)!, values, winograd ? 5e-5 : 1e-5),
            `${name}, ${samples} samples, ${variant}, ${adds ? "adding" : "gathering"}`,
          ).toBeLessThan(1);
      }
    }
}

const convolution = (
  size: number,
  channels: number,
  filters: number,
  window: number,
  stride: number,
  padding: "valid" | "same",
  groups = 1,
): OpModule => {
  const sliding = { size: window, stride, dilation: 1, padding };
  const graph = opGraph(({ g, gradient }) => {
    const x = g.input("x", tensor("f32", batchSize, size, size, channels));
    const w = g.input("w", tensor("f32", window, window, channels / groups, filters));
    const y = convolve(g, x, w, [sliding, sliding], groups);
    const loss = g.sum(g.mul(y, g.input("scale", y.type)), [0, 1, 2, 3]);
    return { y, x: gradient(loss, x), w: gradient(loss, w) };
  });
  return { slots: [], programs: [graph] } as never;
};

/** The same under a gradient that is one for all places, as a global average gives: the maps' rows are no rows of it. */
const averaged = (size: number, channels: number, filters: number): OpModule => {
  const sliding = { size: 3, stride: 2, dilation: 1, padding: "same" } as const;
  const graph = opGraph(({ g, gradient }) => {
    const x = g.input("x", tensor("f32", batchSize, size, size, channels));
    const w = g.input("w", tensor("f32", 3, 3, channels, filters));
    const y = g.mean(convolve(g, x, w, [sliding, sliding], 1), [1, 2]);
    const loss = g.sum(g.mul(y, g.input("scale", y.type)), [0, 1]);
    return { y, x: gradient(loss, x), w: gradient(loss, w) };
  });
  return { slots: [], programs: [graph] } as never;
};

const product = (...[rows, terms, columns]: readonly [Size, number, number]): OpModule => {
  const graph = opGraph(({ g, gradient }) => {
    const x = g.input("x", tensor("f32", rows, terms));
    const w = g.input("w", tensor("f32", terms, columns));
    const y = g.dot(x, w);
    const loss = g.sum(g.mul(y, g.input("scale", y.type)), [0, 1]);
    return { y, x: gradient(loss, x), w: gradient(loss, w) };
  });
  return { slots: [], programs: [graph] } as never;
};

describe("convolutions", () => {
  for (const [size, channels, filters, window, stride, padding] of [
    [14, 24, 24, 3, 1, "same"],
    [14, 17, 20, 3, 1, "same"],
    [15, 33, 9, 3, 1, "valid"],
    [20, 8, 16, 3, 1, "same"],
    [9, 12, 40, 5, 1, "same"],
    [13, 24, 40, 3, 2, "same"],
    [14, 3, 7, 5, 2, "valid"],
    [7, 70, 5, 1, 1, "valid"],
    [4, 160, 18, 3, 1, "same"],
  ] as const)
    test(`${size} × ${size} × ${channels}, ${filters} filters of ${window}, stride ${stride}, ${padding}`, () =>
      compare(convolution(size, channels, filters, window, stride, padding), 3, [3, 1]));
});

// The gradient of the kernel sums all places of a window at a time, where their sums fit into registers.
describe("convolutions of each channel alone", () => {
  for (const [size, channels, window, stride, padding] of [
    [20, 16, 3, 1, "same"],
    [20, 8, 3, 1, "valid"],
    [22, 35, 3, 1, "same"],
    [38, 33, 3, 2, "same"],
    [21, 5, 2, 1, "valid"],
    [24, 20, 5, 1, "same"],
    [12, 40, 3, 1, "same"],
    [21, 3, 3, 1, "same"],
  ] as const)
    test(`${size} × ${size} × ${channels}, window ${window}, stride ${stride}, ${padding}`, () =>
      compare(convolution(size, channels, channels, window, stride, padding, channels), 9, [9, 1]));
});

/** Two convolutions, one after the other, over tiles. */
const stacked = (size: number, channels: number, filters: number): OpModule => {
  const sliding = { size: 3, stride: 1, dilation: 1, padding: "same" } as const;
  const graph = opGraph(({ g, gradient }) => {
    const x = g.input("x", tensor("f32", batchSize, size, size, channels));
    const first = g.input("first", tensor("f32", 3, 3, channels, filters));
    const second = g.input("second", tensor("f32", 3, 3, filters, filters));
    const middle = g.map("relu", convolve(g, x, first, [sliding, sliding], 1));
    const y = convolve(g, middle, second, [sliding, sliding], 1);
    const loss = g.sum(g.mul(y, g.input("scale", y.type)), [0, 1, 2, 3]);
    return { y, x: gradient(loss, x), first: gradient(loss, first), second: gradient(loss, second) };
  });
  return { slots: [], programs: [graph] } as never;
};

// From 64 tiles on, a sample's planes lie together and its products stay in the thread's memory.
describe("convolutions over tiles", () => {
  for (const [size, channels, filters] of [
    [32, 16, 12],
    [30, 16, 16],
    [12, 32, 32],
  ] as const)
    test(`${size} × ${size} × ${channels}, ${filters} filters`, async () => {
      const module = stacked(size, channels, filters);
      const { buffers } = (await compileWasm(toPrims(module, { adds: true, winograd: true }), 3)).loops;
      const planes = buffers.filter(({ role, length }) => role === "turn" && length >= 36 * 64 * filters);
      expect(planes.length > 0).toBe(size >= 29);
      await compare(module, 3, [3, 1], true);
    });
});

describe("convolutions before an average", () => {
  for (const [size, channels, filters] of [
    [4, 4, 16],
    [5, 12, 24],
    [4, 3, 16],
  ] as const)
    test(`${size} × ${size} × ${channels}, ${filters} filters`, () =>
      compare(averaged(size, channels, filters), 3, [3, 1]));
});

/** Few columns, and then a function of many instructions: its lanes run along the rows. */
const activated = (size: number, columns: number): OpModule => {
  const graph = opGraph(({ g, gradient }) => {
    const x = g.input("x", tensor("f32", batchSize, size, size, 7));
    const w = g.input("w", tensor("f32", 1, 1, 7, columns));
    const bias = g.input("bias", tensor("f32", columns));
    const sliding = { size: 1, stride: 1, dilation: 1, padding: "valid" } as const;
    const y = g.map("sigmoid", g.add(convolve(g, x, w, [sliding, sliding], 1), bias));
    const z = g.map("tanh", g.mul(g.input("other", y.type), bias));
    const loss = g.sum(g.mul(g.mul(y, z), g.input("scale", y.type)), [0, 1, 2, 3]);
    return { y, z, x: gradient(loss, x), w: gradient(loss, w), bias: gradient(loss, bias) };
  });
  return { slots: [], programs: [graph] } as never;
};

describe("products of few columns before a long function", () => {
  for (const [size, columns] of [
    [8, 3],
    [9, 2],
    [3, 3],
    [6, 1],
  ] as const)
    test(`${size} × ${size}, ${columns} columns`, () => compare(activated(size, columns), 5, [5, 2]));
});

describe("matrix products", () => {
  for (const [terms, columns] of [
    [400, 33],
    [784, 130],
    [5, 300],
    [64, 10],
    [33, 1],
    [385, 3],
    [1, 20],
  ] as const)
    test(`${terms} terms, ${columns} columns`, () => compare(product(batchSize, terms, columns), 130, [130, 67, 1]));
});
