// Every example of every operator, with its gradients, on target `js`: equal to the f64 reference evaluator, fused and
// not, for the whole batch and for fewer samples, with memory that starts full of NaN.

import { describe, expect, test } from "vitest";
import type { OpModule } from "../../src/conformance/executor.ts";
import type { Slot } from "../../src/ir/graph.ts";
import { parseLoops } from "../../src/ir/loopParse.ts";
import { printLoops } from "../../src/ir/loopText.ts";
import { tensor } from "../../src/ir/types.ts";
import { toPrims } from "../../src/passes/index.ts";
import { evaluate, type NumberArray } from "../../src/reference/evaluate.ts";
import { compileJs, compileWasm, worst } from "../compiled.ts";
import { type ExampleCall, exampleCalls, resizedCalls } from "../examples.ts";
import { lengthOf, numbers, opGraph } from "../graphs.ts";

const positive = new Set(["log", "log1p", "sqrt", "rsqrt", "pow", "div"]);
const valuesOf = (example: ExampleCall, name: string, length: number): Float32Array => {
  const low = positive.has(example.operator.name) || name.endsWith("variance") ? 0.3 : -2;
  const seed = [...name].reduce((sum, c) => sum * 31 + c.charCodeAt(0), 7) >>> 0;
  return Float32Array.from(numbers(length, seed, low, 2));
};

function moduleFor(example: ExampleCall, training: boolean): OpModule {
  const graph = opGraph(({ g, call, gradient }) => {
    const inputs = example.inputs.map((type, i) => g.input(`x${i}`, type));
    const weights = example.weights.map(({ name, shape }) => g.param(`layer/${name}`, tensor("f32", ...shape)));
    const y = call(
      { op: example.operator.name, args: inputs, weights, options: example.options, training },
      example.output,
    );
    const scale = g.input("scale", y.type);
    const loss = g.sum(
      g.mul(g.add(g.mul(y, y), y), scale),
      y.type.shape.map((_, axis) => axis),
    );
    const floats = [...inputs, ...weights].filter((x) => x.type.dtype === "f32");
    return { y, loss, ...Object.fromEntries(floats.map((x, i) => [`gradient${i}`, gradient(loss, x)])) };
  });
  const slots: readonly Slot[] = [
    ...example.weights.map(
      ({ name, shape, trainable }): Slot => ({
        name: `layer/${name}`,
        type: tensor("f32", ...shape),
        role: trainable ? "weight" : "state",
      }),
    ),
    { name: "seed", type: tensor("i32"), role: "counter" },
    { name: "step", type: tensor("i32"), role: "counter" },
  ];
  return { slots, programs: [graph] } as never;
}

const BATCH = 4;

for (const example of [...exampleCalls(), ...resizedCalls()])
  describe(example.title, () => {
    for (const training of example.operator.trainingDiffers === true ? [false, true] : [false])
      test(`equals the reference${training ? ", training" : ""}`, async () => {
        const ops = moduleFor(example, training);
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
                example.inputs.map((type, i) => [`x${i}`, valuesOf(example, `x${i}`, lengthOf(type, samples))]),
              );
              inputs.set("scale", Float32Array.from(numbers(lengthOf(example.output, samples), 99)));
              const slots = new Map<string, NumberArray>(
                module.slots.map(({ name, type }) => [
                  name,
                  name === "seed" ? [11] : name === "step" ? [4] : valuesOf(example, name, lengthOf(type, samples)),
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
