// Builds primitive nodes and infers their types. Arithmetic broadcasts as in NumPy (axes aligned at the right, 1 against
// anything); the graph holds each broadcast as a node.

import { CompilerBug } from "../base/compilerBug.ts";
import type { Span } from "../base/span.ts";
import type { Builder, Operand, ScanResults, ScanSpec, Value } from "./builder.ts";
import type { Node, Prim, ValueId, WindowAxis } from "./graph.ts";
import type { ScalarName } from "./scalar/names.ts";
import { scalarFunction } from "./scalar.ts";
import { addSizes, ceilDivide, product, type Size, sameSize } from "./size.ts";
import { type DType, sameShape, type TensorType, tensor } from "./types.ts";

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

/** The shape of the rows of `arg` that `indices` name along `axis`: the result of gather. */
export const gatheredShape = (
  arg: readonly Size[],
  indices: readonly Size[],
  axis: number,
  batch: number,
): readonly Size[] => [...arg.slice(0, axis), ...indices.slice(batch), ...arg.slice(axis + 1)];

function bug(message: string): never {
  throw new CompilerBug(`${message}`);
}

const sizeOf = (x: Value, axis: number): Size => x.type.shape[axis] ?? bug(`no axis ${axis}`);

/** Axes counted from the start, in ascending order. */
const positions = (x: Value, axes: readonly number[]): readonly number[] =>
  axes.map((axis) => (axis < 0 ? axis + x.type.shape.length : axis)).sort((a, b) => a - b);

/** The layer or part of the program that a node comes from, and its place in the text. */
export interface Place {
  readonly origin: string;
  readonly span?: Span | undefined;
}

type Emit = (node: Omit<Node<Prim>, "id">) => ValueId;

/** A class, because a program has a builder for each of its layers: one is cheap to make. */
class GraphBuilder implements Builder {
  readonly #emit: Emit;
  readonly #place: () => Place;

  constructor(emit: Emit, place: () => Place) {
    this.#emit = emit;
    this.#place = place;
  }

  get origin(): string {
    return this.#place().origin;
  }

  withOrigin(origin: string, span?: Span): Builder {
    return graphBuilder(this.#emit, origin, span ?? this.#place().span);
  }

  push(prim: Prim, type: TensorType, more?: readonly TensorType[]): Value {
    const { origin, span } = this.#place();
    const others = more === undefined || more.length === 0 ? {} : { more };
    const node = { ...prim, type, ...others, origin, ...(span === undefined ? {} : { span }) };
    return { id: this.#emit(node as Omit<Node<Prim>, "id">), type };
  }

  // Nodes with several results.

  /** All results of a node: it has the first type, and a part each of the others. */
  #results(prim: Prim, types: readonly TensorType[]): readonly Value[] {
    const [type, ...more] = types;
    if (type === undefined) bug("a node without results");
    const first = this.push(prim, type, more);
    return [first, ...more.map((other, i) => this.push({ kind: "part", of: first.id, index: i + 1 }, other))];
  }

  scan({ length, reverse = false, init, over = [], captures = [], step }: ScanSpec): ScanResults {
    const nodes: Node<Prim>[] = [];
    const { origin, span } = this.#place();
    const inside = graphBuilder(
      (node) => {
        nodes.push({ ...node, id: nodes.length } as Node<Prim>);
        return nodes.length - 1;
      },
      origin,
      span,
    );
    let count = 0;
    const given = ({ dtype, shape }: TensorType): Value => inside.input(String(count++), { dtype, shape });
    const carried = init.map(({ type }) => given(type));
    const slices = over.map(({ type }) => given({ dtype: type.dtype, shape: type.shape.slice(1) }));
    const made = step(inside, { carried, slices, captures: captures.map(({ type }) => given(type)) });
    const results = [...made.carried, ...made.stacked];
    const body = {
      name: "body",
      nodes,
      outputs: results.map(({ id }, i) => ({ name: String(i), value: id })),
      updates: [],
    };
    const ids = (values: readonly Value[]): readonly ValueId[] => values.map(({ id }) => id);
    const outside = this.#results(
      { kind: "scan", length, reverse, init: ids(init), over: ids(over), captures: ids(captures), body },
      [
        ...made.carried.map(({ type }) => type),
        ...made.stacked.map(({ type }) => tensor(type.dtype, length, ...type.shape)),
      ],
    );
    return { carried: outside.slice(0, init.length), stacked: outside.slice(init.length) };
  }

  // Nodes without arguments that hold a value.

  constant(value: number | readonly number[], type: TensorType = tensor("f32")): Value {
    return this.push({ kind: "const", value }, type);
  }

  input(name: string, type: TensorType): Value {
    return this.push({ kind: "input", name }, type);
  }

  param(slot: string, type: TensorType): Value {
    return this.push({ kind: "param", slot }, type);
  }

  size(size: Size): Value {
    return this.push({ kind: "size", size }, tensor("f32"));
  }

  iota(type: TensorType, axis: number): Value {
    return this.push({ kind: "iota", axis }, type);
  }

  random(type: TensorType, seed: Value, step: Value, stream: number): Value {
    return this.push({ kind: "random", seed: seed.id, step: step.id, stream }, type);
  }

  // Nodes that only move elements. A move that changes nothing makes no node.

  broadcast(x: Value, shape: readonly Size[], axes: readonly number[]): Value {
    if (sameShape(x.type.shape, shape)) return x;
    return this.push({ kind: "broadcast", arg: x.id, axes }, { dtype: x.type.dtype, shape });
  }

  broadcastTo(x: Value, shape: readonly Size[]): Value {
    if (sameShape(x.type.shape, shape)) return x;
    const axes = x.type.shape.map((_, i) => i + shape.length - x.type.shape.length);
    return this.broadcast(x, shape, axes);
  }

  reshape(x: Value, shape: readonly Size[]): Value {
    if (sameShape(x.type.shape, shape)) return x;
    return this.push({ kind: "reshape", arg: x.id }, { dtype: x.type.dtype, shape });
  }

  transpose(x: Value, permutation: readonly number[]): Value {
    if (permutation.every((axis, i) => axis === i)) return x;
    const shape = permutation.map((axis) => sizeOf(x, axis));
    return this.push({ kind: "transpose", arg: x.id, permutation }, { dtype: x.type.dtype, shape });
  }

  slice(
    x: Value,
    starts: readonly number[],
    shape: readonly Size[],
    strides: readonly number[] = starts.map(() => 1),
  ): Value {
    if (sameShape(x.type.shape, shape) && starts.every((start) => start === 0)) return x;
    return this.push({ kind: "slice", arg: x.id, starts, strides }, { dtype: x.type.dtype, shape });
  }

  pad(x: Value, before: readonly number[], after: readonly number[], value = 0): Value {
    if ([...before, ...after].every((amount) => amount === 0)) return x;
    const shape = x.type.shape.map((size, i) => addSizes(size, (before[i] ?? 0) + (after[i] ?? 0)));
    return this.push({ kind: "pad", arg: x.id, before, after, value }, { dtype: x.type.dtype, shape });
  }

  concat(xs: readonly Value[], axis: number): Value {
    const first = xs[0] ?? bug("concat of nothing");
    if (xs.length === 1) return first;
    const shape = first.type.shape.map((size, i) =>
      i === axis ? xs.reduce<Size>((sum, x) => addSizes(sum, sizeOf(x, axis)), 0) : size,
    );
    return this.push({ kind: "concat", args: xs.map((x) => x.id), axis }, { dtype: first.type.dtype, shape });
  }

  // Scalar functions over arguments that are broadcast to one shape.

  map(fn: ScalarName, ...operands: readonly Operand[]): Value {
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
        ? this.push({ kind: "const", value: x }, { dtype: dtypeOfNumbers, shape })
        : this.broadcastTo(x, shape),
    );
    const dtype = definition.result(args.map((x) => x.type.dtype));
    return this.push({ kind: "map", fn, args: args.map((x) => x.id) }, { dtype, shape });
  }

  add(a: Operand, b: Operand): Value {
    return this.map("add", a, b);
  }

  sub(a: Operand, b: Operand): Value {
    return this.map("sub", a, b);
  }

  mul(a: Operand, b: Operand): Value {
    return this.map("mul", a, b);
  }

  div(a: Operand, b: Operand): Value {
    return this.map("div", a, b);
  }

  select(condition: Value, a: Operand, b: Operand): Value {
    return this.map("select", condition, a, b);
  }

  cast(x: Value, dtype: DType): Value {
    return x.type.dtype === dtype ? x : this.map(dtype, x);
  }

  // Combinations of elements along axes.

  reduce(op: "sum" | "max" | "min", x: Value, axes: readonly number[], keep = false): Value {
    const gone = positions(x, axes);
    if (gone.length === 0) return x;
    const shape = x.type.shape.filter((_, i) => !gone.includes(i));
    const result = this.push({ kind: "reduce", op, axes: gone, arg: x.id }, { dtype: x.type.dtype, shape });
    if (!keep) return result;
    return this.reshape(
      result,
      x.type.shape.map((size, i) => (gone.includes(i) ? 1 : size)),
    );
  }

  sum(x: Value, axes: readonly number[], keep = false): Value {
    return this.reduce("sum", x, axes, keep);
  }

  max(x: Value, axes: readonly number[], keep = false): Value {
    return this.reduce("max", x, axes, keep);
  }

  mean(x: Value, axes: readonly number[], keep = false): Value {
    const count = product(positions(x, axes).map((axis) => sizeOf(x, axis)));
    return this.div(this.reduce("sum", x, axes, keep), typeof count === "number" ? count : this.size(count));
  }

  argReduce(op: "max" | "min", x: Value, axis: number): Value {
    const at = axis < 0 ? axis + x.type.shape.length : axis;
    const shape = x.type.shape.filter((_, i) => i !== at);
    return this.push({ kind: "arg_reduce", op, axis: at, arg: x.id }, tensor("i32", ...shape));
  }

  // Sums of products.

  contract({ loops, shape, out, lhs, left, rhs, right, onto }: Parameters<Builder["contract"]>[0]): Value {
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
    return this.push(prim, tensor("f32", ...shape));
  }

  dot(x: Value, w: Value): Value {
    const rank = x.type.shape.length;
    const outer = x.type.shape.slice(0, -1);
    const names = outer.map((_, i) => `i${i}`);
    const at = (name: string) => ({ offset: 0, strides: { [name]: 1 } });
    const units = sizeOf(w, 1);
    return this.contract({
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
  }

  // Rows at indices that are values, and their adjoint.

  gather(x: Value, indices: Value, axis: number, batch = 0): Value {
    const shape = gatheredShape(x.type.shape, indices.type.shape, axis, batch);
    const prim: Prim = { kind: "gather", arg: x.id, indices: indices.id, axis, batch };
    return this.push(prim, { dtype: x.type.dtype, shape });
  }

  scatterAdd(shape: readonly Size[], indices: Value, updates: Value, axis: number, batch = 0): Value {
    const prim: Prim = { kind: "scatter_add", indices: indices.id, updates: updates.id, axis, batch };
    return this.push(prim, tensor("f32", ...shape));
  }

  // Moving windows, and their adjoint.

  windowReduce(op: "sum" | "max", x: Value, window: readonly WindowAxis[]): Value {
    const shape = x.type.shape.map((size, i) => windowedSize(size, window[i] ?? bug("a window for each axis")));
    return this.push({ kind: "window_reduce", op, arg: x.id, window }, { dtype: x.type.dtype, shape });
  }

  windowScatter(op: "sum" | "max", x: Value, gradient: Value, window: readonly WindowAxis[]): Value {
    return this.push({ kind: "window_scatter", op, arg: x.id, gradient: gradient.id, window }, x.type);
  }
}

/** A builder whose nodes come from the place that `place` names at the time: one serves all nodes of a pass. */
export const movingBuilder = (emit: Emit, place: () => Place): Builder => new GraphBuilder(emit, place);

/** A builder that hands each new node to `emit`, which returns the node's id. */
export function graphBuilder(emit: Emit, origin = "", span?: Span): Builder {
  const place: Place = { origin, span };
  return movingBuilder(emit, () => place);
}
