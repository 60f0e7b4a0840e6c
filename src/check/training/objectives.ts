// Checks what a step of a training minimizes: a loss by its name for each output, with a weight, or an expression of
// outputs and fields. Each becomes a term with its own nodes.

import type { Span } from "../../base/span.ts";
import { write } from "../../diagnostics/catalogue/fixes.ts";
import { type Actual, code } from "../../diagnostics/catalogue/phrases.ts";
import type { ValueId } from "../../ir/graph.ts";
import { findLoss, findOperator } from "../../ops/registry.ts";
import type { Expr } from "../../syntax/ast.ts";
import { addLoss, applied, evaluate, numberIn } from "../evaluate/index.ts";
import { type LossCall, type LossTerm, type ModelNode, withArguments } from "../model.ts";
import { namesIn, visit } from "../program/walk.ts";
import { report } from "../say/report.ts";
import { sourcesOf } from "../say/trace.ts";
import { elementShown, exprText, innerShape, shapeText } from "../say/words.ts";
import { type ModelUnderWay, newModel } from "../state/building.ts";
import type { Env } from "../state/environment.ts";
import { broken, isUnresolved, known, type Resolved, unresolvedOf } from "../state/resolved.ts";
import { shown } from "../state/values.ts";
import { compare } from "./fits.ts";
import { fieldNode, type ObjectiveScope, outputNode, scopeOf } from "./objectiveScope.ts";
import { type Judged, type Output, onlyPair, type Pairing, pairOf, readRecord } from "./pairing.ts";
import { readUse } from "./uses.ts";

/** Returns the terms of a `loss` clause: one, or one for each entry of a record. */
export function readTerms(expr: Expr, clause: Span, pairing: Pairing): Resolved<readonly LossTerm[]> {
  if (expr.kind !== "record") {
    const term = termOf(expr, pairing, () => onlyPair(pairing, clause));
    return isUnresolved(term) ? term : known([term.value]);
  }
  return readRecord(expr, pairing, (entry, output, name) => {
    const term = termOf(entry, pairing, () => pairOf(output, name.span, pairing), output);
    return isUnresolved(term) ? term : known({ ...term.value, name: output.name });
  });
}

/** Reads one term. `pair` finds the output and target of a loss by name; `about` is the output that the term belongs to. */
function termOf(expr: Expr, pairing: Pairing, pair: () => Resolved<Judged>, about?: Output): Resolved<LossTerm> {
  const scope = scopeOf(pairing, about);
  const { weight, inner } = weighted(expr, scope.names, pairing.env);
  if (isUnresolved(weight)) return weight;
  const term = isNamed(inner, scope.names) ? namedTerm(inner, pairing, pair) : formulaTerm(inner, pairing, scope);
  return isUnresolved(term) ? term : known({ ...term.value, weight: weight.value });
}

const mentions = (expr: Expr, names: ReadonlySet<string>): boolean => {
  const found = new Set<string>();
  namesIn(expr, found);
  return [...found].some((name) => names.has(name));
};

/** Whether an expression names a loss, perhaps with options, and does not compute with outputs and fields. */
function isNamed(expr: Expr, names: ReadonlySet<string>): boolean {
  if (expr.kind === "name") return !names.has(expr.name);
  if (expr.kind === "string" || expr.kind === "hole") return true;
  if (expr.kind === "call" && expr.callee.kind === "member") return !mentions(expr.callee, names);
  if (expr.kind !== "call" || expr.callee.kind !== "name" || mentions(expr, names)) return false;
  return findLoss(expr.callee.name) !== undefined || findOperator(expr.callee.name) === undefined;
}

/** Takes the number off `0.3 * mse`. */
function weighted(
  expr: Expr,
  names: ReadonlySet<string>,
  env: Env,
): { readonly weight: Resolved<number>; readonly inner: Expr } {
  const plain = { weight: known(1), inner: expr };
  if (expr.kind !== "binary" || expr.operator !== "*") return plain;
  const isLoss = (side: Expr): boolean => isNamed(side, names) && lossNameIn(side) !== undefined;
  const [factor, inner] = isLoss(expr.right) ? [expr.left, expr.right] : [expr.right, expr.left];
  if (!isLoss(inner) || mentions(factor, names)) return plain;
  const value = evaluate(factor, env);
  if (isUnresolved(value)) return { weight: value, inner };
  const number = numberIn(value);
  if (number !== undefined) return { weight: known(number), inner };
  const actual = shown(value);
  return {
    weight: report(env, { code: "NN009", span: factor.span, what: code(exprText(expr)), expected: "number", actual }),
    inner,
  };
}

const lossNameIn = (expr: Expr): string | undefined => {
  const named = expr.kind === "call" ? expr.callee : expr;
  return named.kind === "name" && findLoss(named.name) !== undefined ? named.name : undefined;
};

function namedTerm(expr: Expr, pairing: Pairing, pair: () => Resolved<Judged>): Resolved<LossTerm> {
  const { entry, env } = pairing;
  const use = readUse("loss", expr, env, "loss");
  const judged = pair();
  if (isUnresolved(use)) return use;
  if (isUnresolved(judged)) return judged;
  const { output, target } = judged.value;
  const def = findLoss(use.value.name);
  const before = env.model.errors.length;
  compare({ entry, output, target, loss: use.value, env });
  if (def === undefined || env.model.errors.length > before) return broken;
  const model = newModel();
  const { options } = use.value;
  const pairOfTensors = { target: fieldNode(model, target), prediction: outputNode(model, output, entry.model) };
  const loss = addLoss({ ...env, model }, def, { ...pairOfTensors, options, text: exprText(expr), span: expr.span });
  return known({ nodes: model.nodes, value: loss.id, weight: 1, span: expr.span });
}

function formulaTerm(expr: Expr, pairing: Pairing, { env: own, ambiguous }: ObjectiveScope): Resolved<LossTerm> {
  const { env } = pairing;
  const unclear = namesUsed(expr).find(({ name }) => ambiguous.has(name));
  if (unclear !== undefined) {
    const { name, span } = unclear;
    const words = ambiguous.get(name) ?? [];
    const expected = words.length === 0 ? "ownName" : ({ kind: "written", text: words.join(" or ") } as const);
    return report(env, { code: "NN009", span, what: "loss", expected, actual: "ambiguous" });
  }
  const value = applied(evaluate(expr, own), expr.span, own);
  const { nodes, weights, errors } = own.model;
  for (const span of errors) env.model.errors.push(span);
  const missing = unresolvedOf([value]);
  if (missing !== undefined) return missing;
  const { span } = expr;
  if (errors.length > 0) return broken;
  if (value.kind !== "tensor")
    return report(env, { code: "NN009", span, what: "loss", expected: "sampleValue", actual: shown(value) });
  if (weights.size > 0) {
    const actual = { kind: "code", text: exprText(expr) } as const;
    return report(env, { code: "NN009", span, what: "loss", expected: "weightlessLoss", actual });
  }
  const shape = innerShape(value.type);
  const isLoss = nodes[value.id]?.kind === "loss";
  // A loss alone makes one number of its values itself.
  const many = !isLoss && shape.some((size) => size !== 1);
  if (value.type.dtype !== "f32" || many) {
    const actual: Actual = many ? { kind: "forEach", shape: shapeText(shape) } : elementShown(value.element);
    const fix = many ? { fix: write(span, `mean(${exprText(expr)})`, false) } : {};
    return report(env, { code: "NN009", span, what: "loss", expected: "sampleValue", actual, ...fix });
  }
  const reduced = nodes.find((node) => node.kind === "loss" && node.id !== value.id && isReduced(node));
  if (reduced?.kind === "loss") {
    const what = { kind: "option", name: "reduction", of: reduced.loss } as const;
    return report(env, { code: "NN007", span: reduced.span, what, is: { fact: { kind: "withinExpression" } } });
  }
  const term = { ...onlyReached(nodes, value.id, own.model), weight: 1, span };
  if (!term.nodes.some(({ kind }) => kind === "output"))
    return report(env, { code: "NN210", span, model: pairing.entry.model.name, reads: "nothing" });
  return known(term);
}

/** Whether a loss is asked for another reduction than its usual one. */
const isReduced = ({ loss, options }: LossCall): boolean =>
  options.reduction !== findLoss(loss)?.options.reduction?.default;

type NameExpr = Extract<Expr, { kind: "name" }>;

/** Returns the plain names of an expression, without those behind a dot. */
function namesUsed(expr: Expr): readonly NameExpr[] {
  const found: NameExpr[] = [];
  visit(expr, (at) => {
    if (at.kind === "name") found.push(at);
  });
  return found;
}

/** Keeps the nodes that the value needs, and numbers them anew. */
function onlyReached(
  nodes: readonly ModelNode[],
  value: ValueId,
  model: ModelUnderWay,
): { readonly nodes: readonly ModelNode[]; readonly value: ValueId } {
  const reached = sourcesOf(model, [value], "all");
  const ids = new Map([...reached].sort((a, b) => a - b).map((id, i) => [id, i]));
  const renamed = (id: ValueId): ValueId => ids.get(id) ?? id;
  const kept = nodes.filter(({ id }) => ids.has(id));
  return {
    nodes: kept.map((node) => ({ ...withArguments(node, renamed), id: renamed(node.id) })),
    value: renamed(value),
  };
}
