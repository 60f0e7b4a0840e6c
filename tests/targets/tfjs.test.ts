// Every example of every operator, with its gradients, on target `tfjs`, on its backend `cpu` and on the native one
// where that is installed: equal to the f64 reference
// evaluator, for the whole batch and for fewer samples, and no tensor is left behind.

import { createRequire } from "node:module";
import { describe, expect, test } from "vitest";
import { toWholePrims } from "../../src/passes/index.ts";
import { evaluate, type NumberArray } from "../../src/reference/evaluate.ts";
import { loadTensorFlow } from "../../src/runtime/node/tensorflow.ts";
import type { TensorFlow } from "../../src/runtime/tfjs/tensors.ts";
import { worst } from "../compiled.ts";
import { exampleModule, exampleValues } from "../exampleModule.ts";
import { exampleCalls, resizedCalls } from "../examples.ts";
import { lengthOf, numbers } from "../graphs.ts";
import { compileTfjs } from "../tfjs.ts";

const require = createRequire(import.meta.url);
const core = require("@tensorflow/tfjs-core") as TensorFlow & { setBackend(name: string): Promise<boolean> };
require("@tensorflow/tfjs-backend-cpu");
await core.setBackend("cpu");

/** The native add-on, where it is installed or NODE_PATH leads to it. */
async function native(): Promise<TensorFlow | undefined> {
  try {
    return await loadTensorFlow(import.meta.url, "tensorflow");
  } catch {
    return undefined;
  }
}
const backends: readonly { readonly name: string; readonly tf: TensorFlow | undefined }[] = [
  { name: "cpu", tf: core },
  { name: "tensorflow", tf: await native() },
];

const BATCH = 4;

for (const example of [...exampleCalls(), ...resizedCalls()])
  describe(example.title, () => {
    for (const training of example.operator.trainingDiffers === true ? [false, true] : [false])
      test.for(backends)(`equals the reference on $name${training ? ", training" : ""}`, ({ tf }, { skip }) => {
        if (tf === undefined) return skip();
        const module = toWholePrims(exampleModule(example, training));
        const graph = module.programs[0]!;
        const loaded = compileTfjs(tf, module);
        for (const samples of [BATCH, 3, 1]) {
          const inputs = new Map<string, NumberArray>(
            example.inputs.map((type, i) => [`x${i}`, exampleValues(example, `x${i}`, lengthOf(type, samples))]),
          );
          inputs.set("scale", Float32Array.from(numbers(lengthOf(example.output, samples), 99)));
          const slots = new Map<string, NumberArray>(
            module.slots.map(({ name, type }) => [
              name,
              name === "seed" ? [11] : name === "step" ? [4] : exampleValues(example, name, lengthOf(type, samples)),
            ]),
          );
          const expected = evaluate(graph, { batch: samples, inputs, slots });
          const before = tf.memory().numTensors;
          const actual = loaded.run(graph.name, samples, inputs, slots);
          for (const [name, values] of expected.outputs)
            expect(
              worst(actual.outputs.get(name)!, values, name === "y" ? 1e-5 : 1e-4),
              `${name} of ${samples}`,
            ).toBeLessThan(1);
          for (const [name, values] of expected.updates)
            expect(worst(actual.slots.get(name)!, values, 1e-5)).toBeLessThan(1);
          expect(tf.memory().numTensors).toBe(before);
        }
        loaded.close();
      });
  });
