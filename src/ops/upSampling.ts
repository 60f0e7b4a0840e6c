// Makes pictures and volumes larger by whole factors: by repetition, or by interpolation between neighbours as TensorFlow
// resizes images, with the centres of the pixels half a pixel inside.

import type { Builder, Value } from "../ir/builder.ts";
import type { Address, OptionRecord } from "../ir/graph.ts";
import { multiplySizes, type Size } from "../ir/size.ts";
import { type TensorType, tensor } from "../ir/types.ts";
import { type Checked, ok } from "./definition.ts";
import { type Interpolation, type Reading, readings } from "./interpolation.ts";
import { integers } from "./options.ts";
import { andThen, known, oneInput } from "./shape.ts";
import { spatialNames, spatialShape } from "./sliding.ts";

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
