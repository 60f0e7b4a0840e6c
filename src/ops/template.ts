// A block as the value of an option: its calls in order, with types and weights, as plain data that goes with the call. The
// checker makes it; this file reads it, and gives its primitives. It knows no operator and no loop.

import { CompilerBug } from "../base/compilerBug.ts";
import type { Builder, Value } from "../ir/builder.ts";
import type { OptionRecord, OptionValue, ValueId } from "../ir/graph.ts";
import { batchSize } from "../ir/size.ts";
import { streamOf } from "../ir/threefry.ts";
import type { DType, TensorType } from "../ir/types.ts";
import { callContext } from "./call.ts";
import type { ExpandCall, InitializerUse, WeightDef } from "./definition.ts";
import { maskValue } from "./mask.ts";
import { isUse, numberOf, numbers, textOf, texts } from "./options.ts";

/** A weight of the model that the calls of a block read. */
export interface TemplateWeight {
  readonly path: string;
  readonly shape: readonly number[];
  readonly trainable: boolean;
  readonly assigned?: true;
}
export type TemplateNode =
  /** The next of the block's inputs. */
  | { readonly kind: "input" }
  | { readonly kind: "number"; readonly value: number; readonly dtype: DType }
  /** `weight` counts the template's weights. */
  | { readonly kind: "weight"; readonly weight: number }
  | {
      readonly kind: "call";
      readonly op: string;
      readonly path: string;
      readonly args: readonly ValueId[];
      readonly weights: readonly number[];
      readonly options: OptionRecord;
      readonly given?: readonly string[];
      readonly mask?: readonly number[];
      readonly frozen?: true;
    }
  | { readonly kind: "part"; readonly of: ValueId; readonly index: number };
export interface Template {
  readonly nodes: readonly TemplateNode[];
  readonly weights: readonly TemplateWeight[];
  readonly results: readonly { readonly value: ValueId; readonly type: TensorType }[];
}

/** The name of an option's value that is a template. No layer has it. */
const word = "block";

const record = (name: string, options: OptionRecord): InitializerUse => ({ name, options });

function nodeValue(node: TemplateNode): OptionValue {
  switch (node.kind) {
    case "input":
      return record("input", {});
    case "number":
      return record("number", { value: node.value, dtype: node.dtype });
    case "weight":
      return record("weight", { weight: node.weight });
    case "part":
      return record("part", { of: node.of, index: node.index });
    case "call": {
      const { op, path, args, weights, options, given, mask, frozen } = node;
      const more = { given, mask, frozen };
      return record("call", { op, path, args, weights, options: record("options", options), ...more });
    }
  }
}

/** The template as the value of an option. */
export const templateUse = ({ nodes, weights, results }: Template): InitializerUse =>
  record(word, {
    nodes: nodes.map(nodeValue),
    weights: weights.map(({ path, shape, trainable, assigned = false }) =>
      record("weight", { path, shape, trainable, assigned }),
    ),
    results: results.map(({ value, type: { dtype, shape } }) =>
      record("result", { value, dtype, shape: shape.map((size) => (typeof size === "number" ? size : -1)) }),
    ),
  });

/** Whether an option's value is a template, perhaps one that the checker still has to make. */
export const isTemplate = (value: OptionValue): boolean => isUse(value) && value.name === word;

/** The place of a template before its inputs are known. */
export const openTemplate: InitializerUse = record(word, {});

const listed = (options: OptionRecord, name: string): readonly InitializerUse[] => {
  const value = options[name];
  if (!Array.isArray(value) || !value.every(isUse)) throw new CompilerBug(`a template without its ${name}`);
  return value.filter(isUse);
};

const dtypeIn = (options: OptionRecord): DType => textOf(options, "dtype") as DType;

function nodeOf({ name, options }: InitializerUse): TemplateNode {
  switch (name) {
    case "input":
      return { kind: "input" };
    case "number":
      return { kind: "number", value: numberOf(options, "value"), dtype: dtypeIn(options) };
    case "weight":
      return { kind: "weight", weight: numberOf(options, "weight") };
    case "part":
      return { kind: "part", of: numberOf(options, "of"), index: numberOf(options, "index") };
    case "call": {
      const inner = options.options;
      if (!isUse(inner)) throw new CompilerBug("a call without options in a template");
      return {
        kind: "call",
        ...{ op: textOf(options, "op"), path: textOf(options, "path"), args: numbers(options, "args") },
        ...{ weights: numbers(options, "weights"), options: inner.options },
        ...(options.given === undefined ? {} : { given: texts(options, "given") }),
        ...(options.mask === undefined ? {} : { mask: numbers(options, "mask") }),
        ...(options.frozen === true ? { frozen: true } : {}),
      };
    }
    default:
      throw new CompilerBug(`'${name}' in a template`);
  }
}

/** Reads a template. */
export function templateOf(value: OptionValue): Template {
  if (!isUse(value)) throw new CompilerBug("no template");
  const { options } = value;
  return {
    nodes: listed(options, "nodes").map(nodeOf),
    weights: listed(options, "weights").map((weight) => ({
      path: textOf(weight.options, "path"),
      shape: numbers(weight.options, "shape"),
      trainable: weight.options.trainable === true,
      ...(weight.options.assigned === true ? { assigned: true } : {}),
    })),
    results: listed(options, "results").map((result) => ({
      value: numberOf(result.options, "value"),
      type: {
        dtype: dtypeIn(result.options),
        shape: numbers(result.options, "shape").map((size) => (size < 0 ? batchSize : size)),
      },
    })),
  };
}

/** The weights of a template as those of the call: the checker has entered them under their paths already. */
export const templateWeights = ({ weights }: Template): readonly WeightDef[] =>
  weights.map(({ path, shape, trainable, assigned }) => ({
    ...{ name: path, path, shape, trainable, initializer: { name: "zeros", options: {} } },
    ...(assigned === true ? { assigned } : {}),
  }));

interface Expansion {
  readonly results: readonly Value[];
  /** The new values of weights, by their paths. */
  readonly state: Readonly<Record<string, Value>>;
}

/** The primitives of a block as part of the call `outer`; `weights` are by their paths. */
export function expandTemplate(
  g: Builder,
  outer: ExpandCall,
  template: Template,
  inputs: readonly Value[],
  weights: Readonly<Record<string, Value>>,
): Expansion {
  const values: (readonly Value[])[] = [];
  const state: Record<string, Value> = {};
  const uses = new Map<string, number>();
  const valueAt = (id: ValueId, index = 0): Value => values[id]?.[index] ?? missing(`value ${id}`);
  const weightAt = (place: number): Value => {
    const path = template.weights[place]?.path ?? "";
    return state[path] ?? weights[path] ?? missing(`weight '${path}'`);
  };
  let input = 0;
  for (const node of template.nodes) {
    switch (node.kind) {
      case "input":
        values.push([inputs[input++] ?? missing("input")]);
        break;
      case "number":
        values.push([g.constant(node.value, { dtype: node.dtype, shape: [] })]);
        break;
      case "weight":
        values.push([weightAt(node.weight)]);
        break;
      case "part":
        values.push([valueAt(node.of, node.index)]);
        break;
      case "call": {
        const use = uses.get(node.path) ?? 0;
        if (node.mask === undefined) uses.set(node.path, use + 1);
        const args = node.args.map((id) => valueAt(id));
        const made = expandNode(g.withOrigin(node.path), outer, node, args, node.weights.map(weightAt), use);
        for (const [place, value] of made.state) state[template.weights[node.weights[place] ?? -1]?.path ?? ""] = value;
        values.push(made.results);
        break;
      }
    }
  }
  return { results: template.results.map(({ value }) => valueAt(value)), state };
}

function missing(what: string): never {
  throw new CompilerBug(`a block as an option has no ${what}`);
}

function expandNode(
  g: Builder,
  outer: ExpandCall,
  node: TemplateNode & { readonly kind: "call" },
  args: readonly Value[],
  read: readonly Value[],
  use: number,
): { readonly results: readonly Value[]; readonly state: readonly (readonly [place: number, value: Value])[] } {
  const operator = outer.layer(node.op);
  const { options, given } = node;
  if (node.mask !== undefined) return { results: [maskValue(g, operator, options, node.mask, args)], state: [] };
  const types = args.map(({ type }) => type);
  const context = callContext(operator, args, given, outer.layer);
  const names = (operator.weights?.(types, options, callContext(operator, types, given, outer.layer)) ?? []).map(
    ({ name }) => name,
  );
  const training = outer.training && !(node.frozen === true && operator.frozenInfers === true);
  const { output, more, state } = operator.expand(g, {
    ...context,
    inputs: args,
    weights: Object.fromEntries(read.map((value, i) => [names[i] ?? "", value])),
    ...{ options, training },
    // Getters, because a read puts them into the graph.
    get seed() {
      return outer.seed;
    },
    get step() {
      return outer.step;
    },
    stream: streamOf(`${outer.stream}/${node.path}`, use),
  });
  const after = training ? Object.entries(state ?? {}) : [];
  return { results: [output, ...(more ?? [])], state: after.map(([name, value]) => [names.indexOf(name), value]) };
}
