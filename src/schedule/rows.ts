// Loop nests of rows at indices that are values: gather, and scatter_add, its adjoint.

import { along, flatten, plus } from "../ir/address.ts";
import type { PrimNode, PrimOf, ValueId } from "../ir/graph.ts";
import type { Address, Expr, Kernel, Loop, Stage } from "../ir/loops.ts";
import type { Storage } from "./storage.ts";
import { kernelOf, loopsOver, number, type TaskMaker } from "./task.ts";

type Rows = PrimNode & (PrimOf<"gather"> | PrimOf<"scatter_add">);

const row = "row";

/** The loops over rows: over the axes before the indices' own, over these, and over the axes of a row. */
interface RowLoops {
  readonly before: readonly Loop[];
  readonly indices: readonly Loop[];
  readonly inside: readonly Loop[];
  /** The coordinates of an element of the rows. */
  readonly coordinates: readonly Address[];
  /** The index at a point. */
  readonly index: Expr;
  /** The coordinates in the table, of a row or of the row that the loop `row` names. */
  readonly table: readonly Address[];
}

/** `rows` has the shape of gather's result. */
function loopsOf({ indices, axis, batch }: Rows, rows: ValueId, make: TaskMaker): RowLoops {
  const rank = make.reader.shape(indices).length - batch;
  const { loops, coordinates } = loopsOver(make.reader.shape(rows), make.batch);
  const [before, own, inside] = [
    coordinates.slice(0, axis),
    coordinates.slice(axis, axis + rank),
    coordinates.slice(axis + rank),
  ];
  const over = (part: readonly Address[]): readonly Loop[] =>
    loops.filter(({ name }) => part.some(({ strides }) => strides[name] !== undefined));
  return {
    before: over(before),
    indices: over(own),
    inside: over(inside),
    coordinates,
    index: make.reader.read(indices, [...before.slice(0, batch), ...own]),
    table: [...before, along(row), ...inside],
  };
}

export function gatherKernel(node: PrimNode & PrimOf<"gather">, storage: Storage, make: TaskMaker): Kernel {
  const { before, indices, inside, coordinates, index, table } = loopsOf(node, node.id, make);
  const extent = make.reader.sizes(node.arg)[node.axis] ?? 1;
  const address = flatten(coordinates, storage.strides, storage.offset);
  return kernelOf(
    node,
    [...before, ...indices],
    [
      {
        kind: "each",
        loops: [{ name: row, extent, at: index }, ...inside],
        lets: [],
        stores: [{ buffer: storage.buffer, address, value: make.reader.read(node.arg, table) }],
      },
    ],
  );
}

/** The fewest elements of a row that are worth a turn, which walks over all rows: two cache lines. */
const LEAST_PART = 32;

interface Cut {
  /** The loop over parts of rows, or none. */
  readonly parts: readonly Loop[];
  /** The loops within a part. */
  readonly inside: readonly Loop[];
  /** A coordinate over the loops of parts, from one over those of whole rows. */
  readonly moved: (coordinate: Address) => Address;
}

/** Cuts rows into parts of equal size along their first axis, for threads to share. */
function cutRows(loops: readonly Loop[]): Cut {
  const same = (coordinate: Address): Address => coordinate;
  const [first, ...rest] = loops;
  if (first === undefined || typeof first.extent !== "number") return { parts: [], inside: loops, moved: same };
  const { name, extent } = first;
  const each = rest.reduce((n, loop) => n * (typeof loop.extent === "number" ? loop.extent : 1), 1);
  let size = 1;
  while (size < extent && (extent % size !== 0 || size * each < LEAST_PART)) size++;
  if (size === extent) return { parts: [], inside: loops, moved: same };
  if (size === 1) return { parts: [first], inside: rest, moved: same };
  const part = `${name}_part`;
  return {
    parts: [{ name: part, extent: extent / size }],
    inside: [{ name, extent: size }, ...rest],
    moved: (coordinate) => plus(coordinate, along(part), (coordinate.strides[name] ?? 0) * size),
  };
}

/**
 * Sets all rows to zero and adds to them in the order of the indices. Turns share no element of the table: each has its place along
 * the axes before the rows, and its part of every row. So the sums do not depend on the number of threads.
 */
export function scatterAddKernel(node: PrimNode & PrimOf<"scatter_add">, storage: Storage, make: TaskMaker): Kernel {
  const { before, indices, inside, coordinates, index, table } = loopsOf(node, node.updates, make);
  const sizes = make.reader.sizes(node.id);
  const extent = sizes[node.axis] ?? 1;
  const { parts, inside: within, moved } = cutRows(inside);
  const { buffer, strides, offset } = storage;
  const address = flatten(table.map(moved), strides, offset);
  const zeros: Stage =
    parts.length === 0
      ? {
          kind: "fill",
          buffer,
          range: {
            address: flatten(table.slice(0, node.axis), strides, offset),
            count: sizes.slice(node.axis).reduce((a, b) => a * b, 1),
          },
          value: 0,
        }
      : {
          kind: "each",
          loops: [{ name: row, extent }, ...within],
          lets: [],
          stores: [{ buffer, address, value: number(0) }],
        };
  return kernelOf(
    node,
    [...before, ...parts],
    [
      zeros,
      {
        kind: "each",
        loops: [...indices, { name: row, extent, at: index }, ...within],
        lets: [],
        stores: [{ buffer, address, value: make.reader.read(node.updates, coordinates.map(moved)), adds: true }],
      },
    ],
  );
}

export type Sum = PrimNode & PrimOf<"scatter_add">;

/** The sum of rows behind reshapes; undefined for other values. */
export function sumBehind(id: ValueId, nodeOf: (id: ValueId) => PrimNode): Sum | undefined {
  let node = nodeOf(id);
  while (node.kind === "reshape") node = nodeOf(node.arg);
  return node.kind === "scatter_add" ? node : undefined;
}
