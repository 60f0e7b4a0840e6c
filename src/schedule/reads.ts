// Expresses an element of a value by the elements of its arguments: one function for each kind of primitive that can do
// without a buffer.

import { CompilerBug } from "../base/compilerBug.ts";
import { constant, flatten, plus } from "../ir/address.ts";
import type { PrimKind, PrimNode, PrimOf, ValueId } from "../ir/graph.ts";
import type { Address, Expr, Guard } from "../ir/loops.ts";
import { scalarFunction } from "../ir/scalar.ts";
import { BATCH } from "../ir/size.ts";
import { rowMajorStrides } from "../ir/types.ts";
import { isConstant } from "./constants.ts";
import { guard } from "./guards.ts";
import { type Coordinates, isRowMajor, reshapeCoordinates } from "./reshape.ts";
import { asStored } from "./rounding.ts";
import type { Storage } from "./storage.ts";

export interface ReadContext {
  read(id: ValueId, coordinates: Coordinates): Expr;
  sizes(id: ValueId): readonly number[];
  storageOf(id: ValueId): Storage | undefined;
  node(id: ValueId): PrimNode;
}

/** The element of a value at `coordinates`, one affine coordinate for each axis. */
export type Read<K extends PrimKind> = (
  node: PrimNode & PrimOf<K>,
  coordinates: Coordinates,
  context: ReadContext,
) => Expr;

/** For primitives that always have a buffer. */
export const fromMemory = (node: PrimNode): never => {
  throw new CompilerBug(`%${node.id} (${node.kind}) has no buffer`);
};

export const readConst: Read<"const"> = (node) =>
  typeof node.value === "number" ? { kind: "number", value: node.value } : fromMemory(node);

/** The number of samples in a size. */
export const readSize: Read<"size"> = ({ size }) => {
  if (typeof size === "number") return { kind: "number", value: size };
  const [term, more] = size.terms;
  if (term === undefined || more !== undefined || term.atoms.length !== 1 || term.atoms[0] !== BATCH)
    throw new CompilerBug("a size that is not a multiple of the batch");
  return { kind: "batch", factor: term.factor };
};

export const readIota: Read<"iota"> = ({ axis }, coordinates) => ({
  kind: "index",
  address: coordinates[axis] ?? constant(0),
});

export const readRandom: Read<"random"> = ({ id, seed, step, stream }, coordinates, { read, sizes }) => ({
  kind: "random",
  seed: read(seed, []),
  step: read(step, []),
  stream,
  element: flatten(coordinates, rowMajorStrides(sizes(id))),
});

export const readMap: Read<"map"> = ({ fn, args }, coordinates, { read, node }) => {
  const jumps = scalarFunction(fn).jumps === true;
  const value = (arg: ValueId): Expr => read(arg, coordinates);
  return {
    kind: "apply",
    fn,
    args: args.map((arg) => (jumps ? asStored(value(arg), node(arg).type.dtype) : value(arg))),
  };
};

export const readBroadcast: Read<"broadcast"> = ({ arg, axes }, coordinates, { read, sizes }) => {
  const from = sizes(arg);
  return read(
    arg,
    axes.map((axis, i) => (from[i] === 1 ? constant(0) : (coordinates[axis] ?? constant(0)))),
  );
};

export const readTranspose: Read<"transpose"> = ({ arg, permutation }, coordinates, { read }) => {
  const inner: Address[] = [];
  permutation.forEach((from, i) => {
    inner[from] = coordinates[i] ?? constant(0);
  });
  return read(arg, inner);
};

export const readSlice: Read<"slice"> = ({ arg, starts, strides }, coordinates, { read }) =>
  read(
    arg,
    coordinates.map((c, i) => plus(constant(starts[i] ?? 0), c, strides[i] ?? 1)),
  );

export const readPad: Read<"pad"> = ({ arg, before, after, value }, coordinates, { read, sizes }) => {
  const inner = coordinates.map((c, i) => plus(c, constant(-(before[i] ?? 0))));
  const from = sizes(arg);
  const guards = inner.flatMap((index, i): readonly Guard[] =>
    (before[i] ?? 0) === 0 && (after[i] ?? 0) === 0 ? [] : [{ index, size: from[i] ?? 1 }],
  );
  return guard(read(arg, inner), guards, value);
};

export const readReshape: Read<"reshape"> = ({ id, arg }, coordinates, context) =>
  reshaped(arg, coordinates, context.sizes(id), context);

/** The element of `arg` under the shape `from`, with the elements in row-major order. */
function reshaped(arg: ValueId, coordinates: Coordinates, from: readonly number[], context: ReadContext): Expr {
  const { read, sizes, storageOf, node: nodeOf } = context;
  const to = sizes(arg);
  const inner = reshapeCoordinates(coordinates, from, to);
  if (inner !== undefined) return read(arg, inner);
  const storage = storageOf(arg);
  if (storage !== undefined && isRowMajor(storage.strides, to)) {
    const address = flatten(coordinates, rowMajorStrides(from), storage.offset);
    return { kind: "load", buffer: storage.buffer, address, guards: [], otherwise: 0 };
  }
  const node = nodeOf(arg);
  // In a reshape of a reshape the elements do not move, and all elements of a constant are equal.
  if (node.kind === "reshape") return reshaped(node.arg, coordinates, from, context);
  if (isConstant(node, nodeOf))
    return read(
      arg,
      to.map(() => constant(0)),
    );
  throw new CompilerBug(`a reshape of %${arg} that has no affine form and no memory`);
}
