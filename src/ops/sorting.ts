// The order of elements along an axis. Each element's rank is the number of elements before it, so equal ones keep their order and
// no step waits for another; an axis of n elements costs n² comparisons. docs/design/rows.md says why.

import type { Builder, Value } from "../ir/builder.ts";
import { type TensorType, tensor } from "../ir/types.ts";
import { bad, type Checked, ok } from "./definition.ts";
import { LARGEST } from "./elementwise.ts";
import { moved } from "./indices.ts";
import { axisProblem, axisWithin, dtypeProblem } from "./shape.ts";

export type Direction = "up" | "down";

/** The type of the only input, and the place of an axis of it. */
export function orderedInput(
  inputs: readonly TensorType[],
  axis: number,
): Checked<{ readonly x: TensorType; readonly position: number }> {
  const [x] = inputs;
  if (x === undefined || inputs.length !== 1) return bad({ problem: "inputs", expected: "one", actual: inputs.length });
  const wrong = dtypeProblem(inputs, ["f32", "i32"]);
  if (wrong !== undefined) return bad(wrong);
  const position = axisWithin(axis, x);
  return position === undefined ? bad(axisProblem("axis", axis, x)) : ok({ x, position });
}

/** The rank of each element along the axis at `position`: 0 comes first, and equal elements follow in their order; i32. */
export function ranks(g: Builder, x: Value, position: number, direction: Direction): Value {
  // Each element beside all others: [..., others, element, ...].
  const { shape } = x.type;
  const wide = shape.toSpliced(position, 0, shape[position] ?? 1);
  const axes = wide.map((_, axis) => axis);
  const without = (gone: number): readonly number[] => axes.filter((axis) => axis !== gone);
  const own = g.broadcast(x, wide, without(position));
  const other = g.broadcast(x, wide, without(position + 1));
  const places = { dtype: "i32", shape: wide } as const;
  const earlier = g.map("lt", g.iota(places, position), g.iota(places, position + 1));
  const better = g.map(direction === "up" ? "lt" : "gt", other, own);
  const before = g.map("or", better, g.map("and", g.map("eq", other, own), earlier));
  return g.cast(g.sum(g.cast(before, "f32"), [position]), "i32");
}

/** The place of the first, the second … element along the axis; i32 of the same shape. */
export function orderOf(g: Builder, x: Value, position: number, direction: Direction): Value {
  const rank = x.type.shape.length;
  const [last, back] = [moved(rank, position, rank - 1), moved(rank, rank - 1, position)];
  const places = g.transpose(ranks(g, x, position, direction), last);
  const numbers = g.cast(g.iota(places.type, rank - 1), "f32");
  return g.transpose(g.cast(g.scatterAdd(places.type.shape, places, numbers, rank - 1, rank - 1), "i32"), back);
}

/** The elements at `places` along the axis, one for each. */
export function elementsAt(g: Builder, x: Value, places: Value, position: number): Value {
  const rank = x.type.shape.length;
  const [last, back] = [moved(rank, position, rank - 1), moved(rank, rank - 1, position)];
  return g.transpose(g.gather(g.transpose(x, last), g.transpose(places, last), rank - 1, rank - 1), back);
}

/** The element of the rank `place` along the last axis, which disappears. */
export function elementOfRank(g: Builder, x: Value, order: Value, place: number): Value {
  return g.sum(g.select(g.map("eq", order, place), x, 0), [x.type.shape.length - 1]);
}

/** Up to this many, each is searched for among the rest; more are cheaper to find by all ranks. */
const FEW = 16;
const lowest = -LARGEST;

/** The places of the `k` largest elements along the last axis, the largest first; i32. */
export function placesOfLargest(g: Builder, x: Value, k: number): Value {
  const { shape } = x.type;
  const axis = shape.length - 1;
  const to = [...shape.slice(0, -1), k];
  if (k > FEW)
    return g.slice(
      orderOf(g, x, axis, "down"),
      shape.map(() => 0),
      to,
    );
  const places = tensor("i32", ...shape);
  // An element that is taken is below all that are left, even below -Infinity.
  let rest = g.map("max", g.cast(x, "f32"), lowest);
  const found: Value[] = [];
  for (let i = 0; i < k; i++) {
    const place = g.argReduce("max", rest, axis);
    found.push(g.reshape(place, [...shape.slice(0, -1), 1]));
    const taken = g.broadcast(
      place,
      shape,
      shape.slice(0, -1).map((_, at) => at),
    );
    if (i + 1 < k) rest = g.select(g.map("eq", taken, g.iota(places, axis)), Number.NEGATIVE_INFINITY, rest);
  }
  return g.concat(found, axis);
}
