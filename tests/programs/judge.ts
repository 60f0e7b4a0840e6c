// What must hold for any text: the checker never stops, says each fault in words and at a place that
// the text has; what it accepts runs as any program does. Small programs run, of large ones all is made ready.

import type { Diagnostic } from "../../src/diagnostics/diagnostic.ts";
import { checkProgram } from "../../src/driver/check.ts";
import { type LowerRequest, lower } from "../../src/lower/lower.ts";
import { toPrims } from "../../src/passes/index.ts";
import { entry, filesOf } from "./files.ts";
import { type Failure, normalised, requestsOf, runProgram, type Trial } from "./run.ts";

export interface Judgement {
  readonly result: "rejected" | "accepted";
  readonly failure?: Failure;
}

const fault = (kind: string, detail: string): Failure => ({ kind, what: kind, detail });
const stopped = (where: string, error: unknown): Failure => {
  const words = error instanceof Error ? error.message : String(error);
  return fault(`${where} stops: ${normalised(words)}`, (error instanceof Error ? error.stack : undefined) ?? words);
};

/** What is wrong with a diagnostic of such texts, if anything is. */
function wrongWith({ code, message, span, help }: Diagnostic, texts: ReadonlyMap<string, string>): Failure | undefined {
  const length = texts.get(span.file)?.length;
  const inside = length !== undefined && span.start >= 0 && span.start <= span.end && span.end <= length;
  if (!inside) return fault(`${code} is at no place`, JSON.stringify(span));
  // Names of the text itself may be such words.
  const own = [...texts.values()].join("\n");
  const isOdd = (line: string): boolean =>
    line === "" || (/\n|undefined|\[object|NaN/.exec(line) ?? []).some((word) => !own.includes(word));
  const bad = [message, ...help].find(isOdd);
  return bad === undefined ? undefined : fault(`${code} has odd words`, bad);
}

const ELEMENTS = 3000;
/** Whether it takes no time to compute: a number that was changed may be a size. */
function isSmall({ model, training }: LowerRequest): boolean {
  const sizes = [...model.nodes.map(({ type }) => type.shape), ...model.weights.map(({ shape }) => shape)];
  const count = (shape: readonly unknown[]): number =>
    shape.reduce<number>((all, size) => all * (typeof size === "number" ? size : 1), 1);
  return sizes.every((shape) => count(shape) <= ELEMENTS) && (training?.batch ?? 1) <= 64;
}

/** Judges a text: runs it on the first engine where the checker accepts it. */
export async function judge(text: string, trial: Trial): Promise<Judgement> {
  const texts = filesOf(text);
  let diagnostics: readonly Diagnostic[];
  try {
    diagnostics = checkProgram({ entry, texts }).diagnostics;
  } catch (error) {
    return { result: "rejected", failure: stopped("checker", error) };
  }
  const rejected = diagnostics.some(({ severity }) => severity === "error");
  for (const diagnostic of diagnostics) {
    const failure = wrongWith(diagnostic, texts);
    if (failure !== undefined) return { result: rejected ? "rejected" : "accepted", failure };
  }
  return rejected ? { result: "rejected" } : accepted(text, trial);
}

async function accepted(text: string, trial: Trial): Promise<Judgement> {
  const asked = requestsOf(text);
  if ("refusal" in asked) return { result: "accepted" };
  if (asked.requests.every(isSmall)) {
    const [failure] = (await runProgram(text, { ...trial, engines: trial.engines.slice(0, 1) })).failures;
    return { result: "accepted", ...(failure === undefined ? {} : { failure }) };
  }
  try {
    for (const request of asked.requests) toPrims(lower(request), {});
  } catch (error) {
    return { result: "accepted", failure: stopped("lower", error) };
  }
  return { result: "accepted" };
}

/** The shortest text found, without lines and then tokens of it, whose failure is the same. */
export async function shrinkText(text: string, what: string, trial: Trial, attempts = 400): Promise<string> {
  let best = text;
  let left = attempts;
  for (const pattern of [/(?<=\n)/, /(?<=[\s(){}[\],])|(?=[(){}[\],])/]) {
    for (let size = 8; size >= 1; size = Math.floor(size / 2)) {
      for (let at = 0, parts = best.split(pattern); at < parts.length && left > 0; left--) {
        const candidate = parts.toSpliced(at, size);
        const same = (await judge(candidate.join(""), trial)).failure?.what === what;
        if (same) parts = candidate;
        else at += size;
        best = parts.join("");
      }
    }
  }
  return best;
}
