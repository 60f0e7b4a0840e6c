// Reads and writes one axis of a tensor by several loops, `offset + Σ stride · loop`. A single loop is a slice, several are
// a gather; the way back is a product with a table of zeros and ones.

import { CompilerBug } from "../../base/compilerBug.ts";
import { product, type Size } from "../../ir/size.ts";
import type { GraphDraft, Tensor } from "./draft.ts";
import { gather, matMul, pad, slice, transpose } from "./operations.ts";

/** The walk of the loops of one axis. */
export interface Walk {
  readonly offset: number;
  readonly strides: readonly number[];
  readonly extents: readonly number[];
}

/** Lists the places of a walk, in row-major order of its loops. */
const placesOf = ({ offset, strides, extents }: Walk): readonly number[] =>
  strides.reduce<readonly number[]>(
    (before, stride, i) => before.flatMap((at) => Array.from({ length: extents[i] ?? 1 }, (_, k) => at + stride * k)),
    [offset],
  );

const numberOf = (size: Size | undefined): number => {
  if (typeof size !== "number") throw new CompilerBug("a walk over an open axis was not refused");
  return size;
};

/** Replaces `axis` by one axis for each loop; places outside are `fill`. */
export function readAlong(g: GraphDraft, x: Tensor, axis: number, walk: Walk, fill: number): Tensor {
  const places = placesOf(walk);
  const size = numberOf(x.shape[axis]);
  const at = (amount: number): readonly number[] => x.shape.map((_, i) => (i === axis ? amount : 0));
  const before = Math.max(0, -Math.min(...places));
  const after = Math.max(0, Math.max(...places) - size + 1);
  const wide = pad(g, x, at(before), at(after), fill);
  const [stride = 1, ...more] = walk.strides;
  const along = x.shape.map((length, i) => (i === axis ? places.length : length));
  const taken =
    more.length === 0 && stride > 0
      ? slice(
          g,
          wide,
          at(walk.offset + before),
          x.shape.map((_, i) => (i === axis ? stride : 1)),
          along,
        )
      : gather(
          g,
          wide,
          places.map((place) => place + before),
          axis,
        );
  return g.reshape(taken, [...x.shape.slice(0, axis), ...walk.extents, ...x.shape.slice(axis + 1)]);
}

/** The opposite: adds the axes of the loops, from `axis` on, into one of `size` elements; places outside are dropped. */
export function addAlong(g: GraphDraft, x: Tensor, axis: number, walk: Walk, size: Size | undefined): Tensor {
  const places = placesOf(walk);
  const length = numberOf(size);
  const table = new Array<number>(places.length * length).fill(0);
  for (const [row, place] of places.entries()) if (place >= 0 && place < length) table[row * length + place] = 1;
  const [before, after] = [x.shape.slice(0, axis), x.shape.slice(axis + walk.extents.length)];
  const rest = [...before, ...after];
  const joined = g.reshape(x, [...before, places.length, ...after]);
  const others = joined.shape.map((_, i) => i).filter((i) => i !== axis);
  const rows = g.reshape(transpose(g, joined, [...others, axis]), [product(rest), places.length]);
  const added = matMul(g, rows, g.constant("float32", [places.length, length], table), false, false);
  const back = joined.shape.map((_, i) => (i < axis ? i : i === axis ? rest.length : i - 1));
  return transpose(g, g.reshape(added, [...rest, length]), back);
}
