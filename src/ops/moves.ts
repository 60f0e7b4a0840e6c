// Pictures that are moved, turned, made larger or leaned, each by numbers of its own. A new pixel is read at the place that
// Keras's layers read.

import type { Builder, Operand, Value } from "../ir/builder.ts";
import { type Bounds, type Draws, perRow, where } from "./draws.ts";
import { countedPlaces, grid, HEIGHT, readAlong, readAt, type Sampling, WIDTH } from "./pictures.ts";
import { known } from "./shape.ts";

/** The numbers that a layer draws along both axes. */
export interface BothBounds {
  readonly height: Bounds;
  readonly width: Bounds;
}

const idle = ([low, high]: Bounds): boolean => low === 0 && high === 0;

/** Moves pictures down and right by shares of their size. */
export function translated(g: Builder, x: Value, draws: Draws, by: BothBounds, sampling: Sampling): Value {
  const [batch = 1] = x.type.shape;
  return ([HEIGHT, WIDTH] as const).reduce((made, axis) => {
    const bounds = axis === HEIGHT ? by.height : by.width;
    if (idle(bounds)) return made;
    const size = known(x.type.shape[axis]);
    const distance = g.mul(draws.between(axis === HEIGHT ? "height" : "width", bounds), size);
    return readAlong(g, made, axis, g.sub(countedPlaces(g, batch, size), perRow(g, distance, 2)), sampling);
  }, x);
}

/** Makes pictures smaller by a share of their size, or larger by a negative one; with one share for both axes if `width` is not given. */
export function zoomed(
  g: Builder,
  x: Value,
  draws: Draws,
  { height, width }: { readonly height: Bounds; readonly width: Bounds | undefined },
  sampling: Sampling,
): Value {
  const [batch = 1] = x.type.shape;
  const zoom = (what: string, [low, high]: Bounds): Value => draws.between(what, [1 + low, 1 + high]);
  const tall = zoom("height", height);
  const wide = width === undefined ? tall : zoom("width", width);
  return ([HEIGHT, WIDTH] as const).reduce((made, axis) => {
    const size = known(x.type.shape[axis]);
    const factor = axis === HEIGHT ? tall : wide;
    const offset = g.mul(g.sub(1, factor), (size - 1) / 2);
    const places = g.add(g.mul(countedPlaces(g, batch, size), perRow(g, factor, 2)), perRow(g, offset, 2));
    return readAlong(g, made, axis, places, sampling);
  }, x);
}

/** Where a new pixel at column and row is read: `column · c + row · r + o`, for each sample. */
type Affine = readonly [c: Operand, r: Operand, o: Operand];

function affine(g: Builder, x: Value, column: Affine, row: Affine, sampling: Sampling): Value {
  const { rows, columns } = grid(g, x);
  const spread = (part: Operand): Operand => (typeof part === "number" ? part : perRow(g, part, 3));
  const place = ([c, r, o]: Affine): Value =>
    g.add(g.add(g.mul(columns, spread(c)), g.mul(rows, spread(r))), spread(o));
  return readAt(g, x, place(row), place(column), sampling);
}

/** Turns pictures around their middle by shares of a whole turn. */
export function rotated(g: Builder, x: Value, draws: Draws, [low, high]: Bounds, sampling: Sampling): Value {
  const [middle, centre] = [(known(x.type.shape[WIDTH]) - 1) / 2, (known(x.type.shape[HEIGHT]) - 1) / 2];
  const angle = draws.between("angle", [2 * Math.PI * low, 2 * Math.PI * high]);
  const [cos, sin] = [g.map("cos", angle), g.map("sin", angle)];
  const across = g.add(g.sub(middle, g.mul(cos, middle)), g.mul(sin, centre));
  const down = g.sub(g.sub(centre, g.mul(sin, middle)), g.mul(cos, centre));
  return affine(g, x, [cos, g.map("neg", sin), across], [sin, cos, down], sampling);
}

/** Leans pictures, to one side or the other. */
export function sheared(g: Builder, x: Value, draws: Draws, { height, width }: BothBounds, sampling: Sampling): Value {
  const side = g.select(g.map("gt", draws.unit("side"), 0.5), -1, 1);
  const lean = (what: string, bounds: Bounds): Value => g.mul(draws.between(what, bounds), side);
  return affine(g, x, [1, lean("x", width), 0], [lean("y", height), 1, 0], sampling);
}

/**
 * Moves the corners of pictures by up to half of `scale` of their size. The square of the four corners becomes any four
 * points (Heckbert 1989, Fundamentals of texture mapping, 2.2.3), and a new pixel is read where the way back leads.
 */
export function inPerspective(
  g: Builder,
  x: Value,
  draws: Draws,
  { happens, scale }: { readonly happens: Bounds; readonly scale: number },
  sampling: Sampling,
): Value {
  // A picture of one row or column has its corners at one place, which would divide by 0.
  const [w, h] = [WIDTH, HEIGHT].map((axis) => Math.max(known(x.type.shape[axis]) - 1, 1)) as [number, number];
  const corner = (what: string, place: number): Value =>
    g.mul(g.add(draws.between(what, [-0.5 * scale, 0.5 * scale]), 1), place);
  // The corners top right, bottom right and bottom left. A place at 0 stays there.
  const [x1, x2, y2, y3] = [corner("x1", w), corner("x2", w), corner("y2", h), corner("y3", h)];
  const [dx1, dx2, dy1, dy2] = [g.sub(x1, x2), g.map("neg", x2), g.map("neg", y2), g.sub(y3, y2)];
  const [sx, sy] = [g.sub(x2, x1), g.sub(y2, y3)];
  const cross = (a: Value, b: Value, c: Value, d: Value): Value => g.sub(g.mul(a, d), g.mul(b, c));
  const whole = cross(dx1, dx2, dy1, dy2);
  const [p, q] = [g.div(cross(sx, dx2, sy, dy2), whole), g.div(cross(dx1, sx, dy1, sy), whole)];
  // From the square to the points: (a·u, e·v) over (p·u + q·v + 1). The way back divides by its last number.
  const [a, e] = [g.mul(x1, g.add(p, 1)), g.mul(y3, g.add(q, 1))];
  const { rows, columns } = grid(g, x);
  const spread = (part: Value): Value => perRow(g, part, 3);
  const [u, v] = [g.div(columns, spread(a)), g.div(rows, spread(e))];
  const rest = g.sub(g.sub(1, g.mul(spread(p), u)), g.mul(spread(q), v));
  const read = readAt(g, x, g.mul(g.div(v, rest), h), g.mul(g.div(u, rest), w), sampling);
  return where(g, draws.chance("perspective", happens), read, x);
}
