// The weights of layers and parameters: enters each once, so that further uses of a shared layer find it again.

import type { Span } from "../../base/span.ts";
import type { Subject } from "../../diagnostics/catalogue/phrases.ts";
import { sameShape } from "../../ir/types.ts";
import type { InitializerUse, WeightDef } from "../../ops/definition.ts";
import { findConstraint, findInitializer, findRegularizer } from "../../ops/registry.ts";
import { report } from "../say/report.ts";
import { shapeText } from "../say/words.ts";
import { mostNumbers } from "../state/budget.ts";
import { addWeight } from "../state/building.ts";
import type { Env } from "../state/environment.ts";
import type { broken } from "../state/resolved.ts";

/** The names of a weight in reports: `the kernel of Dense(4)` and `the shared kernel of Dense(4)`. */
interface WeightNames {
  readonly own: Subject;
  readonly shared: Subject;
}

/** Returns the initializer of a weight. If it scales by inputs and outputs, the layer knows which axes count these. */
function startOf({ initializer, fans }: WeightDef): InitializerUse {
  const { options } = initializer;
  const scales = findInitializer(initializer.name)?.options.input_axes !== undefined;
  const said = options.input_axes !== undefined && options.output_axes !== undefined;
  return fans === undefined || !scales || said ? initializer : { ...initializer, options: { ...options, ...fans } };
}

/** Enters a weight. Reports a first use of another shape, and an initializer that cannot start such a weight. */
export function enterWeight(
  env: Env,
  path: string,
  def: WeightDef,
  span: Span,
  what: WeightNames,
): typeof broken | undefined {
  const initializer = startOf(def);
  const whole = initializer === def.initializer ? def : { ...def, initializer };
  const weight = addWeight(env.model, path, whole, span);
  if (env.model.parameters > mostNumbers)
    return report(env, { code: "NN501", span, reason: "limit", what: "weights", most: mostNumbers });
  // A block checked alone has open sizes, whose values are unknown.
  if (env.alone) return undefined;
  const problem = findInitializer(def.initializer.name)?.misfit?.(def.shape, def.initializer.options);
  if (problem !== undefined)
    return report(env, { code: "NN007", span, what: what.own, is: { fact: { kind: "told", text: problem } } });
  const { regularizer, constraint } = def;
  const rule =
    (regularizer && findRegularizer(regularizer.name)?.misfit?.(def.shape, regularizer.options)) ??
    (constraint && findConstraint(constraint.name)?.misfit?.(def.shape, constraint.options));
  if (rule !== undefined)
    return report(env, { code: "NN007", span, what: what.own, is: { fact: { kind: "told", text: rule } } });
  if (sameShape(weight.shape, def.shape)) return undefined;
  return report(env, {
    code: "NN102",
    span,
    what: what.shared,
    expected: shapeText(weight.shape),
    actual: shapeText(def.shape),
    why: "shared",
    declared: weight.span,
    trace: [],
  });
}
