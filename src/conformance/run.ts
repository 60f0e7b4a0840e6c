// Runs conformance cases and counts the results. The caller reads the files.

import type { Executor } from "./executor.ts";
import { FormatError, type Json, type JsonObject, objectOf, stringOf } from "./format.ts";
import { initializerCase } from "./initializerCase.ts";
import { Unsupported } from "./keras.ts";
import { layerCase } from "./layerCase.ts";
import { lossCase } from "./lossCase.ts";
import { metricCase } from "./metricCase.ts";
import { optimizerCase } from "./optimizerCase.ts";
import { scheduleCase } from "./scheduleCase.ts";
import { trajectoryCase } from "./trajectoryCase.ts";

export type Outcome =
  | { readonly result: "passed" }
  | { readonly result: "failed"; readonly problems: readonly string[] }
  | { readonly result: "skipped"; readonly reason: string };

export interface Finished {
  /** `layer/conv2d_f4_k3`. */
  readonly name: string;
  readonly outcome: Outcome;
}

type RunKind = (json: JsonObject, executor: Executor) => Promise<readonly string[]>;

const kinds: ReadonlyMap<string, RunKind> = new Map([
  ["layer", layerCase],
  ["loss", lossCase],
  ["optimizer", optimizerCase],
  ["schedule", scheduleCase],
  ["metric", metricCase],
  ["initializer", initializerCase],
  ["trajectory", trajectoryCase],
]);

/** Runs one case, given as parsed JSON. A case that throws has failed, with the error's message. */
export async function runCase(json: Json, executor: Executor): Promise<Outcome> {
  try {
    const object = objectOf(json, "the case");
    const kind = stringOf(object.kind, "kind");
    const run = kinds.get(kind);
    if (run === undefined) return { result: "skipped", reason: `kind ${kind}` };
    const problems = await run(object, executor);
    return problems.length === 0 ? { result: "passed" } : { result: "failed", problems };
  } catch (error) {
    if (error instanceof Unsupported) return { result: "skipped", reason: error.message };
    if (error instanceof FormatError) return { result: "failed", problems: [`not a case: ${error.message}`] };
    return { result: "failed", problems: [error instanceof Error ? error.message : String(error)] };
  }
}

/** Lines for people: each failure with its problems, skipped cases by reason, and last `N passed, N failed, N skipped`. */
export function report(finished: readonly Finished[]): readonly string[] {
  const lines: string[] = [];
  const reasons = new Map<string, number>();
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const { name, outcome } of finished) {
    counts[outcome.result]++;
    if (outcome.result === "skipped") reasons.set(outcome.reason, (reasons.get(outcome.reason) ?? 0) + 1);
    if (outcome.result === "failed") {
      lines.push(`failed: ${name}`);
      for (const problem of outcome.problems.slice(0, 5)) lines.push(`  ${problem}`);
      if (outcome.problems.length > 5) lines.push(`  and ${outcome.problems.length - 5} more`);
    }
  }
  if (reasons.size > 0) lines.push("skipped, for lack of:");
  for (const [reason, count] of [...reasons].sort(([a], [b]) => (a < b ? -1 : 1))) lines.push(`  ${reason} (${count})`);
  lines.push(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
  return lines;
}
