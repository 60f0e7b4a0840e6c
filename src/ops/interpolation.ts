// What a place between the pixels of a row is made of, as TensorFlow resizes images: it knows numbers, and no tensors.

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

export interface Tap {
  readonly pixel: number;
  readonly weight: number;
}
/** Returns the pixels that the place `at` is made of, where pixel 0 lies at 0. */
export type Reading = (at: number, size: number) => readonly Tap[];

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

export const readings = {
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

/** The weights of a pixel by its distance, and the distance at which they end. */
const kernels: { readonly [K in Exclude<Interpolation, "nearest">]: readonly [number, (distance: number) => number] } =
  {
    bilinear: [1, (distance) => Math.max(0, 1 - Math.abs(distance))],
    bicubic: [2, cubic],
    lanczos3: [3, lanczos(3)],
    lanczos5: [5, lanczos(5)],
  };

/** Reads as many old pixels as a new one covers, `scale` on a side: a smaller picture then has no false patterns. */
export function antialiased(interpolation: Exclude<Interpolation, "nearest">, scale: number): Reading {
  const [radius, weight] = kernels[interpolation];
  const wide = Math.max(scale, 1);
  return (at, size) =>
    normalised(
      around(at, radius * wide, (distance) => weight(distance / wide)),
      size,
    );
}
