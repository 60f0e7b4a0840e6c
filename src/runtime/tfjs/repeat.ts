// Loops over steps: each step gets the values that the one before it made, and its slices of others.

import type { Tensor, TensorFlow } from "./tensors.ts";

export interface Steps {
  readonly length: number;
  readonly reverse: boolean;
  /** The carried values before the first step. */
  readonly init: readonly Tensor[];
  /** Values with the steps along their first axis. */
  readonly over: readonly Tensor[];
  /** Values that each step gets as they are. */
  readonly captures: readonly Tensor[];
}

/** The slice of a step. */
function sliceAt(tf: TensorFlow, x: Tensor, step: number): Tensor {
  const flat = tf.reshape(x, [x.shape[0] ?? 1, -1]);
  return tf.reshape(tf.slice(flat, [step, 0], [1, -1]), x.shape.slice(1));
}

/** Joins the values of all steps along a new first axis. */
function stacked(tf: TensorFlow, rows: readonly Tensor[]): Tensor {
  const shape = rows[0]?.shape ?? [];
  const flat = tf.concat(
    rows.map((row) => tf.reshape(row, [1, -1])),
    0,
  );
  return tf.reshape(flat, [rows.length, ...shape]);
}

/**
 * Runs `step` over its inputs by number: carried values, slices, captures. It returns the next carried values, then values to
 * stack. The result is the last carried values, then the stacks.
 */
export function repeatSteps(
  tf: TensorFlow,
  { length, reverse, init, over, captures }: Steps,
  step: (inputs: Readonly<Record<string, Tensor>>) => readonly Tensor[],
): Tensor[] {
  let carried = [...init];
  const rows: Tensor[][] = [];
  for (let turn = 0; turn < length; turn++) {
    const at = reverse ? length - 1 - turn : turn;
    const made = tf.tidy(() => {
      const slices = over.map((x) => sliceAt(tf, x, at));
      return [...step(Object.fromEntries([...carried, ...slices, ...captures].entries()))];
    });
    carried = made.slice(0, init.length);
    made.slice(init.length).forEach((value, i) => {
      const list = rows[i] ?? [];
      rows[i] = list;
      list[at] = value;
    });
  }
  return [...carried, ...rows.map((list) => stacked(tf, list))];
}
