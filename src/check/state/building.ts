// A model while it is being checked: its nodes, its weights, and the names of its layers by Keras's rules.

import type { Span } from "../../base/span.ts";
import type { ValueId } from "../../ir/graph.ts";
import { multiplySizes } from "../../ir/size.ts";
import type { TensorType } from "../../ir/types.ts";
import type { WeightDef } from "../../ops/definition.ts";
import type { Element, ModelNode, ModelWeight } from "../model.ts";
import type { Tensor } from "./tensor.ts";

export interface ModelUnderWay {
  readonly nodes: ModelNode[];
  readonly weights: Map<string, ModelWeight>;
  /** Paths of layers, blocks and parameters: each is one's alone, whatever names people choose. */
  readonly paths: Set<string>;
  /** By the path of a shared block, which paths the names within it got in its first use. */
  readonly sharedPaths: Map<string, Map<string, string>>;
  /** Values of expression statements, which should reach the result. */
  readonly statements: { readonly id: ValueId; readonly span: Span; readonly text: string }[];
  /** Of calls: which options were written as plain numbers, and where. */
  readonly literals: Map<ValueId, ReadonlyMap<string, Span>>;
  /** How many findings may still be explained by the way of a shape. */
  traces: number;
  /** Numbers in its weights together. */
  parameters: number;
  /** Where errors were found in it, of this use or told of another one before: such a model is not compiled. */
  readonly errors: Span[];
}

const mostTraces = 200;

export const newModel = (): ModelUnderWay => ({
  nodes: [],
  weights: new Map(),
  paths: new Set(),
  sharedPaths: new Map(),
  statements: [],
  literals: new Map(),
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

/** Where layers get their names: one for the model, one for each use of a block. */
export interface Naming {
  /** `residual_1`; empty for the model itself. */
  readonly path: string;
  readonly counts: Map<string, number>;
  /** The paths that names within got. A shared block that is used again finds those of its first use. */
  readonly paths: Map<string, string>;
  readonly shared: boolean;
}

export const newNaming = (path: string): Naming => ({ path, counts: new Map(), paths: new Map(), shared: false });

/** The naming within a use of the shared block at `path`: its layers meet the weights of the first use. */
export function sharedNaming(model: ModelUnderWay, path: string): Naming {
  const paths = model.sharedPaths.get(path) ?? new Map<string, string>();
  model.sharedPaths.set(path, paths);
  return { path, counts: new Map(), paths, shared: true };
}

const joinPath = (path: string, name: string): string => (path === "" ? name : `${path}/${name}`);

/** The path of a weight of a layer: `dense/kernel`. */
export const weightPath = (path: string, name: string): string => `${path}/${name}`;

/** `BatchNormalization` → `batch_normalization`, `Conv2D` → `conv2d`: Keras's `to_snake_case`. */
export function snakeCase(name: string): string {
  return name
    .replace(/(.)([A-Z][a-z]+)/g, "$1_$2")
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase();
}

/** `conv2d`, then `conv2d_1`: a name that no other has within the model or block. */
function ownName(naming: Naming, name: string): string {
  let count = naming.counts.get(name) ?? 0;
  // A name a person chose may already look like one that was counted.
  while (count > 0 && naming.counts.has(`${name}_${count}`)) count++;
  naming.counts.set(name, count + 1);
  if (count === 0) return name;
  const own = `${name}_${count}`;
  naming.counts.set(own, 1);
  return own;
}

/** The path of a layer, block or parameter called `name`: its own, unless a shared block is used again. */
export function nextPath(model: ModelUnderWay, naming: Naming, name: string): string {
  const own = ownName(naming, name);
  const known = naming.paths.get(own);
  if (known !== undefined) return known;
  const wished = joinPath(naming.path, own);
  let path = wished;
  // A layer called `a/b` and the layer `b` of a block `a` are two.
  for (let i = 1; model.paths.has(path); i++) path = `${wished}_${i}`;
  model.paths.add(path);
  naming.paths.set(own, path);
  return path;
}

/** Enters a weight, or finds the one a shared layer already has; undefined if that one has another shape. */
export function addWeight(model: ModelUnderWay, path: string, def: WeightDef, span: Span): ModelWeight {
  const before = model.weights.get(path);
  if (before !== undefined) return before;
  const weight: ModelWeight = { ...def, path, span };
  model.weights.set(path, weight);
  const count = def.shape.reduce(multiplySizes, 1);
  if (typeof count === "number") model.parameters += count;
  return weight;
}
