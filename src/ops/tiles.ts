// Histograms of the tiles of a picture, clipped and spread (Zuiderveld 1994, Contrast limited adaptive histogram equalization).

import type { Builder, Value } from "../ir/builder.ts";
import { tensor } from "../ir/types.ts";
import { clipped, ranged } from "./colours.ts";
import type { Bounds } from "./draws.ts";
import { cumulative } from "./histograms.ts";
import { known } from "./shape.ts";

const LEVELS = 256;

/** The tiles along an axis. */
interface Tiling {
  readonly size: number;
  readonly count: number;
  /** The pixels of a tile. The last tiles may reach beyond the picture, which is mirrored there. */
  readonly length: number;
}
const tiling = (size: number, count: number): Tiling => ({ size, count, length: Math.ceil(size / count) });

/** Continues an axis by its mirror image, up to whole tiles. */
function filledUp(g: Builder, x: Value, axis: number, { size, count, length }: Tiling): Value {
  if (size === count * length) return x;
  const places = Array.from({ length: count * length }, (_, i) => {
    const turn = i % (2 * size);
    return turn < size ? turn : 2 * size - 1 - turn;
  });
  return g.gather(x, g.constant(places, tensor("i32", places.length)), axis);
}

/** The two tiles whose tables a pixel is made of, and the share of the second. */
function neighbours({ size, count, length }: Tiling) {
  const places = Array.from({ length: size }, (_, i) => (i - length / 2) / length);
  const tile = (place: number): number => Math.min(Math.max(Math.floor(place), 0), count - 1);
  return {
    first: places.map(tile),
    second: places.map((place) => tile(place + 1)),
    share: places.map((place) => place - Math.floor(place)),
  };
}

/** What becomes of each level in each tile, from 0 to 255: `[batch, tiles, levels]`, of pixels `[batch, tiles, n]`. */
function tables(g: Builder, pixels: Value, limit: number): Value {
  const [batch = 1, tiles = 1, size] = pixels.type.shape;
  const count = known(size);
  const ones = g.constant(1, { dtype: "f32", shape: pixels.type.shape });
  const counts = g.scatterAdd([batch, tiles, LEVELS], pixels, ones, 2, 2);
  const most = (limit * count) / LEVELS;
  const cut = limit > 0 ? g.map("min", counts, most) : counts;
  const rest = g.div(g.sum(g.sub(counts, cut), [2], true), LEVELS);
  const sums = cumulative(g, g.add(cut, rest));
  const least = g.slice(sums, [0, 0, 0], [batch, tiles, 1]);
  const width = g.sub(count, least);
  const divisor = g.select(g.map("eq", width, 0), 1, width);
  return clipped(g, g.div(g.mul(g.sub(sums, least), 255), divisor), [0, 255]);
}

/** Equalizes tiles; a pixel is between what the four nearest tiles make of it. Channels come before the picture's axes. */
export function equalizedTiles(
  g: Builder,
  x: Value,
  { limit, grid, range }: { readonly limit: number; readonly grid: readonly number[]; readonly range: Bounds },
): Value {
  const [batch = 1, c, h, w] = x.type.shape;
  const channels = known(c);
  const [down, across] = [tiling(known(h), grid[0] ?? 1), tiling(known(w), grid[1] ?? 1)];
  const pixels = g.cast(clipped(g, ranged(g, x, range, [0, 255]), [0, 255]), "i32");
  const whole = filledUp(g, filledUp(g, pixels, 2, down), 3, across);
  const apart = g.reshape(whole, [batch, channels, down.count, down.length, across.count, across.length]);
  const tiles = g.reshape(g.transpose(apart, [0, 1, 2, 4, 3, 5]), [
    batch,
    channels * down.count * across.count,
    down.length * across.length,
  ]);
  const all = g.reshape(tables(g, tiles, limit), [batch, channels * down.count * across.count * LEVELS]);
  const [rows, columns] = [neighbours(down), neighbours(across)];
  const shape = tensor("i32", channels, down.size, across.size);
  const own = g.mul(g.iota(shape, 0), down.count * across.count);
  const along = (numbers: readonly number[], axis: number, dtype: "i32" | "f32"): Value =>
    g.broadcast(g.constant(numbers, tensor(dtype, numbers.length)), shape.shape, [axis]);
  const read = (row: readonly number[], column: readonly number[]): Value => {
    const tile = g.add(g.add(own, g.mul(along(row, 1, "i32"), across.count)), along(column, 2, "i32"));
    const places = g.add(pixels, g.mul(tile, LEVELS));
    const flat = g.reshape(places, [batch, channels * down.size * across.size]);
    return g.reshape(g.gather(all, flat, 1, 1), x.type.shape);
  };
  const mixed = (a: Value, b: Value, share: Value): Value => g.add(g.mul(a, g.sub(1, share)), g.mul(b, share));
  const [beside, below] = [along(columns.share, 2, "f32"), along(rows.share, 1, "f32")];
  const line = (row: readonly number[]): Value => mixed(read(row, columns.first), read(row, columns.second), beside);
  return ranged(g, mixed(line(rows.first), line(rows.second), below), [0, 255], range);
}
