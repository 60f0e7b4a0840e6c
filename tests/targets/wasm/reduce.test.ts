// What follows a reduction in the same kernel, where neighbours are reduced side by side: each must get the random number, the
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
