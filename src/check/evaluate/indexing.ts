// Brackets after a value: `x[:, 0]` takes a part of a tensor, `sizes[1]` an item of a list.

import { leaveOutBatch } from "../../diagnostics/catalogue/fixes.ts";
import { code, quoted } from "../../diagnostics/catalogue/phrases.ts";
import type { SubscriptFault } from "../../diagnostics/catalogue/subscripts.ts";
import type { Fix } from "../../diagnostics/diagnostic.ts";
import { findSubscript } from "../../ops/registry.ts";
import { type Place, type PlaceProblem, placesText, takenBy } from "../../ops/subscripts.ts";
import type { Expr, Subscript } from "../../syntax/ast.ts";
import { report } from "../say/report.ts";
import { traceTo } from "../say/trace.ts";
import { exprText, innerShape } from "../say/words.ts";
import type { Env, Value } from "../state/environment.ts";
import { allOf, broken, isUnresolved, known, open, type Resolved } from "../state/resolved.ts";
import type { Tensor } from "../state/tensor.ts";
import { int, shown } from "../state/values.ts";
import { applyLayer } from "./apply.ts";
import { evaluate } from "./evaluate.ts";
import { evaluateMember } from "./members.ts";

type Index = Extract<Expr, { kind: "index" }>;

export function evaluateIndex(expr: Index, env: Env): Value {
  const object = expr.object.kind === "member" ? evaluateMember(expr.object, env, expr) : evaluate(expr.object, env);
  const places = allOf(expr.subscripts.map((subscript) => placeOf(subscript, env)));
  if (isUnresolved(object)) return object;
  if (isUnresolved(places)) return places;
  if (object.kind === "tensor") return part(expr, object, places.value, env);
  const items = itemsOf(object);
  if (items !== undefined) return item(expr, items, places.value, env);
  return report(env, {
    code: "NN009",
    span: expr.object.span,
    what: quoted("[ ]"),
    expected: "indexed",
    actual: shown(object),
  });
}

/** Returns the items of a list, a size or several values. */
function itemsOf(value: Value): readonly Value[] | undefined {
  if (value.kind === "list" || value.kind === "tuple") return value.items;
  return value.kind === "size" ? value.values.map(int) : undefined;
}

function placeOf(subscript: Subscript, env: Env): Resolved<Place> {
  if (subscript.form === "rest") return known("rest");
  if (subscript.form === "at") {
    const at = wholeNumber(subscript.value, env);
    return isUnresolved(at) ? at : known({ at: at.value });
  }
  const { start, stop, step } = subscript;
  const parts: [string, Resolved<number>][] = [];
  for (const [name, expr] of Object.entries({ start, stop, step }))
    if (expr !== undefined) parts.push([name, wholeNumber(expr, env)]);
  const values = allOf(parts.map(([, value]) => value));
  return isUnresolved(values) ? values : known(Object.fromEntries(parts.map(([name], i) => [name, values.value[i]])));
}

function wholeNumber(expr: Expr, env: Env): Resolved<number> {
  const value = evaluate(expr, env);
  if (isUnresolved(value)) return value;
  if (value.kind === "int") return typeof value.size === "number" ? known(value.size) : open;
  return report(env, {
    code: "NN009",
    span: expr.span,
    what: "position",
    expected: "integer",
    actual: shown(value),
  });
}

/** Reports NN118 at the position that does not fit. */
function misfit(expr: Index, problem: PlaceProblem, places: readonly Place[], env: Env, tensor?: Tensor): Value {
  const at = problem.place;
  const place = places[at];
  const span = expr.subscripts[at]?.span ?? expr.span;
  const context = { what: exprText(expr.object), trace: traceTo(env.model, tensor?.id) };
  return report(env, { code: "NN118", span, ...context, ...faultOf(problem, place), ...withoutBatch(expr, problem) });
}

/** `x[:, -1, :]`: elsewhere the first position is that of the batch. */
function withoutBatch({ subscripts }: Index, problem: PlaceProblem): { readonly batch?: Fix } {
  const [first, second] = subscripts;
  if (problem.problem !== "many" || problem.places !== problem.axes + 1 || second === undefined) return {};
  if (first?.form !== "range" || first.start !== undefined || first.stop !== undefined || first.step !== undefined)
    return {};
  return { batch: leaveOutBatch({ ...first.span, end: second.span.start }) };
}

function faultOf(problem: PlaceProblem, place: Place | undefined): SubscriptFault {
  const at = typeof place === "object" && "at" in place ? place.at : 0;
  switch (problem.problem) {
    case "many":
      return { fault: "many", axes: problem.axes, places: problem.places };
    case "rests":
    case "step":
      return { fault: problem.problem };
    case "outside":
      return { fault: "outside", axis: problem.axis, at, size: problem.size };
    case "nothing": {
      const range = place === undefined ? "" : placesText([place]);
      return { fault: "nothing", axis: problem.axis, range, size: problem.size };
    }
  }
}

function part(expr: Index, tensor: Tensor, places: readonly Place[], env: Env): Value {
  const taken = takenBy(places, innerShape(tensor.type));
  if ("problem" in taken) return misfit(expr, taken, places, env, tensor);
  const def = findSubscript();
  if (def === undefined) return broken;
  const key = { kind: "string" as const, value: placesText(places), span: expr.span };
  const place = { env, span: expr.span, text: exprText(expr) };
  return applyLayer(
    { of: { kind: "op", def }, arguments: [{ value: key, span: expr.span }], ...place },
    tensor,
    env,
    expr.span,
  );
}

function item(expr: Index, items: readonly Value[], places: readonly Place[], env: Env): Value {
  const [place] = places;
  if (place === undefined || place === "rest" || !("at" in place) || places.length > 1)
    return report(env, {
      code: "NN009",
      span: expr.span,
      what: code(exprText(expr.object)),
      expected: "onePosition",
      actual: { kind: "code", text: exprText(expr) },
    });
  const { at } = place;
  const found = items[at < 0 ? at + items.length : at];
  if (found !== undefined) return found;
  const span = expr.subscripts[0]?.span ?? expr.span;
  return report(env, {
    code: "NN118",
    span,
    what: exprText(expr.object),
    trace: [],
    ...{ fault: "outside", at, size: items.length },
  });
}
