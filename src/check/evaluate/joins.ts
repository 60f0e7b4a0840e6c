// Joins two tensors element by element: `a + b` and the like. say/joins.ts reports why two do not fit.

import { quoted } from "../../diagnostics/catalogue/phrases.ts";
import { findInfix } from "../../ops/registry.ts";
import type { Expr } from "../../syntax/ast.ts";
import { describeJoin, misfit } from "../say/joins.ts";
import { report, reportFirst } from "../say/report.ts";
import { traceTo } from "../say/trace.ts";
import { exprText } from "../say/words.ts";
import type { Env, Value } from "../state/environment.ts";
import { broken, isUnresolved } from "../state/resolved.ts";
import { shown } from "../state/values.ts";
import { applyLayer } from "./apply.ts";

type Binary = Extract<Expr, { kind: "binary" }>;

/** Computes `left operator right` if at least one side is a tensor. */
export function joinTensors(expr: Binary, left: Value, right: Value, env: Env): Value {
  const def = findInfix(expr.operator);
  if (def === undefined) return broken;
  for (const [value, span] of [[left, expr.left.span] as const, [right, expr.right.span] as const]) {
    if (isUnresolved(value)) return value;
    if (value.kind !== "tensor") {
      return report(env, {
        code: "NN009",
        span,
        what: quoted(expr.operator),
        expected: "tensorOrNumber",
        actual: shown(value),
      });
    }
    if (def.takesIndices !== true && (value.element.kind === "class" || value.element.kind === "token")) {
      return report(env, {
        code: "NN117",
        span,
        what: quoted(expr.operator),
        expected: "numbers",
        actual: value.element.kind === "class" ? "classes" : "tokens",
        trace: traceTo(env.model, value.id),
      });
    }
  }
  if (left.kind !== "tensor" || right.kind !== "tensor") return broken;
  const text = exprText(expr);
  if (misfit(left, right) && expr.operator !== "@" && !env.alone) {
    const operands = [expr.left, expr.right];
    return reportFirst(env, expr.span, () =>
      describeJoin(env, { what: text, def, span: expr.span, inputs: [left, right], operands }),
    );
  }
  const layer = { of: { kind: "op" as const, def }, arguments: [], env, span: expr.span, text };
  return applyLayer(layer, { kind: "tuple", items: [left, right] }, env, expr.span);
}
