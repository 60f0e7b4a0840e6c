// The levels of pictures by how often they are there: each channel spread so that all levels are about as frequent.

import type { Builder, Value } from "../ir/builder.ts";
import { tensor } from "../ir/types.ts";
import { clipped, ranged } from "./colours.ts";
import type { Bounds } from "./draws.ts";
import { HEIGHT, WIDTH } from "./pictures.ts";
import { known } from "./shape.ts";

/** The sums of all counts up to each one, along the last axis. */
export function cumulative(g: Builder, counts: Value): Value {
  const size = known(counts.type.shape.at(-1));
  const type = tensor("i32", size, size);
  return g.dot(counts, g.cast(g.map("le", g.iota(type, 0), g.iota(type, 1)), "f32"));
}

/** Equalizes the histograms of all channels. A channel with one level stays. */
export function equalized(g: Builder, x: Value, bins: number, range: Bounds): Value {
  const { shape } = x.type;
  const [batch = 1, h, w, ...channels] = shape;
  const pixels = known(h) * known(w);
  const coloured = channels.length > 0;
  // Each channel in a row of its own: [batch, c, h · w].
  const turned = coloured ? g.transpose(x, [0, 3, HEIGHT, WIDTH]) : x;
  const count = known(channels[0] ?? 1);
  const rows = g.reshape(ranged(g, turned, range, [0, 255]), [batch, count, pixels]);
  const places = g.cast(clipped(g, g.mul(rows, (bins - 1) / 255), [0, bins - 1]), "i32");
  const ones = g.constant(1, { dtype: "f32", shape: [batch, count, pixels] });
  const histogram = g.scatterAdd([batch, count, bins], places, ones, 2, 2);
  const sums = cumulative(g, histogram);
  const first = g.map("neg", g.max(g.select(g.map("gt", sums, 0), g.map("neg", sums), -pixels), [2], true));
  const rest = g.sub(pixels, first);
  const varied = g.map("gt", rest, 0);
  const table = clipped(g, g.map("round", g.div(g.mul(g.sub(sums, first), 255), g.select(varied, rest, 1))), [0, 255]);
  const made = g.select(g.broadcastTo(varied, rows.type.shape), g.gather(table, places, 2, 2), rows);
  const whole = g.reshape(ranged(g, made, [0, 255], range), turned.type.shape);
  return coloured ? g.transpose(whole, [0, 2, 3, 1]) : whole;
}
