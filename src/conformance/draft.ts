// A graph under construction, and a module of a single one: what the cases are made of.

import { type Builder, graphBuilder, type Value } from "../ir/builder.ts";
import type { Call, Gradient, Graph, Node, Prim, Slot, Update } from "../ir/graph.ts";
import { batchSize, type Size } from "../ir/size.ts";
import type { TensorType } from "../ir/types.ts";
import type { OpModule } from "./executor.ts";
import type { NamedArray } from "./format.ts";

type AnyNode = Node<Prim | Call | Gradient>;

export interface Draft {
  readonly g: Builder;
  call(call: Omit<Call, "kind">, type: TensorType, origin: string): Value;
  gradient(of: Value, wrt: Value): Value;
  /** The finished graph. */
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
    call: (call, type, origin) => push({ kind: "call", ...call, type, origin } as Omit<AnyNode, "id">, type),
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

/** A module of one program. */
export const moduleOf = (program: Graph<Prim | Call | Gradient>, slots: readonly Slot[]): OpModule => ({
  slots,
  programs: [program],
});

/** The type of an array whose first axis is the batch. */
export function batchedType({ dtype, shape }: NamedArray): TensorType {
  const sizes: readonly Size[] = [batchSize, ...shape.slice(1)];
  return { dtype, shape: shape.length === 0 ? [] : sizes };
}
