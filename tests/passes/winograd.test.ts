// Winograd's convolution: the same value and gradients as the plain sum, in f64 to rounding, and in f32 within a bound.

import { describe, expect, test } from "vitest";
import type { OpModule } from "../../src/conformance/executor.ts";
import type { Slot } from "../../src/ir/graph.ts";
import { batchSize } from "../../src/ir/size.ts";
import { tensor } from "../../src/ir/types.ts";
import { convolve } from "../../src/ops/convolve.ts";
import type { Sliding } from "../../src/ops/sliding.ts";
import { toPrims } from "../../src/passes/index.ts";
import { transformsFor } from "../../src/passes/winograd.ts";
import { evaluate, type NumberArray } from "../../src/reference/evaluate.ts";
import { compileWasm, worst } from "../support/compiled.ts";
import { lengthOf, numbers, opGraph } from "../support/graphs.ts";

interface Case {
  readonly size: number;
  readonly channels: number;
  readonly filters: number;
  readonly padding: "valid" | "same";
}
const cases: readonly Case[] = [
  { size: 13, channels: 32, filters: 32, padding: "valid" },
  { size: 5, channels: 32, filters: 64, padding: "valid" },
  { size: 8, channels: 32, filters: 32, padding: "same" },
  { size: 7, channels: 36, filters: 40, padding: "same" },
];

const slots: readonly Slot[] = [];
function moduleOf({ size, channels, filters, padding }: Case): OpModule {
  const window: Sliding = { size: 3, stride: 1, dilation: 1, padding };
  const graph = opGraph(({ g, gradient }) => {
    const x = g.input("x", tensor("f32", batchSize, size, size, channels));
    const w = g.input("w", tensor("f32", 3, 3, channels, filters));
    const y = convolve(g, x, w, [window, window], 1);
    const loss = g.sum(g.mul(y, g.input("scale", y.type)), [0, 1, 2, 3]);
    return { y, x: gradient(loss, x), w: gradient(loss, w) };
  });
  return { slots, programs: [graph] } as never;
}

/** `Aᵀ[(G w) ⊙ (Bᵀ x)]` for one row. */
const filtered = (tile: number, x: readonly number[], w: readonly number[]): readonly number[] => {
  const { result, kernel, input } = transformsFor(tile);
  const dot = (row: readonly number[], v: readonly number[]): number => row.reduce((s, a, i) => s + a * v[i]!, 0);
  const products = kernel.map((row, k) => dot(row, w) * dot(input[k]!, x));
  return result.map((row) => dot(row, products));
};

describe("transforms", () => {
  for (const tile of [2, 3, 4])
    test(`tiles of ${tile}`, () => {
      const x = [...numbers(tile + 2, 5)];
      const w = [...numbers(3, 6)];
      const expected = Array.from({ length: tile }, (_, i) => w.reduce((s, v, k) => s + v * x[i + k]!, 0));
      expect(worst(filtered(tile, x, w), expected, 1e-12, 0)).toBeLessThan(1);
    });
});

const BATCH = 3;
describe("convolutions over tiles", () => {
  for (const one of cases)
    test(`${one.size} × ${one.size}, ${one.channels} channels, ${one.filters} filters, ${one.padding}`, async () => {
      const module = moduleOf(one);
      const plain = toPrims(module).programs[0]!;
      const tiled = toPrims(module, { adds: true, winograd: true });
      const graph = tiled.programs[0]!;
      expect(graph.nodes.some((n) => n.kind === "const" && typeof n.value !== "number")).toBe(true);
      const compiled = await compileWasm(tiled, BATCH);
      for (const samples of [BATCH, 1]) {
        const inputs = new Map<string, NumberArray>();
        for (const node of module.programs[0]!.nodes)
          if (node.kind === "input")
            inputs.set(node.name, Float32Array.from(numbers(lengthOf(node.type, samples), node.id + 3, -1, 1)));
        const { outputs } = evaluate(plain, { batch: samples, inputs, slots: new Map() });
        const inF64 = evaluate(graph, { batch: samples, inputs, slots: new Map() });
        const actual = compiled.run(graph.name, samples, inputs, new Map());
        for (const [name, values] of outputs) {
          expect(worst(inF64.outputs.get(name)!, values, 1e-12, 1e-12), name).toBeLessThan(1);
          expect(worst(actual.outputs.get(name)!, values, 1e-5), `${name} in f32`).toBeLessThan(1);
        }
      }
    });
});
