// Runs a program's text everywhere and compares everything: initial weights, two training steps (the last batch is short),
// evaluation, metrics, predictions. Each run starts from the reference's own state, so that differences do not add up.

import type { OpModule } from "../../src/conformance/executor.ts";
import type { Diagnostic } from "../../src/diagnostics/diagnostic.ts";
import { checkProgram } from "../../src/driver/check.ts";
import { type LowerRequest, lower, lowerRequest } from "../../src/lower/lower.ts";
import type { Loaded } from "../support/compiled.ts";
import { compare, type Kind } from "./compare.ts";
import { type Engine, type Family, making, type Tools } from "./engines.ts";
import { entry, filesOf } from "./files.ts";
import { batchOf, isFit, type Run, runsOf } from "./plan.ts";
import { type Reference, referenceOf } from "./reference.ts";
import { refuted } from "./truth.ts";

export interface Failure {
  /** Failures of one kind have one root, as far as that can be told from outside. */
  readonly kind: string;
  /** The kind without the targets that have it, and the first engine that has it, where an engine does. */
  readonly what: string;
  readonly engine?: string;
  readonly detail: string;
}
export interface Outcome {
  readonly result: "passed" | "failed" | "refused" | "unfit";
  readonly failures: readonly Failure[];
  readonly refusal?: string;
  /** Arrays that were compared, and of these the ones for which rounding had to be measured. */
  readonly compared: number;
  readonly widened: readonly string[];
}

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
/** An error's message without what differs from program to program. */
export const normalised = (message: string): string =>
  message
    .split("\n")
    .filter((line) => line.trim() !== "")[0]!
    // Of several problems the first says what kind it is.
    .replace(/; program .*/, "")
    .replace(/%-?\d+/g, "%N")
    .replace(/'[^']*'/g, "'…'")
    .replace(/"[^"]*"/g, '"…"')
    .replace(/-?\d+(\.\d+)?(e-?\d+)?/g, "N")
    .replace(/\[[^\]]*\]/g, "[…]")
    .slice(0, 140);

/** What a program's trainings, and the models that have none, are lowered from; or why there is no training. */
export function requestsOf(
  text: string,
):
  | { readonly requests: readonly LowerRequest[]; readonly diagnostics: readonly Diagnostic[] }
  | { readonly refusal: string } {
  const { program, diagnostics } = checkProgram({ entry, texts: filesOf(text) });
  const [error] = diagnostics.filter(({ severity }) => severity === "error");
  if (error !== undefined) return { refusal: `${error.code} ${error.message}` };
  if (program.trainings.length === 0) return { refusal: "no training" };
  const models = new Set([...program.trainings.map(({ model }) => model), ...program.models.map(({ name }) => name)]);
  const requests = [...models].flatMap((model) => lowerRequest(program, model) ?? []);
  return { requests, diagnostics };
}

interface Part {
  readonly name: string;
  readonly kind: Kind;
  /** Its place in the slot, and what a change is measured from. */
  readonly slot: string;
  readonly start: number;
  readonly length: number;
  readonly isChange: boolean;
}

/** Slots by variable: optimizer slots are cut as the weights are. */
function partsOf({ module }: Reference): readonly Part[] {
  const length = (shape: readonly unknown[]): number => shape.reduce<number>((a, b) => a * Number(b), 1);
  const variables = module.slots.filter(({ within, role }) => within !== undefined && role === "weight");
  return module.slots.flatMap(({ name, type, role }): readonly Part[] => {
    const whole = { name, slot: name, start: 0, length: length(type.shape), isChange: false };
    if (module.slots.some((slot) => slot.within?.slot === name)) return [];
    if (role === "weight") return [{ ...whole, kind: "steps", isChange: true }];
    if (role !== "optimizer" || variables.length === 0)
      return [{ ...whole, kind: role === "optimizer" ? "steps" : "forward" }];
    return variables.map((variable) => ({
      name: `${name} of ${variable.name}`,
      kind: "steps",
      slot: name,
      start: variable.within!.offset,
      length: length(variable.type.shape),
      isChange: false,
    }));
  });
}

interface Collected {
  compared: number;
  readonly widened: string[];
}

/** The first array that differs, or undefined. */
function differenceOf(
  engine: Engine,
  run: Run,
  actual: ReturnType<Loaded["run"]>,
  parts: readonly Part[],
  found: Collected,
): { readonly what: string; readonly text: string } | undefined {
  const where = run.program;
  const hold = (what: string, verdict: ReturnType<typeof compare>) => {
    found.compared++;
    if (verdict.widened) found.widened.push(what);
    return verdict.fits ? undefined : { what, text: verdict.text };
  };
  for (const [name, values] of run.expected.outputs) {
    const moved = () => run.disturbed().map(({ outputs }) => outputs.get(name));
    const made = actual.outputs.get(name)?.subarray(0, values.length);
    if (made === undefined && engine.partial === true) continue;
    const problem = hold(`${name} of ${where}`, compare("forward", made, values, undefined, moved));
    if (problem !== undefined) return problem;
  }
  if (run.program === "predict" || run.program === "metrics") return undefined;
  for (const part of parts) {
    const cut = (values: ArrayLike<number> | undefined): Float64Array | undefined =>
      values && Float64Array.from(values).subarray(part.start, part.start + part.length);
    const before = part.isChange && run.program.startsWith("train_step") ? cut(run.before.get(part.slot)) : undefined;
    const kind = run.program === "initialize" ? "forward" : part.kind;
    const moved = () => run.disturbed().map(({ slots }) => cut(slots.get(part.slot)));
    const verdict = compare(
      kind,
      cut(actual.slots.get(part.slot)),
      cut(run.expected.slots.get(part.slot))!,
      before,
      moved,
    );
    const problem = hold(`${part.name} after ${where}`, verdict);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** What an array is, without the names of a program. */
const general = (what: string, weights: readonly string[]): string => {
  let text = what;
  for (const name of [...weights].sort((a, b) => b.length - a.length))
    text = text.replace(name, name.split("/").at(-1)!);
  return text.replace(/^.* of predict$/, "predictions of predict");
};

const bitsDiffer = (a: ReadonlyMap<string, Float64Array>, b: ReadonlyMap<string, Float64Array>): string | undefined =>
  [...a].find(([name, values]) => !values.every((value, i) => Object.is(value, b.get(name)?.[i])))?.[0];

interface Found {
  readonly family: Family;
  readonly engine: string;
  readonly kind: string;
  readonly detail: string;
}

async function runOn(
  engine: Engine,
  context: Parameters<Engine["open"]>[0],
  runs: readonly Run[],
  reference: Reference,
  found: Collected,
): Promise<Found | undefined> {
  const { family } = engine;
  const failed = (kind: string, detail: string): Found => ({
    family,
    engine: engine.name,
    kind,
    detail: `${engine.name}: ${detail}`,
  });
  const parts = partsOf(reference);
  const weights = reference.module.slots.map(({ name }) => name);
  let loaded: readonly Loaded[] = [];
  try {
    loaded = await engine.open(context);
    for (const [i, run] of runs.entries()) {
      const [first, ...others] = loaded.map((one) => one.run(run.program, run.samples, run.inputs, run.before));
      if (first === undefined) continue;
      const difference = differenceOf(engine, run, first, parts, found);
      if (difference !== undefined)
        return failed(
          `differs: ${general(difference.what, weights)}`,
          `${difference.what} (run ${i + 1}) ${difference.text}`,
        );
      for (const other of others) {
        const what = bitsDiffer(first.outputs, other.outputs) ?? bitsDiffer(first.slots, other.slots);
        if (what !== undefined)
          return failed(`bits differ by threads: ${general(what, weights)}`, `${what} of ${run.program}`);
      }
    }
    return undefined;
  } catch (error) {
    return failed(`stops: ${normalised(wordsOf(error))}`, wordsOf(error).split("\n")[0]!);
  } finally {
    for (const one of loaded) await one.close?.();
  }
}

/** The failures of all targets, each kind once with the targets that have it. */
function grouped(found: readonly Found[]): readonly Failure[] {
  const kinds = new Map<string, Found[]>();
  for (const one of found) kinds.set(one.kind, [...(kinds.get(one.kind) ?? []), one]);
  return [...kinds].map(([kind, all]) => {
    const families = [...new Set(all.map(({ family }) => family))].sort();
    const { engine, detail } = all[0]!;
    return { kind: `${families.length === 3 ? "all" : families.join("+")} ${kind}`, what: kind, engine, detail };
  });
}

export interface Trial {
  readonly seed: number;
  readonly engines: readonly Engine[];
  readonly tools: Tools;
}

const nothing = { compared: 0, widened: [] };
function stopped(where: string, error: unknown): Outcome {
  const kind = `${where} stops: ${normalised(wordsOf(error))}`;
  return { result: "failed", failures: [{ kind, what: kind, detail: wordsOf(error).split("\n")[0]! }], ...nothing };
}

/** Never throws: an error on the way is a failure of its own kind. A program fails with the first of its trainings that does. */
export async function runProgram(text: string, trial: Trial): Promise<Outcome> {
  let asked: ReturnType<typeof requestsOf>;
  try {
    asked = requestsOf(text);
  } catch (error) {
    return stopped("checker", error);
  }
  if ("refusal" in asked) return { result: "refused", failures: [], refusal: asked.refusal, ...nothing };
  let whole: Outcome = { result: "unfit", failures: [], ...nothing };
  for (const request of asked.requests) {
    const own = await runTraining(text, request, asked.diagnostics, trial);
    whole = {
      result: own.result === "unfit" ? whole.result : own.result,
      failures: own.failures,
      compared: whole.compared + own.compared,
      widened: [...whole.widened, ...own.widened],
    };
    if (own.result === "failed") break;
  }
  return whole;
}

async function runTraining(
  text: string,
  request: LowerRequest,
  diagnostics: readonly Diagnostic[],
  { seed, engines, tools }: Trial,
): Promise<Outcome> {
  let ops: OpModule;
  let reference: Reference;
  let runs: readonly Run[];
  try {
    ops = lower(request);
    reference = referenceOf(ops);
  } catch (error) {
    return stopped("lower", error);
  }
  try {
    runs = runsOf(reference, request, seed);
  } catch (error) {
    return stopped("reference", error);
  }
  if (!isFit(runs)) return { result: "unfit", failures: [], ...nothing };
  const wrong = refuted(request, diagnostics, runs, seed);
  if (wrong !== undefined) {
    const kind = `${wrong.code} is false`;
    return { result: "failed", failures: [{ kind, what: kind, detail: wrong.where }], ...nothing };
  }
  const found: Collected = { compared: 0, widened: [] };
  const context = making({ text, model: request.model.name }, ops, batchOf(request), tools);
  const problems: Found[] = [];
  for (const engine of engines) {
    // A trainer is for a training.
    if (engine.partial === true && request.training === undefined) continue;
    const problem = await runOn(engine, context, runs, reference, found);
    if (problem !== undefined) problems.push(problem);
  }
  const failures = grouped(problems);
  return { result: failures.length > 0 ? "failed" : "passed", failures, ...found };
}
