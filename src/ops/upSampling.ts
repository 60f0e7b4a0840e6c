// Makes pictures and volumes larger by whole factors: by repetition, or by interpolation between neighbours as TensorFlow
// resizes images, with the centres of the pixels half a pixel inside.

import type { Builder, Value } from "../ir/builder.ts";
import type { Address, OptionRecord } from "../ir/graph.ts";
import { multiplySizes, type Size } from "../ir/size.ts";
import { type TensorType, tensor } from "../ir/types.ts";
import { type Checked, ok } from "./definition.ts";
import { integers } from "./options.ts";
import { andThen, known, oneInput } from "./shape.ts";
import { spatialNames, spatialShape } from "./sliding.ts";

export type Interpolation = "nearest" | "bilinear" | "bicubic" | "lanczos3" | "lanczos5";

/** The weight of a pixel by its distance from the place that is read. */
const lanczos =
  (radius: number) =>
  (distance: number): number => {
    const x = Math.abs(distance);
    if (x > radius) return 0;
    if (x <= 1e-3) return 1;
    return (radius * Math.sin(Math.PI * x) * Math.sin((Math.PI * x) / radius)) / (Math.PI * Math.PI * x * x);
  };

/** Keys 1981, with a = -1/2. */
function cubic(distance: number): number {
  const [a, x] = [-0.5, Math.abs(distance)];
  if (x <= 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0;
}

/** TensorFlow looks a cubic weight up in a table with this many places between two pixels. */
const CUBIC_PLACES = 1024;

interface Tap {
  readonly pixel: number;
  readonly weight: number;
}
/** The pixels that the place `at` is made of, where pixel 0 lies at 0. */
type Reading = (at: number, size: number) => readonly Tap[];

const inside = (taps: readonly Tap[], size: number): readonly Tap[] =>
  taps.filter(({ pixel, weight }) => pixel >= 0 && pixel < size && weight !== 0);

/** Beyond the edge there is nothing, and the other weights share what is missing. */
function normalised(taps: readonly Tap[], size: number): readonly Tap[] {
  const there = inside(taps, size);
  const total = there.reduce((sum, { weight }) => sum + weight, 0);
  return there.map(({ pixel, weight }) => ({ pixel, weight: weight / total }));
}

const around = (at: number, radius: number, weight: (distance: number) => number): readonly Tap[] => {
  const first = Math.ceil(at - radius);
  const count = Math.floor(at + radius) - first + 1;
  return Array.from({ length: count }, (_, i) => ({ pixel: first + i, weight: weight(first + i - at) }));
};

const readings = {
  /** The edge goes on beyond the edge. */
  bilinear(at, size) {
    const low = Math.floor(at);
    const within = (pixel: number): number => Math.min(Math.max(pixel, 0), size - 1);
    const [a, b] = [within(low), within(low + 1)];
    if (a === b) return [{ pixel: a, weight: 1 }];
    return inside(
      [
        { pixel: a, weight: 1 - (at - low) },
        { pixel: b, weight: at - low },
      ],
      size,
    );
  },
  bicubic(at, size) {
    const low = Math.floor(at);
    const place = Math.round((at - low) * CUBIC_PLACES) / CUBIC_PLACES;
    const taps = [-1, 0, 1, 2].map((step) => ({ pixel: low + step, weight: cubic(step - place) }));
    return normalised(taps, size);
  },
  lanczos3: (at, size) => normalised(around(at, 3, lanczos(3)), size),
  lanczos5: (at, size) => normalised(around(at, 5, lanczos(5)), size),
} satisfies { readonly [K in Exclude<Interpolation, "nearest">]: Reading };

/** The share of each pixel near pixel `k` in the `factor` new pixels that lie within it. */
interface Stencil {
  /** The number of pixels before `k` that count. */
  readonly before: number;
  readonly taps: number;
  /** By pixel, new pixel and tap. */
  readonly weights: readonly number[];
}
function stencil(size: number, factor: number, reading: Reading): Stencil {
  const rows = Array.from({ length: size * factor }, (_, i) => reading((i + 0.5) / factor - 0.5, size));
  const offsets = rows.flatMap((row, i) => row.map(({ pixel }) => pixel - Math.floor(i / factor)));
  // An axis may have more pixels than a call can have arguments.
  const before = -offsets.reduce((least, offset) => Math.min(least, offset), 0);
  const taps = before + offsets.reduce((most, offset) => Math.max(most, offset), 0) + 1;
  const weights = rows.flatMap((row, i) => {
    const own = new Array<number>(taps).fill(0);
    for (const { pixel, weight } of row) own[pixel - Math.floor(i / factor) + before] = weight;
    return own;
  });
  return { before, taps, weights };
}

/** `out[…, factor·k + r, …] = Σ_t in[…, k + t - before, …] · weights[k, r, t]` along one axis. */
function interpolate(g: Builder, x: Value, axis: number, factor: number, reading: Reading): Value {
  const { shape } = x.type;
  const size = known(shape[axis]);
  const { before, taps, weights } = stencil(size, factor, reading);
  const at = (strides: Readonly<Record<string, number>>, offset = 0): Address => ({ offset, strides });
  const names = shape.map((_, i) => (i === axis ? "k" : `a${i}`));
  const apart = shape.toSpliced(axis, 1, size, factor);
  const made = g.contract({
    loops: [
      ...apart.map((extent, i) => ({ name: names.toSpliced(axis + 1, 0, "r")[i] ?? "", extent })),
      { name: "t", extent: taps },
    ],
    shape: apart,
    out: names.toSpliced(axis + 1, 0, "r").map((name) => at({ [name]: 1 })),
    lhs: x,
    left: names.map((name) => (name === "k" ? at({ k: 1, t: 1 }, before === 0 ? 0 : -before) : at({ [name]: 1 }))),
    rhs: g.constant(weights, tensor("f32", size, factor, taps)),
    right: ["k", "r", "t"].map((name) => at({ [name]: 1 })),
  });
  return g.reshape(made, shape.with(axis, size * factor));
}

/** Repeats every element `factors[i]` times along spatial axis `i`. */
function repeat(g: Builder, x: Value, factors: readonly number[]): Value {
  const { shape } = x.type;
  const parts = shape.flatMap((size, axis): readonly Size[] => [size, factors[axis - 1] ?? 1]);
  const places = shape.map((_, axis) => 2 * axis);
  const whole = parts.flatMap((size, i) => (i % 2 === 1 && size === 1 ? [] : [{ size, i }]));
  const repeated = g.broadcast(
    x,
    whole.map(({ size }) => size),
    places.map((place) => whole.findIndex(({ i }) => i === place)),
  );
  return g.reshape(
    repeated,
    shape.map((size, axis) => multiplySizes(size, factors[axis - 1] ?? 1)),
  );
}

export function enlarge(g: Builder, x: Value, factors: readonly number[], interpolation: Interpolation): Value {
  if (interpolation === "nearest") return repeat(g, x, factors);
  return factors.reduce(
    (made, factor, i) => (factor === 1 ? made : interpolate(g, made, i + 1, factor, readings[interpolation])),
    x,
  );
}

/** The shared part of UpSampling2D and UpSampling3D. */
export function upSampling(rank: number) {
  const names = spatialNames(rank);
  return {
    inputs: [{ name: "x", shape: spatialShape(rank, "c") }],
    output: spatialShape(rank, "c", "'"),
    size: {
      type: { kind: "size" as const, rank, min: 1 },
      default: names.map(() => 2),
      doc: "How many times as long each axis gets.",
    },
    positional: ["size"],
    shape: (inputs: readonly TensorType[], options: OptionRecord): Checked<TensorType> =>
      andThen(oneInput(inputs, { rank: rank + 1, text: spatialShape(rank, "c") }), (x) => {
        const factors = integers(options, "size");
        const shape = x.shape.map((size, axis) => multiplySizes(size, factors[axis - 1] ?? 1));
        return ok({ dtype: x.dtype, shape });
      }),
  };
}
