// A chain of Keras's layers as a checked model. Masks travel along it as they do in a `.nn` file.

import type { Span } from "../base/span.ts";
import type { CheckedModel, LangType, ModelNode, ModelWeight } from "../check/model.ts";
import type { OptionRecord } from "../ir/graph.ts";
import { batchSize } from "../ir/size.ts";
import { type TensorType, tensor } from "../ir/types.ts";
import { callContext, inputNames } from "../ops/call.ts";
import type { OpDef } from "../ops/definition.ts";
import { activitiesOf, governed } from "../ops/governed.ts";
import { maskRule } from "../ops/mask.ts";
import { findLayer, findOperator } from "../ops/registry.ts";
import { type JsonObject, listOf, numberOf, objectOf, stringOf } from "./format.ts";
import { definitionOf, optionsOf, rulesOf, snakeCase } from "./keras.ts";

export const nowhere: Span = { file: "trajectory", start: 0, end: 0 };

export const ofSample = (type: TensorType): LangType => ({
  element: { kind: type.dtype === "f32" ? "f32" : "i32" },
  shape: type.shape.slice(1),
  batched: true,
});

/** `conv2d`, `conv2d_1`: Keras's names of layers of one class. */
function layerNames(): (className: string) => string {
  const counts = new Map<string, number>();
  return (className) => {
    const base = snakeCase(className);
    const count = counts.get(base) ?? 0;
    counts.set(base, count + 1);
    return count === 0 ? base : `${base}_${count}`;
  };
}

interface Chain {
  readonly nodes: ModelNode[];
  readonly weights: ModelWeight[];
  last: ModelNode;
  /** The mask that the last value carries. */
  mask: ModelNode | undefined;
}
type CallNode = Extract<ModelNode, { readonly kind: "call" }>;

function add(chain: Chain, node: Omit<CallNode, "id" | "kind" | "span" | "text">): CallNode {
  const added: CallNode = { ...node, kind: "call", id: chain.nodes.length, text: node.op, span: nowhere };
  chain.nodes.push(added);
  return added;
}

/** The node of the mask that the result of a layer carries. */
function maskAfter(chain: Chain, layer: OpDef, options: OptionRecord, path: string): ModelNode | undefined {
  const rule = maskRule(layer, options);
  const { last, mask } = chain;
  if (rule === undefined || rule === "passes") return rule && mask;
  if ("from" in rule) return layer.inputs.some(({ name, maskOf }) => name === rule.from && maskOf) ? mask : undefined;
  const type = rule.type({ inputs: [last.type], carried: [mask?.type], options });
  if (type === undefined) return undefined;
  const args = mask === undefined ? [last.id] : [last.id, mask.id];
  return add(chain, { op: layer.name, path, args, mask: mask === undefined ? [] : [0], weights: [], options, type });
}

function addLayer(chain: Chain, layer: OpDef, config: JsonObject, path: string): void {
  const { trainable = true, ...given } = config;
  const options = optionsOf(layer, given);
  const rules = rulesOf(layer, given);
  const { last, mask } = chain;
  const [first = ""] = inputNames(layer, 1);
  const read = mask === undefined ? [] : layer.inputs.filter(({ maskOf }) => maskOf !== undefined);
  const names = [first, ...read.map(({ name }) => name)];
  const types = [last.type, ...read.map(() => mask?.type ?? last.type)];
  const context = callContext(layer, types, names, findOperator);
  const type = layer.shape(types, options, context);
  if ("bad" in type) throw new Error(`the shape rule of ${path} refuses its input: ${JSON.stringify(type.bad)}`);
  const own = governed(layer, layer.weights?.(types, options, context) ?? [], rules).map(
    (weight): ModelWeight => ({
      ...weight,
      ...(trainable === false ? { trainable: false } : {}),
      path: `${path}/${weight.name}`,
      span: nowhere,
    }),
  );
  chain.weights.push(...own);
  const penalties = activitiesOf(layer, options, rules);
  const result = add(chain, {
    ...{ op: layer.name, path, options, type: type.ok },
    args: [last.id, ...read.map(() => mask?.id ?? last.id)],
    ...(read.length === 0 ? {} : { given: names }),
    weights: own.map((weight) => weight.path),
    ...(trainable === false ? { frozen: true as const } : {}),
    ...(penalties.length === 0 ? {} : { penalties }),
  });
  // It is made of what the layer read.
  chain.mask = maskAfter(chain, layer, options, path);
  chain.last = result;
}

/** The chain of layers as a checked model; its input is called `x`. */
export function modelOf(json: JsonObject): CheckedModel {
  const dtype = json.input_dtype === "i32" ? "i32" : "f32";
  const sizes = listOf(json.input_shape, "input_shape").map((size) => numberOf(size, "a size"));
  const nameOf = layerNames();
  const type = tensor(dtype, batchSize, ...sizes);
  const input: ModelNode = { kind: "input", id: 0, name: "x", type, span: nowhere };
  const chain: Chain = { nodes: [input], weights: [], last: input, mask: undefined };
  for (const layer of listOf(json.layers, "layers")) {
    const { layer: className, config } = objectOf(layer, "a layer");
    const definition = definitionOf("layer", stringOf(className, "a layer's class"), findLayer);
    addLayer(chain, definition, objectOf(config, "config"), nameOf(definition.name));
  }
  const { nodes, weights, last, mask } = chain;
  const output = { name: "output", type: ofSample(last.type), value: last.id };
  return {
    ...{ name: "Trajectory", span: nowhere, weights, nodes, parts: [] },
    inputs: [{ name: "x", type: ofSample(input.type), value: input.id }],
    outputs: [mask === undefined ? output : { ...output, mask: mask.id }],
  };
}
