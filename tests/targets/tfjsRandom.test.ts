// Random programs on target `tfjs`, on the backend `cpu`, against the reference evaluator: each recognised
// operation computes the same as its primitives.

import { createRequire } from "node:module";
import { expect, test } from "vitest";
import { toWholePrims } from "../../src/passes/index.ts";
import { applyUpdates, evaluate, type NumberArray } from "../../src/reference/evaluate.ts";
import type { TensorFlow } from "../../src/runtime/tfjs/tensors.ts";
import { worst } from "../support/compiled.ts";
import { amount } from "../support/extent.ts";
import { lengthOf, numbers } from "../support/graphs.ts";
import { randomModule } from "../support/randomGraph.ts";
import { compileTfjs } from "../support/tfjs.ts";

const require = createRequire(import.meta.url);
const tf = require("@tensorflow/tfjs-core") as TensorFlow & { setBackend(name: string): Promise<boolean> };
require("@tensorflow/tfjs-backend-cpu");
await tf.setBackend("cpu");

const COUNT = Number(process.env.NNC_RANDOM_PROGRAMS ?? amount(40, 150));
const FIRST = Number(process.env.NNC_RANDOM_FIRST ?? 1);

function compare(seed: number): void {
  const module = randomModule(seed);
  const original = module.programs[0]!;
  const loaded = compileTfjs(tf, toWholePrims(module));
  for (const samples of [3, 1]) {
    const inputs = new Map<string, NumberArray>();
    for (const node of original.nodes)
      if (node.kind === "input")
        inputs.set(node.name, Float32Array.from(numbers(lengthOf(node.type, samples), seed + node.id, -2, 2)));
    const slots = new Map<string, NumberArray>(
      module.slots
        .filter((slot) => slot.within === undefined)
        .map((slot, i) => [
          slot.name,
          slot.type.dtype === "i32"
            ? [seed % 1000]
            : Float32Array.from(numbers(lengthOf(slot.type, 1), seed + 100 + i)),
        ]),
    );
    const { outputs, updates } = evaluate(original, { batch: samples, inputs, slots, definitions: module.slots });
    const after = applyUpdates(slots, module.slots, updates);
    const actual = loaded.run(original.name, samples, inputs, slots);
    for (const [name, values] of outputs)
      expect(worst(actual.outputs.get(name)!, values, 1e-4, 1e-5), `${name}, ${samples} samples`).toBeLessThan(1);
    for (const [name, values] of after)
      expect(worst(actual.slots.get(name)!, values, 1e-4, 1e-5), `slot ${name}, ${samples} samples`).toBeLessThan(1);
  }
  loaded.close?.();
}

test(`${COUNT} random programs from seed ${FIRST}`, () => {
  const failures: string[] = [];
  for (let seed = FIRST; seed < FIRST + COUNT; seed++) {
    try {
      compare(seed);
    } catch (error) {
      failures.push(`seed ${seed}: ${error instanceof Error ? error.message.split("\n")[0] : String(error)}`);
    }
  }
  expect(failures).toEqual([]);
});
