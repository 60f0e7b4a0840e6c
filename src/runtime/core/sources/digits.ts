// The built-in source `digits(train: N, test: M)`: 28 × 28 pictures of digits like handwritten ones, drawn from strokes
// with random pose, elastic distortion, thickness, ink and noise. It reads no file; a seed always draws the same pictures.

import { type DataFiles, type DataPart, elementsOf, type SourceData, type SourceRequest } from "../dataset.ts";
import { RunError } from "../error.ts";
import { glyphs, type Stroke } from "../glyphs.ts";
import { hashName, threefry } from "../threefry.ts";
import { giveTurn } from "../turn.ts";

const SIDE = 28;
const PIXELS = SIDE * SIDE;
/** The number of pictures to draw before timers and signals get a turn. */
const PICTURES_A_TURN = 1000;
/** The number of points on a smooth stroke between two of its control points. */
const POINTS_A_SPAN = 5;

/**
 * Draws columns `pixels` (u8, 28 × 28, 0 is background) and `label`. Options: `train` and `test`, numbers of pictures, and
 * `seed` (default: the run's). The test part has random numbers of its own.
 */
export async function loadSource(request: SourceRequest, _files: DataFiles): Promise<SourceData> {
  for (const { name, shape, classes } of request.columns) {
    if (name !== "pixels" && name !== "label") {
      throw new RunError(`digits() has columns 'pixels' and 'label', but the program reads '${name}'`);
    }
    if (elementsOf(shape) !== (name === "pixels" ? PIXELS : 1)) {
      throw new RunError(
        `digits() has ${name === "pixels" ? "28 × 28 pixels" : "one label"}, but the program reads ${shape.join(" × ")}`,
      );
    }
    if (name === "label" && classes !== undefined && classes < 10)
      throw new RunError(`digits() has 10 classes, but the program says ${classes}`);
  }
  const count = (name: string): number => {
    const value = request.options[name];
    if (typeof value !== "number" || !Number.isInteger(value) || value < 0)
      throw new RunError(`digits() needs a whole number '${name}'`);
    return value;
  };
  const seed = typeof request.options.seed === "number" ? request.options.seed : request.seed;
  const part = (name: "train" | "test") => drawDigits(request, count(name), seed, hashName(`digits/${name}`));
  const train = await part("train");
  return count("test") === 0 ? { train } : { train, test: await part("test") };
}

async function drawDigits(request: SourceRequest, count: number, seed: number, stream: number): Promise<DataPart> {
  const pixels = new Uint8Array(count * PIXELS);
  const labels = new Uint8Array(count);
  const ink = new Float32Array(PIXELS);
  for (let i = 0; i < count; i++) {
    if (i % PICTURES_A_TURN === 0) {
      await giveTurn();
      if (request.signal?.aborted === true) throw new RunError("interrupted while digits() was being drawn");
    }
    labels[i] = drawDigit(pixels.subarray(i * PIXELS, (i + 1) * PIXELS), ink, seed, stream, i);
  }
  const columns: Record<string, Uint8Array | Int32Array | Float32Array> = {};
  for (const { name, dtype } of request.columns) {
    const values = name === "pixels" ? pixels : labels;
    columns[name] = dtype === "u8" ? values : dtype === "i32" ? Int32Array.from(values) : Float32Array.from(values);
  }
  return { count, columns };
}

/** Draws picture `index` of a stream and returns its label. `ink` is room for 28 × 28 numbers. */
function drawDigit(pixels: Uint8Array, ink: Float32Array, seed: number, stream: number, index: number): number {
  let draws = 0;
  const random = (): number => threefry(seed, stream, index, draws++) * 2 ** -32;
  const between = (low: number, high: number): number => low + (high - low) * random();
  /** Draws a roughly normal number with mean 0 and deviation 1, never beyond ±3.5. */
  const normal = (): number => (random() + random() + random() + random() - 2) * Math.sqrt(3);

  const label = Math.floor(random() * 10);
  const ways = glyphs[label] as (typeof glyphs)[number];
  const strokes = ways[Math.floor(random() * ways.length)] as readonly Stroke[];
  const place = poseOf(between, normal);
  const radius = between(0.75, 1.9);
  const edge = between(0.7, 1.5);
  ink.fill(0);
  for (const stroke of strokes) {
    const points = pathOf(stroke, normal).flatMap(([x, y]) => place(x, y));
    // A hand presses differently from one end of a stroke to the other.
    const first = radius * between(0.85, 1.15);
    const last = radius * between(0.85, 1.15);
    const spans = points.length / 2 - 1;
    for (let s = 0; s < spans; s++) {
      const thick = first + ((last - first) * s) / spans;
      const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = points.slice(2 * s, 2 * s + 4);
      drawSpan(ink, x0, y0, x1, y1, thick, edge);
    }
  }
  const strength = between(0.6, 1) * 255;
  const noise = random() ** 2 * 22;
  for (let i = 0; i < PIXELS; i += 4) {
    // Four bytes of a random number make the noise of four pixels. Its distribution is a triangle: two draws of a pixel pair.
    const bits = threefry(seed, stream ^ 0x6e6f6973, index, i);
    for (let k = 0; k < 4; k++) {
      const grain = ((bits >>> (8 * k)) & 0xff) / 127.5 - 1;
      const value = (ink[i + k] as number) * strength + grain * noise * 1.7;
      pixels[i + k] = value < 0 ? 0 : value > 255 ? 255 : Math.round(value);
    }
  }
  return label;
}

/**
 * Makes a random map from the unit square to the picture: it turns, shears, stretches and shifts, then adds two waves a
 * direction, which bend strokes as elastic distortion does.
 */
function poseOf(
  between: (low: number, high: number) => number,
  normal: () => number,
): (x: number, y: number) => [number, number] {
  const angle = normal() * 0.13;
  const shear = normal() * 0.17 - 0.08;
  const width = between(12.5, 19.5);
  const height = between(16, 21.5);
  const shiftX = SIDE / 2 + normal() * 1.1;
  const shiftY = SIDE / 2 + normal() * 1.1;
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  const waves = Array.from({ length: 4 }, () => {
    const direction = between(0, 2 * Math.PI);
    const pitch = between(0.12, 0.36);
    return {
      a: Math.cos(direction) * pitch,
      b: Math.sin(direction) * pitch,
      phase: between(0, 2 * Math.PI),
      size: normal() * 0.65,
    };
  });
  const bend = (from: number, x: number, y: number): number => {
    let sum = 0;
    for (let i = from; i < from + 2; i++) {
      const wave = waves[i] as (typeof waves)[number];
      sum += wave.size * Math.sin(wave.a * x + wave.b * y + wave.phase);
    }
    return sum;
  };
  return (unitX, unitY) => {
    const v = (unitY - 0.5) * height;
    const u = (unitX - 0.5) * width - shear * v;
    const x = cos * u - sin * v;
    const y = sin * u + cos * v;
    return [x + shiftX + bend(0, x, y), y + shiftY + bend(2, x, y)];
  };
}

/** Returns points along a stroke whose control points have moved a little: a Catmull–Rom spline, closed if its ends meet. */
function pathOf(stroke: Stroke, normal: () => number): [number, number][] {
  const count = stroke.length / 2;
  const closed = stroke[0] === stroke[2 * count - 2] && stroke[1] === stroke[2 * count - 1];
  const moved: [number, number][] = [];
  for (let i = 0; i < count; i++) {
    moved.push([(stroke[2 * i] as number) + normal() * 0.024, (stroke[2 * i + 1] as number) + normal() * 0.02]);
  }
  if (closed) moved[count - 1] = moved[0] as [number, number];
  if (count === 2) return moved;
  const at = (i: number): [number, number] => {
    const wrapped = closed ? (i + count - 1) % (count - 1) : Math.min(Math.max(i, 0), count - 1);
    return moved[wrapped] as [number, number];
  };
  const path: [number, number][] = [at(0)];
  for (let i = 0; i + 1 < count; i++) {
    const [p, q, r, s] = [at(i - 1), at(i), at(i + 1), at(i + 2)];
    for (let k = 1; k <= POINTS_A_SPAN; k++) {
      const t = k / POINTS_A_SPAN;
      path.push([spline(p[0], q[0], r[0], s[0], t), spline(p[1], q[1], r[1], s[1], t)]);
    }
  }
  return path;
}

/** Computes a Catmull–Rom spline between q (t = 0) and r (t = 1). */
const spline = (p: number, q: number, r: number, s: number, t: number): number =>
  q + 0.5 * t * (r - p + t * (2 * p - 5 * q + 4 * r - s + t * (3 * (q - r) + s - p)));

/** Inks a straight piece: 1 within `radius` pixels of it, falling to 0 over `edge` pixels. The darkest stroke wins. */
function drawSpan(
  ink: Float32Array,
  x0: number,
  y0: number,
  x1: number,
  y1: number,
  radius: number,
  edge: number,
): void {
  const reach = radius + edge / 2;
  const left = Math.max(0, Math.ceil(Math.min(x0, x1) - reach));
  const right = Math.min(SIDE - 1, Math.floor(Math.max(x0, x1) + reach));
  const top = Math.max(0, Math.ceil(Math.min(y0, y1) - reach));
  const bottom = Math.min(SIDE - 1, Math.floor(Math.max(y0, y1) + reach));
  const dx = x1 - x0;
  const dy = y1 - y0;
  const scale = 1 / Math.max(dx * dx + dy * dy, 1e-9);
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      const along = ((x - x0) * dx + (y - y0) * dy) * scale;
      const t = Math.min(Math.max(along, 0), 1);
      const ex = x - x0 - t * dx;
      const ey = y - y0 - t * dy;
      const dark = (reach - Math.sqrt(ex * ex + ey * ey)) / edge;
      if (dark > (ink[y * SIDE + x] as number)) ink[y * SIDE + x] = Math.min(dark, 1);
    }
  }
}
