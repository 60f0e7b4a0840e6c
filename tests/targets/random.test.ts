// Random programs on targets `js` and `wasm` against the reference evaluator: fused and not, for all samples and for fewer,
// with and without relaxed SIMD.

import { setFlagsFromString } from "node:v8";
import { expect, test } from "vitest";
import type { Module, Prim } from "../../src/ir/graph.ts";
import { parseLoops } from "../../src/ir/loopParse.ts";
import { printLoops } from "../../src/ir/loopText.ts";
import { parseModule, printModule } from "../../src/ir/text.ts";
import { toPrims } from "../../src/passes/index.ts";
import { applyUpdates, evaluate, type NumberArray } from "../../src/reference/evaluate.ts";
import { type Compiled, compileJs, compileWasm, worst } from "../support/compiled.ts";
import { amount } from "../support/extent.ts";
import { lengthOf, numbers } from "../support/graphs.ts";
import { randomModule } from "../support/randomGraph.ts";

const COUNT = Number(process.env.NNC_RANDOM_PROGRAMS ?? amount(6, 150));
const FIRST = Number(process.env.NNC_RANDOM_FIRST ?? 1);
const BATCH = 3;

// Node 20 needs to be asked for it.
if (process.versions.node.startsWith("20.")) setFlagsFromString("--experimental-wasm-relaxed-simd");

const forWasm = { adds: true, winograd: true };
const forms: Readonly<Record<string, (module: Module<Prim>) => Compiled | Promise<Compiled>>> = {
  "js, fused": (module) => compileJs(toPrims(module), BATCH, true),
  "js, not fused": (module) => compileJs(toPrims(module), BATCH, false),
  "wasm, fused": (module) => compileWasm(toPrims(module, forWasm), BATCH, true),
  "wasm, not fused": (module) => compileWasm(toPrims(module, forWasm), BATCH, false),
  "wasm, relaxed": (module) => compileWasm(toPrims(module, forWasm), BATCH, true, "relaxed"),
};

async function compare(module: Module<Prim>, seed: number): Promise<void> {
  const original = module.programs[0]!;
  const prims = toPrims(module);
  expect(printModule(parseModule(printModule(prims)))).toBe(printModule(prims));
  for (const [form, compile] of Object.entries(forms)) {
    const compiled = await compile(module);
    expect(printLoops(parseLoops(printLoops(compiled.loops)))).toBe(printLoops(compiled.loops));
    for (const samples of [BATCH, 1]) {
      const inputs = new Map<string, NumberArray>();
      for (const node of original.nodes)
        if (node.kind === "input")
          inputs.set(node.name, Float32Array.from(numbers(lengthOf(node.type, samples), seed + node.id, -2, 2)));
      const whole = module.slots.filter((slot) => slot.within === undefined);
      const slots = new Map<string, NumberArray>(
        whole.map((slot, i) => [
          slot.name,
          slot.type.dtype === "i32"
            ? [seed % 1000]
            : Float32Array.from(numbers(lengthOf(slot.type, 1), seed + 100 + i)),
        ]),
      );
      const { outputs, updates } = evaluate(original, { batch: samples, inputs, slots, definitions: module.slots });
      const after = applyUpdates(slots, module.slots, updates);
      const actual = compiled.run(original.name, samples, inputs, slots);
      const where = `seed ${seed}, ${samples} samples, ${form}`;
      for (const [name, values] of outputs)
        expect(worst(actual.outputs.get(name)!, values, 1e-4, 1e-5), `${name}, ${where}`).toBeLessThan(1);
      for (const [name, values] of after)
        expect(worst(actual.slots.get(name)!, values, 1e-4, 1e-5), `slot ${name}, ${where}`).toBeLessThan(1);
    }
  }
}

test(`${COUNT} random programs from seed ${FIRST}`, async () => {
  const failures: string[] = [];
  for (let seed = FIRST; seed < FIRST + COUNT; seed++) {
    try {
      await compare(randomModule(seed), seed);
    } catch (error) {
      failures.push(`seed ${seed}: ${error instanceof Error ? error.message.split("\n")[0] : String(error)}`);
    }
  }
  expect(failures).toEqual([]);
});
