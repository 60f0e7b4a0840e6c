// Finds values for which TensorFlow graphs have no operation. Today's operators need none of these without training.

import type { ValueId } from "../../ir/graph.ts";
import type { Size } from "../../ir/size.ts";
import type { RecognisedGraph, RecognisedNode } from "../../recognise/graph.ts";
import type { Unexportable } from "../format.ts";
import { unexportableProduct } from "./contract.ts";
import { hasOperation } from "./elements.ts";
import { unexportableOperation } from "./natives.ts";

function reason(node: RecognisedNode, shape: (id: ValueId) => readonly Size[]): string | undefined {
  switch (node.kind) {
    case "random":
      return "random numbers";
    case "window_scatter":
      return "the gradient of a pooling";
    case "map":
      return hasOperation(node.fn) ? undefined : `the function ${node.fn}`;
    case "contract":
      return unexportableProduct(node, shape);
    case "native":
      return unexportableOperation(node.operation);
    default:
      return undefined;
  }
}

/** Returns the first value that cannot be exported, and the reason. */
export function unexportable(graph: RecognisedGraph): Unexportable | undefined {
  const shapes = new Map(graph.nodes.map(({ id, type }) => [id, type.shape]));
  for (const node of graph.nodes) {
    const what = reason(node, (id) => shapes.get(id) ?? []);
    if (what !== undefined) return { what, ...(node.span === undefined ? {} : { span: node.span }) };
  }
  return undefined;
}
