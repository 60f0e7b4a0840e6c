// A learning-rate schedule, step by step.

import { CompilerBug } from "../base/compilerBug.ts";
import { draft } from "../ir/draft.ts";
import { tensor } from "../ir/types.ts";
import { findSchedule } from "../ops/registry.ts";
import { difference, values } from "./compare.ts";
import type { Executor } from "./executor.ts";
import { arrayOf, type JsonObject } from "./format.ts";
import { scheduleValue } from "./keras.ts";
import { moduleOf } from "./module.ts";

/** The differences from the case; empty where everything agrees. */
export async function scheduleCase(json: JsonObject, executor: Executor): Promise<readonly string[]> {
  const { name, options } = scheduleValue(json);
  const definition = findSchedule(name);
  if (definition === undefined) throw new CompilerBug(`no schedule '${name}'`);
  const d = draft();
  const rate = definition.expand(d.g, d.g.input("step", tensor("f32")), options, () => d.g.constant(1), {});
  const running = await executor.open(moduleOf(d.graph("schedule", { rate }), []), 1, new Map());
  const wanted = arrayOf(json.values, "values").values;
  const rates = Array.from(
    wanted,
    (_, step) => running.run("schedule", new Map([["step", [step]]])).get("rate")?.[0] ?? NaN,
  );
  const problem = difference("rate", rates, wanted, values);
  return problem === undefined ? [] : [problem];
}
