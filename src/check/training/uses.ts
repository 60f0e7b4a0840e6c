// Definitions used by name with options: `adam(1e-3)`, `mnist()`, `accuracy`.

import type { Span } from "../../base/span.ts";
import type { OptionRecord } from "../../ir/graph.ts";
import type { Expr } from "../../syntax/ast.ts";
import { convertNamed, open, type UsedTier } from "../evaluate/convert.ts";
import type { Env } from "../state/environment.ts";

export interface UseExpr {
  readonly name: string;
  readonly options: OptionRecord;
  readonly span: Span;
}

/** The definition and its options, complete; undefined after a report. `what`: `the loss`. */
export function readUse(tier: UsedTier, expr: Expr, env: Env, what: string): UseExpr | undefined {
  const value = expr.kind === "hole" ? open : convertNamed(tier, expr, env, { what });
  if (value === open || typeof value !== "object" || !("name" in value)) {
    env.model.broken = true;
    return undefined;
  }
  return { ...value, span: expr.span };
}
