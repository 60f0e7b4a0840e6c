// Checks fields of noise: `input noise: f32[64] = random_normal()` has no column, and is drawn anew for each step.

import { batchSize } from "../../ir/size.ts";
import { tensor } from "../../ir/types.ts";
import type { InitializerDef, SourceColumn } from "../../ops/definition.ts";
import { findInitializer } from "../../ops/registry.ts";
import type { Expr, Field } from "../../syntax/ast.ts";
import { resolveElement, sizeOf, wholeShape } from "../evaluate/index.ts";
import type { NoiseField } from "../model.ts";
import { namesIn } from "../program/walk.ts";
import { report } from "../say/report.ts";
import { elementShown } from "../say/words.ts";
import type { Env } from "../state/environment.ts";
import { note } from "../state/facts.ts";
import { allOf, broken, isUnresolved, known, type Resolved } from "../state/resolved.ts";
import { emptyScope } from "../state/scope.ts";
import { langType } from "../state/tensor.ts";
import { readUse } from "./uses.ts";

interface Drawn {
  readonly expr: Expr;
  readonly definition: InitializerDef;
}

/** Returns what a field draws its numbers from; undefined if it has a column. */
export function noiseIn(field: Field, columns: readonly SourceColumn[] | undefined, env: Env): Drawn | undefined {
  const expr = field.transform;
  const callee = expr?.kind === "call" ? expr.callee : expr;
  if (expr === undefined || callee?.kind !== "name" || env.file.names.has(callee.name)) return undefined;
  const definition = findInitializer(callee.name);
  if (definition?.noise === undefined) return undefined;
  const names = new Set<string>();
  namesIn(expr, names);
  return columns?.some(({ name }) => names.has(name)) === true ? undefined : { expr, definition };
}

/** Returns the options that the program writes. */
function written({ expr, definition }: Drawn): ReadonlySet<string> {
  const given = expr.kind === "call" ? expr.arguments : [];
  return new Set(given.map(({ name }, i) => name?.text ?? definition.positional[i] ?? ""));
}

export function checkNoise(field: Field, drawn: Drawn, env: Env): Resolved<NoiseField> {
  const { text: name, span } = field.name;
  const what = { kind: "field", name } as const;
  const { type } = field;
  if (type === undefined) return report(env, { code: "NN010", span, owner: what, missing: { kind: "type", name } });
  const use = readUse("initializer", drawn.expr, env, what);
  const element = resolveElement(type, env);
  const own = { ...env, scope: emptyScope() };
  const sizes = allOf((type.shape ?? []).map((entry) => sizeOf(entry, own, "axis")));
  const shape = wholeShape(sizes, type.span, own);
  if (isUnresolved(use) || isUnresolved(element) || isUnresolved(shape)) return broken;
  if (element.value.kind !== "f32")
    return report(env, { code: "NN117", span: type.span, what, expected: "f32", actual: elementShown(element.value) });
  const explicit = written(drawn);
  const standard = Object.entries(drawn.definition.noise ?? {}).filter(([option]) => !explicit.has(option));
  const draw = { name: use.value.name, options: { ...use.value.options, ...Object.fromEntries(standard) } };
  const shown = langType({ type: tensor("f32", batchSize, ...shape.value), element: element.value });
  note(env.session, { kind: "shape", span, inputs: [], output: shown });
  return known({ name, role: "input", type: shown, draw, span });
}
