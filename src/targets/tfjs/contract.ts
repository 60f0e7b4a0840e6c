// Writes a sum of products that no single operation of TensorFlow.js computes, as gathers along the axes, one matMul, and
// sums along the axes.

import { CompilerBug } from "../../base/compilerBug.ts";
import type { Access, Node, PrimOf } from "../../ir/graph.ts";
import type { Size } from "../../ir/size.ts";
import { axesOf, extentsOf } from "../../recognise/access.ts";
import { literal } from "../literal.ts";
import { sizeText } from "./sizes.ts";

type Contract = Node<PrimOf<"contract">>;
/** Names and shapes of values by their ids. */
export interface Values {
  name(id: number): string;
  shape(id: number): readonly Size[];
}

/** Writes any contract: reads are gathers along axes, writes are sums along axes, and one product is in between. */
export function contractText(node: Contract, v: Values): string {
  if (node.onto !== undefined) throw new CompilerBug("a contract onto another value has no spelling");
  const extents = extentsOf(node.loops);
  const list = (names: readonly string[]): string =>
    `[${names.map((name) => sizeText(extents.get(name) ?? 1)).join(", ")}]`;
  const once = (names: readonly string[]): readonly string[] => [...new Set(names)];
  const read = (id: number, access: Access) => {
    const axes = axesOf(access, v.shape(id), extents);
    const names = axes.flatMap((axis) => axis.names);
    // Last axis first, so that those before keep their places.
    const text = axes.reduceRight(
      (inner, { affine, names: own, full }, axis) =>
        full
          ? inner
          : `readAlong(tf, ${inner}, ${axis}, ${affine.offset}, ${literal(own.map((name) => affine.strides[name] ?? 0))}, ${list(own)})`,
      v.name(id),
    );
    const distinct = once(names);
    if (distinct.length === names.length) return { text, names };
    return { text: `diagonal(tf, ${text}, ${literal(names)})`, names: distinct };
  };
  const [a, b] = [read(node.lhs, node.left), read(node.rhs, node.right)];
  const axes = axesOf(node.out, node.type.shape, extents);
  const all = axes.flatMap((axis) => axis.names);
  const out = once(all);
  const sizes = `{ ${node.loops.map((loop) => `${literal(loop.name)}: ${sizeText(loop.extent)}`).join(", ")} }`;
  const made = `product(tf, ${a.text}, ${literal(a.names)}, ${b.text}, ${literal(b.names)}, ${literal(out)}, ${sizes})`;
  const placed = out.length === all.length ? made : `onDiagonal(tf, ${made}, ${literal(all)})`;
  return axes.reduce(
    (inner, { affine, names, full }, axis) =>
      full
        ? inner
        : `addAlong(tf, ${inner}, ${axis}, ${affine.offset}, ${literal(names.map((name) => affine.strides[name] ?? 0))}, ${list(names)}, ${sizeText(node.type.shape[axis] ?? 1)})`,
    placed,
  );
}
