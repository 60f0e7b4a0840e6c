// Sums of products of two values whose axes have names: `bth,bsh->bts`. Only operators write such names.

import { CompilerBug } from "../base/compilerBug.ts";
import type { Builder, Value } from "../ir/builder.ts";
import type { Access } from "../ir/graph.ts";
import type { Size } from "../ir/size.ts";

/** A value and a name for each of its axes. */
export interface NamedAxes {
  readonly value: Value;
  readonly axes: readonly string[];
}

/** Multiplies two values along axes of equal names, and sums over those that `axes`, the axes of the result, lacks. */
export function productOver(g: Builder, left: NamedAxes, right: NamedAxes, axes: readonly string[]): Value {
  const sizes = new Map<string, Size>();
  for (const side of [left, right])
    for (const [i, name] of side.axes.entries()) sizes.set(name, side.value.type.shape[i] ?? 1);
  const sizeOf = (name: string): Size => {
    const size = sizes.get(name);
    if (size === undefined) throw new CompilerBug(`no axis '${name}'`);
    return size;
  };
  const summed = [...sizes.keys()].filter((name) => !axes.includes(name));
  const access = (of: readonly string[]): Access => of.map((name) => ({ offset: 0, strides: { [name]: 1 } }));
  return g.contract({
    loops: [...axes, ...summed].map((name) => ({ name, extent: sizeOf(name) })),
    shape: axes.map(sizeOf),
    out: access(axes),
    lhs: left.value,
    left: access(left.axes),
    rhs: right.value,
    right: access(right.axes),
  });
}
