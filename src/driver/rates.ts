// A training whose optimizers go through the learning rates of a test.

import type { CheckedTraining } from "../check/model.ts";
import { rateTestSchedule } from "../ops/rateTest.ts";

/** Returns the training with the schedule of the test in place of every learning rate. */
export function withRateTest(training: CheckedTraining): CheckedTraining {
  const { stopping: _, ...rest } = training;
  const steps = training.steps.map((step) => ({
    ...step,
    groups: step.groups.map((group) => {
      const { optimizer } = group;
      if (!("learning_rate" in optimizer.options)) return group;
      const options = { ...optimizer.options, learning_rate: rateTestSchedule() };
      return { ...group, optimizer: { ...optimizer, options } };
    }),
  }));
  return { ...rest, steps };
}
