// Finds values for which TensorFlow graphs have no operation; complete by type. Today's operators need none of these without
// training.

import type { Node, PrimKind, PrimOf, ValueId } from "../../ir/graph.ts";
import type { Size } from "../../ir/size.ts";
import type { Native, RecognisedGraph, RecognisedNode } from "../../recognise/graph.ts";
import type { Unexportable } from "../format.ts";
import { unexportableProduct } from "./contract.ts";
import { unexportableFunction } from "./elements.ts";
import { unexportableOperation } from "./natives.ts";

type Kind = PrimKind | "native";
type NodeOf<K extends Kind> = K extends PrimKind ? Node<PrimOf<K>> : Node<Native>;
type Shapes = (id: ValueId) => readonly Size[];
type Refusal<K extends Kind> = (node: NodeOf<K>, shapes: Shapes) => string | undefined;

const exportable = (): undefined => undefined;
const refusals = {
  input: exportable,
  param: exportable,
  const: exportable,
  size: exportable,
  iota: exportable,
  random: () => "random numbers",
  map: ({ fn }) => unexportableFunction(fn),
  reduce: exportable,
  arg_reduce: exportable,
  contract: unexportableProduct,
  window_reduce: exportable,
  window_scatter: () => "the gradient of a pooling",
  gather: exportable,
  scatter_add: exportable,
  reshape: exportable,
  transpose: exportable,
  broadcast: exportable,
  slice: exportable,
  pad: exportable,
  concat: exportable,
  scan: ({ length }) => `a loop of ${length} steps, too long to be written out`,
  part: exportable,
  native: ({ operation }) => unexportableOperation(operation),
} satisfies { readonly [K in Kind]: Refusal<K> };

const reason = (node: RecognisedNode, shapes: Shapes): string | undefined =>
  (refusals[node.kind] as (node: RecognisedNode, shapes: Shapes) => string | undefined)(node, shapes);

/** Returns the first value that cannot be exported, and the reason. */
export function unexportable(graph: RecognisedGraph): Unexportable | undefined {
  const shapes = new Map(graph.nodes.map(({ id, type }) => [id, type.shape]));
  for (const node of graph.nodes) {
    const what = reason(node, (id) => shapes.get(id) ?? []);
    if (what !== undefined) return { what, ...(node.span === undefined ? {} : { span: node.span }) };
  }
  return undefined;
}
