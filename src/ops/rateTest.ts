// A test of learning rates: a schedule that goes through all rates that may be of use, a step each.

import type { InitializerUse } from "./definition.ts";
import { exponentialDecay } from "./schedules/exponentialDecay.ts";

/** The rates of the test: `first · factor^step`. */
export const rateTest = { first: 1e-6, factor: 10 ** (1 / 20), steps: 141 } as const;

/** Returns the schedule of the test, in place of an optimizer's rate. */
export const rateTestSchedule = (): InitializerUse => ({
  name: exponentialDecay.name,
  options: {
    initial_learning_rate: rateTest.first,
    decay_steps: 1,
    decay_rate: rateTest.factor,
    staircase: false,
    warmup_steps: 0,
    warmup_target: undefined,
  },
});
