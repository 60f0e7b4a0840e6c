// Losses as functions, `mse(target, prediction)`: only the objective of a training may call them.

import { code } from "../../diagnostics/catalogue/phrases.ts";
import { draft } from "../../ir/draft.ts";
import type { OptionRecord } from "../../ir/graph.ts";
import { type Size, sameSize } from "../../ir/size.ts";
import { sameShape } from "../../ir/types.ts";
import type { LossDef } from "../../ops/definition.ts";
import type { Expr } from "../../syntax/ast.ts";
import { report } from "../say/report.ts";
import { elementShown, exprText, innerShape, shapeText } from "../say/words.ts";
import { addNode } from "../state/building.ts";
import type { Env, Value } from "../state/environment.ts";
import { note } from "../state/facts.ts";
import { broken, isUnresolved, type Unresolved, unresolvedOf } from "../state/resolved.ts";
import type { Tensor } from "../state/tensor.ts";
import { shown } from "../state/values.ts";
import { evaluate } from "./evaluate.ts";
import { readOptions } from "./options.ts";

type Call = Extract<Expr, { kind: "call" }>;

/** Evaluates a loss of two tensors, the target first as in Keras: one value for each sample and remaining axis. */
export function evaluateLoss(expr: Call, def: LossDef, env: Env): Value {
  note(env.session, { kind: "reference", span: expr.callee.span, name: def.name, op: def.name, doc: def.summary });
  const [first, second, ...rest] = expr.arguments;
  const text = exprText(expr);
  if (first === undefined || second === undefined || first.name !== undefined || second.name !== undefined)
    return report(env, {
      code: "NN010",
      span: expr.span,
      owner: code(text),
      missing: { kind: "pair", loss: def.name },
    });
  const [target, prediction] = [evaluate(first.value, env), evaluate(second.value, env)];
  const missing = unresolvedOf([target, prediction]);
  if (missing !== undefined) return missing;
  if (target.kind !== "tensor" || prediction.kind !== "tensor") {
    const [place, value] = target.kind === "tensor" ? [second, prediction] : [first, target];
    return report(env, {
      code: "NN009",
      span: place.span,
      what: code(text),
      expected: "tensors",
      actual: shown(value),
    });
  }
  const given = readOptions(def, rest, env, expr.span);
  if (isUnresolved(given)) return given;
  const { options } = given.value;
  const misfit = pairMisfit({ def, text, options, target, prediction, places: [first.value, second.value], env });
  if (misfit !== undefined) return misfit;
  return addLoss(env, def, { target, prediction, options, text, span: expr.span });
}

/** Adds the node of a loss between two tensors that fit it. */
export function addLoss(
  env: Env,
  def: LossDef,
  call: Pick<Extract<Env["model"]["nodes"][number], { kind: "loss" }>, "options" | "text" | "span"> & {
    readonly target: Tensor;
    readonly prediction: Tensor;
  },
): Tensor {
  const { target, prediction, options, text, span } = call;
  const { g } = draft();
  // Only its definition knows which axes a loss leaves.
  const { type } = def.expand(g, g.input("prediction", prediction.type), g.input("target", target.type), options);
  const args = [target.id, prediction.id] as const;
  return addNode(env.model, type, span, { kind: "loss", loss: def.name, args, options, text }, { kind: "f32" });
}

interface Pair {
  readonly def: LossDef;
  readonly text: string;
  readonly options: OptionRecord;
  readonly target: Tensor;
  readonly prediction: Tensor;
  readonly places: readonly [Expr, Expr];
  readonly env: Env;
}

/** Reports why a target and a prediction do not fit a loss. */
function pairMisfit(pair: Pair): Unresolved | undefined {
  const { def, text, options, target, prediction, places, env } = pair;
  const [first, second] = places;
  if (prediction.type.dtype !== "f32")
    return report(env, {
      code: "NN117",
      span: second.span,
      what: code(text),
      expected: "f32",
      actual: elementShown(prediction.element),
    });
  const fields = { span: first.span, loss: def.name, target: exprText(first), declared: first.span };
  const { element } = target;
  const problem = def.misfit?.(prediction.type, target.type, options);
  if (problem !== undefined) {
    const what = { kind: "option", name: problem.option, of: def.name } as const;
    return report(env, {
      code: "NN007",
      span: second.span,
      what,
      is: { fact: { kind: "told", text: problem.message } },
    });
  }
  const [wanted, actual] = [innerShape(target.type), innerShape(prediction.type)];
  const single = sameShape(actual, wanted) || sameShape(actual, [...wanted, 1]);
  if (def.wants === "embeddings") {
    if (target.type.dtype === "f32")
      return report(env, { code: "NN206", ...fields, holds: "numbers", wants: "indices" });
    return actual.length === 1 && wanted.length === 0 ? undefined : shapeMisfit(pair, [actual.at(-1) ?? 1], actual);
  }
  if (def.wants === "sequences") {
    if (target.type.dtype === "f32")
      return report(env, { code: "NN206", ...fields, holds: "numbers", wants: "indices" });
    return sequenceMisfit(pair, wanted, actual);
  }
  if (element.kind === "class" || element.kind === "token") {
    if (def.takesClasses !== true) return report(env, { code: "NN206", ...fields, holds: "indices", wants: "numbers" });
    if (def.wants !== "binary") {
      const place = classPlace(options, actual.length);
      return shapeMisfit(pair, withClasses(wanted, element.count, place), actual);
    }
    if (!sameSize(element.count, 2))
      return report(env, { code: "NN206", ...fields, holds: "indices", wants: "binary" });
    return single ? undefined : shapeMisfit(pair, [...wanted, 1], actual);
  }
  if (def.onShares !== undefined) return report(env, { code: "NN206", ...fields, holds: "numbers", wants: "indices" });
  return single ? undefined : shapeMisfit(pair, wanted, actual);
}

/** Reports predictions that are no row of the symbols for each step, and targets that are no sequence, of any length. */
function sequenceMisfit(
  pair: Pair,
  [length = 1, ...more]: readonly Size[],
  actual: readonly Size[],
): Unresolved | undefined {
  const { text, target, places, env } = pair;
  const { element } = target;
  const [first, second] = places;
  if (more.length > 0) {
    const fields = { what: code(text), expected: shapeText([length]), actual: shapeText([length, ...more]) };
    return report(env, { code: "NN102", span: first.span, ...fields, declared: second.span, trace: [] });
  }
  const symbols = element.kind === "class" || element.kind === "token" ? element.count : (actual.at(-1) ?? 1);
  return shapeMisfit(pair, [actual.length === 2 ? (actual[0] ?? 1) : length, symbols], actual);
}

/** Returns the position of the axis of classes in predictions of so many axes, the batch left out: by default the last. */
export const classPlace = ({ axis }: OptionRecord, rank: number): number =>
  typeof axis !== "number" ? rank - 1 : axis < 0 ? axis + rank : axis - 1;

/** Returns the shape of predictions for targets of `shape`: with the axis of `count` classes at its place. */
export const withClasses = (shape: readonly Size[], count: Size, place: number): readonly Size[] =>
  shape.toSpliced(place, 0, count);

function shapeMisfit(
  { text, places, env }: Pair,
  wanted: readonly Size[],
  actual: readonly Size[],
): Unresolved | undefined {
  if (sameShape(actual, wanted)) return undefined;
  const [target, prediction] = places;
  report(env, {
    code: "NN102",
    span: prediction.span,
    what: code(text),
    expected: shapeText(wanted),
    actual: shapeText(actual),
    declared: target.span,
    trace: [],
  });
  return broken;
}
