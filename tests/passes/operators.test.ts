// For every example of every operator: the gradient against finite differences, the whole pipeline against the plain
// expansion, and the text of every graph made on the way.

import { describe, expect, test } from "vitest";
import type { Gradient, Module, Prim, Slot } from "../../src/ir/graph.ts";
import { seedSlot, stepSlot } from "../../src/ir/slots.ts";
import { parseModule, printModule } from "../../src/ir/text.ts";
import { tensor } from "../../src/ir/types.ts";
import { verifyGraph } from "../../src/ir/verify.ts";
import { differentiate } from "../../src/passes/differentiate.ts";
import { expand } from "../../src/passes/expand.ts";
import { toPrims } from "../../src/passes/index.ts";
import { evaluate, type NumberArray } from "../../src/reference/evaluate.ts";
import { calledBy, lossOf, named, scalesOf } from "../support/exampleModule.ts";
import { calls, contextOf, type ExampleCall, modesOf, valuesFor } from "../support/examples.ts";
import { everything } from "../support/extent.ts";
import { gradientError, lengthOf, numbers, opGraph } from "../support/graphs.ts";

const slotsFor = (example: ExampleCall): readonly Slot[] => [
  ...example.weights.map(
    ({ name, shape, trainable }): Slot => ({
      name: `layer/${name}`,
      type: tensor("f32", ...shape),
      role: trainable ? "weight" : "state",
    }),
  ),
  { name: seedSlot, type: tensor("i32"), role: "counter" },
  { name: stepSlot, type: tensor("i32"), role: "counter" },
];

/** The call, its loss and the gradient by every input and weight, as an operator graph. */
function callModule(
  example: ExampleCall,
  training: boolean,
): Module<Parameters<typeof printModule>[0]["programs"][number]["nodes"][number]> {
  const graph = opGraph(({ g, calls, gradient }) => {
    const inputs = example.inputs.map((type, i) => g.input(`x${i}`, type));
    const weights = example.weights.map(({ name, shape }) => g.param(`layer/${name}`, tensor("f32", ...shape)));
    const results = calls(calledBy(example, inputs, weights, training), { type: example.output, more: example.more });
    const loss = lossOf(g, results);
    const floats = [...inputs, ...weights].filter((x) => x.type.dtype === "f32");
    return {
      ...named(results),
      loss,
      ...Object.fromEntries(floats.map((x, i) => [`gradient${i}`, gradient(loss, x)])),
    };
  });
  return { slots: slotsFor(example), programs: [graph] } as never;
}

function run(module: Module<Prim>, example: ExampleCall, batch: number) {
  const program = module.programs[0]!;
  const inputs = new Map<string, NumberArray>(
    example.inputs.map((type, i) => [`x${i}`, valuesFor(example, `x${i}`, lengthOf(type, batch))]),
  );
  for (const [name, type] of scalesOf(example)) inputs.set(name, numbers(lengthOf(type, batch), 99));
  const slots = new Map<string, NumberArray>(
    slotsFor(example).map(({ name, type }) => [
      name,
      name === seedSlot ? [11] : name === stepSlot ? [4] : valuesFor(example, name, lengthOf(type, batch)),
    ]),
  );
  return evaluate(program, { batch, inputs, slots });
}

/** Printing and reading gives the same module, but for spans. */
function expectRoundTrip(module: Parameters<typeof printModule>[0]): void {
  const text = printModule(module);
  const again = parseModule(text);
  expect(printModule(again)).toBe(text);
  expect(again).toEqual(module);
}

/**
 * The weights by which `training` has a derivative that differences show. A weight that each use replaces has the gradient
 * of the new value, and what it is replaced by counts as given.
 */
function differentiable({ weights }: ExampleCall, training: boolean): ReadonlySet<string> {
  const replaces = training && weights.some(({ assigned }) => assigned === true);
  const taken = weights.filter(({ assigned, trainable }) => !replaces || (trainable && assigned !== true));
  return new Set(taken.map(({ name }) => name));
}

for (const example of calls())
  describe(example.title, () => {
    for (const training of modesOf(example)) {
      const mode = training ? ", training" : "";
      test(`gradient${mode}`, () => {
        for (const batch of training || !everything ? [3] : [1, 3]) {
          const error = gradientError(
            (g) => {
              const inputs = example.inputs.map((type, i) => g.input(`x${i}`, type));
              const weights = example.weights.map(({ name, shape }) => g.input(name, tensor("f32", ...shape)));
              const { output, more = [] } = example.operator.expand(g, {
                inputs,
                ...contextOf(example, inputs),
                weights: Object.fromEntries(example.weights.map(({ name }, i) => [name, weights[i]!])),
                options: example.options,
                training,
                get seed() {
                  return g.param(seedSlot, tensor("i32"));
                },
                get step() {
                  return g.param(stepSlot, tensor("i32"));
                },
                stream: 5,
              });
              expect([output, ...more].map(({ type }) => type)).toEqual([example.output, ...example.more]);
              return {
                loss: lossOf(g, [output, ...more]),
                wrt: [
                  ...inputs.filter((x) => x.type.dtype === "f32"),
                  ...weights.filter((_, i) => differentiable(example, training).has(example.weights[i]!.name)),
                ],
              };
            },
            batch,
            (name, type) => valuesFor(example, name, lengthOf(type, batch)),
            example.operator.stopsGradient === true,
          );
          expect(error).toBeLessThan(1e-6);
        }
      });

      test(`all passes keep the values, all graphs their text${mode}`, () => {
        const module = callModule(example, training);
        expect(module.programs.flatMap((graph) => verifyGraph(graph as never, module.slots))).toEqual([]);
        expectRoundTrip(module as never);
        const expanded = expand.run(module as never);
        expectRoundTrip(expanded);
        const plain = differentiate.run(expanded as Module<Prim | Gradient>);
        expectRoundTrip(plain);
        const prims = toPrims(module as never);
        expectRoundTrip(prims);
        for (const batch of everything ? [1, 3] : [3]) {
          const [a, b] = [run(plain, example, batch), run(prims, example, batch)];
          for (const kind of ["outputs", "updates"] as const)
            for (const [name, values] of a[kind]) {
              const scale = values.reduce((max, x) => Math.max(max, Math.abs(x)), 1);
              const found = b[kind].get(name)!;
              const worst = values.reduce((max, x, i) => Math.max(max, Math.abs(x - found[i]!)), 0);
              expect(worst / scale, `${name} at batch ${batch}`).toBeLessThan(1e-10);
            }
        }
      });
    }
  });
