// Pictures of a batch: their axes, and reading them at places between pixels, as TensorFlow's projective transforms do.

import { CompilerBug } from "../base/compilerBug.ts";
import type { Builder, Value } from "../ir/builder.ts";
import type { OptionRecord } from "../ir/graph.ts";
import { type DType, type TensorType, tensor } from "../ir/types.ts";
import { type Bounds, bad, type Checked, type OptionDef, ok } from "./definition.ts";
import { numberOf, textOf } from "./options.ts";
import { andThen, known, oneInput } from "./shape.ts";

/** The axes of height, width and channels. */
export const HEIGHT = 1;
export const WIDTH = 2;
export const CHANNELS = 3;

/** Pictures with channels, and planes of one number for each pixel, such as masks of classes. */
export const pictureText = "[h, w, c] or [h, w]";
export const pictureInputs = [{ name: "x", shape: pictureText }];

/** The bounds of layers that move pixels, or mix neighbours: those of the pixels, and of what fills empty places. */
export function samePixels([x]: readonly Bounds[], { fill_value: fill }: OptionRecord): Bounds | undefined {
  return x === undefined || typeof fill !== "number" ? x : [Math.min(x[0], fill), Math.max(x[1], fill)];
}

export const colouredText = "[h, w, c]";
export const colouredInputs = [{ name: "x", shape: colouredText }];

export const pictureTypes: readonly DType[] = ["f32", "i32", "bool"];

/** Returns the type of pictures with or without channels. */
export function pictures(inputs: readonly TensorType[], takes: readonly DType[] = pictureTypes): Checked<TensorType> {
  return andThen(oneInput(inputs, { atLeast: 2, text: pictureText, takes }), (x): Checked<TensorType> => {
    if (x.shape.length <= 4) return ok(x);
    return bad({ problem: "rank", input: 0, expected: [2, 3], expectedText: pictureText });
  });
}

/** Returns the type of pictures with channels, one of `channels` if these are given. */
export function colouredPictures(inputs: readonly TensorType[], channels?: readonly number[]): Checked<TensorType> {
  return andThen(oneInput(inputs, { rank: 3, text: colouredText }), (x): Checked<TensorType> => {
    const actual = x.shape[3] ?? 1;
    const [expected = 3] = channels ?? [];
    if (channels === undefined || typeof actual !== "number" || channels.includes(actual)) return ok(x);
    return bad({
      problem: "size",
      input: 0,
      axis: 3,
      expected,
      actual,
      why: "a picture in colours has red, green and blue",
    });
  });
}

/** What stands beyond the edges, and how places between pixels are read. */
export interface Sampling {
  readonly interpolation: "nearest" | "bilinear";
  readonly fill: "reflect" | "wrap" | "constant" | "nearest";
  readonly value: number;
}

export const samplingOptions = {
  fill_mode: {
    type: { kind: "choice", values: ["reflect", "wrap", "constant", "nearest"] },
    default: "reflect",
    doc: "What lies beyond the edges: the picture mirrored, or anew from its other side, one number, or its last pixel.",
  },
  interpolation: {
    type: { kind: "choice", values: ["nearest", "bilinear"] },
    default: "bilinear",
    doc: "How places between pixels are read. Classes are always those of the nearest pixel.",
  },
  fill_value: { type: { kind: "float" }, default: 0, doc: "The number beyond the edges for `fill_mode: constant`." },
} satisfies Record<string, OptionDef>;

/** Returns how a call reads pictures of a type. Numbers of classes have none between them. */
export function samplingOf(options: OptionRecord, { dtype }: TensorType): Sampling {
  const fills = ["reflect", "wrap", "constant", "nearest"] as const;
  const wanted = textOf(options, "fill_mode");
  const bilinear = dtype === "f32" && textOf(options, "interpolation") === "bilinear";
  return {
    interpolation: bilinear ? "bilinear" : "nearest",
    fill: fills.find((name) => name === wanted) ?? "reflect",
    value: numberOf(options, "fill_value"),
  };
}

/** The places of an axis that lie beyond its edges, within it. The rules, and their order, are those of TensorFlow. */
function within(g: Builder, place: Value, size: number, fill: Sampling["fill"]): Value {
  const clamped = (x: Value): Value => g.map("max", 0, g.map("min", x, size - 1));
  if (fill === "constant") return place;
  if (fill === "nearest" || size === 1) return clamped(place);
  const [before, after] = [g.map("lt", place, 0), g.map("gt", place, size - 1)];
  const times = (by: number, negative: boolean): Value =>
    g.map("floor", g.div(negative ? g.map("neg", place) : place, by));
  if (fill === "wrap") {
    const low = g.add(place, g.mul(g.add(times(size - 1, true), 1), size));
    const high = g.sub(place, g.mul(times(size - 1, false), size));
    return clamped(g.select(before, low, g.select(after, high, place)));
  }
  const double = 2 * size;
  const low = g.add(g.mul(times(double, true), double), place);
  const high = g.sub(place, g.mul(times(double, false), double));
  const mirrored = g.select(g.map("lt", low, -size), g.add(low, double), g.sub(g.map("neg", low), 1));
  const returned = g.select(g.map("ge", high, size), g.sub(g.sub(double, high), 1), high);
  return clamped(g.select(before, mirrored, g.select(after, returned, place)));
}

/** The nearest whole number; halves go away from 0. */
const nearest = (g: Builder, x: Value): Value =>
  g.select(g.map("lt", x, 0), g.map("ceil", g.sub(x, 0.5)), g.map("floor", g.add(x, 0.5)));

/** Whether whole numbers are places of an axis. */
const isInside = (g: Builder, place: Value, size: number): Value =>
  g.map("and", g.map("ge", place, 0), g.map("lt", place, size));

/** A value of places `[batch, n]` spread over what is read there along `axis`. */
const along = (g: Builder, places: Value, shape: TensorType["shape"], axis: number): Value =>
  g.broadcast(places, shape, [0, axis]);

/** The shares of the pixel below a place and of the one above it, and what lies beyond the edges adds to them. */
interface Shares {
  readonly first: Value;
  readonly second: Value;
  readonly beyond?: Value;
}

function sharesOf(g: Builder, place: Value, low: Value, size: number, { fill, value }: Sampling): Shares {
  const second = g.sub(place, low);
  const first = g.sub(1, second);
  if (fill !== "constant") return { first, second };
  const [a, b] = [isInside(g, low, size), isInside(g, g.add(low, 1), size)];
  const beyond = g.add(g.select(a, 0, g.mul(first, value)), g.select(b, 0, g.mul(second, value)));
  const inside = { first: g.select(a, first, 0), second: g.select(b, second, 0) };
  return value === 0 ? inside : { ...inside, beyond };
}

/** Mixes two pixels by their shares. */
function mixed(g: Builder, a: Value, b: Value, shares: Shares, axis: number): Value {
  const spread = (x: Value): Value => along(g, x, a.type.shape, axis);
  const sum = g.add(g.mul(spread(shares.first), a), g.mul(spread(shares.second), b));
  return shares.beyond === undefined ? sum : g.add(sum, spread(shares.beyond));
}

/** Reads one axis at places, f32 `[batch, n]`: each sample at its own. */
export function readAlong(g: Builder, x: Value, axis: number, places: Value, sampling: Sampling): Value {
  const size = known(x.type.shape[axis]);
  const { interpolation, fill, value } = sampling;
  const at = (whole: Value): Value => g.gather(x, g.cast(whole, "i32"), axis, 1);
  const place = within(g, places, size, fill);
  if (interpolation === "nearest") {
    const whole = nearest(g, place);
    const read = at(whole);
    if (fill !== "constant") return read;
    return g.select(along(g, isInside(g, whole, size), read.type.shape, axis), read, filling(g, read, value));
  }
  const low = g.map("floor", place);
  return mixed(g, at(low), at(g.add(low, 1)), sharesOf(g, place, low, size, sampling), axis);
}

/** A number of the element type of `like`. */
function filling(g: Builder, { type }: Value, value: number): Value {
  const number = type.dtype === "f32" ? value : type.dtype === "bool" ? (value === 0 ? 0 : 1) : Math.trunc(value);
  return g.constant(number, type);
}

/** Reads pictures at rows and columns, f32 `[batch, h, w]`: each pixel of each sample at a place of its own. */
export function readAt(g: Builder, x: Value, rows: Value, columns: Value, sampling: Sampling): Value {
  const [batch = 1, h, w, ...channels] = x.type.shape;
  const [height, width] = [known(h), known(w)];
  const [high, wide] = [known(rows.type.shape[1]), known(rows.type.shape[2])];
  const { interpolation, fill, value } = sampling;
  const table = g.reshape(x, [batch, height * width, ...channels]);
  const at = (row: Value, column: Value): Value => {
    const clamped = (place: Value, size: number): Value =>
      g.cast(g.map("max", 0, g.map("min", place, size - 1)), "i32");
    return g.gather(table, g.add(g.mul(clamped(row, height), width), clamped(column, width)), 1, 1);
  };
  const flat = (places: Value): Value => g.reshape(places, [batch, high * wide]);
  const [row, column] = [within(g, flat(rows), height, fill), within(g, flat(columns), width, fill)];
  const whole = (read: Value): Value => g.reshape(read, [batch, high, wide, ...channels]);
  if (interpolation === "nearest") {
    const [y, z] = [nearest(g, row), nearest(g, column)];
    const read = at(y, z);
    const inside = g.map("and", isInside(g, y, height), isInside(g, z, width));
    if (fill !== "constant") return whole(read);
    return whole(g.select(along(g, inside, read.type.shape, 1), read, filling(g, read, value)));
  }
  const [top, left] = [g.map("floor", row), g.map("floor", column)];
  const across = sharesOf(g, column, left, width, sampling);
  const [upper, lower] = [top, g.add(top, 1)].map((line) =>
    mixed(g, at(line, left), at(line, g.add(left, 1)), across, 1),
  );
  if (upper === undefined || lower === undefined) throw new CompilerBug("a picture read at no rows");
  return whole(mixed(g, upper, lower, sharesOf(g, row, top, height, sampling), 1));
}

/** The numbers 0, 1 … along an axis, for each sample: f32 `[batch, n]`. */
export const countedPlaces = (g: Builder, batch: Value["type"]["shape"][number], count: number): Value =>
  g.cast(g.iota(tensor("i32", batch, count), 1), "f32");

/** The row and the column of each new pixel, f32 `[batch, h, w]`. */
export function grid(g: Builder, x: Value): { readonly rows: Value; readonly columns: Value } {
  const [batch = 1, h, w] = x.type.shape;
  const type = tensor("i32", batch, known(h), known(w));
  return { rows: g.cast(g.iota(type, HEIGHT), "f32"), columns: g.cast(g.iota(type, WIDTH), "f32") };
}
