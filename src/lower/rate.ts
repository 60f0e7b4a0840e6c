// Computes the learning rate of a step: the optimizer's number, or its schedule at that step. Some schedules keep a state
// that the results of epochs change.

import { CompilerBug } from "../base/compilerBug.ts";
import type { Builder, Value } from "../ir/builder.ts";
import { draft } from "../ir/draft.ts";
import type { OptionRecord } from "../ir/graph.ts";
import { totalSlot } from "../ir/slots.ts";
import { tensor } from "../ir/types.ts";
import type { ScheduleDef } from "../ops/definition.ts";
import { isUse } from "../ops/options.ts";
import type { RateState } from "../ops/rateRules.ts";
import { findSchedule } from "../ops/registry.ts";

interface ScheduleUse {
  readonly definition: ScheduleDef;
  readonly options: OptionRecord;
}

/** Returns the schedule of an optimizer with these options; undefined if its rate is a number. */
export function scheduleOf({ learning_rate: rate }: OptionRecord): ScheduleUse | undefined {
  if (!isUse(rate)) return undefined;
  const definition = findSchedule(rate.name);
  if (definition === undefined) throw new CompilerBug(`no schedule '${rate.name}'`);
  return { definition, options: rate.options };
}

/** Returns what the rate keeps between epochs, if it follows their results. */
export function rateStates(options: OptionRecord): readonly { readonly name: string; readonly initial: number }[] {
  const schedule = scheduleOf(options);
  return schedule?.definition.follows?.state(schedule.options) ?? [];
}

/** Whether the rate depends on the number of steps of the whole training. */
export function spansTraining(options: OptionRecord): boolean {
  const { g } = draft();
  let read = false;
  const total = (): Value => {
    read = true;
    return g.constant(1);
  };
  rateOf(g, options, { step: g.constant(0), total, state: firstState(g, options) });
  return read;
}

/** Returns what the rate keeps before the first epoch ends, as constants. */
export const firstState = (g: Builder, options: OptionRecord): RateState =>
  Object.fromEntries(rateStates(options).map(({ name, initial }) => [name, g.constant(initial)]));

/** Reads the number of steps of the whole training. */
export const totalSteps = (g: Builder): Value => g.cast(g.param(totalSlot, tensor("i32")), "f32");

/** `step` is the number of steps so far, `total` that of the whole training: f32 scalars. */
interface RateCall {
  readonly step: Value;
  readonly total: () => Value;
  readonly state: RateState;
}

/** Returns an f32 scalar. */
export function rateOf(g: Builder, options: OptionRecord, { step, total, state }: RateCall): Value {
  const { learning_rate: rate } = options;
  if (typeof rate === "number") return g.constant(rate);
  const schedule = scheduleOf(options);
  if (schedule === undefined) throw new CompilerBug("a learning rate that is neither a number nor a schedule");
  const { definition } = schedule;
  return definition.expand(g.withOrigin(definition.name), step, schedule.options, total, state);
}
