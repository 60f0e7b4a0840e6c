// A training with shorter rows: its data, model and losses are checked once more with these lengths. The weights and the tables of
// metrics must be the same, because all forms of a step share them.

import type { Span } from "../../base/span.ts";
import type { LengthCause } from "../../diagnostics/catalogue/buckets.ts";
import { extents, sameShape, tensor } from "../../ir/types.ts";
import { findMetric, findSubscript } from "../../ops/registry.ts";
import { placesText } from "../../ops/subscripts.ts";
import type { Clause, Train } from "../../syntax/ast.ts";
import { isWithin } from "../advice/network.ts";
import type { Bucket, CheckedDataset, CheckedModel, DataField, LossTerm, MetricUse, TrainStep } from "../model.ts";
import { graphType } from "../model.ts";
import { constantEnv } from "../program/constants.ts";
import { report } from "../say/report.ts";
import { shapeText, typeText } from "../say/words.ts";
import type { Session } from "../state/environment.ts";
import { broken, isUnresolved, known, type Resolved } from "../state/resolved.ts";
import { matchInputs } from "./inputs.ts";
import { checkModel } from "./models.ts";
import type { Pairing } from "./pairing.ts";
import { readMetrics } from "./scores.ts";
import { checkSteps, type StepRead } from "./steps.ts";

/** The training as it is read and checked at the full length. */
export interface Asked {
  readonly declared: Train;
  readonly read: readonly StepRead[];
  readonly metrics: { readonly plain: Clause | undefined; readonly weighted: Clause | undefined };
  readonly checked: { readonly steps: readonly TrainStep[]; readonly metrics: readonly MetricUse[] };
}

/** A field, and a length that it gets. */
export interface Length {
  readonly field: DataField;
  readonly steps: number;
  readonly span: Span;
}

/** Returns the training with these lengths; broken after a report if it cannot have them. */
export function bucketOf(lengths: readonly Length[], asked: Asked, pairing: Pairing): Resolved<Bucket> {
  const { env, entry } = pairing;
  const dataset = shorterData(pairing.dataset, lengths);
  const session = aside(env.session, lengths, pairing);
  const made = checkedWith(dataset, lengths, asked, pairing, session);
  const [longest] = lengths;
  if (longest === undefined) return broken;
  const refuse = (cause: LengthCause): Resolved<Bucket> => {
    const { field, steps, span } = longest;
    const input = `${field.name}: ${typeText({ ...field.type, shape: [] })}[steps${restText(field)}]`;
    return report(env, { code: "NN218", span, model: entry.model.name, field: field.name, steps, input, cause });
  };
  const wrong = session.diagnostics.find(({ severity }) => severity === "error");
  if (wrong !== undefined) {
    const { message, span } = wrong;
    return refuse({ kind: "error", in: isWithin(span, asked.declared.span) ? "training" : "model", message, span });
  }
  if (made === undefined) return broken;
  const cause = differentWeight(entry.model, made.model) ?? differentMetric(asked, pairing, { ...made, dataset });
  if (cause !== undefined) return refuse(cause);
  return known({
    lengths: lengths.map(({ field, steps }) => ({ field: field.name, steps })),
    ...{ model: made.model, dataset, terms: made.terms },
  });
}

const restText = ({ type }: DataField): string =>
  type.shape
    .slice(1)
    .map((size) => `, ${size}`)
    .join("");

/** A session whose findings are no findings of the program. A setting of a length is none here. */
function aside(session: Session, lengths: readonly Length[], { entry }: Pairing): Session {
  const shorter = new Set(lengths.map(({ field }) => field.name));
  const set = new Map(session.set);
  for (const { name, type } of entry.declared.parameters) {
    const first = type?.shape?.[0];
    if (shorter.has(name.text) && first?.kind === "name") set.delete(first.name);
  }
  const found = { diagnostics: [], guards: new Map(), needs: [], facts: [], unread: [], seen: new Set<string>() };
  return { ...session, ...found, set };
}

/** Returns the data set with the first steps of some fields. */
function shorterData(dataset: CheckedDataset, lengths: readonly Length[]): CheckedDataset {
  const steps = new Map(lengths.map((one) => [one.field.name, one.steps]));
  const fields = dataset.fields.map((field): DataField => {
    const count = steps.get(field.name);
    const op = findSubscript()?.name;
    const value = field.nodes.find(({ id }) => id === field.value);
    if (count === undefined || op === undefined || value === undefined) return field;
    const type = { ...field.type, shape: [count, ...field.type.shape.slice(1)] };
    const key = placesText([{ stop: count }]);
    const id = field.nodes.length;
    const [batch = 1] = value.type.shape;
    const shape = [batch, count, ...value.type.shape.slice(2)];
    const call = { kind: "call", op, path: field.name, args: [value.id], weights: [], options: { key } } as const;
    const node = { id, ...call, type: { ...value.type, shape }, span: field.span, text: `${field.name}[${key}]` };
    return { ...field, type, nodes: [...field.nodes, node], value: id };
  });
  return { ...dataset, fields };
}

interface Made {
  readonly model: CheckedModel;
  readonly terms: readonly (readonly LossTerm[])[];
}

/** Checks everything with these lengths; undefined if something is wrong. */
function checkedWith(
  dataset: CheckedDataset,
  lengths: readonly Length[],
  { declared, read, metrics }: Asked,
  { entry, env: { file } }: Pairing,
  session: Session,
): Made | undefined {
  const own = session.files.get(entry.declared.name.span.file);
  if (own === undefined) return undefined;
  const inputs = [...dataset.fields, ...dataset.noise].filter(({ role }) => role === "input");
  const fed = new Map(inputs.map(({ name, type }) => [name, type.shape]));
  const shorter = new Map(lengths.map(({ field, steps }) => [field.name, steps]));
  const { work, checked } = checkModel(session, own, entry.declared, fed, shorter);
  if (isUnresolved(checked)) return undefined;
  const env = constantEnv(session, file);
  const model = checked.value;
  const pairing: Pairing = { entry: { work, declared: entry.declared, model }, dataset, env };
  matchInputs(model, dataset, declared, env);
  const steps = checkSteps(read, pairing);
  if (isUnresolved(steps)) return undefined;
  readMetrics(metrics, pairing, () => env.model.errors.length === 0);
  return { model, terms: steps.value.map(({ terms }) => terms) };
}

/** Returns a weight that has another shape, or is not there. */
function differentWeight(full: CheckedModel, short: CheckedModel): LengthCause | undefined {
  const others = new Map(short.weights.map((weight) => [weight.path, weight]));
  const lost = full.weights.find(({ path, shape }) => {
    const other = others.get(path);
    return other === undefined || !sameShape(shape, other.shape);
  });
  if (lost !== undefined) {
    const other = others.get(lost.path);
    const text = other === undefined ? undefined : shapeText(other.shape);
    return { kind: "weight", name: lost.path, full: shapeText(lost.shape), short: text, span: lost.span };
  }
  const known = new Set(full.weights.map(({ path }) => path));
  const more = short.weights.find(({ path }) => !known.has(path));
  if (more === undefined) return undefined;
  return { kind: "weight", name: more.path, full: undefined, short: shapeText(more.shape), span: more.span };
}

/** Returns a metric whose sums have another shape. */
function differentMetric(
  { checked }: Asked,
  { entry, dataset }: Pairing,
  short: { readonly model: CheckedModel; readonly dataset: CheckedDataset },
): LengthCause | undefined {
  for (const { name, output, target, options, span } of checked.metrics) {
    const tables = [{ model: entry.model, dataset }, short].map((one) => {
      const made = one.model.outputs.find((each) => each.name === output);
      const field = one.dataset.fields.find((each) => each.name === target);
      if (made === undefined || field === undefined) return "";
      const states = findMetric(name)?.state(graphType(made.type), graphType(field.type), options) ?? [];
      return states.map(({ shape }) => shapeText(extents(tensor("f32", ...shape).shape, 1))).join(", ");
    });
    const [full = "", other = ""] = tables;
    if (full !== other) return { kind: "metric", name, full, short: other, span };
  }
  return undefined;
}
