// Every example of every operator, with its gradients, on target `js`: equal to the f64 reference evaluator, fused and
// not, for the whole batch and for fewer samples, with memory that starts full of NaN.

import { describe, expect, test } from "vitest";
import { parseLoops } from "../../src/ir/loopParse.ts";
import { printLoops } from "../../src/ir/loopText.ts";
import { toPrims } from "../../src/passes/index.ts";
import { evaluate, type NumberArray } from "../../src/reference/evaluate.ts";
import { compileJs, compileWasm, worst } from "../compiled.ts";
import { exampleModule, exampleValues } from "../exampleModule.ts";
import { exampleCalls, resizedCalls } from "../examples.ts";
import { lengthOf, numbers } from "../graphs.ts";

const BATCH = 4;

for (const example of [...exampleCalls(), ...resizedCalls()])
  describe(example.title, () => {
    for (const training of example.operator.trainingDiffers === true ? [false, true] : [false])
      test(`equals the reference${training ? ", training" : ""}`, async () => {
        const ops = exampleModule(example, training);
        const module = toPrims(ops);
        const adding = toPrims(ops, { adds: true, winograd: true });
        const graph = module.programs[0]!;
        for (const compile of [
          (fusion: boolean) => compileJs(module, BATCH, fusion),
          (fusion: boolean) => compileWasm(adding, BATCH, fusion),
        ])
          for (const fusion of [true, false]) {
            const compiled = await compile(fusion);
            const text = printLoops(compiled.loops);
            expect(printLoops(parseLoops(text))).toBe(text);
            for (const samples of [BATCH, 3, 1]) {
              const inputs = new Map<string, NumberArray>(
                example.inputs.map((type, i) => [`x${i}`, exampleValues(example, `x${i}`, lengthOf(type, samples))]),
              );
              inputs.set("scale", Float32Array.from(numbers(lengthOf(example.output, samples), 99)));
              const slots = new Map<string, NumberArray>(
                module.slots.map(({ name, type }) => [
                  name,
                  name === "seed"
                    ? [11]
                    : name === "step"
                      ? [4]
                      : exampleValues(example, name, lengthOf(type, samples)),
                ]),
              );
              const expected = evaluate(graph, { batch: samples, inputs, slots });
              const actual = compiled.run(graph.name, samples, inputs, slots);
              for (const [name, values] of expected.outputs)
                expect(
                  worst(actual.outputs.get(name)!, values, name === "y" ? 1e-5 : 1e-4),
                  `${name} of ${samples}, fusion ${fusion}`,
                ).toBeLessThan(1);
              for (const [name, values] of expected.updates)
                expect(worst(actual.slots.get(name)!, values, 1e-5)).toBeLessThan(1);
            }
          }
      });
  });
