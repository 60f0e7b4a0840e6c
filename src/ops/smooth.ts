// Pictures smoothed by a Gaussian of random width, and bent by smoothed noise.

import type { Builder, Value } from "../ir/builder.ts";
import type { Address } from "../ir/graph.ts";
import { tensor } from "../ir/types.ts";
import type { Bounds, Draws } from "./draws.ts";
import { perRow, where } from "./draws.ts";
import { grid, HEIGHT, readAt, type Sampling, WIDTH } from "./pictures.ts";
import { known } from "./shape.ts";

/** Shares of `size` neighbours by their distance, for each sample: f32 `[batch, size]`. */
function gaussian(g: Builder, deviation: Value, size: number): Value {
  const places = Array.from({ length: size }, (_, i) => i - (size - 1) / 2);
  const far = g.div(g.constant(places, tensor("f32", size)), perRow(g, deviation, 2));
  const heights = g.map("exp", g.mul(g.map("square", far), -0.5));
  return g.div(heights, g.sum(heights, [1], true));
}

/** `out[…, i, …] = Σ_k x[…, i + k - r, …] · shares[k]` along an axis, with zeros beyond the edges. */
function smoothedAlong(g: Builder, x: Value, axis: number, shares: Value): Value {
  const { shape } = x.type;
  const size = known(shares.type.shape[1]);
  if (size === 1) return x;
  const names = shape.map((_, i) => `a${i}`);
  const at = (name: string): Address => ({ offset: 0, strides: { [name]: 1 } });
  const near: Address = { offset: -(size - 1) / 2, strides: { [`a${axis}`]: 1, k: 1 } };
  return g.contract({
    loops: [...shape.map((extent, i) => ({ name: `a${i}`, extent })), { name: "k", extent: size }],
    shape,
    out: names.map(at),
    lhs: x,
    left: names.map((name, i) => (i === axis ? near : at(name))),
    rhs: shares,
    right: [at("a0"), at("k")],
  });
}

/** The smallest deviation: a Gaussian of none is no function. */
const LEAST = 1e-6;

/** Smooths some pictures, along each axis with a deviation of its own. */
export function blurred(
  g: Builder,
  x: Value,
  draws: Draws,
  { happens, size, sigma }: { readonly happens: Bounds; readonly size: readonly number[]; readonly sigma: Bounds },
): Value {
  const [high = 1, wide = 1] = size;
  const shares = (what: string, count: number): Value => gaussian(g, g.add(draws.between(what, sigma), LEAST), count);
  const rows = smoothedAlong(g, x, HEIGHT, shares("height", high));
  return where(g, draws.chance("blur", happens), smoothedAlong(g, rows, WIDTH, shares("width", wide)), x);
}

/** Bends some pictures: each pixel is read where smooth noise leads (Simard, Steinkraus, Platt 2003). */
export function bent(
  g: Builder,
  x: Value,
  draws: Draws,
  { happens, scale }: { readonly happens: Bounds; readonly scale: Bounds },
  sampling: Sampling,
): Value {
  const [batch = 1, h, w] = x.type.shape;
  const [height, width] = [known(h), known(w)];
  const factor = draws.between("scale", scale);
  const deviation = g.mul(factor, 0.05 * Math.min(height, width));
  // Keras's window is as long as the deviation drawn needs; here all samples have the longest.
  const size = 6 * Math.trunc(0.05 * Math.min(height, width) * scale[1]) + 1;
  const shares = gaussian(g, g.add(deviation, LEAST), size);
  const distance = g.mul(g.mul(factor, 0.1 * Math.max(height, width)), deviation);
  const noise = (what: string): Value => {
    const drawn = draws.normal(what, [batch, height, width]);
    const smooth = smoothedAlong(g, smoothedAlong(g, drawn, HEIGHT, shares), WIDTH, shares);
    return g.mul(smooth, perRow(g, distance, 3));
  };
  const { rows, columns } = grid(g, x);
  const read = readAt(g, x, g.add(rows, noise("down")), g.add(columns, noise("across")), sampling);
  return where(g, draws.chance("bend", happens), read, x);
}
