// Brings pictures to another size, whole or in part, as TensorFlow resizes images.

import type { Builder, Value } from "../ir/builder.ts";
import type { Address } from "../ir/graph.ts";
import type { Size } from "../ir/size.ts";
import { tensor } from "../ir/types.ts";
import { antialiased, type Interpolation, readings } from "./interpolation.ts";
import { HEIGHT, WIDTH } from "./pictures.ts";
import { known } from "./shape.ts";

export interface Resizing {
  readonly interpolation: Interpolation;
  readonly antialias: boolean;
}

/** A part of a picture: where it starts, and how large it is. */
export interface Part {
  readonly height: number;
  readonly width: number;
  readonly top: number;
  readonly left: number;
}

/** The largest part in the middle of a picture that has the proportions of another size. */
export function middlePart(height: number, width: number, wanted: Pick<Part, "height" | "width">): Part {
  const high = Math.max(Math.min(height, Math.trunc((width * wanted.height) / wanted.width)), 1);
  const wide = Math.max(Math.min(width, Math.trunc((height * wanted.width) / wanted.height)), 1);
  const [top, left] = [Math.trunc((height - high) / 2), Math.trunc((width - wide) / 2)];
  return { height: high, width: wide, top, left };
}

/** Cuts a part out of each picture. */
export function cut(g: Builder, x: Value, { height, width, top, left }: Part): Value {
  const shape = x.type.shape.with(HEIGHT, height).with(WIDTH, width);
  return g.slice(
    x,
    shape.map((_, axis) => (axis === HEIGHT ? top : axis === WIDTH ? left : 0)),
    shape,
  );
}

/** Every new pixel along an axis is a sum of old ones. */
function resizeAxis(g: Builder, x: Value, axis: number, wanted: number, how: Resizing): Value {
  const { shape, dtype } = x.type;
  const size = known(shape[axis]);
  if (size === wanted) return x;
  const scale = size / wanted;
  if (how.interpolation === "nearest" || dtype !== "f32") {
    const pixels = Array.from({ length: wanted }, (_, i) =>
      Math.min(Math.floor(Math.fround((i + 0.5) * Math.fround(scale))), size - 1),
    );
    return g.gather(x, g.constant(pixels, tensor("i32", wanted)), axis);
  }
  const reading = how.antialias ? antialiased(how.interpolation, scale) : readings[how.interpolation];
  const weights = Array.from({ length: wanted }, (_, i) => {
    const row = new Array<number>(size).fill(0);
    for (const { pixel, weight } of reading((i + 0.5) * scale - 0.5, size)) row[pixel] = (row[pixel] ?? 0) + weight;
    return row;
  });
  const at = (name: string): Address => ({ offset: 0, strides: { [name]: 1 } });
  const made: readonly Size[] = shape.with(axis, wanted);
  const names = shape.map((_, i) => `a${i}`);
  return g.contract({
    loops: [...made.map((extent, i) => ({ name: `a${i}`, extent })), { name: "k", extent: size }],
    shape: made,
    out: names.map(at),
    lhs: x,
    left: names.map((name, i) => at(i === axis ? "k" : name)),
    rhs: g.constant(weights.flat(), tensor("f32", wanted, size)),
    right: [at(`a${axis}`), at("k")],
  });
}

export const resize = (g: Builder, x: Value, height: number, width: number, how: Resizing): Value =>
  resizeAxis(g, resizeAxis(g, x, HEIGHT, height, how), WIDTH, width, how);
