// What libraries of arrays have an operation of their own for, as data, by TensorFlow's names: the graph that targets and
// formats print. The rules beside this file find each; how one is written is known to who prints it.

import { withArguments } from "../ir/arguments.ts";
import type { Named, Node, Prim, PrimGraph, Update, ValueId } from "../ir/graph.ts";
import type { Size } from "../ir/size.ts";

/** Padding as TensorFlow names it, or in numbers: before and after each axis that a window moves along. */
export type Padding = "valid" | "same" | readonly (readonly [number, number])[];

/** How windows move along the axes between the batch and the channels. */
export interface Windows {
  readonly strides: readonly number[];
  readonly padding: Padding;
}
export interface Convolution extends Windows {
  readonly dilations: readonly number[];
}
export interface Pooling extends Windows {
  readonly size: readonly number[];
}
export type Activation = "relu" | "sigmoid";

export type Operation =
  /** Over the last axis. */
  | { readonly name: "softmax" }
  | { readonly name: "log_softmax" }
  /** f32, with a last axis of `depth`. */
  | { readonly name: "one_hot"; readonly depth: number }
  /** The mean over all rows, of labels (a share for each class) and logits. */
  | { readonly name: "softmax_cross_entropy" }
  /** Of a reduction with its axes left in place, of size 1. */
  | { readonly name: "reduce"; readonly op: "sum" | "max" | "min" | "mean"; readonly axes: readonly number[] }
  | { readonly name: "mean"; readonly axes: readonly number[] }
  /** dy where y > 0; of a y that is never below 0. */
  | { readonly name: "relu_gradient" }
  | { readonly name: "squared_difference" }
  /** With a bias as last argument where `bias` says so. */
  | {
      readonly name: "mat_mul";
      readonly transposed: readonly [boolean, boolean];
      readonly bias: boolean;
      readonly activation?: Activation;
    }
  | ({
      readonly name: "convolution";
      readonly bias: boolean;
      readonly activation?: Activation;
    } & Convolution)
  /** Of dy and the kernel. */
  | ({ readonly name: "convolution_input_gradient" } & Convolution)
  /** Of the input and dy. */
  | ({ readonly name: "convolution_kernel_gradient" } & Convolution)
  | ({ readonly name: "max_pool" } & Pooling)
  | ({ readonly name: "average_pool" } & Pooling)
  /** Of dy, the input and the output. */
  | ({ readonly name: "max_pool_gradient" } & Pooling)
  /** Of dy and the input, of which only the shape counts. */
  | ({ readonly name: "average_pool_gradient" } & Pooling)
  /** Of the input, mean, variance, and where they are not there `offset` and `scale`. */
  | {
      readonly name: "batch_norm";
      readonly epsilon: number;
      readonly offset: boolean;
      readonly scale: boolean;
    };

export type OperationOf<K extends Operation["name"]> = Extract<Operation, { readonly name: K }>;

/** One operation of a library that no primitive is. */
export interface Native {
  readonly kind: "native";
  readonly operation: Operation;
  readonly args: readonly ValueId[];
}
export type RecognisedNode = Node<Prim | Native>;

/** Arguments of a `map` need not have its shape: they broadcast to it, as those of a library do. */
export interface RecognisedGraph {
  readonly name: string;
  readonly nodes: readonly RecognisedNode[];
  readonly outputs: readonly Named[];
  readonly updates: readonly Update[];
}

/** The node over other arguments. */
export const overArguments = (node: RecognisedNode, replace: (id: ValueId) => ValueId): RecognisedNode =>
  node.kind === "native" ? { ...node, args: node.args.map(replace) } : withArguments(node, replace);

export function readsOf(node: RecognisedNode): readonly ValueId[] {
  const ids: ValueId[] = [];
  overArguments(node, (id) => {
    ids.push(id);
    return id;
  });
  return ids;
}

/** How often each value is read, by nodes, outputs and updates. */
export function usesIn(graph: RecognisedGraph | PrimGraph): ReadonlyMap<ValueId, number> {
  const uses = new Map<ValueId, number>();
  const add = (id: ValueId): void => void uses.set(id, (uses.get(id) ?? 0) + 1);
  for (const node of graph.nodes) for (const id of readsOf(node)) add(id);
  for (const { value } of [...graph.outputs, ...graph.updates]) add(value);
  return uses;
}

/** The nodes that something reads in the end. */
export function liveNodes(graph: RecognisedGraph): RecognisedGraph {
  const live = new Set([...graph.outputs, ...graph.updates].map(({ value }) => value));
  for (const node of graph.nodes.toReversed()) if (live.has(node.id)) for (const id of readsOf(node)) live.add(id);
  return { ...graph, nodes: graph.nodes.filter(({ id }) => live.has(id)) };
}

export const multiplied = (sizes: readonly Size[]): number | undefined =>
  sizes.every((size) => typeof size === "number") ? sizes.reduce<number>((a, b) => a * (b as number), 1) : undefined;
