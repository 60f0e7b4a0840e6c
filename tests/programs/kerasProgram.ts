// A checked program as data for Keras (scripts/oracle): calls with their options and the names of their inputs, weights, objectives.

import type {
  CheckedModel,
  CheckedTraining,
  DataField,
  LossTerm,
  ModelNode,
  ModelWeight,
  NoiseField,
} from "../../src/check/model.ts";
import { dtypeOf } from "../../src/check/model.ts";
import type { OptionRecord, OptionValue } from "../../src/ir/graph.ts";
import { batchSize } from "../../src/ir/size.ts";
import { type TensorType, tensor } from "../../src/ir/types.ts";
import { isIdle } from "../../src/lower/fields.ts";
import type { LowerRequest } from "../../src/lower/lower.ts";
import { inputNames } from "../../src/ops/call.ts";
import type { InitializerUse, OptionDef } from "../../src/ops/definition.ts";
import { findLoss, findMetric, findOperator, findOptimizer } from "../../src/ops/registry.ts";

export type Plain = null | boolean | number | string | readonly Plain[] | { readonly [key: string]: Plain };

/** JSON has no word for an infinity; Python's reader has. */
const INFINITE = "not finite: ";
/** A cell within a layer keeps its `none`: without an activation, Keras would take its own. */
const marked = (value: unknown): string =>
  JSON.stringify(value, (name, own: unknown) => {
    if (own === undefined && name.endsWith("activation")) return null;
    return typeof own === "number" && !Number.isFinite(own) ? `${INFINITE}${own}` : own;
  });

/** The text of a program that Python reads. */
export const pythonText = (value: unknown): string =>
  marked(value).replaceAll(new RegExp(`"${INFINITE}(-?Infinity|NaN)"`, "g"), "$1");

export const plain = (value: unknown): Plain =>
  value === undefined
    ? null
    : (JSON.parse(marked(value), (_, own: unknown) =>
        typeof own === "string" && own.startsWith(INFINITE) ? Number(own.slice(INFINITE.length)) : own,
      ) as Plain);

/** `null` for what is not set. */
const optionsOf = (options: OptionRecord): Plain =>
  Object.fromEntries(Object.entries(options).map(([name, value]) => [name, plain(value)]));

type Options = Readonly<Record<string, OptionDef>>;

/** Options with the names of those that are as they would be without being given. */
const useOf = (name: string, options: OptionRecord, known: Options = {}): { readonly [key: string]: Plain } => ({
  name,
  options: optionsOf(options),
  defaults: Object.keys(options).filter((option) => marked(options[option]) === marked(known[option]?.default)),
});

const ruleOf = (rule: InitializerUse): Plain => useOf(rule.name, rule.options);
const shapeOf = ({ shape }: TensorType): Plain => shape.map((size) => (typeof size === "number" ? size : -1));

function callOf(node: ModelNode & { readonly kind: "call" }): { readonly [key: string]: Plain } {
  const { op, path, args, weights, options, given, mask, more = [], frozen, penalties = [], type } = node;
  const definition = findOperator(op);
  const { defaults = null } = useOf(op, options, definition?.options);
  const axes = Object.entries(definition?.options ?? {}).flatMap(([name, option]) =>
    option.type.kind === "axis" || option.type.kind === "axes" ? [name] : [],
  );
  return {
    op,
    path,
    args,
    weights,
    options: optionsOf(options),
    defaults,
    axes,
    names: given ?? (definition === undefined ? [] : inputNames(definition, args.length)),
    mask: mask ?? null,
    dtypes: [type, ...more].map(({ dtype }) => dtype),
    /** Whether it is about single elements, or made for ends of models: the whole batch goes in. */
    pointwise: definition?.elementwise === true || definition?.activation === true,
    frozen: frozen === true,
    penalties: penalties.map(ruleOf),
  };
}

function nodeOf(node: ModelNode): Plain {
  const { id, kind, type } = node;
  const own = { id, kind, shape: shapeOf(type), dtype: type.dtype };
  switch (node.kind) {
    case "input":
    case "output":
      return { ...own, name: node.name };
    case "number":
      return { ...own, value: node.value };
    case "weight":
      return { ...own, path: node.path };
    case "part":
      return { ...own, of: node.of, index: node.index };
    case "call":
      return { ...own, ...callOf(node) };
    case "loss":
      return { ...own, args: node.args, ...useOf(node.loss, node.options, findLoss(node.loss)?.options) };
  }
}

const weightOf = ({ path, shape, trainable, regularizer, constraint }: ModelWeight): Plain => ({
  path,
  shape: shape.map(Number),
  trainable,
  regularizer: regularizer === undefined ? null : ruleOf(regularizer),
  constraint: constraint === undefined ? null : ruleOf(constraint),
});

const fieldOf = (field: DataField): Plain => ({
  name: field.name,
  role: field.role,
  column: field.columns[0]?.name ?? "",
  isClass: field.type.element.kind === "class",
  dtype: dtypeOf(field.type.element),
  value: field.value,
  nodes: field.nodes.map(nodeOf),
});

const termOf = ({ nodes, value, weight }: LossTerm): Plain => ({ nodes: nodes.map(nodeOf), value, weight });

/** The model, its objectives and metrics; `reported` are the names of the metrics' results. */
export function kerasProgram(
  { model, dataset }: LowerRequest,
  training: CheckedTraining,
  reported: readonly string[],
): { readonly [key: string]: Plain } {
  const rowsOf = (output: string): boolean => {
    const type = model.outputs.find(({ name }) => name === output)?.type;
    return type !== undefined && Number(type.shape.at(-1) ?? 1) > 1;
  };
  return {
    model: {
      inputs: model.inputs.map(({ name, value }) => ({ name, value })),
      nodes: model.nodes.map(nodeOf),
      outputs: model.outputs.map(({ name, value, mask }) => ({ name, value, mask: mask ?? null })),
      weights: model.weights.map(weightOf),
    },
    fields: (dataset?.fields ?? []).map(fieldOf),
    steps: training.steps.map(({ terms, groups }) => ({
      terms: terms.map(termOf),
      groups: groups.map(({ weights, optimizer: { name, options } }) => ({
        weights,
        optimizer: useOf(name, options, findOptimizer(name)?.options),
      })),
    })),
    metrics: training.metrics.map(({ name, options, output, target, weighted }, i) => ({
      ...useOf(name, options, findMetric(name)?.options),
      output,
      target,
      weighted,
      shown: reported[i] ?? "",
      rows: rowsOf(output),
    })),
    weighting: plain(training.weighting),
  };
}

/** Options that say how much is random in a layer. */
const RATES: ReadonlySet<string> = new Set(["rate", "dropout", "recurrent_dropout", "stddev"]);

function still(value: OptionValue): OptionValue {
  if (Array.isArray(value)) return value.map((item) => still(item as OptionValue)) as OptionValue;
  if (typeof value !== "object") return value;
  const use = value as InitializerUse;
  return { ...use, options: stillOptions(use.options) };
}
const stillOptions = (options: OptionRecord): OptionRecord =>
  Object.fromEntries(
    Object.entries(options).map(([name, value]) => [
      name,
      RATES.has(name) && typeof value === "number" ? 0 : still(value),
    ]),
  );

function stillModel(model: CheckedModel): CheckedModel {
  const nodes = model.nodes.map(
    (node): ModelNode =>
      node.kind === "call" && findOperator(node.op)?.tier === "layer"
        ? { ...node, options: stillOptions(node.options) }
        : node,
  );
  return { ...model, nodes };
}

/** A field without the layers that change training rows alone. */
function stillField(field: DataField): DataField {
  const standing = new Map<number, number>();
  const at = (id: number): number => standing.get(id) ?? id;
  const nodes = field.nodes.flatMap((node): readonly ModelNode[] => {
    if (node.kind !== "call") return [node];
    const args = node.args.map(at);
    if (!isIdle(node, field)) return [{ ...node, args }];
    standing.set(node.id, args[0]!);
    return [];
  });
  return { ...field, nodes, value: at(field.value) };
}

/** A field of noise as a column of numbers about 1. */
function column({ name, role, type, span }: NoiseField): DataField {
  const own = tensor("f32", batchSize, ...type.shape);
  const nodes: readonly ModelNode[] = [
    { id: 0, kind: "input", name, type: own, span },
    { id: 1, kind: "number", value: 128, type: tensor("f32"), span },
    { id: 2, kind: "call", op: "div", path: "div", args: [0, 1], weights: [], options: {}, text: "", type: own, span },
  ];
  return { name, role, type, span, columns: [{ name, type: own, from: [name] }], nodes, value: 2 };
}

/** The same program where nothing is random that Keras would draw otherwise: rates are 0, augmentation is left out, and noise is a column. */
export function withoutChance(request: LowerRequest): LowerRequest {
  const { model, dataset } = request;
  if (dataset === undefined) return { ...request, model: stillModel(model) };
  const fields = [...dataset.fields.map(stillField), ...dataset.noise.map(column)];
  return { ...request, model: stillModel(model), dataset: { ...dataset, fields, noise: [] } };
}
