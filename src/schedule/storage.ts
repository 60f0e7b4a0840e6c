// Where values lie, and how an element of a value is read: buffers and strides for what is stored, an expression for
// what is not.

import { CompilerBug } from "../base/compilerBug.ts";
import { constant, flatten, plus } from "../ir/address.ts";
import type { PrimNode, ValueId } from "../ir/graph.ts";
import type { Address, Expr, Guard } from "../ir/loops.ts";
import { scalarFunction } from "../ir/scalar.ts";
import { BATCH, type Size } from "../ir/size.ts";
import { extents, rowMajorStrides } from "../ir/types.ts";
import type { Uses } from "./materialize.ts";
import { type Coordinates, reshapeCoordinates } from "./reshape.ts";
import { asStored } from "./rounding.ts";

/** A value's elements in a buffer: element `i` lies at `offset + Σ i · strides`. */
export interface Storage {
  readonly buffer: string;
  readonly offset: number;
  readonly strides: readonly number[];
}

export interface Reader {
  /** The element of `id` at `coordinates`, one affine coordinate for each axis. */
  read(id: ValueId, coordinates: Coordinates): Expr;
  /** The same, computed even where the value has a buffer: what its own loop nest stores. */
  compute(id: ValueId, coordinates: Coordinates): Expr;
  sizes(id: ValueId): readonly number[];
  shape(id: ValueId): readonly Size[];
}

const isRowMajor = (storage: Storage, sizes: readonly number[]): boolean => {
  const wanted = rowMajorStrides(sizes);
  return sizes.every((size, i) => size === 1 || storage.strides[i] === wanted[i]);
};

/** How many samples a size is, as an expression. */
function sizeExpr(size: Size): Expr {
  if (typeof size === "number") return { kind: "number", value: size };
  const [term, more] = size.terms;
  if (term === undefined || more !== undefined || term.atoms.length !== 1 || term.atoms[0] !== BATCH)
    throw new CompilerBug("a size that is not a multiple of the batch");
  return { kind: "batch", factor: term.factor };
}

export function reader(uses: Uses, batch: number, storageOf: (id: ValueId) => Storage | undefined): Reader {
  const sizes = (id: ValueId): readonly number[] => extents(uses.node(id).type.shape, batch);
  const memo = new Map<string, Expr>();

  const read = (id: ValueId, coordinates: Coordinates): Expr => {
    const key = `${id}|${coordinates.map((c) => `${c.offset}${JSON.stringify(c.strides)}`).join("|")}`;
    let expr = memo.get(key);
    if (expr === undefined) {
      expr = lookUp(id, coordinates);
      memo.set(key, expr);
    }
    return expr;
  };

  const lookUp = (id: ValueId, coordinates: Coordinates): Expr => {
    const storage = storageOf(id);
    if (storage === undefined) return compute(id, coordinates);
    const address = flatten(coordinates, storage.strides, storage.offset);
    return { kind: "load", buffer: storage.buffer, address, guards: [], otherwise: 0 };
  };

  const compute = (id: ValueId, coordinates: Coordinates): Expr => {
    const node: PrimNode = uses.node(id);
    switch (node.kind) {
      case "const":
        if (typeof node.value === "number") return { kind: "number", value: node.value };
        break;
      case "size":
        return sizeExpr(node.size);
      case "iota":
        return { kind: "index", address: coordinates[node.axis] ?? constant(0) };
      case "random":
        return {
          kind: "random",
          seed: read(node.seed, []),
          step: read(node.step, []),
          stream: node.stream,
          element: flatten(coordinates, rowMajorStrides(sizes(id))),
        };
      case "map":
        return {
          kind: "apply",
          fn: node.fn,
          args: node.args.map((arg) => {
            const value = read(arg, coordinates);
            return scalarFunction(node.fn).jumps === true ? asStored(value, uses.node(arg).type.dtype) : value;
          }),
        };
      case "broadcast": {
        const from = sizes(node.arg);
        return read(
          node.arg,
          node.axes.map((axis, i) => (from[i] === 1 ? constant(0) : (coordinates[axis] ?? constant(0)))),
        );
      }
      case "transpose": {
        const inner: Address[] = [];
        node.permutation.forEach((from, i) => {
          inner[from] = coordinates[i] ?? constant(0);
        });
        return read(node.arg, inner);
      }
      case "slice":
        return read(
          node.arg,
          coordinates.map((c, i) => plus(constant(node.starts[i] ?? 0), c, node.strides[i] ?? 1)),
        );
      case "reshape":
        return readReshaped(node.arg, coordinates, sizes(id));
      case "pad": {
        const inner = coordinates.map((c, i) => plus(c, constant(-(node.before[i] ?? 0))));
        const from = sizes(node.arg);
        const guards: Guard[] = [];
        inner.forEach((index, i) => {
          if ((node.before[i] ?? 0) === 0 && (node.after[i] ?? 0) === 0) return;
          guards.push({ index, size: from[i] ?? 1 });
        });
        return guard(read(node.arg, inner), guards, node.value);
      }
      default:
        break;
    }
    throw new CompilerBug(`%${id} (${node.kind}) has no buffer`);
  };

  const readReshaped = (arg: ValueId, coordinates: Coordinates, from: readonly number[]): Expr => {
    const to = sizes(arg);
    const inner = reshapeCoordinates(coordinates, from, to);
    if (inner !== undefined) return read(arg, inner);
    const storage = storageOf(arg);
    if (storage !== undefined && isRowMajor(storage, to)) {
      const address = flatten(coordinates, rowMajorStrides(from), storage.offset);
      return { kind: "load", buffer: storage.buffer, address, guards: [], otherwise: 0 };
    }
    const node = uses.node(arg);
    // A reshape of a constant, or of a reshape: the elements do not move.
    if (node.kind === "const" || node.kind === "size")
      return read(
        arg,
        to.map(() => constant(0)),
      );
    if (node.kind === "reshape") return readReshaped(node.arg, coordinates, from);
    if (node.kind === "broadcast") {
      const inside = uses.node(node.arg);
      if (inside.kind === "const" || inside.kind === "size") return read(node.arg, []);
    }
    throw new CompilerBug(`a reshape of %${arg} that has no affine form and no memory`);
  };

  return { read, compute, sizes, shape: (id) => uses.node(id).type.shape };
}

/** `value` behind guards; a load takes them on itself. */
export function guard(value: Expr, guards: readonly Guard[], otherwise: number): Expr {
  if (guards.length === 0) return value;
  if (value.kind === "load" && (value.guards.length === 0 || value.otherwise === otherwise))
    return { ...value, guards: [...guards, ...value.guards], otherwise };
  return { kind: "guarded", guards, value, otherwise };
}
