// An operator's example as a module: its result, and the gradients of a scalar that depends on all of it.

import type { OpModule } from "../../src/conformance/executor.ts";
import type { Builder, Value } from "../../src/ir/builder.ts";
import type { Slot } from "../../src/ir/graph.ts";
import { seedSlot, stepSlot } from "../../src/ir/slots.ts";
import { type TensorType, tensor } from "../../src/ir/types.ts";
import { type ExampleCall, valuesFor } from "./examples.ts";
import { opGraph } from "./graphs.ts";

export const exampleValues = (example: ExampleCall, name: string, length: number): Float32Array =>
  Float32Array.from(valuesFor(example, name, length));

/** The slots of an example's weights, and the counters that every program has. */
const slotsOf = (example: ExampleCall): readonly Slot[] => [
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

/** The names of the results: `y`, `y1`, `y2`. */
export const named = (results: readonly Value[]): Record<string, Value> =>
  Object.fromEntries(results.map((result, i) => [i === 0 ? "y" : `y${i}`, result]));

/** The node of the example's call. */
export const calledBy = (
  { operator, options, given }: ExampleCall,
  args: readonly Value[],
  weights: readonly Value[],
  training: boolean,
) => ({ op: operator.name, args, weights, options, training, ...(given === undefined ? {} : { given }) });

/** The factors that `lossOf` reads, by their names. */
export const scalesOf = ({ output, more }: ExampleCall): readonly (readonly [string, TensorType])[] =>
  [output, ...more].map((type, i) => [`scale${i}`, { ...type, dtype: "f32" }]);

/** A scalar that depends on every element of the results. */
export function lossOf(g: Builder, results: readonly Value[]): Value {
  const sums = results.map((result, i) => {
    // The largest of nothing is so low that its square has no f32.
    const y = g.map("max", g.map("min", g.cast(result, "f32"), 1e3), -1e3);
    const scaled = g.mul(g.add(g.mul(y, y), y), g.input(`scale${i}`, y.type));
    return g.sum(
      scaled,
      y.type.shape.map((_, axis) => axis),
    );
  });
  return sums.reduce((total, sum) => g.add(total, sum));
}

/** The result alone, where nothing is trained. */
export function forwardModule(example: ExampleCall): OpModule {
  const graph = opGraph(({ g, calls }) => {
    const inputs = example.inputs.map((type, i) => g.input(`x${i}`, type));
    const weights = example.weights.map(({ name, shape }) => g.param(`layer/${name}`, tensor("f32", ...shape)));
    return named(calls(calledBy(example, inputs, weights, false), { type: example.output, more: example.more }));
  });
  return { slots: slotsOf(example), programs: [graph] } as never;
}

export function exampleModule(example: ExampleCall, training: boolean): OpModule {
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
  return { slots: slotsOf(example), programs: [graph] } as never;
}
