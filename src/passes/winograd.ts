// Convolutions with windows of 3 × 3 and steps of 1 in fewer multiplications: Winograd's minimal filtering (Lavin and Gray
// 2016, Fast algorithms for convolutional neural networks), Y = Aᵀ[(G w Gᵀ) ⊙ (Bᵀ x B)]A over tiles of the result. It is
// algebra over contractions, so differentiation derives the gradients, which gain as much. The sums differ from the plain
// ones in their last bits.

import type { Value } from "../ir/builder.ts";
import type { Access, Address, Gradient, Module, NamedLoop, Prim, PrimNode, PrimOf } from "../ir/graph.ts";
import type { Size } from "../ir/size.ts";
import { tensor } from "../ir/types.ts";
import { loopsIn } from "./affine.ts";
import type { Pass } from "./pass.ts";
import { rebuildAround, type Visit } from "./rebuild.ts";

const WINDOW = 3;

/** The points at which the products are taken, in addition to infinity: one more than a tile has rows. */
const POINTS: readonly number[] = [0, 1, -1, 2, -2];

type Matrix = readonly (readonly number[])[];

export interface Transforms {
  /** The rows of a tile of results, and of the input it reads. */
  readonly tile: number;
  readonly read: number;
  /** [tile × read], [read × 3], [read × read]. */
  readonly result: Matrix;
  readonly kernel: Matrix;
  readonly input: Matrix;
}

/** The coefficients of Π (x − root), the constant first. */
const polynomial = (roots: readonly number[]): readonly number[] =>
  roots.reduce<readonly number[]>(
    (p, root) => Array.from({ length: p.length + 1 }, (_, i) => (p[i - 1] ?? 0) - root * (p[i] ?? 0)),
    [1],
  );

/** The matrices for tiles of `tile` × `tile` results (Toom and Cook, transposed). */
export function transformsFor(tile: number): Transforms {
  const read = tile + WINDOW - 1;
  const points = POINTS.slice(0, read - 1);
  const others = (k: number): readonly number[] => points.filter((_, i) => i !== k);
  const padded = (row: readonly number[]): readonly number[] => Array.from({ length: read }, (_, i) => row[i] ?? 0);
  const powers = (x: number, count: number): readonly number[] => Array.from({ length: count }, (_, i) => x ** i);
  const last = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => (i === count - 1 ? 1 : 0));
  const columns = [...points.map((x) => powers(x, tile)), last(tile)];
  return {
    tile,
    read,
    result: Array.from({ length: tile }, (_, i) => columns.map((column) => column[i] ?? 0)),
    kernel: [
      ...points.map((x, k) => {
        const scale = others(k).reduce((product, other) => product * (x - other), 1);
        return powers(x, WINDOW).map((power) => power / scale);
      }),
      last(WINDOW),
    ],
    input: [...points.map((_, k) => padded(polynomial(others(k)))), padded(polynomial(points))],
  };
}

/** `M[p, i] · M[q, j]` as one table over [p, q, i, j]. */
const square = (matrix: Matrix): readonly number[] =>
  matrix.flatMap((p) => matrix.flatMap((q) => p.flatMap((x) => q.map((y) => x * y))));

type Contract = PrimNode & PrimOf<"contract">;

interface Convolution {
  readonly batch: Size;
  /** Rows and columns of the result. */
  readonly size: readonly [number, number];
  readonly channels: number;
  readonly filters: number;
  /** The rows of zeros above and columns on the left. */
  readonly before: readonly [number, number];
}

/** A contraction as a convolution that this rewrite can handle; undefined for all others. */
function convolutionIn(node: Contract): Convolution | undefined {
  if (node.onto !== undefined || node.out.length !== 4 || node.left.length !== 4 || node.right.length !== 4)
    return undefined;
  const single = (affine: Address | undefined): string | undefined => {
    const [only, more] = affine === undefined ? [] : loopsIn(affine);
    return only !== undefined && more === undefined && only[1] === 1 && affine?.offset === 0 ? only[0] : undefined;
  };
  const [b, y, x, f] = node.out.map(single);
  const [ky, kx, c, g] = node.right.map(single);
  const extent = (name: string | undefined): Size => node.loops.find((l) => l.name === name)?.extent ?? 1;
  const [rows, columns, channels, filters] = [extent(y), extent(x), extent(c), extent(f)];
  const isWindow = (affine: Address | undefined, at: string | undefined, k: string | undefined): boolean =>
    affine !== undefined &&
    at !== undefined &&
    k !== undefined &&
    loopsIn(affine).length === 2 &&
    affine.strides[at] === 1 &&
    affine.strides[k] === 1;
  if (b === undefined || f === undefined || f !== g || c === undefined) return undefined;
  if (single(node.left[0]) !== b || single(node.left[3]) !== c) return undefined;
  if (!isWindow(node.left[1], y, ky) || !isWindow(node.left[2], x, kx)) return undefined;
  if (extent(ky) !== WINDOW || extent(kx) !== WINDOW) return undefined;
  if (typeof rows !== "number" || typeof columns !== "number") return undefined;
  if (typeof channels !== "number" || typeof filters !== "number") return undefined;
  const before = [-(node.left[1]?.offset ?? 0), -(node.left[2]?.offset ?? 0)] as const;
  if (before.some((n) => n < 0)) return undefined;
  return { batch: extent(b), size: [rows, columns], channels, filters, before };
}

/** The multiplications and additions for a sample: of the plain sum, or over tiles with their transforms. */
function cost({ size: [rows, columns], channels, filters }: Convolution, tile: number): number {
  if (tile === 1) return rows * columns * 9 * channels * filters;
  const tiles = Math.ceil(rows / tile) * Math.ceil(columns / tile);
  const read = tile + WINDOW - 1;
  // A transform is plain arithmetic on values from memory: it costs several times as much as a product in a register.
  return tiles * (read * read * channels * filters + TRANSFORM_COST * read * read * (channels + filters));
}
const TRANSFORM_COST = 12;
const TILES = [4, 3, 2] as const;

/** The tile with the least work; undefined if the plain sum needs at most a fifth more. */
function chosenTile(convolution: Convolution): number | undefined {
  const best = [...TILES].sort((a, b) => cost(convolution, a) - cost(convolution, b))[0];
  return best !== undefined && cost(convolution, best) * 1.2 < cost(convolution, 1) ? best : undefined;
}

const loop = (name: string, extent: Size): NamedLoop => ({ name, extent });
const index = (strides: Readonly<Record<string, number>>, offset = 0): Address => ({ offset, strides });
const by = (...names: readonly string[]): Access => names.map((name) => index({ [name]: 1 }));

/** The tables of a tile, each one array for all convolutions: equal tables are told by that. */
interface Tables extends Pick<Transforms, "tile" | "read"> {
  readonly result: readonly number[];
  readonly kernel: readonly number[];
  readonly input: readonly number[];
}

function tablesFor(tile: number): Tables {
  const { read, result, kernel, input } = transformsFor(tile);
  return { tile, read, result: square(result), kernel: square(kernel), input: square(input) };
}

function rewrite(node: Contract, convolution: Convolution, tables: Tables, { g, value }: Visit): Value {
  const { batch, size, channels, filters, before } = convolution;
  const { tile, read, result, kernel, input } = tables;
  const [rows, columns] = [Math.ceil(size[0] / tile), Math.ceil(size[1] / tile)];
  const table = (values: readonly number[], height: number, width: number): Value =>
    g.constant(values, tensor("f32", height, height, width, width));
  const points = [loop("p", read), loop("q", read)];
  const tiles = [loop("n", batch), loop("ty", rows), loop("tx", columns)];
  const kernels = g.contract({
    loops: [...points, loop("c", channels), loop("f", filters), loop("i", WINDOW), loop("j", WINDOW)],
    shape: [read, read, channels, filters],
    out: by("p", "q", "c", "f"),
    lhs: table(kernel, read, WINDOW),
    left: by("p", "q", "i", "j"),
    rhs: value(node.rhs),
    right: by("i", "j", "c", "f"),
  });
  const inputs = g.contract({
    loops: [...points, ...tiles, loop("c", channels), loop("i", read), loop("j", read)],
    shape: [read, read, batch, rows, columns, channels],
    out: by("p", "q", "n", "ty", "tx", "c"),
    lhs: table(input, read, read),
    left: by("p", "q", "i", "j"),
    rhs: value(node.lhs),
    right: [
      index({ n: 1 }),
      index({ ty: tile, i: 1 }, -before[0]),
      index({ tx: tile, j: 1 }, -before[1]),
      index({ c: 1 }),
    ],
  });
  const products = g.contract({
    loops: [...points, ...tiles, loop("f", filters), loop("c", channels)],
    shape: [read, read, batch, rows, columns, filters],
    out: by("p", "q", "n", "ty", "tx", "f"),
    lhs: inputs,
    left: by("p", "q", "n", "ty", "tx", "c"),
    rhs: kernels,
    right: by("p", "q", "c", "f"),
  });
  return g.contract({
    loops: [...tiles, loop("i", tile), loop("j", tile), loop("f", filters), ...points],
    shape: node.type.shape,
    out: [index({ n: 1 }), index({ ty: tile, i: 1 }), index({ tx: tile, j: 1 }), index({ f: 1 })],
    lhs: table(result, tile, read),
    left: by("i", "j", "p", "q"),
    rhs: products,
    right: by("p", "q", "n", "ty", "tx", "f"),
  });
}

export const winograd: Pass<Module<Prim | Gradient>, Module<Prim | Gradient>> = {
  name: "winograd",
  doc: "Computes convolutions with windows of 3 × 3 over tiles of their result, where that is less work.",
  run(module) {
    const known = new Map<number, Tables>();
    const tables = (tile: number): Tables => {
      const found = known.get(tile) ?? tablesFor(tile);
      known.set(tile, found);
      return found;
    };
    const programs = module.programs.map((graph) =>
      rebuildAround(graph, (node, context) => {
        const convolution = node.kind === "contract" ? convolutionIn(node) : undefined;
        const tile = convolution === undefined ? undefined : chosenTile(convolution);
        return node.kind !== "contract" || convolution === undefined || tile === undefined
          ? context.copy(node)
          : rewrite(node, convolution, tables(tile), context);
      }),
    );
    return { slots: module.slots, programs };
  },
};
