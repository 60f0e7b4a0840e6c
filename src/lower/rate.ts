// Computes the learning rate of a step: the optimizer's number, or its schedule at that step.

import { CompilerBug } from "../base/compilerBug.ts";
import type { Builder, Value } from "../ir/builder.ts";
import { draft } from "../ir/draft.ts";
import type { OptionRecord } from "../ir/graph.ts";
import { totalSlot } from "../ir/slots.ts";
import { tensor } from "../ir/types.ts";
import { findSchedule } from "../ops/registry.ts";

/** Whether the rate depends on the number of steps of the whole training. */
export function spansTraining(options: OptionRecord): boolean {
  const { g } = draft();
  let read = false;
  rateOf(g, options, g.constant(0), () => {
    read = true;
    return g.constant(1);
  });
  return read;
}

/** Reads the number of steps of the whole training. */
export const totalSteps = (g: Builder): Value => g.cast(g.param(totalSlot, tensor("i32")), "f32");

/** Returns an f32 scalar. `step` is the number of steps so far, `total` that of the whole training: f32 scalars. */
export function rateOf(g: Builder, { learning_rate: rate }: OptionRecord, step: Value, total: () => Value): Value {
  if (typeof rate === "number") return g.constant(rate);
  if (typeof rate === "object" && rate !== null && "name" in rate) {
    const schedule = findSchedule(rate.name);
    if (schedule !== undefined) return schedule.expand(g.withOrigin(schedule.name), step, rate.options, total);
  }
  throw new CompilerBug("a learning rate that is neither a number nor a schedule");
}
