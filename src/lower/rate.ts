// Computes the learning rate of a step: the optimizer's number, or its schedule at that step.

import { CompilerBug } from "../base/compilerBug.ts";
import type { Builder, Value } from "../ir/builder.ts";
import type { OptionRecord } from "../ir/graph.ts";
import { findSchedule } from "../ops/registry.ts";

/** Returns an f32 scalar. `step` is the number of steps so far, an f32 scalar. */
export function rateOf(g: Builder, { learning_rate: rate }: OptionRecord, step: Value): Value {
  if (typeof rate === "number") return g.constant(rate);
  if (typeof rate === "object" && rate !== null && "name" in rate) {
    const schedule = findSchedule(rate.name);
    if (schedule !== undefined) return schedule.expand(g.withOrigin(schedule.name), step, rate.options);
  }
  throw new CompilerBug("a learning rate that is neither a number nor a schedule");
}
