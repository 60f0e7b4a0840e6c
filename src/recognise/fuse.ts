// Fuses a convolution or a product of matrices with its bias and activation, if nothing else reads the values in between.

import type { ValueId } from "../ir/graph.ts";
import { sameShape } from "../ir/types.ts";
import { type Activation, type Native, type RecognisedGraph, type RecognisedNode, usesIn } from "./graph.ts";

type NativeNode = RecognisedNode & Native;

const activations: ReadonlySet<string> = new Set<Activation>(["relu", "sigmoid"]);

/** Whether a call has a fused form: products of two matrices, and convolutions of pictures. */
function canTake(node: RecognisedNode | undefined): node is NativeNode {
  if (node?.kind !== "native") return false;
  const { operation } = node;
  if (operation.name === "mat_mul") return node.type.shape.length === 2;
  return operation.name === "convolution" && operation.strides.length === 2;
}

/**
 * Whether a value may be another under a new shape. Backend `wasm` looks at the shape of a bias where its memory was made:
 * "_FusedMatMul only supports rank-1 bias".
 */
const mayBeView = ({ kind }: RecognisedNode): boolean =>
  kind === "reshape" || kind === "input" || kind === "scan" || kind === "part";

/** Fuses the node with its first argument, if nothing else reads that and its operation has a fused form. */
function fused(
  node: RecognisedNode,
  at: (id: ValueId) => RecognisedNode | undefined,
  once: (id: ValueId) => boolean,
): RecognisedNode {
  if (node.kind !== "map") return node;
  const [first, second] = node.args;
  if (first === undefined || !once(first)) return node;
  const inner = at(first);
  if (!canTake(inner)) return node;
  const { operation } = inner;
  if (operation.name !== "mat_mul" && operation.name !== "convolution") return node;
  if (operation.activation !== undefined) return node;
  const { id, type, origin, span } = node;
  const place = { id, type, origin, ...(span === undefined ? {} : { span }) };
  if (node.args.length === 1 && activations.has(node.fn))
    return {
      ...place,
      kind: "native",
      operation: { ...operation, activation: node.fn as Activation },
      args: inner.args,
    };
  const bias = second === undefined ? undefined : at(second);
  const channels = type.shape.slice(-1);
  if (node.fn !== "add" || operation.bias || second === undefined || bias === undefined) return node;
  if (!sameShape(bias.type.shape, channels) || mayBeView(bias)) return node;
  return { ...place, kind: "native", operation: { ...operation, bias: true }, args: [...inner.args, second] };
}

/** Returns the graph with fused calls, each in the place of the last node that it includes. */
export function fuse(graph: RecognisedGraph): RecognisedGraph {
  const uses = usesIn(graph);
  const nodes = new Map<ValueId, RecognisedNode>();
  for (const node of graph.nodes)
    nodes.set(
      node.id,
      fused(
        node,
        (id) => nodes.get(id),
        (id) => uses.get(id) === 1,
      ),
    );
  return { ...graph, nodes: [...nodes.values()] };
}
