// The operations that libraries of arrays have beyond primitives, as data, under TensorFlow's names. Targets and formats
// print this graph and know how to write each operation; the rules beside this file find them.

import { withArguments } from "../ir/arguments.ts";
import type { Named, Node, Prim, PrimGraph, Update, ValueId } from "../ir/graph.ts";
import type { Size } from "../ir/size.ts";

/** Padding as TensorFlow names it, or in numbers: before and after each axis that a window moves along. */
export type Padding = "valid" | "same" | readonly (readonly [number, number])[];

/** The movement of windows along the axes between the batch and the channels. */
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
  /** The mean over all rows; arguments are labels (a share for each class) and logits. */
  | { readonly name: "softmax_cross_entropy" }
  /** A reduction whose axes stay, with size 1. */
  | { readonly name: "reduce"; readonly op: "sum" | "max" | "min" | "mean"; readonly axes: readonly number[] }
  | { readonly name: "mean"; readonly axes: readonly number[] }
  /** dy where y > 0, for a y that is never below 0. */
  | { readonly name: "relu_gradient" }
  | { readonly name: "squared_difference" }
  /** The last argument is a bias if `bias` says so. */
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
  /** Arguments: dy and the kernel. */
  | ({ readonly name: "convolution_input_gradient" } & Convolution)
  /** Arguments: the input and dy. */
  | ({ readonly name: "convolution_kernel_gradient" } & Convolution)
  /** Of each channel by itself, along one or two axes. The kernel has an axis for the results of a channel at its end. */
  | ({ readonly name: "depthwise_convolution" } & Windows)
  /** Arguments: dy and the kernel. */
  | ({ readonly name: "depthwise_input_gradient" } & Windows)
  /** Arguments: the input and dy. */
  | ({ readonly name: "depthwise_kernel_gradient" } & Windows)
  | ({ readonly name: "max_pool" } & Pooling)
  | ({ readonly name: "average_pool" } & Pooling)
  /** Arguments: dy, the input and the output. */
  | ({ readonly name: "max_pool_gradient" } & Pooling)
  /** Arguments: dy and the input; only the shape of the input counts. */
  | ({ readonly name: "average_pool_gradient" } & Pooling)
  /** Arguments: the input, mean and variance, then an offset and a scale if `offset` and `scale` say so. */
  | {
      readonly name: "batch_norm";
      readonly epsilon: number;
      readonly offset: boolean;
      readonly scale: boolean;
    };

export type OperationOf<K extends Operation["name"]> = Extract<Operation, { readonly name: K }>;

/** One operation of a library that is no primitive. */
export interface Native {
  readonly kind: "native";
  readonly operation: Operation;
  readonly args: readonly ValueId[];
}
export type RecognisedNode = Node<Prim | Native>;

/** Arguments of a `map` need not have its shape: they broadcast to it, as in a library. */
export interface RecognisedGraph {
  readonly name: string;
  readonly nodes: readonly RecognisedNode[];
  readonly outputs: readonly Named[];
  readonly updates: readonly Update[];
}

/** Returns the node over other arguments. */
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

/** Counts the reads of each value by nodes, outputs and updates. */
export function usesIn(graph: RecognisedGraph | PrimGraph): ReadonlyMap<ValueId, number> {
  const uses = new Map<ValueId, number>();
  const add = (id: ValueId): void => void uses.set(id, (uses.get(id) ?? 0) + 1);
  for (const node of graph.nodes) for (const id of readsOf(node)) add(id);
  for (const { value } of [...graph.outputs, ...graph.updates]) add(value);
  return uses;
}

/** Returns the nodes that an output or update needs. */
export function liveNodes(graph: RecognisedGraph): RecognisedGraph {
  const live = new Set([...graph.outputs, ...graph.updates].map(({ value }) => value));
  for (const node of graph.nodes.toReversed()) if (live.has(node.id)) for (const id of readsOf(node)) live.add(id);
  return { ...graph, nodes: graph.nodes.filter(({ id }) => live.has(id)) };
}

export const multiplied = (sizes: readonly Size[]): number | undefined =>
  sizes.every((size) => typeof size === "number") ? sizes.reduce<number>((a, b) => a * (b as number), 1) : undefined;
