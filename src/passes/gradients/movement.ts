// The derivatives of primitives that move elements: each moves them back, and adds up the copies of an element.

import { CompilerBug } from "../../base/compilerBug.ts";
import { subtractSizes } from "../../ir/size.ts";
import type { GradientRule } from "./rule.ts";

export const reshape: GradientRule<"reshape"> = (node, { g, out, value }) => [
  [node.arg, g.reshape(out, value(node.arg).type.shape)],
];

export const transpose: GradientRule<"transpose"> = (node, { g, out }) => [
  [
    node.arg,
    g.transpose(
      out,
      node.permutation.map((_, axis) => node.permutation.indexOf(axis)),
    ),
  ],
];

export const broadcast: GradientRule<"broadcast"> = (node, { g, out, value }) => {
  const { shape } = value(node.arg).type;
  const repeated = node.type.shape
    .map((_, axis) => axis)
    .filter((axis) => {
      const from = node.axes.indexOf(axis);
      return from < 0 || (shape[from] === 1 && node.type.shape[axis] !== 1);
    });
  return [[node.arg, g.reshape(g.sum(out, repeated), shape)]];
};

export const slice: GradientRule<"slice"> = (node, { g, out, value }) => {
  const { shape } = value(node.arg).type;
  if (node.strides.every((stride) => stride === 1)) {
    const after = shape.map((size, axis) => {
      const rest = subtractSizes(subtractSizes(size, node.type.shape[axis] ?? 1), node.starts[axis] ?? 0);
      if (typeof rest === "number") return rest;
      throw new CompilerBug("a slice that ends at a symbolic place");
    });
    return [[node.arg, g.pad(out, node.starts, after)]];
  }
  // With strides the elements between them stay zero: a product with 1 writes every n-th element.
  const loops = node.type.shape.map((extent, axis) => ({ name: `i${axis}`, extent }));
  const read = loops.map(({ name }) => ({ offset: 0, strides: { [name]: 1 } }));
  const write = loops.map(({ name }, axis) => ({
    offset: node.starts[axis] ?? 0,
    strides: { [name]: node.strides[axis] ?? 1 },
  }));
  return [[node.arg, g.contract({ loops, shape, out: write, lhs: out, left: read, rhs: g.constant(1), right: [] })]];
};

export const pad: GradientRule<"pad"> = (node, { g, out, value }) => [
  [node.arg, g.slice(out, node.before, value(node.arg).type.shape)],
];

export const concat: GradientRule<"concat"> = (node, { g, out, value }) => {
  let start = 0;
  return node.args.map((id) => {
    const { shape } = value(id).type;
    const part = g.slice(
      out,
      shape.map((_, axis) => (axis === node.axis ? start : 0)),
      shape,
    );
    const size = shape[node.axis] ?? 1;
    if (typeof size !== "number") throw new CompilerBug("concat along a symbolic axis");
    start += size;
    return [id, part] as const;
  });
};
