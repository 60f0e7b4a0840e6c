// The interface for building values: operators, gradients and passes write mathematics with it. The builder in
// graphBuilder.ts gives nodes their types.

import type { Span } from "../base/span.ts";
import type { Access, NamedLoop, Prim, ValueId, WindowAxis } from "./graph.ts";
import type { ScalarName } from "./scalar/names.ts";
import type { Size } from "./size.ts";
import type { DType, TensorType } from "./types.ts";

export interface Value {
  readonly id: ValueId;
  readonly type: TensorType;
}

export type Operand = Value | number;

/** The values of a loop: those carried from step to step, and others. */
export interface ScanResults {
  readonly carried: readonly Value[];
  /** In a step, its own values; after the loop, those of all steps along a new first axis. */
  readonly stacked: readonly Value[];
}

export interface ScanSpec {
  readonly length: number;
  /** From the last step to the first. */
  readonly reverse?: boolean;
  /** The carried values before the first step. */
  readonly init: readonly Value[];
  /** Values with the steps along their first axis. */
  readonly over?: readonly Value[];
  /** Values that every step reads whole. A step can read no other value from outside. */
  readonly captures?: readonly Value[];
  step(
    g: Builder,
    given: {
      readonly carried: readonly Value[];
      readonly slices: readonly Value[];
      readonly captures: readonly Value[];
    },
  ): ScanResults;
}

export interface Builder {
  /** The layer or part of the program that new nodes come from. */
  readonly origin: string;
  withOrigin(origin: string, span?: Span): Builder;
  add(a: Operand, b: Operand): Value;
  sub(a: Operand, b: Operand): Value;
  mul(a: Operand, b: Operand): Value;
  div(a: Operand, b: Operand): Value;
  /** Applies the scalar function `fn` to arguments broadcast to one shape. */
  map(fn: ScalarName, ...args: readonly Operand[]): Value;
  /** `condition ? a : b`, element by element. */
  select(condition: Value, a: Operand, b: Operand): Value;
  cast(x: Value, dtype: DType): Value;
  constant(value: number | readonly number[], type?: TensorType): Value;
  input(name: string, type: TensorType): Value;
  param(slot: string, type: TensorType): Value;
  size(size: Size): Value;
  iota(type: TensorType, axis: number): Value;
  random(type: TensorType, seed: Value, step: Value, stream: number): Value;
  /** Negative axes count from the end. With `keep` the axes stay with size 1. */
  reduce(op: "sum" | "max" | "min", x: Value, axes: readonly number[], keep?: boolean): Value;
  sum(x: Value, axes: readonly number[], keep?: boolean): Value;
  mean(x: Value, axes: readonly number[], keep?: boolean): Value;
  max(x: Value, axes: readonly number[], keep?: boolean): Value;
  argReduce(op: "max" | "min", x: Value, axis: number): Value;
  /** The result has the shape `shape`; `out` says where each product is added. */
  contract(spec: {
    readonly loops: readonly NamedLoop[];
    readonly shape: readonly Size[];
    readonly out: Access;
    readonly lhs: Value;
    readonly left: Access;
    readonly rhs: Value;
    readonly right: Access;
    readonly onto?: Value;
  }): Value;
  /** `x[..., k] · w[k, u] → [..., u]`. */
  dot(x: Value, w: Value): Value;
  windowReduce(op: "sum" | "max", x: Value, window: readonly WindowAxis[]): Value;
  windowScatter(op: "sum" | "max", x: Value, gradient: Value, window: readonly WindowAxis[]): Value;
  /** The rows of `x` along `axis` at i32 `indices`. The first `batch` axes of both are the same axes. */
  gather(x: Value, indices: Value, axis: number, batch?: number): Value;
  /** Adds the rows of `updates` to zeros of the shape `shape`: the adjoint of `gather`. */
  scatterAdd(shape: readonly Size[], indices: Value, updates: Value, axis: number, batch?: number): Value;
  reshape(x: Value, shape: readonly Size[]): Value;
  transpose(x: Value, permutation: readonly number[]): Value;
  broadcast(x: Value, shape: readonly Size[], axes: readonly number[]): Value;
  /** Broadcasts like NumPy: axes aligned at the right. */
  broadcastTo(x: Value, shape: readonly Size[]): Value;
  slice(x: Value, starts: readonly number[], shape: readonly Size[], strides?: readonly number[]): Value;
  pad(x: Value, before: readonly number[], after: readonly number[], value?: number): Value;
  concat(xs: readonly Value[], axis: number): Value;
  scan(spec: ScanSpec): ScanResults;
  /** Adds any node as it is; `more` has the types of its results after the first. */
  push(prim: Prim, type: TensorType, more?: readonly TensorType[]): Value;
}
