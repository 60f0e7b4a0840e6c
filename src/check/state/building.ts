// A model while it is being checked: its nodes, its weights, and the names of its layers by Keras's rules.

import type { Span } from "../../base/span.ts";
import type { ValueId } from "../../ir/graph.ts";
import { multiplySizes } from "../../ir/size.ts";
import type { TensorType } from "../../ir/types.ts";
import type { WeightDef } from "../../ops/definition.ts";
import type { Element, ModelNode, ModelPart, ModelWeight } from "../model.ts";
import type { Tensor } from "./tensor.ts";

export interface ModelUnderWay {
  readonly nodes: ModelNode[];
  readonly parts: ModelPart[];
  readonly weights: Map<string, ModelWeight>;
  /** The paths of layers, blocks and parameters: each is unique, whatever names people choose. */
  readonly paths: Set<string>;
  /** The paths that names in a shared block got in its first use, by the path of the block. */
  readonly sharedPaths: Map<string, Map<string, string>>;
  /** Values of expression statements, which should reach the result. */
  readonly statements: { readonly id: ValueId; readonly span: Span; readonly text: string }[];
  /** The options of calls that are written as plain numbers, with their places. */
  readonly literals: Map<ValueId, ReadonlyMap<string, Span>>;
  /** The options of calls that are written as words of the language, with their places. */
  readonly words: Map<ValueId, ReadonlyMap<string, Span>>;
  /** The number of findings that may still get a trace. */
  traces: number;
  /** The numbers in all its weights. */
  parameters: number;
  /** The places of its errors, including those reported for an earlier use: the compiler refuses such a model. */
  readonly errors: Span[];
}

const mostTraces = 200;

export const newModel = (): ModelUnderWay => ({
  nodes: [],
  parts: [],
  weights: new Map(),
  paths: new Set(),
  sharedPaths: new Map(),
  statements: [],
  literals: new Map(),
  words: new Map(),
  traces: mostTraces,
  parameters: 0,
  errors: [],
});

type NodeBody = ModelNode extends infer N ? (N extends ModelNode ? Omit<N, "id" | "type" | "span"> : never) : never;

export function addNode(model: ModelUnderWay, type: TensorType, span: Span, body: NodeBody, element: Element): Tensor {
  const id = model.nodes.length;
  model.nodes.push({ id, type, span, ...body });
  return { kind: "tensor", id, type, element };
}

/** A scope in which layers get their names: one for the model, one for each use of a block. */
export interface Naming {
  /** `residual_1`; empty for the model itself. */
  readonly path: string;
  readonly counts: Map<string, number>;
  /** The paths that names in it got. Another use of a shared block finds those of its first use. */
  readonly paths: Map<string, string>;
  readonly shared: boolean;
}

export const newNaming = (path: string): Naming => ({ path, counts: new Map(), paths: new Map(), shared: false });

/** Returns the naming in a use of the shared block at `path`: its layers find the weights of the first use. */
export function sharedNaming(model: ModelUnderWay, path: string): Naming {
  const paths = model.sharedPaths.get(path) ?? new Map<string, string>();
  model.sharedPaths.set(path, paths);
  return { path, counts: new Map(), paths, shared: true };
}

const joinPath = (path: string, name: string): string => (path === "" ? name : `${path}/${name}`);

/** Returns the path of a weight of a layer: `dense/kernel`. */
export const weightPath = (path: string, name: string): string => `${path}/${name}`;

/** Turns `BatchNormalization` into `batch_normalization`, `Conv2D` into `conv2d`: Keras's `to_snake_case`. */
export function snakeCase(name: string): string {
  return name
    .replace(/(.)([A-Z][a-z]+)/g, "$1_$2")
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase();
}

/** Returns `conv2d`, then `conv2d_1`: a unique name in the model or block. */
function ownName(naming: Naming, name: string): string {
  let count = naming.counts.get(name) ?? 0;
  // A name that a person chose may look like a counted one.
  while (count > 0 && naming.counts.has(`${name}_${count}`)) count++;
  naming.counts.set(name, count + 1);
  if (count === 0) return name;
  const own = `${name}_${count}`;
  naming.counts.set(own, 1);
  return own;
}

/** Returns the path of a layer, block or parameter called `name`: a new one, except in another use of a shared block. */
export function nextPath(model: ModelUnderWay, naming: Naming, name: string): string {
  const own = ownName(naming, name);
  const known = naming.paths.get(own);
  if (known !== undefined) return known;
  const wished = joinPath(naming.path, own);
  let path = wished;
  // A layer called `a/b` is not the layer `b` of a block `a`.
  for (let i = 1; model.paths.has(path); i++) path = `${wished}_${i}`;
  model.paths.add(path);
  naming.paths.set(own, path);
  return path;
}

/** Enters a weight, or finds the one that a shared layer already has; undefined if that one has another shape. */
export function addWeight(model: ModelUnderWay, path: string, def: WeightDef, span: Span): ModelWeight {
  const before = model.weights.get(path);
  if (before !== undefined) return before;
  const weight: ModelWeight = { ...def, path, span };
  model.weights.set(path, weight);
  const count = def.shape.reduce(multiplySizes, 1);
  if (typeof count === "number") model.parameters += count;
  return weight;
}
