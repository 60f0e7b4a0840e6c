// Waves under a window: a product with them is one side of a short-time Fourier transform.

import type { Builder, Value } from "../ir/builder.ts";
import type { OptionRecord } from "../ir/graph.ts";
import { type TensorType, tensor } from "../ir/types.ts";
import { flag, maybeText } from "./options.ts";
import { windowOf } from "./windows.ts";

/** A layer has the word `none` for what an initializer leaves out. */
function chosen(options: OptionRecord, name: string): string | undefined {
  const text = maybeText(options, name);
  return text === "none" ? undefined : text;
}

/** Returns the window that the options name, and the number that divides it; undefined for no window. */
export function scaledWindow(length: number, options: OptionRecord) {
  const [name, scaling] = [chosen(options, "window"), chosen(options, "scaling")];
  if (name === undefined) return { window: undefined, divisor: 1 };
  const window = windowOf(name, length, flag(options, "periodic"));
  const total = window.reduce((sum, x) => sum + (scaling === "density" ? x * x : Math.abs(x)), 0);
  return { window, divisor: scaling === undefined ? 1 : scaling === "density" ? Math.sqrt(total) : total };
}

/** Cosines (`real`) or sines below 0 (`imag`) of some places and bands: f32 `[time, bands]`. */
export function waves(g: Builder, side: string, time: number, bands: number, options: OptionRecord): Value {
  const period = 2 * (bands - 1);
  const type: TensorType = tensor("i32", time, bands);
  const [place, band] = [g.cast(g.iota(type, 0), "f32"), g.cast(g.iota(type, 1), "f32")];
  // Whole turns are taken off while the numbers are whole, so no digits are lost.
  const turn = g.mul(g.map("mod", g.mul(place, band), period), (2 * Math.PI) / period);
  const wave = side === "real" ? g.map("cos", turn) : g.map("neg", g.map("sin", turn));
  const { window, divisor } = scaledWindow(time, options);
  if (window === undefined) return wave;
  const scaled = g.constant(
    window.map((x) => x / divisor),
    tensor("f32", time, 1),
  );
  return g.mul(wave, scaled);
}
