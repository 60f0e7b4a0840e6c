// Writes a sum of products that no single operation of TensorFlow computes, as reads along the axes, one product of
// matrices, and sums along the axes.

import type { Access, Node, PrimOf, ValueId } from "../../ir/graph.ts";
import { product as multiplied, type Size } from "../../ir/size.ts";
import { type AxisLoops, axesOf, extentsOf, repeatedLoop } from "../../recognise/access.ts";
import { addAlong, readAlong, type Walk } from "./along.ts";
import type { GraphDraft, Tensor } from "./draft.ts";
import { matMul, reduce, transpose } from "./operations.ts";
import { type Factor, productPlan } from "./product.ts";

type Contract = Node<PrimOf<"contract">>;

/** Says why a product cannot become nodes; undefined for every product of today's operators. */
export function unexportableProduct(node: Contract, shape: (id: ValueId) => readonly Size[]): string | undefined {
  if (node.onto !== undefined) return "a product that adds to another value";
  const extents = extentsOf(node.loops);
  const sides = [
    { access: node.left, sizes: shape(node.lhs) },
    { access: node.right, sizes: shape(node.rhs) },
    { access: node.out, sizes: node.type.shape },
  ].map(({ access, sizes }) => ({ sizes, axes: axesOf(access, sizes, extents) }));
  if (sides.some(({ axes }) => repeatedLoop(axes) !== undefined)) return "a product that goes along a diagonal";
  const open = (size: Size | undefined): boolean => typeof size !== "number";
  const mixed = sides.some(({ sizes, axes }) =>
    axes.some(({ full, names }, i) => !full && (open(sizes[i]) || names.some((name) => open(extents.get(name))))),
  );
  return mixed ? "a product that mixes samples" : undefined;
}

const walkOf = ({ affine, names }: AxisLoops, extents: ReadonlyMap<string, Size>): Walk => ({
  offset: affine.offset,
  strides: names.map((name) => affine.strides[name] ?? 0),
  extents: names.map((name) => Number(extents.get(name))),
});

/** Writes a product that `unexportableProduct` accepts. */
export function contract(g: GraphDraft, node: Contract, value: (id: ValueId) => Tensor): Tensor {
  const extents = extentsOf(node.loops);
  const sizes = (names: readonly string[]): readonly Size[] => names.map((name) => extents.get(name) ?? 1);
  const read = (x: Tensor, access: Access) => {
    const axes = axesOf(access, x.shape, extents);
    // Last axis first, so that those before keep their places.
    const tensor = axes.reduceRight(
      (inner, axis, i) => (axis.full ? inner : readAlong(g, inner, i, walkOf(axis, extents), 0)),
      x,
    );
    return { tensor, names: axes.flatMap(({ names }) => names) };
  };
  const [a, b] = [read(value(node.lhs), node.left), read(value(node.rhs), node.right)];
  const axes = axesOf(node.out, node.type.shape, extents);
  const out = axes.flatMap(({ names }) => names);
  // The left factor repeats along a loop that neither factor has.
  const nowhere = [...extents.keys()].filter((name) => !a.names.includes(name) && !b.names.includes(name));
  const left = [...nowhere, ...a.names];
  const repeated = g.whole(
    nowhere.length === 0 ? a.tensor : g.reshape(a.tensor, [...nowhere.map(() => 1), ...a.tensor.shape]),
    sizes(left),
  );
  const plan = productPlan(left, b.names, out);
  const laid = (
    x: Tensor,
    { summed, permutation, transposed }: Factor,
    first: readonly string[],
    second: readonly string[],
  ): Tensor => {
    const matrix = [first, second].map((names) => multiplied(sizes(names)));
    const stack = plan.stacks.length === 0 ? [] : [multiplied(sizes(plan.stacks))];
    const shape = [...stack, ...(transposed ? matrix.reverse() : matrix)];
    return g.reshape(transpose(g, reduce(g, "sum", x, summed), permutation), shape);
  };
  const made = matMul(
    g,
    laid(repeated, plan.left, plan.rows, plan.summed),
    laid(b.tensor, plan.right, plan.summed, plan.columns),
    plan.left.transposed,
    plan.right.transposed,
  );
  const parted = g.reshape(made, sizes([...plan.stacks, ...plan.rows, ...plan.columns]));
  return axes.reduce(
    (inner, axis, i) => (axis.full ? inner : addAlong(g, inner, i, walkOf(axis, extents), node.type.shape[i])),
    transpose(g, parted, plan.permutation),
  );
}
