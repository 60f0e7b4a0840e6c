// An operator's example as a module: its result, and the gradients of a scalar that depends on all of it.

import type { OpModule } from "../../src/conformance/executor.ts";
import type { Slot } from "../../src/ir/graph.ts";
import { seedSlot, stepSlot } from "../../src/ir/slots.ts";
import { tensor } from "../../src/ir/types.ts";
import type { ExampleCall } from "./examples.ts";
import { numbers, opGraph } from "./graphs.ts";

const positive = new Set(["log", "log1p", "sqrt", "rsqrt", "pow", "div"]);
export const exampleValues = (example: ExampleCall, name: string, length: number): Float32Array => {
  const low = positive.has(example.operator.name) || name.endsWith("variance") ? 0.3 : -2;
  const seed = [...name].reduce((sum, c) => sum * 31 + c.charCodeAt(0), 7) >>> 0;
  return Float32Array.from(numbers(length, seed, low, 2));
};

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

/** The result alone, where nothing is trained. */
export function forwardModule(example: ExampleCall): OpModule {
  const graph = opGraph(({ g, call }) => {
    const inputs = example.inputs.map((type, i) => g.input(`x${i}`, type));
    const weights = example.weights.map(({ name, shape }) => g.param(`layer/${name}`, tensor("f32", ...shape)));
    const { options, operator } = example;
    return { y: call({ op: operator.name, args: inputs, weights, options, training: false }, example.output) };
  });
  return { slots: slotsOf(example), programs: [graph] } as never;
}

export function exampleModule(example: ExampleCall, training: boolean): OpModule {
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
  return { slots: slotsOf(example), programs: [graph] } as never;
}
