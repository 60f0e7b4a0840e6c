// A program's training, run by the evaluator in f64 on numbers that a test gives.

import { check } from "../../src/check/check.ts";
import { type Executor, plainExecutor, type Running } from "../../src/conformance/executor.ts";
import { seedSlot, slotName } from "../../src/ir/slots.ts";
import { type LowerRequest, lower, lowerRequest } from "../../src/lower/lower.ts";
import { parse } from "../../src/syntax/parse.ts";

/** The first training of a program without errors, or its first model. */
export function requestOf(text: string): LowerRequest {
  const { program, diagnostics } = check({ entry: "a.nn", files: new Map([["a.nn", parse("a.nn", text).tree]]) });
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  const request = lowerRequest(program);
  if (errors.length > 0 || request === undefined) throw new Error(errors.map(({ message }) => message).join("\n"));
  return request;
}

export interface Training {
  /** Runs a program on columns or inputs by name. */
  run(program: string, inputs?: Readonly<Record<string, readonly number[]>>): ReadonlyMap<string, readonly number[]>;
  /** A weight or statistic by its path. */
  weight(path: string): readonly number[];
}

/** Initialized with `seed`, for batches of `batch` samples. */
export async function openTraining(
  text: string,
  batch: number,
  { seed = 0, executor = plainExecutor }: { readonly seed?: number; readonly executor?: Executor } = {},
): Promise<Training> {
  const running: Running = await executor.open(lower(requestOf(text)), batch, new Map([[seedSlot, [seed]]]));
  const run: Training["run"] = (program, inputs = {}) => {
    const outputs = running.run(program, new Map(Object.entries(inputs)));
    return new Map([...outputs].map(([name, values]) => [name, Array.from(values)]));
  };
  run("initialize");
  return { run, weight: (path) => Array.from(running.slot(slotName("weight", path))) };
}
