// Uses of definitions by name with options: `adam(1e-3)`, `mnist()`, `accuracy`.

import type { Subject } from "../../diagnostics/catalogue/phrases.ts";
import { isUse } from "../../ops/options.ts";
import type { Expr } from "../../syntax/ast.ts";
import { convertNamed, type UsedTier } from "../evaluate/index.ts";
import type { Use } from "../model.ts";
import { unread } from "../say/report.ts";
import type { Env } from "../state/environment.ts";
import { broken, isUnresolved, known, type Resolved } from "../state/resolved.ts";

/** Returns the definition and its complete options. `what`: `the loss`. */
export function readUse(tier: UsedTier, expr: Expr, env: Env, what: Subject): Resolved<Use> {
  const use = expr.kind === "hole" ? unread(env, expr.span) : convertNamed(tier, expr, env, { what });
  if (isUnresolved(use)) return use;
  return isUse(use.value) ? known({ ...use.value, span: expr.span }) : broken;
}
