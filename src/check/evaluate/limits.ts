// Takes from the budget, and reports once if it is used up (NN501).

import type { Span } from "../../base/span.ts";
import type { Limit } from "../../diagnostics/catalogue/system.ts";
import type { Size } from "../../ir/size.ts";
import { report } from "../say/report.ts";
import { mostAxes, mostDepth, mostNumbers } from "../state/budget.ts";
import type { Env } from "../state/environment.ts";
import { broken, type Unresolved } from "../state/resolved.ts";

/** Takes steps; returns false, after one NN501, if they are used up. */
export function step(env: Pick<Env, "session">, span: Span, steps = 1): boolean {
  const { budget } = env.session;
  if (budget.exhausted) return false;
  budget.steps += steps;
  if (budget.steps <= budget.mostSteps) return true;
  exhaust(env, span, "steps", budget.mostSteps);
  return false;
}

export function layerCall(env: Pick<Env, "session">, span: Span): boolean {
  const { budget } = env.session;
  if (budget.exhausted) return false;
  budget.layerCalls++;
  if (budget.layerCalls <= budget.mostLayerCalls) return true;
  exhaust(env, span, "layerCalls", budget.mostLayerCalls);
  return false;
}

/** Evaluates one level deeper; broken, after one NN501, if that is too deep. */
export function deeper<T>(env: Pick<Env, "session">, span: Span, run: () => T): T | Unresolved {
  const { budget } = env.session;
  if (budget.exhausted) return broken;
  if (budget.depth >= mostDepth) return exhaust(env, span, "nesting", mostDepth);
  budget.depth++;
  const result = run();
  budget.depth--;
  return result;
}

export function exhaust(env: Pick<Env, "session">, span: Span, what: Limit, most: number): Unresolved {
  const { session } = env;
  session.budget.exhausted = true;
  if (session.budget.quiet) return broken;
  return report({ session }, { code: "NN501", span, reason: "limit", what, most });
}

/** Reports NN501 for a shape with too many axes or elements. */
export function beyondLimits(env: Env, shape: readonly Size[], span: Span): Unresolved | undefined {
  if (shape.length > mostAxes)
    return report(env, { code: "NN501", span, reason: "limit", what: "axes", most: mostAxes });
  const sizes = shape.filter((size) => typeof size === "number");
  const elements = sizes.reduce((product, size) => product * size, 1);
  if (elements <= mostNumbers) return undefined;
  return report(env, { code: "NN501", span, reason: "limit", what: "elements", most: mostNumbers });
}
