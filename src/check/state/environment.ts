// What an expression is evaluated in: the program's definitions, the model being built, the names in sight, the current
// value; and the budget that keeps every check finite.

import type { Span } from "../../base/span.ts";
import { withUse } from "../../diagnostics/catalogue/context.ts";
import { type Code, diagnose, type Finding } from "../../diagnostics/catalogue.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { Declaration, Expr } from "../../syntax/ast.ts";
import type { Fact } from "../model.ts";
import type { ModelUnderWay, Naming } from "./building.ts";
import type { Scope } from "./scope.ts";
import type { Value } from "./values.ts";

/** Layer calls a program may make; more is NN501. */
export const mostLayerCalls = 100_000;
/** Statements and expressions that may be evaluated; repeats of nothing are bounded by it. */
export const mostSteps = 2_000_000;
/** Expressions and blocks inside each other. */
export const mostDepth = 400;
/** Sizes and products of sizes: what a double counts exactly. */
export const largest = 2 ** 53;
export const largestText = "2^53 (9,007,199,254,740,992)";

/** Names that a file sees: its own definitions and those of the files it imports. */
export interface FileScope {
  readonly path: string;
  readonly names: ReadonlyMap<string, Exclude<Declaration, { kind: "import" | "train" }>>;
}

/** How a person calls a definition: `a constant`. */
export const kindWords: Readonly<Record<Exclude<Declaration["kind"], "import" | "train">, string>> = {
  const: "constant",
  dataset: "data set",
  block: "block",
  model: "model",
};

export interface Budget {
  readonly mostSteps: number;
  readonly mostLayerCalls: number;
  readonly quiet: boolean;
  steps: number;
  layerCalls: number;
  depth: number;
  suggestions: number;
  exhausted: boolean;
}

const fresh = { steps: 0, layerCalls: 0, depth: 0, suggestions: 0, exhausted: false };
/** What a program may use. */
export const fullBudget = (): Budget => ({ mostSteps, mostLayerCalls, quiet: false, ...fresh });
/** What looking at blocks alone may use. */
export const spareBudget = (): Budget => ({ mostSteps: 300_000, mostLayerCalls: 20_000, quiet: true, ...fresh });

export interface Session {
  readonly diagnostics: Diagnostic[];
  readonly facts: Fact[];
  readonly seen: Set<string>;
  readonly set: ReadonlyMap<string, Expr>;
  readonly files: ReadonlyMap<string, FileScope>;
  /** Definitions on a cycle: their values are unknown. */
  readonly circular: ReadonlySet<Declaration>;
  readonly constants: Map<Declaration, Value>;
  readonly budget: Budget;
  /** For looking at blocks alone, all together; nothing is said when it is used up. */
  readonly spare: Budget;
}

/** The use of a block: what its findings point back to. */
export interface Within {
  readonly text: string;
  readonly span: Span;
}

export interface Env {
  readonly session: Session;
  readonly file: FileScope;
  readonly model: ModelUnderWay;
  readonly scope: Scope;
  readonly naming: Naming;
  /** The current value; undefined where there is none. */
  readonly current: Value | undefined;
  /** A block looked at by itself: its sizes and options are open, and only what is certain is reported. */
  readonly alone: boolean;
  readonly within?: Within;
}

/** Reports a finding, unless the same place has one of the same code already. Marks the model as broken by errors. */
export function report(
  env: Pick<Env, "session"> & { readonly model?: ModelUnderWay; readonly within?: Within },
  finding: Finding,
): void {
  reportIn(env.session, finding, env.within);
  if (env.model !== undefined && severityOf(finding) === "error") env.model.broken = true;
}

const severityOf = (finding: Finding): string => diagnose(finding).severity;

/** Findings of these kinds depend on what a block is used with, so that the use is worth showing. */
const dependsOnUse = (code: Code): boolean => code >= "NN007" && code !== "NN011" && code !== "NN116";

export function reportIn(session: Session, finding: Finding, within?: Within): void {
  const key = placeKey(finding.code, finding.span);
  if (session.seen.has(key)) return;
  session.seen.add(key);
  const diagnostic = diagnose(finding);
  session.diagnostics.push(
    within !== undefined && dependsOnUse(finding.code) ? withUse(diagnostic, within) : diagnostic,
  );
}

const placeKey = (code: Code, span: Span): string => `${code} ${span.start} ${span.end} ${span.file}`;

/** Marks a place as having a problem; false where it has one already: another use of a block says nothing new. */
export function firstProblem(env: Env, span: Span): boolean {
  const key = `problem ${span.start} ${span.end} ${span.file}`;
  env.model.broken = true;
  if (env.session.seen.has(key)) return false;
  env.session.seen.add(key);
  return true;
}

const factKey = (kind: Fact["kind"], { start, end, file }: Span): string => `${kind} ${start} ${end} ${file}`;

/** Whether a fact of this kind is known of the place: then it need not be worked out again. */
export const isNoted = (session: Session, kind: Fact["kind"], span: Span): boolean =>
  session.seen.has(factKey(kind, span));

/** Records a fact for the editor, the first time its place is reached. */
export function note(session: Session, fact: Fact): void {
  const key = factKey(fact.kind, fact.span);
  if (session.seen.has(key)) return;
  session.seen.add(key);
  session.facts.push(fact);
}

/** Takes one step of the budget; false, with one NN501, when it is used up. */
export function step(env: Pick<Env, "session">, span: Span): boolean {
  const { budget } = env.session;
  if (budget.exhausted) return false;
  budget.steps++;
  if (budget.steps <= budget.mostSteps) return true;
  return exhaust(env, span, "compile-time steps", budget.mostSteps);
}

export function layerCall(env: Pick<Env, "session">, span: Span): boolean {
  const { budget } = env.session;
  if (budget.exhausted) return false;
  budget.layerCalls++;
  if (budget.layerCalls <= budget.mostLayerCalls) return true;
  return exhaust(env, span, "layer calls", budget.mostLayerCalls);
}

/** Runs something one level deeper; `shallow` where that is too deep, after one NN501. */
export function deeper<T>(env: Pick<Env, "session">, span: Span, shallow: T, run: () => T): T {
  const { budget } = env.session;
  if (budget.exhausted) return shallow;
  if (budget.depth >= mostDepth) {
    exhaust(env, span, "expressions and blocks inside each other", mostDepth);
    return shallow;
  }
  budget.depth++;
  const result = run();
  budget.depth--;
  return result;
}

export function exhaust(env: Pick<Env, "session">, span: Span, what: string, most: number): false {
  const { budget } = env.session;
  budget.exhausted = true;
  if (budget.quiet) return false;
  reportIn(env.session, { code: "NN501", span, reason: "limit", what, most: most.toLocaleString("en-US") });
  return false;
}
