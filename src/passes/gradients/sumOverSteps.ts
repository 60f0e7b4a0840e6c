// Sums of a value over all steps of a loop, computed after the loop from its stacked parts: a sum of products over the steps
// becomes one product.

import type { Builder, Value } from "../../ir/builder.ts";
import type { Access, PrimNode, PrimOf, ValueId } from "../../ir/graph.ts";

/** A value of a step as it is after the loop: with the steps along its first axis, or the same for all steps. */
export interface Outside {
  readonly value: Value;
  readonly isStacked: boolean;
}

/** Builds the sum of a value over all steps after the loop. */
export type Sum = (g: Builder, outside: (id: ValueId) => Outside) => Value;

/** The sum over all steps of a value, and the values of a step that it needs after the loop. */
export function sumOverSteps(
  id: ValueId,
  length: number,
  definition: (id: ValueId) => PrimNode,
): { readonly needs: readonly ValueId[]; readonly sum: Sum } {
  const node = definition(id);
  const over = (arg: ValueId, build: (g: Builder, sum: Value) => Value) => {
    const inner = sumOverSteps(arg, length, definition);
    return { needs: inner.needs, sum: ((g, outside) => build(g, inner.sum(g, outside))) satisfies Sum };
  };
  if (node.kind === "map" && (node.fn === "add" || node.fn === "sub")) {
    const parts = node.args.map((arg) => sumOverSteps(arg, length, definition));
    const { fn } = node;
    return {
      needs: parts.flatMap(({ needs }) => needs),
      sum: (g, outside) => g.map(fn, ...parts.map(({ sum }) => sum(g, outside))),
    };
  }
  if (node.kind === "map" && node.fn === "neg") return over(node.args[0] ?? id, (g, sum) => g.map("neg", sum));
  if (node.kind === "reshape") return over(node.arg, (g, sum) => g.reshape(sum, node.type.shape));
  if (node.kind === "transpose") return over(node.arg, (g, sum) => g.transpose(sum, node.permutation));
  if (node.kind === "slice")
    return over(node.arg, (g, sum) => g.slice(sum, node.starts, node.type.shape, node.strides));
  if (node.kind === "pad" && node.value === 0) return over(node.arg, (g, sum) => g.pad(sum, node.before, node.after));
  if (node.kind === "contract" && node.onto === undefined) return sumOfProducts(node, length);
  const reduced = node.kind === "reduce" && node.op === "sum" ? node : undefined;
  const arg = reduced?.arg ?? id;
  return {
    needs: [arg],
    sum(g, outside) {
      const { value, isStacked } = outside(arg);
      const axes = reduced?.axes ?? [];
      return isStacked ? g.sum(value, [0, ...axes.map((axis) => axis + 1)]) : g.mul(g.sum(value, axes), length);
    },
  };
}

/** One sum of products over the loops of a step's and over all steps. */
function sumOfProducts(node: PrimNode & PrimOf<"contract">, length: number) {
  let name = "step";
  while (node.loops.some((loop) => loop.name === name)) name += "_";
  const step = { offset: 0, strides: { [name]: 1 } };
  const sum: Sum = (g, outside) => {
    const operand = (id: ValueId, access: Access): { readonly value: Value; readonly access: Access } => {
      const { value, isStacked } = outside(id);
      return { value, access: isStacked ? [step, ...access] : access };
    };
    const lhs = operand(node.lhs, node.left);
    const rhs = operand(node.rhs, node.right);
    return g.contract({
      loops: [...node.loops, { name, extent: length }],
      shape: node.type.shape,
      out: node.out,
      lhs: lhs.value,
      left: lhs.access,
      rhs: rhs.value,
      right: rhs.access,
    });
  };
  return { needs: [node.lhs, node.rhs], sum };
}
