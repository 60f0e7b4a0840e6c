// Checks the result of a body against the declared one of the block or model, `-> f32[_, _, filters]`.

import type { Span } from "../../base/span.ts";
import { written } from "../../diagnostics/catalogue/phrases.ts";
import { certainlyDiffer, sameSize } from "../../ir/size.ts";
import type { Body, Name, TypeExpr } from "../../syntax/ast.ts";
import { report } from "../say/report.ts";
import { traceTo } from "../say/trace.ts";
import { elementShown, elementText, innerShape, shapeWanted, sizeText, tensorText } from "../say/words.ts";
import type { Env, Value } from "../state/environment.ts";
import { isUnresolved } from "../state/resolved.ts";
import { shown } from "../state/values.ts";
import { sameElement } from "./parameters.ts";
import { isDimension, resolveElement, sizeOf } from "./types.ts";

/** Returns the place that makes the result: the last line of the body. */
const lastSpan = (declared: { readonly name: Name; readonly body: Body }): Span =>
  declared.body.statements.at(-1)?.span ?? declared.name.span;

export function checkResult(
  type: TypeExpr,
  value: Value,
  declared: { readonly name: Name; readonly body: Body },
  env: Env,
): void {
  const element = resolveElement(type, env);
  if (isUnresolved(value)) return;
  const span = lastSpan(declared);
  const what = { kind: "result", of: declared.name.text } as const;
  if (value.kind !== "tensor") {
    report(env, { code: "NN009", span, what, expected: "oneTensor", actual: shown(value) });
    return;
  }
  const context = { trace: traceTo(env.model, value.id) };
  if (!isUnresolved(element) && !sameElement(element.value, value.element)) {
    const [expected, actual] = [written(elementText(element.value)), elementShown(value.element)];
    report(env, { code: "NN117", span, what, expected, actual, ...context });
    return;
  }
  const entries = type.shape ?? [];
  const shape = innerShape(value.type);
  if (entries.length !== shape.length) {
    const expected = shapeWanted(entries);
    const actual = tensorText(value.type);
    report(env, { code: "NN101", span, what, expected, actual, axes: shape.length, declared: type.span, ...context });
    return;
  }
  for (const [i, entry] of entries.entries()) {
    // A name that nothing binds is a new dimension: it only says that there is an axis.
    if (entry.kind === "placeholder" || entry.kind === "hole" || isDimension(entry, env)) continue;
    const wanted = sizeOf(entry, env, "axis");
    const actual = shape[i] ?? 1;
    if (isUnresolved(wanted) || sameSize(wanted.value, actual)) continue;
    if (env.alone && !certainlyDiffer(wanted.value, actual)) continue;
    const expected = sizeText(wanted.value);
    report(env, {
      code: "NN102",
      span,
      what,
      axis: i + 1,
      expected,
      actual: sizeText(actual),
      declared: entry.span,
      ...context,
    });
    return;
  }
}
