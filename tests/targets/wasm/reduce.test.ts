// Stages after a reduction in the same kernel, if neighbours are reduced side by side: each must get the random number, the
// index and the value of its own place. On every target, at widths with whole tiles, whole vectors and rests.

import { describe, expect, test } from "vitest";
import type { OpModule } from "../../../src/conformance/executor.ts";
import { batchSize } from "../../../src/ir/size.ts";
import { tensor } from "../../../src/ir/types.ts";
import { toPrims } from "../../../src/passes/index.ts";
import { evaluate, type NumberArray } from "../../../src/reference/evaluate.ts";
import { compileJs, compileWasm, worst } from "../../support/compiled.ts";
import { lengthOf, numbers, opGraph } from "../../support/graphs.ts";

const BATCH = 3;

function moduleOf(op: "sum" | "max" | "min", width: number): OpModule {
  const graph = opGraph(({ g }) => {
    const x = g.input("x", tensor("f32", batchSize, 5, width));
    const scale = g.input("scale", tensor("f32", width));
    const seed = g.param("seed", tensor("i32"));
    const step = g.param("step", tensor("i32"));
    const kept = g.reduce(op, x, [1]);
    const drawn = g.random(kept.type, seed, step, 12345);
    const place = g.cast(g.iota(tensor("i32", batchSize, width), 1), "f32");
    const dropped = g.select(g.map("ge", drawn, 0.4), kept, g.constant(0, kept.type));
    return { dropped, drawn: g.mul(kept, drawn), scaled: g.mul(g.add(kept, place), scale) };
  });
  const counter = (name: string) => ({ name, type: tensor("i32"), role: "counter" });
  return { slots: [counter("seed"), counter("step")], programs: [graph] } as never;
}

describe("after a reduction", () => {
  for (const op of ["sum", "max", "min"] as const)
    for (const width of [40, 16, 17, 7, 3, 1])
      test(`${op}, width ${width}`, async () => {
        const ops = moduleOf(op, width);
        const [js, wasm] = [toPrims(ops), toPrims(ops, { adds: true, winograd: true })];
        const graph = js.programs[0]!;
        for (const compiled of [
          compileJs(js, BATCH),
          compileJs(js, BATCH, false),
          await compileWasm(wasm, BATCH),
          await compileWasm(wasm, BATCH, false),
        ])
          for (const samples of [BATCH, 1]) {
            const inputs = new Map<string, NumberArray>();
            for (const node of ops.programs[0]!.nodes)
              if (node.kind === "input")
                inputs.set(node.name, Float32Array.from(numbers(lengthOf(node.type, samples), node.id + 3, -1, 1)));
            const slots = new Map<string, NumberArray>([
              ["seed", [7]],
              ["step", [2]],
            ]);
            const { outputs } = evaluate(graph, { batch: samples, inputs, slots });
            const actual = compiled.run(graph.name, samples, inputs, slots);
            for (const [name, values] of outputs)
              expect(worst(actual.outputs.get(name)!, values, 1e-5), `${name}, ${samples} samples`).toBeLessThan(1);
          }
      });
});

describe("a long sum", () => {
  const SAMPLES = 500; // One after the other in f32, these terms are off by more than 2e-4.
  const shapes = { "of single numbers": [28, 28, 1], "of neighbours side by side": [28, 28, 8] } as const;
  for (const [what, shape] of Object.entries(shapes))
    test(`${what} keeps what is small beside it`, async () => {
      const channels = shape[2];
      const graph = opGraph(({ g }) => {
        const x = g.input("x", tensor("f32", batchSize, ...shape));
        return { sum: g.reduce("sum", x, channels === 1 ? [0, 1, 2, 3] : [0, 1, 2]) };
      });
      const module: OpModule = { slots: [], programs: [graph] } as never;
      const compiled = await compileWasm(toPrims(module, { adds: true, winograd: true }), SAMPLES);
      const terms = SAMPLES * 28 * 28;
      const inputs = new Map([["x", new Float32Array(terms * channels).fill(0.1)]]);
      const sums = [...compiled.run(graph.name, SAMPLES, inputs, new Map()).outputs.values()][0]!;
      for (const sum of sums) expect(Math.abs(sum / (terms * Math.fround(0.1)) - 1)).toBeLessThan(1e-4);
    });
});
