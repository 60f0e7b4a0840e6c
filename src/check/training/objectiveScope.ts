// The names that an expression of an objective may use: outputs, fields, and `prediction` and `target`.

import type { Span } from "../../base/span.ts";
import { type CheckedModel, type DataField, graphType, type NoiseField } from "../model.ts";
import { addNode, type ModelUnderWay, newModel } from "../state/building.ts";
import type { Env, Value } from "../state/environment.ts";
import { emptyScope } from "../state/scope.ts";
import type { Tensor } from "../state/tensor.ts";
import type { Output, Pairing } from "./pairing.ts";

export const fieldNode = (model: ModelUnderWay, { name, type, span }: DataField | NoiseField): Tensor =>
  addNode(model, graphType(type), span, { kind: "input", name }, type.element);

export function outputNode(model: ModelUnderWay, { name, value, type }: Output, { nodes, span }: CheckedModel): Tensor {
  const node = nodes[value];
  return addNode(model, node?.type ?? graphType(type), node?.span ?? span, { kind: "output", name }, type.element);
}

/** The names that an expression of an objective may use. */
export interface ObjectiveScope {
  readonly names: ReadonlySet<string>;
  readonly env: Env;
  /** Names of both an output and a field, each with what says which of the two is meant. */
  readonly ambiguous: ReadonlyMap<string, readonly string[]>;
}

/** Makes the values of all names: outputs, fields, and `prediction` and `target`, which are records if there are several. */
export function scopeOf(pairing: Pairing, about?: Output): ObjectiveScope {
  const { entry, dataset, env } = pairing;
  const model = newModel();
  const scope = emptyScope();
  const bind = (name: string, value: Value, span: Span): void => {
    scope.names.set(name, { name, what: "value", value, span });
  };
  const { outputs, span } = entry.model;
  const predictions = new Map(outputs.map((output) => [output.name, outputNode(model, output, entry.model)]));
  const all = [...dataset.fields, ...dataset.noise];
  const fields = new Map(all.map((field) => [field.name, { field, value: fieldNode(model, field) }]));
  const targets = new Map(
    [...fields].flatMap(([name, { field, value }]) => (field.role === "target" ? [[name, value] as const] : [])),
  );
  bindWhole(bind, "prediction", predictions, span, about?.name);
  if (targets.size > 0) bindWhole(bind, "target", targets, dataset.span, about?.name);
  for (const [name, { field, value }] of fields) bind(name, value, field.span);
  for (const [name, value] of predictions) if (!fields.has(name)) bind(name, value, span);
  const spelled = (word: string, name: string, value: Tensor): readonly string[] => {
    const whole = scope.names.get(word)?.value;
    if (whole === value) return [word];
    return whole?.kind === "record" && whole.entries.has(name) ? [`${word}.${name}`] : [];
  };
  const ambiguous = new Map(
    [...predictions].flatMap(([name, prediction]) => {
      const field = fields.get(name)?.value;
      if (field === undefined) return [];
      return [[name, [...spelled("prediction", name, prediction), ...spelled("target", name, field)]] as const];
    }),
  );
  return {
    names: new Set(scope.names.keys()),
    env: { ...env, model, scope, current: undefined, objective: true },
    ambiguous,
  };
}

/** Binds a word to the only value, to that of the output which the term is about, or to a record of all. */
function bindWhole(
  bind: (name: string, value: Value, span: Span) => void,
  word: string,
  values: ReadonlyMap<string, Tensor>,
  span: Span,
  about: string | undefined,
): void {
  const [only] = values.values();
  const own = about === undefined ? undefined : values.get(about);
  const record: Value = {
    kind: "record",
    entries: new Map([...values].map(([name, value]) => [name, { value, span }])),
  };
  bind(word, own ?? (values.size === 1 && only !== undefined ? only : record), span);
}
