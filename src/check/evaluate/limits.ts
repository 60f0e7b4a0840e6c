// Takes from the budget, and says once where it is used up (NN501).

import type { Span } from "../../base/span.ts";
import { report } from "../say/report.ts";
import { mostDepth } from "../state/budget.ts";
import type { Env } from "../state/environment.ts";
import { broken, type Unresolved } from "../state/resolved.ts";

/** Takes one step; false, with one NN501, when they are used up. */
export function step(env: Pick<Env, "session">, span: Span): boolean {
  const { budget } = env.session;
  if (budget.exhausted) return false;
  budget.steps++;
  if (budget.steps <= budget.mostSteps) return true;
  exhaust(env, span, "compile-time steps", budget.mostSteps);
  return false;
}

export function layerCall(env: Pick<Env, "session">, span: Span): boolean {
  const { budget } = env.session;
  if (budget.exhausted) return false;
  budget.layerCalls++;
  if (budget.layerCalls <= budget.mostLayerCalls) return true;
  exhaust(env, span, "layer calls", budget.mostLayerCalls);
  return false;
}

/** Runs something one level deeper; broken where that is too deep, after one NN501. */
export function deeper<T>(env: Pick<Env, "session">, span: Span, run: () => T): T | Unresolved {
  const { budget } = env.session;
  if (budget.exhausted) return broken;
  if (budget.depth >= mostDepth) return exhaust(env, span, "expressions and blocks inside each other", mostDepth);
  budget.depth++;
  const result = run();
  budget.depth--;
  return result;
}

export function exhaust(env: Pick<Env, "session">, span: Span, what: string, most: number): Unresolved {
  const { session } = env;
  session.budget.exhausted = true;
  if (session.budget.quiet) return broken;
  return report({ session }, { code: "NN501", span, reason: "limit", what, most: most.toLocaleString("en-US") });
}
