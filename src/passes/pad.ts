// Pads the operands of products with zeros where reads may run out of range, so that no read needs a check.

import { CompilerBug } from "../base/compilerBug.ts";
import type { Value } from "../ir/builder.ts";
import type { Access, Module, NamedLoop, Prim, PrimGraph, ValueId } from "../ir/graph.ts";
import type { Size } from "../ir/size.ts";
import { rangeOf, shifted, staysInside } from "./affine.ts";
import type { Pass } from "./pass.ts";
import { everywhere, rebuild } from "./rebuild.ts";

/** Whether every read of an operand is in range. */
export const readsInside = (access: Access, shape: readonly Size[], loops: readonly NamedLoop[]): boolean =>
  access.every((affine, axis) => staysInside(affine, shape[axis] ?? 1, loops));

interface Amounts {
  readonly before: readonly number[];
  readonly after: readonly number[];
}

/** The number of zeros that a read needs around an operand. */
function needed(access: Access, shape: readonly Size[], loops: readonly NamedLoop[], origin: string): Amounts {
  const amounts = access.map((affine, axis) => {
    const size = shape[axis] ?? 1;
    if (staysInside(affine, size, loops)) return { before: 0, after: 0 };
    const range = rangeOf(affine, loops);
    if (range === undefined || typeof size !== "number")
      throw new CompilerBug(`a product at '${origin}' may read beyond the batch`);
    return { before: Math.max(0, -range.low), after: Math.max(0, range.high - size + 1) };
  });
  return { before: amounts.map(({ before }) => before), after: amounts.map(({ after }) => after) };
}

const larger = (a: readonly number[], b: readonly number[]): readonly number[] =>
  a.map((x, i) => Math.max(x, b[i] ?? 0));

/** The padding that all reads of a value need together, for each value that a product reads out of range. */
function paddings(graph: PrimGraph): ReadonlyMap<ValueId, Amounts> {
  const shapes = new Map(graph.nodes.map((node) => [node.id, node.type.shape]));
  const found = new Map<ValueId, Amounts>();
  for (const node of graph.nodes) {
    if (node.kind !== "contract") continue;
    for (const [id, access] of [[node.lhs, node.left] as const, [node.rhs, node.right] as const]) {
      const shape = shapes.get(id) ?? [];
      if (readsInside(access, shape, node.loops)) continue;
      const amounts = needed(access, shape, node.loops, node.origin);
      const known = found.get(id) ?? amounts;
      found.set(id, { before: larger(known.before, amounts.before), after: larger(known.after, amounts.after) });
    }
  }
  return found;
}

function padGraph(graph: PrimGraph): PrimGraph {
  const amounts = paddings(graph);
  const copies = new Map<ValueId, Value>();
  return rebuild(graph, (node, context) => {
    const { copy, value } = context;
    if (node.kind !== "contract") return copy(node);
    const operand = (id: ValueId, access: Access): { readonly value: Value; readonly access: Access } => {
      const around = amounts.get(id);
      const plain = value(id);
      if (around === undefined || readsInside(access, plain.type.shape, node.loops)) return { value: plain, access };
      const padded = copies.get(id) ?? context.g.pad(plain, around.before, around.after);
      copies.set(id, padded);
      return { value: padded, access: access.map((affine, axis) => shifted(affine, around.before[axis] ?? 0)) };
    };
    const lhs = operand(node.lhs, node.left);
    const rhs = operand(node.rhs, node.right);
    if (lhs.access === node.left && rhs.access === node.right) return copy(node);
    return context.g.contract({
      loops: node.loops,
      shape: node.type.shape,
      out: node.out,
      lhs: lhs.value,
      left: lhs.access,
      rhs: rhs.value,
      right: rhs.access,
      ...(node.onto === undefined ? {} : { onto: value(node.onto) }),
    });
  });
}

export const pad: Pass<Module<Prim>, Module<Prim>> = {
  name: "pad",
  doc: "Surrounds operands of products with zeros, so that every read of a product is in range.",
  run: (module) => ({ slots: module.slots, programs: module.programs.map(everywhere(padGraph)) }),
};
