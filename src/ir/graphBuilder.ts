// Builds primitive nodes and infers their types. Arithmetic broadcasts as in NumPy (axes aligned at the right, 1 against
// anything); the graph holds each broadcast as a node.

import { CompilerBug } from "../base/compilerBug.ts";
import type { Span } from "../base/span.ts";
import type { Builder, Value } from "./builder.ts";
import type { Node, Prim, ValueId, WindowAxis } from "./graph.ts";
import { scalarFunction } from "./scalar.ts";
import { addSizes, ceilDivide, product, type Size, sameSize } from "./size.ts";
import { sameShape, type TensorType, tensor } from "./types.ts";

/** Whether no two windows share an element. */
export const areDisjoint = (window: readonly WindowAxis[]): boolean =>
  window.every(({ size, stride, dilation }) => stride > (size - 1) * dilation);

/** The size of an axis after a window has moved along it. */
export function windowedSize(size: Size, window: WindowAxis): Size {
  if (window.size === 1 && window.stride === 1 && window.before === 0 && window.after === 0) return size;
  const reach = (window.size - 1) * window.dilation + 1;
  return ceilDivide(addSizes(size, window.before + window.after - reach + 1), window.stride);
}

/** The shape that both broadcast to, as in NumPy; undefined if they do not fit. */
export function broadcastShapes(a: readonly Size[], b: readonly Size[]): readonly Size[] | undefined {
  const rank = Math.max(a.length, b.length);
  const shape: Size[] = [];
  for (let i = 0; i < rank; i++) {
    const x = a[a.length - rank + i] ?? 1;
    const y = b[b.length - rank + i] ?? 1;
    if (sameSize(x, y) || y === 1) shape.push(x);
    else if (x === 1) shape.push(y);
    else return undefined;
  }
  return shape;
}

function bug(message: string): never {
  throw new CompilerBug(`${message}`);
}

type Push = Builder["push"];

const sizeOf = (x: Value, axis: number): Size => x.type.shape[axis] ?? bug(`no axis ${axis}`);

/** Axes counted from the start, in ascending order. */
const positions = (x: Value, axes: readonly number[]): readonly number[] =>
  axes.map((axis) => (axis < 0 ? axis + x.type.shape.length : axis)).sort((a, b) => a - b);

/** Nodes without arguments that hold a value. */
const leaves = (push: Push) =>
  ({
    constant: (value, type = tensor("f32")) => push({ kind: "const", value }, type),
    input: (name, type) => push({ kind: "input", name }, type),
    param: (slot, type) => push({ kind: "param", slot }, type),
    size: (size) => push({ kind: "size", size }, tensor("f32")),
    iota: (type, axis) => push({ kind: "iota", axis }, type),
    random: (type, seed, step, stream) => push({ kind: "random", seed: seed.id, step: step.id, stream }, type),
  }) satisfies Partial<Builder>;

/** Nodes that only move elements. A move that changes nothing makes no node. */
function movements(push: Push) {
  const broadcast: Builder["broadcast"] = (x, shape, axes) =>
    sameShape(x.type.shape, shape) ? x : push({ kind: "broadcast", arg: x.id, axes }, { dtype: x.type.dtype, shape });
  return {
    broadcast,
    broadcastTo: (x, shape) =>
      broadcast(
        x,
        shape,
        x.type.shape.map((_, i) => i + shape.length - x.type.shape.length),
      ),
    reshape: (x, shape) =>
      sameShape(x.type.shape, shape) ? x : push({ kind: "reshape", arg: x.id }, { dtype: x.type.dtype, shape }),
    transpose(x, permutation) {
      if (permutation.every((axis, i) => axis === i)) return x;
      return push(
        { kind: "transpose", arg: x.id, permutation },
        { dtype: x.type.dtype, shape: permutation.map((axis) => sizeOf(x, axis)) },
      );
    },
    slice(x, starts, shape, strides = starts.map(() => 1)) {
      if (sameShape(x.type.shape, shape) && starts.every((start) => start === 0)) return x;
      return push({ kind: "slice", arg: x.id, starts, strides }, { dtype: x.type.dtype, shape });
    },
    pad(x, before, after, value = 0) {
      if ([...before, ...after].every((amount) => amount === 0)) return x;
      const shape = x.type.shape.map((size, i) => addSizes(size, (before[i] ?? 0) + (after[i] ?? 0)));
      return push({ kind: "pad", arg: x.id, before, after, value }, { dtype: x.type.dtype, shape });
    },
    concat(xs, axis) {
      const first = xs[0] ?? bug("concat of nothing");
      if (xs.length === 1) return first;
      const shape = first.type.shape.map((size, i) =>
        i === axis ? xs.reduce<Size>((sum, x) => addSizes(sum, sizeOf(x, axis)), 0) : size,
      );
      return push({ kind: "concat", args: xs.map((x) => x.id), axis }, { dtype: first.type.dtype, shape });
    },
  } satisfies Partial<Builder>;
}

/** Scalar functions over arguments that are broadcast to one shape. */
function arithmetic(push: Push, { broadcastTo }: Pick<Builder, "broadcastTo">) {
  const map: Builder["map"] = (fn, ...operands) => {
    const definition = scalarFunction(fn);
    const values = operands.map((x) => (typeof x === "number" ? undefined : x));
    const known = values.find((x) => x !== undefined);
    let shape: readonly Size[] = known?.type.shape ?? [];
    for (const value of values)
      if (value !== undefined)
        shape = broadcastShapes(shape, value.type.shape) ?? bug(`${fn} of shapes that do not broadcast`);
    // A number takes the type of the tensor beside it, so that i32 stays i32.
    const dtypeOfNumbers = values.findLast((x) => x !== undefined && x.type.dtype !== "bool")?.type.dtype ?? "f32";
    const args = operands.map((x) =>
      typeof x === "number"
        ? push({ kind: "const", value: x }, { dtype: dtypeOfNumbers, shape })
        : broadcastTo(x, shape),
    );
    const dtype = definition.result(args.map((x) => x.type.dtype));
    return push({ kind: "map", fn, args: args.map((x) => x.id) }, { dtype, shape });
  };
  return {
    map,
    add: (a, b) => map("add", a, b),
    sub: (a, b) => map("sub", a, b),
    mul: (a, b) => map("mul", a, b),
    div: (a, b) => map("div", a, b),
    select: (condition, a, b) => map("select", condition, a, b),
    cast: (x, dtype) => (x.type.dtype === dtype ? x : map(dtype, x)),
  } satisfies Partial<Builder>;
}

/** Combinations of elements along axes. */
function reductions(push: Push, { reshape, div, size }: Pick<Builder, "reshape" | "div" | "size">) {
  const reduce: Builder["reduce"] = (op, x, axes, keep = false) => {
    const gone = positions(x, axes);
    if (gone.length === 0) return x;
    const shape = x.type.shape.filter((_, i) => !gone.includes(i));
    const result = push({ kind: "reduce", op, axes: gone, arg: x.id }, { dtype: x.type.dtype, shape });
    if (!keep) return result;
    const kept = x.type.shape.map((size, i) => (gone.includes(i) ? 1 : size));
    return reshape(result, kept);
  };
  return {
    reduce,
    sum: (x, axes, keep) => reduce("sum", x, axes, keep),
    max: (x, axes, keep) => reduce("max", x, axes, keep),
    mean(x, axes, keep) {
      const count = product(positions(x, axes).map((axis) => sizeOf(x, axis)));
      return div(reduce("sum", x, axes, keep), typeof count === "number" ? count : size(count));
    },
    argReduce(op, x, axis) {
      const at = axis < 0 ? axis + x.type.shape.length : axis;
      const shape = x.type.shape.filter((_, i) => i !== at);
      return push({ kind: "arg_reduce", op, axis: at, arg: x.id }, tensor("i32", ...shape));
    },
  } satisfies Partial<Builder>;
}

/** Sums of products. */
function contractions(push: Push) {
  const contract: Builder["contract"] = ({ loops, shape, out, lhs, left, rhs, right, onto }) => {
    const prim: Prim = {
      kind: "contract",
      loops,
      out,
      lhs: lhs.id,
      left,
      rhs: rhs.id,
      right,
      ...(onto === undefined ? {} : { onto: onto.id }),
    };
    return push(prim, tensor("f32", ...shape));
  };
  return {
    contract,
    dot(x, w) {
      const rank = x.type.shape.length;
      const outer = x.type.shape.slice(0, -1);
      const names = outer.map((_, i) => `i${i}`);
      const at = (name: string) => ({ offset: 0, strides: { [name]: 1 } });
      const units = sizeOf(w, 1);
      return contract({
        loops: [
          ...outer.map((size, i) => ({ name: `i${i}`, extent: size })),
          { name: "u", extent: units },
          { name: "k", extent: sizeOf(x, rank - 1) },
        ],
        shape: [...outer, units],
        out: [...names.map(at), at("u")],
        lhs: x,
        left: [...names.map(at), at("k")],
        rhs: w,
        right: [at("k"), at("u")],
      });
    },
  } satisfies Partial<Builder>;
}

/** Moving windows, and their adjoint. */
const windows = (push: Push) =>
  ({
    windowReduce(op, x, window) {
      const shape = x.type.shape.map((size, i) => windowedSize(size, window[i] ?? bug("a window for each axis")));
      return push({ kind: "window_reduce", op, arg: x.id, window }, { dtype: x.type.dtype, shape });
    },
    windowScatter: (op, x, gradient, window) =>
      push({ kind: "window_scatter", op, arg: x.id, gradient: gradient.id, window }, x.type),
  }) satisfies Partial<Builder>;

/** The layer or part of the program that a node comes from, and its place in the text. */
export interface Place {
  readonly origin: string;
  readonly span?: Span | undefined;
}

/** A builder whose nodes come from the place that `place` names at the time: one serves all nodes of a pass. */
export function movingBuilder(emit: (node: Omit<Node<Prim>, "id">) => ValueId, place: () => Place): Builder {
  const push = (prim: Prim, type: TensorType): Value => {
    const { origin, span } = place();
    const node = { ...prim, type, origin, ...(span === undefined ? {} : { span }) };
    return { id: emit(node as Omit<Node<Prim>, "id">), type };
  };
  const parts = { ...leaves(push), ...movements(push), ...contractions(push), ...windows(push) };
  const scalars = arithmetic(push, parts);
  return {
    get origin() {
      return place().origin;
    },
    withOrigin: (name, span) => graphBuilder(emit, name, span ?? place().span),
    push,
    ...parts,
    ...scalars,
    ...reductions(push, { ...parts, ...scalars }),
  };
}

/** A builder that hands each new node to `emit`, which returns the node's id. */
export function graphBuilder(emit: (node: Omit<Node<Prim>, "id">) => ValueId, origin = "", span?: Span): Builder {
  const place: Place = { origin, span };
  return movingBuilder(emit, () => place);
}
