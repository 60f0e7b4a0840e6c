// Finds the values that a node reads. Only this file knows where nodes hold ids.

import type { Call, Gradient, Prim, ValueId } from "./graph.ts";

type AnyNode = Prim | Call | Gradient;

/** The node with each id it reads replaced. Everything else stays the same. */
export function withArguments<N extends AnyNode>(node: N, replace: (id: ValueId) => ValueId): N;
export function withArguments(node: AnyNode, replace: (id: ValueId) => ValueId): AnyNode {
  switch (node.kind) {
    case "input":
    case "param":
    case "const":
    case "size":
    case "iota":
      return node;
    case "random":
      return { ...node, seed: replace(node.seed), step: replace(node.step) };
    case "map":
    case "concat":
      return { ...node, args: node.args.map(replace) };
    case "contract": {
      const moved = { ...node, lhs: replace(node.lhs), rhs: replace(node.rhs) };
      return node.onto === undefined ? moved : { ...moved, onto: replace(node.onto) };
    }
    case "window_scatter":
      return { ...node, arg: replace(node.arg), gradient: replace(node.gradient) };
    case "reduce":
    case "arg_reduce":
    case "window_reduce":
    case "reshape":
    case "transpose":
    case "broadcast":
    case "slice":
    case "pad":
      return { ...node, arg: replace(node.arg) };
    case "call":
      return { ...node, args: node.args.map(replace), weights: node.weights.map(replace) };
    case "gradient":
      return { ...node, of: replace(node.of), wrt: replace(node.wrt) };
  }
}

/** The ids a node reads, in order. An id appears twice if the node reads it twice. */
export function argumentsOf(node: AnyNode): readonly ValueId[] {
  switch (node.kind) {
    case "input":
    case "param":
    case "const":
    case "size":
    case "iota":
      return none;
    case "random":
      return [node.seed, node.step];
    case "map":
    case "concat":
      return node.args;
    case "contract":
      return node.onto === undefined ? [node.lhs, node.rhs] : [node.lhs, node.rhs, node.onto];
    case "window_scatter":
      return [node.arg, node.gradient];
    case "reduce":
    case "arg_reduce":
    case "window_reduce":
    case "reshape":
    case "transpose":
    case "broadcast":
    case "slice":
    case "pad":
      return [node.arg];
    case "call":
      return [...node.args, ...node.weights];
    case "gradient":
      return [node.of, node.wrt];
  }
}

const none: readonly ValueId[] = [];
