// Between which numbers the values of a field lie, as far as the source, the first rows of its file and the transform tell, and what
// becomes of them in a model: NN404.

import { write } from "../../diagnostics/catalogue/fixes.ts";
import type { ValueId } from "../../ir/graph.ts";
import type { Bounds } from "../../ops/definition.ts";
import { encoderOf, findOperator, findSource } from "../../ops/registry.ts";
import type { Schema } from "../../ops/schema.ts";
import type { CheckedDataset, CheckedModel, DataField, FieldColumn, ModelNode } from "../model.ts";
import { report } from "../say/report.ts";
import type { Env } from "../state/environment.ts";
import { schemaOf } from "../training/division.ts";
import type { Pairing } from "../training/pairing.ts";
import { checkDivisors } from "../training/ranges.ts";
import { callOf } from "./network.ts";

/** What is known of the numbers of a field. */
export interface Scale {
  /** Their bounds; `centred` for numbers around 0, below and above. */
  readonly bounds: Bounds | "centred";
  /** The column of a table with the largest numbers. */
  readonly column?: string;
}

/** Bytes of a picture. */
const BYTES: Bounds = [0, 255];

/** `classes`: how many it has, if it is a target of classes that counts as a number. */
function scaleOfColumn(
  column: FieldColumn,
  raw: string | undefined,
  schema: Schema | undefined,
  classes: number | undefined,
): Scale | undefined {
  const { encoder } = column;
  if (encoder !== undefined)
    return encoderOf(encoder.module)?.centres?.(encoder.options) === true ? { bounds: "centred" } : undefined;
  if (column.name === raw) return { bounds: BYTES };
  if (classes !== undefined) return { bounds: [0, classes - 1] };
  let found: { readonly bounds: Bounds; readonly column: string } | undefined;
  for (const name of column.from) {
    const numbers = schema?.first?.columns.get(name)?.numbers;
    if (numbers === undefined) return undefined;
    const { low, high } = numbers;
    const largest = found === undefined || sizeOf([low, high]) > sizeOf(found.bounds) ? name : found.column;
    const [from, to] = found?.bounds ?? [low, high];
    found = { bounds: [Math.min(from, low), Math.max(to, high)], column: largest };
  }
  return found;
}

export const sizeOf = ([low, high]: Bounds): number => Math.max(Math.abs(low), Math.abs(high));

/** Returns what is known of the numbers of a field of real numbers; undefined if nothing is. */
export function scaleOf(
  { nodes, columns, type, value, role }: DataField,
  dataset: CheckedDataset,
  env: Env,
): Scale | undefined {
  if (type.element.kind !== "f32") return undefined;
  const source = findSource(dataset.source.name);
  const raw = source?.rawColumn;
  const schema = schemaOf(dataset, env);
  const own = role === "target" ? (source?.columns(dataset.source.options) ?? []) : [];
  const classes = new Map(own.map((column) => [column.name, column.classes]));
  const scales = columns.map(
    (column) => [column.name, scaleOfColumn(column, raw, schema, classes.get(column.name))] as const,
  );
  const known = new Map(scales);
  const named = scales.length === 1 ? scales[0]?.[1]?.column : undefined;
  const found = new Map<ValueId, Bounds | "centred">();
  for (const node of nodes) {
    const own = node.kind === "input" ? known.get(node.name)?.bounds : boundsAfter(node, found);
    if (own !== undefined) found.set(node.id, own);
  }
  const bounds = found.get(value);
  return bounds === undefined ? undefined : { bounds, ...(named === undefined ? {} : { column: named }) };
}

function boundsAfter(node: ModelNode, found: ReadonlyMap<ValueId, Bounds | "centred">): Bounds | "centred" | undefined {
  if (node.kind === "number") return [node.value, node.value];
  const call = callOf(node);
  const def = call === undefined ? undefined : findOperator(call.op);
  if (call === undefined || def === undefined) return undefined;
  const [first] = call.args.map((id) => found.get(id));
  if (def.nature === "passes" || def.nature === "drops") return first;
  // What works on pixels of a range leaves them there.
  if (def.options.value_range !== undefined) return first;
  const inputs = call.args.flatMap((id) => {
    const bounds = found.get(id);
    return bounds === undefined || bounds === "centred" ? [] : [bounds];
  });
  const whole = inputs.length === call.args.length ? def.bounds?.(inputs, call.options) : undefined;
  return whole ?? def.range?.(call.options);
}

/** From this size on, numbers are far from those that weights start for. */
const large = 100;
/** Pixels below this have been divided twice. */
const tiny = 0.02;

/** Whether numbers are far from the usual. Those of a table may well be small. */
const isFar = (bounds: Bounds, { column }: Scale): boolean => {
  const most = sizeOf(bounds);
  const width = bounds[1] - bounds[0];
  // What was brought to a usual size twice hardly varies.
  if (column === undefined && width > 0 && width <= tiny) return true;
  return Number.isFinite(most) && (most >= large || (column === undefined && most > 0 && most <= tiny));
};

/** Reports NN404 for each input of a model whose large numbers reach a layer with weights as they are. */
export function adviseScales({ entry: { model }, dataset, env }: Pairing): void {
  for (const input of model.inputs) {
    const field = dataset.fields.find(({ name, role }) => name === input.name && role === "input");
    const scale = field === undefined ? undefined : scaleOf(field, dataset, env);
    if (field === undefined || scale === undefined || scale.bounds === "centred") continue;
    const isRaw = scale.column === undefined && String(scale.bounds) === String(BYTES);
    if (isRaw) checkDivisors(model.nodes, ({ id }) => id === input.value, env);
    const reached = firstLayer(model, input.value, scale.bounds, (bounds) => isFar(bounds, scale));
    if (reached === undefined) continue;
    const value = field.nodes[field.value];
    const isLarge = sizeOf(reached.bounds) >= large;
    const plain = isLarge && scale.column === undefined && value?.kind === "input" && value.span.start > field.span.end;
    report(env, {
      code: "NN404",
      span: field.span,
      input: field.name,
      layer: reached.layer.text,
      made: reached.layer.span,
      range: reached.bounds,
      ...(scale.column === undefined ? {} : { column: scale.column }),
      ...(plain ? { fix: write(value.span, `${value.name} / 255`, true) } : {}),
    });
  }
}

/** Returns the first layer with weights that numbers of an input reach while they are far off; a normalisation brings them to a usual size. */
function firstLayer(model: CheckedModel, input: ValueId, bounds: Bounds, isFarOff: (bounds: Bounds) => boolean) {
  const found = new Map<ValueId, Bounds | "centred">([[input, bounds]]);
  for (const node of model.nodes) {
    const call = callOf(node);
    const given = call === undefined ? undefined : found.get(call.args[0] ?? -1);
    if (call !== undefined && given !== undefined && given !== "centred" && call.weights.length > 0) {
      if (findOperator(call.op)?.nature === "normalises" || !isFarOff(given)) continue;
      return { layer: call, bounds: given };
    }
    const own = node.id === input ? bounds : boundsAfter(node, found);
    if (own !== undefined) found.set(node.id, own);
  }
  return undefined;
}
