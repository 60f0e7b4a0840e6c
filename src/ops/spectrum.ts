// Short parts of signals and their Fourier transforms, for the function `stft` and the layers of spectrograms.

import type { Builder, Value } from "../ir/builder.ts";
import { tensor } from "../ir/types.ts";
import { type Complex, realTransform } from "./fourier.ts";
import { copied, loopsOver, mirrored } from "./moving.ts";

/** The sequences of a signal, each as long as its transform. */
function sequences(g: Builder, x: Value, count: number, length: number, stride: number): Value {
  const shape = [...x.type.shape.slice(0, -1), count, length];
  const { loops, access } = loopsOver(shape);
  const rank = shape.length;
  const along = { offset: 0, strides: { [`i${rank - 2}`]: stride, [`i${rank - 1}`]: 1 } };
  return copied(g, x, { loops, shape, write: access, read: [...access.slice(0, -2), along] });
}

export interface ShortTransforms {
  readonly length: number;
  readonly stride: number;
  /** The length of the transform; what it exceeds the window by is 0 at both ends. */
  readonly whole: number;
  /** The numbers of the window; undefined for none. */
  readonly window: readonly number[] | undefined;
  /** How many mirrored elements stand at both ends of the signal. */
  readonly mirror: number;
}

/** The transforms of short sequences along the last axis: `[..., sequences, whole / 2 + 1]`. */
export function shortTransforms(
  g: Builder,
  x: Value,
  { length, stride, whole, window, mirror }: ShortTransforms,
): Complex {
  const signal = mirror === 0 ? x : mirrored(g, x, x.type.shape.length - 1, mirror, mirror, 1);
  const count = Math.floor((Number(signal.type.shape.at(-1)) - whole) / stride) + 1;
  const parts = sequences(g, signal, count, whole, stride);
  const before = Math.floor((whole - length) / 2);
  const places = Array.from({ length: whole }, (_, i) => window?.[i - before] ?? 0);
  const shown = window === undefined ? parts : g.mul(parts, g.constant(places, tensor("f32", whole)));
  return realTransform(g, shown, Math.floor(whole / 2) + 1);
}
