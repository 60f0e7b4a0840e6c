// A model while it is being checked: its nodes, its weights, and the names of its layers by Keras's rules.

import type { Span } from "../../base/span.ts";
import type { ValueId } from "../../ir/graph.ts";
import type { TensorType } from "../../ir/types.ts";
import type { WeightDef } from "../../ops/definition.ts";
import type { Element, ModelNode, ModelWeight } from "../model.ts";
import type { Tensor } from "./tensor.ts";

export interface ModelUnderWay {
  readonly nodes: ModelNode[];
  readonly weights: Map<string, ModelWeight>;
  /** Values of expression statements, which should reach the result. */
  readonly statements: { readonly id: ValueId; readonly span: Span; readonly text: string }[];
  /** Of calls: which options were written as plain numbers, and where. */
  readonly literals: Map<ValueId, ReadonlyMap<string, Span>>;
  /** Where errors were found in it, of this use or told of another one before: such a model is not compiled. */
  readonly errors: Span[];
}

export const newModel = (): ModelUnderWay => ({
  nodes: [],
  weights: new Map(),
  statements: [],
  literals: new Map(),
  errors: [],
});

type NodeBody = ModelNode extends infer N ? (N extends ModelNode ? Omit<N, "id" | "type" | "span"> : never) : never;

export function addNode(model: ModelUnderWay, type: TensorType, span: Span, body: NodeBody, element: Element): Tensor {
  const id = model.nodes.length;
  model.nodes.push({ id, type, span, ...body });
  return { kind: "tensor", id, type, element };
}

/** Where layers get their names: one for the model, one for each use of a block. */
export interface Naming {
  /** `residual_1`; empty for the model itself. */
  readonly path: string;
  readonly counts: Map<string, number>;
  /** A shared block used again: its layers meet the weights of the first use. */
  readonly shared: boolean;
}

export const newNaming = (path: string, shared = false): Naming => ({ path, counts: new Map(), shared });

export const joinPath = (path: string, name: string): string => (path === "" ? name : `${path}/${name}`);

/** `BatchNormalization` → `batch_normalization`, `Conv2D` → `conv2d`: Keras's `to_snake_case`. */
export function snakeCase(name: string): string {
  return name
    .replace(/(.)([A-Z][a-z]+)/g, "$1_$2")
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase();
}

/** The next free path for a layer called `name`: `conv2d`, then `conv2d_1`. */
export function nextPath(naming: Naming, name: string): string {
  const count = naming.counts.get(name) ?? 0;
  naming.counts.set(name, count + 1);
  const own = count === 0 ? name : `${name}_${count}`;
  // A name a person chose may already look like one that was counted.
  if (count > 0 && naming.counts.has(own)) return nextPath(naming, name);
  if (count > 0) naming.counts.set(own, 1);
  return joinPath(naming.path, own);
}

/** Enters a weight, or finds the one a shared layer already has; undefined if that one has another shape. */
export function addWeight(model: ModelUnderWay, path: string, def: WeightDef, span: Span): ModelWeight {
  const before = model.weights.get(path);
  if (before !== undefined) return before;
  const weight: ModelWeight = { ...def, path, span };
  model.weights.set(path, weight);
  return weight;
}
