// An operator graph under construction: primitives, operator calls and gradients.

import type { Span } from "../base/span.ts";
import type { Builder, Value } from "./builder.ts";
import type { Call, Gradient, Graph, Node, Prim, Update } from "./graph.ts";
import { graphBuilder } from "./graphBuilder.ts";
import type { TensorType } from "./types.ts";

type AnyNode = Node<Prim | Call | Gradient>;

export interface Draft {
  readonly g: Builder;
  call(call: Omit<Call, "kind">, type: TensorType, origin: string, span?: Span): Value;
  /** The derivative of a scalar of this graph by another of its values. */
  gradient(of: Value, wrt: Value): Value;
  /** The graph as it is now. */
  graph(
    name: string,
    outputs: Readonly<Record<string, Value>>,
    updates?: readonly Update[],
  ): Graph<Prim | Call | Gradient>;
}

export function draft(): Draft {
  const nodes: AnyNode[] = [];
  const push = (node: Omit<AnyNode, "id">, type: TensorType): Value => {
    const id = nodes.length;
    nodes.push({ ...node, id } as AnyNode);
    return { id, type };
  };
  return {
    g: graphBuilder((node) => push(node, node.type).id),
    call: (call, type, origin, span) => {
      const node = { kind: "call", ...call, type, origin, ...(span === undefined ? {} : { span }) };
      return push(node as Omit<AnyNode, "id">, type);
    },
    gradient(of, wrt) {
      const node = { kind: "gradient", of: of.id, wrt: wrt.id, type: wrt.type, origin: "gradient" };
      return push(node as Omit<AnyNode, "id">, wrt.type);
    },
    graph: (name, outputs, updates = []) => ({
      name,
      nodes: [...nodes],
      outputs: Object.entries(outputs).map(([output, value]) => ({ name: output, value: value.id })),
      updates,
    }),
  };
}
