// Discrete Fourier transforms along the last axis, as products with the matrix of all angles. For n numbers that takes n²
// products, which only pays for short rows; nothing here is a fast transform.

import type { Builder, Value } from "../ir/builder.ts";
import { tensor } from "../ir/types.ts";

/** A complex value as two tensors. */
export interface Complex {
  readonly real: Value;
  readonly imaginary: Value;
}

/** The angles `2π j k / n` for n numbers and some of their frequencies; whole turns are taken off before they round. */
function angles(g: Builder, n: number, frequencies: number): Value {
  const type = tensor("i32", n, frequencies);
  const turns = g.map("mod", g.mul(g.iota(type, 0), g.iota(type, 1)), n);
  return g.mul(g.cast(turns, "f32"), (2 * Math.PI) / n);
}

/** The transform of real rows `[..., n]`: the first `frequencies` of n. */
export function realTransform(g: Builder, x: Value, frequencies: number): Complex {
  const turned = angles(g, Number(x.type.shape.at(-1)), frequencies);
  return { real: g.dot(x, g.map("cos", turned)), imaginary: g.map("neg", g.dot(x, g.map("sin", turned))) };
}

/** The transform of complex rows. */
export function transform(g: Builder, { real, imaginary }: Complex): Complex {
  const n = Number(real.type.shape.at(-1));
  const [a, b] = [realTransform(g, real, n), realTransform(g, imaginary, n)];
  return { real: g.sub(a.real, b.imaginary), imaginary: g.add(a.imaginary, b.real) };
}
