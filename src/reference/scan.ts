// Loops over steps, by their definition: one run of the body after another.

import type { Node, Scan, ValueId } from "../ir/graph.ts";
import type { Tensor } from "./tensor.ts";

/** `run` computes the outputs of the body from its inputs by name, in their order. */
export function evaluateScan(
  { length, reverse, init, over, captures }: Node<Scan>,
  value: (id: ValueId) => Tensor,
  run: (inputs: ReadonlyMap<string, Float64Array>) => readonly Float64Array[],
): readonly [Float64Array, ...Float64Array[]] {
  const sliced = over.map((id) => value(id).values);
  const whole = captures.map((id) => value(id).values);
  let carried: readonly Float64Array[] = init.map((id) => value(id).values);
  const stacks: Float64Array[] = [];
  for (let turn = 0; turn < length; turn++) {
    const step = reverse ? length - 1 - turn : turn;
    const slices = sliced.map((values) => {
      const size = values.length / length;
      return values.subarray(step * size, (step + 1) * size);
    });
    const made = run(new Map([...carried, ...slices, ...whole].map((values, i) => [String(i), values])));
    carried = made.slice(0, init.length);
    made.slice(init.length).forEach((values, i) => {
      const stack = stacks[i] ?? new Float64Array(values.length * length);
      stacks[i] = stack;
      stack.set(values, step * values.length);
    });
  }
  const [first = new Float64Array(), ...rest] = [...carried, ...stacks];
  return [first, ...rest];
}
