// Pictures that are moved, turned, made larger or leaned, each by numbers of its own. A new pixel is read at the place that
// Keras's layers read.

import type { Builder, Operand, Value } from "../ir/builder.ts";
import { type Bounds, type Draws, perRow, where } from "./draws.ts";
import { type Frame, movedBoxes } from "./movedBoxes.ts";
import { countedPlaces, grid, HEIGHT, readAlong, readAt, type Sampling, WIDTH } from "./pictures.ts";
import { known } from "./shape.ts";

/** The numbers that a layer draws along both axes. */
export interface BothBounds {
  readonly height: Bounds;
  readonly width: Bounds;
}

const nameOf = (axis: number): "height" | "width" => (axis === HEIGHT ? "height" : "width");

/** How many pixels to move along an axis. */
const distanceOf = (g: Builder, draws: Draws, axis: number, by: BothBounds, size: number): Value =>
  g.mul(draws.between(nameOf(axis), by[nameOf(axis)]), size);

const idle = ([low, high]: Bounds): boolean => low === 0 && high === 0;

/** Moves pictures down and right by shares of their size. */
export function translated(g: Builder, x: Value, draws: Draws, by: BothBounds, sampling: Sampling): Value {
  const [batch = 1] = x.type.shape;
  return ([HEIGHT, WIDTH] as const).reduce((made, axis) => {
    if (idle(by[nameOf(axis)])) return made;
    const size = known(x.type.shape[axis]);
    const distance = distanceOf(g, draws, axis, by, size);
    return readAlong(g, made, axis, g.sub(countedPlaces(g, batch, size), perRow(g, distance, 2)), sampling);
  }, x);
}

/** The same of boxes. */
export const translatedBoxes = (g: Builder, boxes: Value, draws: Draws, by: BothBounds, frame: Frame): Value =>
  movedBoxes(g, boxes, frame, ({ x, y }) => ({
    x: g.add(x, perRow(g, distanceOf(g, draws, WIDTH, by, frame[1]), 2)),
    y: g.add(y, perRow(g, distanceOf(g, draws, HEIGHT, by, frame[0]), 2)),
  }));

export interface Zoom {
  readonly height: Bounds;
  readonly width: Bounds | undefined;
}

function zoomsOf(draws: Draws, { height, width }: Zoom): { readonly tall: Value; readonly wide: Value } {
  const zoom = (what: string, [low, high]: Bounds): Value => draws.between(what, [1 + low, 1 + high]);
  const tall = zoom("height", height);
  return { tall, wide: width === undefined ? tall : zoom("width", width) };
}

/** Makes pictures smaller by a share of their size, or larger by a negative one; with one share for both axes if `width` is not given. */
export function zoomed(g: Builder, x: Value, draws: Draws, by: Zoom, sampling: Sampling): Value {
  const [batch = 1] = x.type.shape;
  const { tall, wide } = zoomsOf(draws, by);
  return ([HEIGHT, WIDTH] as const).reduce((made, axis) => {
    const size = known(x.type.shape[axis]);
    const factor = axis === HEIGHT ? tall : wide;
    const offset = g.mul(g.sub(1, factor), (size - 1) / 2);
    const places = g.add(g.mul(countedPlaces(g, batch, size), perRow(g, factor, 2)), perRow(g, offset, 2));
    return readAlong(g, made, axis, places, sampling);
  }, x);
}

/** The same of boxes. A picture keeps its middle. */
export function zoomedBoxes(g: Builder, boxes: Value, draws: Draws, by: Zoom, frame: Frame): Value {
  const { tall, wide } = zoomsOf(draws, by);
  const away = (place: Value, factor: Value, size: number): Value =>
    g.add(g.div(g.sub(place, size / 2), g.map("max", perRow(g, factor, 2), 1e-6)), size / 2);
  return movedBoxes(g, boxes, frame, ({ x, y }) => ({ x: away(x, wide, frame[1]), y: away(y, tall, frame[0]) }));
}

/** Where a new pixel at column and row is read: `column · c + row · r + o`, for each sample. */
type Affine = readonly [c: Operand, r: Operand, o: Operand];

/** Where new pixels are read. */
interface Way {
  readonly column: Affine;
  readonly row: Affine;
}

function affine(g: Builder, x: Value, { column, row }: Way, sampling: Sampling): Value {
  const { rows, columns } = grid(g, x);
  const spread = (part: Operand): Operand => (typeof part === "number" ? part : perRow(g, part, 3));
  const place = ([c, r, o]: Affine): Value =>
    g.add(g.add(g.mul(columns, spread(c)), g.mul(rows, spread(r))), spread(o));
  return readAt(g, x, place(row), place(column), sampling);
}

/** Moves boxes the other way than the one on which new pixels are read. */
function affineBoxes(g: Builder, boxes: Value, frame: Frame, { column, row }: Way): Value {
  const spread = (part: Operand): Operand => (typeof part === "number" ? part : perRow(g, part, 2));
  const spreadAll = ([first, second, offset]: Affine): Affine => [spread(first), spread(second), spread(offset)];
  const [[a, b, o], [c, d, p]] = [spreadAll(column), spreadAll(row)];
  const whole = g.sub(g.mul(a, d), g.mul(b, c));
  return movedBoxes(g, boxes, frame, ({ x, y }) => {
    // Ways are between the middles of pixels.
    const [u, v] = [g.sub(g.sub(x, 0.5), o), g.sub(g.sub(y, 0.5), p)];
    return {
      x: g.add(g.div(g.sub(g.mul(d, u), g.mul(b, v)), whole), 0.5),
      y: g.add(g.div(g.sub(g.mul(a, v), g.mul(c, u)), whole), 0.5),
    };
  });
}

const frameOfPictures = ({ type }: Value): Frame => [known(type.shape[HEIGHT]), known(type.shape[WIDTH])];

function turn(g: Builder, draws: Draws, [low, high]: Bounds, [height, width]: Frame): Way {
  const [middle, centre] = [(width - 1) / 2, (height - 1) / 2];
  const angle = draws.between("angle", [2 * Math.PI * low, 2 * Math.PI * high]);
  const [cos, sin] = [g.map("cos", angle), g.map("sin", angle)];
  const across = g.add(g.sub(middle, g.mul(cos, middle)), g.mul(sin, centre));
  const down = g.sub(g.sub(centre, g.mul(sin, middle)), g.mul(cos, centre));
  return { column: [cos, g.map("neg", sin), across], row: [sin, cos, down] };
}

/** Turns pictures around their middle by shares of a whole turn. */
export const rotated = (g: Builder, x: Value, draws: Draws, by: Bounds, sampling: Sampling): Value =>
  affine(g, x, turn(g, draws, by, frameOfPictures(x)), sampling);

/** The same of boxes. */
export const rotatedBoxes = (g: Builder, boxes: Value, draws: Draws, by: Bounds, frame: Frame): Value =>
  affineBoxes(g, boxes, frame, turn(g, draws, by, frame));

function leaning(g: Builder, draws: Draws, { height, width }: BothBounds): Way {
  const side = g.select(g.map("gt", draws.unit("side"), 0.5), -1, 1);
  const lean = (what: string, bounds: Bounds): Value => g.mul(draws.between(what, bounds), side);
  return { column: [1, lean("x", width), 0], row: [lean("y", height), 1, 0] };
}

/** Leans pictures, to one side or the other. */
export const sheared = (g: Builder, x: Value, draws: Draws, by: BothBounds, sampling: Sampling): Value =>
  affine(g, x, leaning(g, draws, by), sampling);

/** The same of boxes. */
export const shearedBoxes = (g: Builder, boxes: Value, draws: Draws, by: BothBounds, frame: Frame): Value =>
  affineBoxes(g, boxes, frame, leaning(g, draws, by));

/** How the corners of pictures move. */
export interface Perspective {
  readonly happens: Bounds;
  readonly scale: number;
}

/** The numbers of a perspective: a unit square becomes (a·u, e·v) over (p·u + q·v + 1). */
interface Projection {
  readonly a: Value;
  readonly e: Value;
  readonly p: Value;
  readonly q: Value;
  /** The last row and column. A picture of one has its corners at one place, which would divide by 0. */
  readonly h: number;
  readonly w: number;
}

function projection(g: Builder, draws: Draws, scale: number, [height, width]: Frame): Projection {
  const [w, h] = [Math.max(width - 1, 1), Math.max(height - 1, 1)];
  const corner = (what: string, place: number): Value =>
    g.mul(g.add(draws.between(what, [-0.5 * scale, 0.5 * scale]), 1), place);
  // The corners top right, bottom right and bottom left. A place at 0 stays there.
  const [x1, x2, y2, y3] = [corner("x1", w), corner("x2", w), corner("y2", h), corner("y3", h)];
  const [dx1, dx2, dy1, dy2] = [g.sub(x1, x2), g.map("neg", x2), g.map("neg", y2), g.sub(y3, y2)];
  const [sx, sy] = [g.sub(x2, x1), g.sub(y2, y3)];
  const cross = (a: Value, b: Value, c: Value, d: Value): Value => g.sub(g.mul(a, d), g.mul(b, c));
  const whole = cross(dx1, dx2, dy1, dy2);
  const [p, q] = [g.div(cross(sx, dx2, sy, dy2), whole), g.div(cross(dx1, sx, dy1, sy), whole)];
  return { a: g.mul(x1, g.add(p, 1)), e: g.mul(y3, g.add(q, 1)), p, q, h, w };
}

/**
 * Moves the corners of pictures by up to half of `scale` of their size. The square of the four corners becomes any four
 * points (Heckbert 1989, Fundamentals of texture mapping, 2.2.3), and a new pixel is read where the way back leads.
 */
export function inPerspective(g: Builder, x: Value, draws: Draws, how: Perspective, sampling: Sampling): Value {
  const { a, e, p, q, h, w } = projection(g, draws, how.scale, frameOfPictures(x));
  const { rows, columns } = grid(g, x);
  const spread = (part: Value): Value => perRow(g, part, 3);
  const [u, v] = [g.div(columns, spread(a)), g.div(rows, spread(e))];
  // The way back divides by its last number.
  const rest = g.sub(g.sub(1, g.mul(spread(p), u)), g.mul(spread(q), v));
  const read = readAt(g, x, g.mul(g.div(v, rest), h), g.mul(g.div(u, rest), w), sampling);
  return where(g, draws.chance("perspective", how.happens), read, x);
}

/** The same of boxes. */
export function boxesInPerspective(g: Builder, boxes: Value, draws: Draws, how: Perspective, frame: Frame): Value {
  const { a, e, p, q, h, w } = projection(g, draws, how.scale, frame);
  const spread = (part: Value): Value => perRow(g, part, 2);
  const happens = spread(draws.chance("perspective", how.happens));
  return movedBoxes(g, boxes, frame, ({ x, y }) => {
    const [u, v] = [g.div(g.sub(x, 0.5), w), g.div(g.sub(y, 0.5), h)];
    const rest = g.add(g.add(g.mul(spread(p), u), g.mul(spread(q), v)), 1);
    const moved = (place: Value, part: Value): Value => g.add(g.div(g.mul(spread(part), place), rest), 0.5);
    return { x: g.select(happens, moved(u, a), x), y: g.select(happens, moved(v, e), y) };
  });
}
