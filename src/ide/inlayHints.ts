// The shape after each layer and each stage of a pipe, for the editor to show after it.

import { append } from "../base/append.ts";
import { exprsOf, inside } from "../check/program/walk.ts";
import type { Body, Expr } from "../syntax/ast.ts";
import type { Snapshot } from "./snapshot.ts";
import { resultShape } from "./text.ts";

export interface InlayHint {
  /** Its place: right after the call. */
  readonly offset: number;
  /** `26 × 26 × 32` */
  readonly label: string;
}

/** Returns the hints in `[start, end]`, in the order of the text. */
export function inlayHints(
  snapshot: Snapshot,
  file: string,
  range: { readonly start: number; readonly end: number },
): readonly InlayHint[] {
  const hints: InlayHint[] = [];
  for (const value of flowing(snapshot, file)) {
    const fact = value.kind === "call" || value.kind === "name" ? snapshot.shapeAt(value.span) : undefined;
    const offset = value.span.end;
    // A name of a value, not of a layer, has no inputs: its shape is shown at its definition.
    if (fact === undefined || fact.inputs.length === 0 || offset < range.start || offset > range.end) continue;
    hints.push({ offset, label: resultShape(fact) });
  }
  return hints.sort((a, b) => a.offset - b.offset);
}

/** Returns the expressions that values flow through: statements, stages of pipes, and the results of bodies in them. */
function flowing(snapshot: Snapshot, file: string): readonly Expr[] {
  const found = new Set<Expr>();
  const open: Expr[] = [];
  const statements = (body: Body): void => {
    for (const { value } of body.statements) if (value !== undefined) found.add(value);
  };
  for (const declaration of snapshot.files.get(file)?.declarations ?? []) {
    if (declaration.kind !== "block" && declaration.kind !== "model") continue;
    statements(declaration.body);
    append(open, exprsOf(declaration));
  }
  for (let expr = open.pop(); expr !== undefined; expr = open.pop()) {
    if (expr.kind === "pipe") found.add(expr.left).add(expr.right);
    if (expr.kind === "repeat") statements(expr.body);
    if (expr.kind === "if") {
      statements(expr.then);
      if (expr.otherwise !== undefined && !("kind" in expr.otherwise)) statements(expr.otherwise);
    }
    append(open, inside(expr));
  }
  return [...found];
}
