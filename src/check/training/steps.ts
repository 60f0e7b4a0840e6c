// Checks the steps of a training: what each minimizes, the weights that it trains, and their optimizers. A training without
// steps is one step of all weights.

import type { Span } from "../../base/span.ts";
import { quoted, type Subject } from "../../diagnostics/catalogue/phrases.ts";
import type { Clause, Expr, Step, Train } from "../../syntax/ast.ts";
import type { CheckedModel, TrainStep, Use, WeightGroup } from "../model.ts";
import { report } from "../say/report.ts";
import { suggest } from "../say/suggest.ts";
import { exprText } from "../say/words.ts";
import type { Env } from "../state/environment.ts";
import { allOf, broken, isUnresolved, known, type Resolved } from "../state/resolved.ts";
import { layersIn, namesFileAlone } from "./begin.ts";
import { type Clauses, needed, readClauses } from "./clauses.ts";
import { readTerms } from "./objectives.ts";
import type { Pairing } from "./pairing.ts";
import { reachedWeights, stopBefore } from "./reach.ts";
import { readUse } from "./uses.ts";

/** The clauses of a step. */
export const stepClauses = ["loss", "optimizer", "weights"];

/** An optimizer with the name of the layers that it is for, if the clause is a record. */
interface OptimizerUse {
  readonly name?: { readonly text: string; readonly span: Span };
  readonly use: Use;
}

/** A step as far as it can be read without a model and data. */
export interface StepRead {
  readonly name?: string;
  readonly span: Span;
  readonly clauses: Clauses;
  readonly loss: Resolved<Expr>;
  readonly optimizers: Resolved<readonly OptimizerUse[]>;
}

/** Reads the steps of a training, or the training itself as its only step. */
export function readSteps(declared: Train, whole: Clauses, env: Env): readonly StepRead[] {
  const steps = declared.clauses.filter((clause) => clause.kind === "step");
  if (steps.length === 0) return [readStep(whole, declared.span, env)];
  for (const word of stepClauses) {
    const clause = whole.byName.get(word);
    if (clause === undefined || (word === "weights" && namesFileAlone(clause))) continue;
    const { span } = clause.keyword;
    report(env, { code: "NN003", span, owner: whole.owner, option: word, word: "clause", reason: { kind: "ofStep" } });
  }
  const names = new Map<string, Span>();
  return steps.map((step) => {
    const { text: name, span } = step.name;
    const first = names.get(name);
    if (first !== undefined) report(env, { code: "NN004", span, name, first, what: "step" });
    names.set(name, span);
    return { ...readStep(clausesOf(step, env), step.name.span, env), name };
  });
}

function clausesOf({ name, clauses }: Step, env: Env): Clauses {
  const owner: Subject = { kind: "step", name: name.text };
  return readClauses(clauses, { owner, place: name.span, words: stepClauses }, env);
}

const readStep = (clauses: Clauses, span: Span, env: Env): StepRead => ({
  span,
  clauses,
  loss: needed("loss", clauses, env),
  optimizers: readOptimizers(needed("optimizer", clauses, env), env),
});

function readOptimizers(expr: Resolved<Expr>, env: Env): Resolved<readonly OptimizerUse[]> {
  if (isUnresolved(expr)) return expr;
  const { value } = expr;
  if (value.kind !== "record") {
    const use = readUse("optimizer", value, env, "optimizer");
    return isUnresolved(use) ? use : known([{ use: use.value }]);
  }
  if (value.entries.length === 0)
    return report(env, { code: "NN010", span: value.span, owner: "optimizer", missing: "value" });
  return allOf(
    value.entries.map((entry) => {
      const use = readUse("optimizer", entry.value, env, "optimizer");
      return isUnresolved(use) ? use : known({ name: entry.name, use: use.value });
    }),
  );
}

/** Checks the steps of a training of this model on this data. */
export function checkSteps(steps: readonly StepRead[], pairing: Pairing): Resolved<readonly TrainStep[]> {
  const trained = new Map<string, { readonly name: string; readonly span: Span }>();
  return allOf(
    steps.map((step): Resolved<TrainStep> => {
      const { loss, clauses, name, span } = step;
      const place = clauses.byName.get("loss")?.keyword.span ?? clauses.place;
      const terms = isUnresolved(loss) ? loss : readTerms(loss.value, place, pairing);
      const groups = groupsOf(step, steps.length > 1, pairing);
      if (isUnresolved(terms) || isUnresolved(groups)) return broken;
      const weights = groups.value.flatMap((group) => group.weights);
      reportShared(step, weights, trained, pairing.env);
      const reached = reachedWeights(pairing.entry.model, terms.value);
      // A model without weights has nothing to train.
      if (weights.length > 0 && !weights.some((path) => reached.has(path))) {
        const { model } = pairing.entry;
        const stop = stopBefore(model, terms.value);
        const fields = stop === undefined ? {} : { stop: { layer: stop.text, span: stop.span } };
        return report(pairing.env, { code: "NN210", span: place, model: model.name, reads: "untrained", ...fields });
      }
      return known({ terms: terms.value, groups: groups.value, span, ...(name === undefined ? {} : { name }) });
    }),
  );
}

/** Reports NN211 for a weight that an earlier step trains too. */
function reportShared(
  { name = "", clauses }: StepRead,
  weights: readonly string[],
  trained: Map<string, { readonly name: string; readonly span: Span }>,
  env: Env,
): void {
  const span = clauses.byName.get("weights")?.span ?? clauses.place;
  const shared = weights.find((path) => trained.has(path));
  const other = shared === undefined ? undefined : trained.get(shared);
  if (shared !== undefined && other !== undefined)
    report(env, { code: "NN211", span, weight: shared, step: name, other: other.name, first: other.span });
  for (const path of weights) if (!trained.has(path)) trained.set(path, { name, span });
}

/** Returns the groups of weights of a step, each with its optimizer. */
function groupsOf(step: StepRead, several: boolean, pairing: Pairing): Resolved<readonly WeightGroup[]> {
  const { model } = pairing.entry;
  const chosen = step.clauses.byName.get("weights");
  const all = chosen === undefined || (step.name === undefined && namesFileAlone(chosen));
  const weights = all ? known(trainable(model)) : chosenWeights(chosen, pairing);
  const { optimizers } = step;
  if (isUnresolved(weights) || isUnresolved(optimizers)) return broken;
  const [only] = optimizers.value;
  if (only !== undefined && only.name === undefined) {
    const named = several && step.name !== undefined ? { name: step.name } : {};
    return known([{ ...named, optimizer: only.use, weights: weights.value }]);
  }
  return dividedWeights(step, optimizers.value, weights.value, pairing);
}

const trainable = (model: CheckedModel): readonly string[] =>
  model.weights.filter((weight) => weight.trainable).map(({ path }) => path);

const isUnder = (path: string, name: string): boolean => path === name || path.startsWith(`${name}/`);

/** Returns the trainable weights of layers, blocks or parameters by their paths. */
function chosenWeights(clause: Clause, pairing: Pairing): Resolved<readonly string[]> {
  const { env } = pairing;
  const exprs = layersIn(clause);
  const { span, text } = clause.keyword;
  if (exprs.length === 0) return report(env, { code: "NN010", span, owner: quoted(text), missing: "value" });
  const found = allOf(
    exprs.map((expr) => {
      const path = pathOf(expr);
      if (path !== undefined) return weightsOf(path, expr.span, pairing);
      const actual = { kind: "code", text: exprText(expr) } as const;
      return report(env, { code: "NN009", span: expr.span, what: quoted(text), expected: "layerNames", actual });
    }),
  );
  if (isUnresolved(found)) return found;
  const paths = new Set(found.value.flat());
  return known(trainable(pairing.entry.model).filter((path) => paths.has(path)));
}

const pathOf = (expr: Expr): string | undefined => {
  if (expr.kind === "name") return expr.name;
  if (expr.kind === "string") return expr.value;
  if (expr.kind !== "member") return undefined;
  const object = pathOf(expr.object);
  return object === undefined ? undefined : `${object}/${expr.property.text}`;
};

function weightsOf(name: string, span: Span, { entry, env }: Pairing): Resolved<readonly string[]> {
  const { model } = entry;
  const found = trainable(model).filter((path) => isUnder(path, name));
  if (found.length > 0) return known(found);
  if (model.weights.some(({ path }) => isUnder(path, name)))
    return report(env, { code: "NN007", span, what: quoted(name), is: { fact: { kind: "frozen" } } });
  const names = [...new Set(model.weights.flatMap(({ path }) => prefixesOf(path)))];
  const where = { kind: "model", name: model.name } as const;
  const [first = "", ...more] = names.filter((each) => !each.includes("/"));
  const near = suggest(env.session, name, span, names, [first, ...more]);
  return report(env, { code: "NN005", span, name, what: "weights", where, ...near });
}

/** Returns `a`, `a/b` and `a/b/kernel` for the last of them. */
const prefixesOf = (path: string): readonly string[] => {
  const parts = path.split("/");
  return parts.map((_, i) => parts.slice(0, i + 1).join("/"));
};

/** Divides the weights among optimizers by the names of layers; `rest` takes all others. */
function dividedWeights(
  step: StepRead,
  optimizers: readonly OptimizerUse[],
  weights: readonly string[],
  pairing: Pairing,
): Resolved<readonly WeightGroup[]> {
  const { env } = pairing;
  const left = new Set(weights);
  const groups: WeightGroup[] = [];
  const seen = new Map<string, Span>();
  for (const { name, use } of optimizers) {
    if (name === undefined) continue;
    const { text, span } = name;
    const first = seen.get(text);
    if (first !== undefined) return report(env, { code: "NN004", span, name: text, first, what: "entry" });
    seen.set(text, span);
    if (text === "rest") continue;
    const own = weightsOf(text, span, pairing);
    if (isUnresolved(own)) return own;
    const taken = own.value.find((path) => !left.has(path));
    if (taken !== undefined) {
      const other = [...seen].find(([each]) => each !== text && isUnder(taken, each));
      const fields = { weight: taken, step: text, other: other?.[0] ?? "", first: other?.[1] ?? span };
      return report(env, { code: "NN211", span, ...fields });
    }
    for (const path of own.value) left.delete(path);
    groups.push({ name: joined(step.name, text), optimizer: use, weights: own.value });
  }
  const rest = optimizers.find(({ name }) => name?.text === "rest");
  const [missing] = left;
  if (rest !== undefined) groups.push({ name: joined(step.name, "rest"), optimizer: rest.use, weights: [...left] });
  else if (missing !== undefined) {
    const span = step.clauses.byName.get("optimizer")?.keyword.span ?? step.span;
    return report(env, { code: "NN010", span, owner: "optimizer", missing: { kind: "rest", weight: missing } });
  }
  return known(groups);
}

const joined = (step: string | undefined, name: string): string => (step === undefined ? name : `${step}/${name}`);
