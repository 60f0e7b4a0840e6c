// Norms of rows and matrices, for `norm` and `normalize`.

import type { Builder, Value } from "../ir/builder.ts";
import type { OptionValue } from "../ir/graph.ts";

/** The root of the sum of squares, over any number of axes. */
const length = (g: Builder, x: Value, axes: readonly number[]): Value =>
  g.map("sqrt", g.sum(g.map("square", x), axes, true));

/** The norm of rows along one axis, which stays with size 1. `order` is a number or a word for an infinite one. */
export function rowNorm(g: Builder, x: Value, axis: number, order: OptionValue): Value {
  const size = g.map("abs", x);
  if (order === undefined || order === 2) return length(g, x, [axis]);
  if (order === "inf") return g.reduce("max", size, [axis], true);
  if (order === "-inf") return g.reduce("min", size, [axis], true);
  if (order === 0) return g.sum(g.cast(g.map("ne", x, 0), "f32"), [axis], true);
  const power = Number(order);
  return g.map("pow", g.sum(g.map("pow", size, power), [axis], true), 1 / power);
}

/** The norm of matrices; undefined for an order that needs singular values, or has no meaning. */
export function matrixNorm(
  g: Builder,
  x: Value,
  [rows, columns]: readonly [number, number],
  order: OptionValue,
): Value | undefined {
  const along = (op: "max" | "min", summed: number, compared: number): Value =>
    g.reduce(op, g.sum(g.map("abs", x), [summed], true), [compared], true);
  switch (order) {
    case undefined:
    case "fro":
      return length(g, x, [rows, columns]);
    case 1:
      return along("max", rows, columns);
    case -1:
      return along("min", rows, columns);
    case "inf":
      return along("max", columns, rows);
    case "-inf":
      return along("min", columns, rows);
  }
  return undefined;
}

/** The orders of norms of matrices that need no singular values. */
export const matrixOrders: readonly OptionValue[] = [undefined, "fro", 1, -1, "inf", "-inf"];
