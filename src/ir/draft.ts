// An operator graph under construction: primitives, operator calls and gradients.

import type { Span } from "../base/span.ts";
import type { Builder, Value } from "./builder.ts";
import type { Call, Graph, Node, Op, Update } from "./graph.ts";
import { graphBuilder } from "./graphBuilder.ts";
import type { TensorType } from "./types.ts";

type AnyNode = Node<Op>;

export interface Draft {
  readonly g: Builder;
  call(call: Omit<Call, "kind">, type: TensorType, origin: string, span?: Span): Value;
  /** The same for a call with several results: `more` has the types of those after the first. */
  calls(
    call: Omit<Call, "kind">,
    types: { readonly type: TensorType; readonly more: readonly TensorType[] },
    origin: string,
    span?: Span,
  ): readonly Value[];
  /** The derivative of a scalar of this graph by another of its values. */
  gradient(of: Value, wrt: Value): Value;
  /** The graph as it is now. */
  graph(name: string, outputs: Readonly<Record<string, Value>>, updates?: readonly Update[]): Graph<Op>;
}

export function draft(): Draft {
  const nodes: AnyNode[] = [];
  const push = (node: Omit<AnyNode, "id">, type: TensorType): Value => {
    const id = nodes.length;
    nodes.push({ ...node, id } as AnyNode);
    return { id, type };
  };
  const called = (
    call: Omit<Call, "kind">,
    types: { readonly type: TensorType; readonly more?: readonly TensorType[] },
    origin: string,
    span?: Span,
  ): Value => {
    const node = { kind: "call", ...call, ...types, origin, ...(span === undefined ? {} : { span }) };
    return push(node as Omit<AnyNode, "id">, types.type);
  };
  return {
    g: graphBuilder((node) => push(node, node.type).id),
    call: (call, type, origin, span) => called(call, { type }, origin, span),
    calls(call, { type, more }, origin, span) {
      const first = called(call, more.length === 0 ? { type } : { type, more }, origin, span);
      const place = { origin, ...(span === undefined ? {} : { span }) };
      const parts = more.map((type, i) => {
        const node = { kind: "part", of: first.id, index: i + 1, type, ...place };
        return push(node as Omit<AnyNode, "id">, type);
      });
      return [first, ...parts];
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
