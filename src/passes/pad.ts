// Puts zeros around the operands of products where reads may run out of range, so that no read has to be checked.

import type { Builder, Value } from "../ir/builder.ts";
import type { Access, Module, NamedLoop, Prim, PrimGraph } from "../ir/graph.ts";
import type { Size } from "../ir/size.ts";
import { rangeOf, shifted, staysInside } from "./affine.ts";
import type { Pass } from "./pass.ts";
import { rebuild } from "./rebuild.ts";

/** Whether every read of an operand is in range. */
export const readsInside = (access: Access, shape: readonly Size[], loops: readonly NamedLoop[]): boolean =>
  access.every((affine, axis) => staysInside(affine, shape[axis] ?? 1, loops));

/** The operand with zeros around it, and the indices into that. */
function padOperand(
  g: Builder,
  operand: Value,
  access: Access,
  loops: readonly NamedLoop[],
): { readonly value: Value; readonly access: Access } {
  const amounts = access.map((affine, axis) => {
    const size = operand.type.shape[axis] ?? 1;
    if (staysInside(affine, size, loops)) return { before: 0, after: 0 };
    const range = rangeOf(affine, loops);
    if (range === undefined || typeof size !== "number")
      throw new Error(`compiler bug: a product at '${g.origin}' may read beyond the batch`);
    return { before: Math.max(0, -range.low), after: Math.max(0, range.high - size + 1) };
  });
  return {
    value: g.pad(
      operand,
      amounts.map(({ before }) => before),
      amounts.map(({ after }) => after),
    ),
    access: access.map((affine, axis) => shifted(affine, amounts[axis]?.before ?? 0)),
  };
}

const padGraph = (graph: PrimGraph): PrimGraph =>
  rebuild(graph, (node, { g, copy, value }) => {
    if (node.kind !== "contract") return copy(node);
    const [lhs, rhs] = [value(node.lhs), value(node.rhs)];
    if (readsInside(node.left, lhs.type.shape, node.loops) && readsInside(node.right, rhs.type.shape, node.loops))
      return copy(node);
    const left = padOperand(g, lhs, node.left, node.loops);
    const right = padOperand(g, rhs, node.right, node.loops);
    return g.contract({
      loops: node.loops,
      shape: node.type.shape,
      out: node.out,
      lhs: left.value,
      left: left.access,
      rhs: right.value,
      right: right.access,
      ...(node.onto === undefined ? {} : { onto: value(node.onto) }),
    });
  });

export const pad: Pass<Module<Prim>, Module<Prim>> = {
  name: "pad",
  doc: "Surrounds operands of products with zeros, so that every read of a product is in range.",
  run: (module) => ({ slots: module.slots, programs: module.programs.map(padGraph) }),
};
