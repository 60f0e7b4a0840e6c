// The graphs of the compiler: the closed union of primitives, and the calls and gradients that exist before expansion.
// They are plain immutable data. text.ts prints and parses them, verify.ts checks them, builder.ts builds them.

import type { Span } from "../base/span.ts";
import type { Address } from "./loops.ts";
import type { ScalarName } from "./scalar/names.ts";
import type { Size } from "./size.ts";
import type { TensorType } from "./types.ts";

export type { Address } from "./loops.ts";

export type ValueId = number;

/** One affine index for each axis of the tensor that a product reads or writes. */
export type Access = readonly Address[];

/** How a window moves along one axis. Axes without a window have size 1, stride 1, no padding. */
export interface WindowAxis {
  readonly size: number;
  readonly stride: number;
  readonly dilation: number;
  /** Elements of padding before and after: they never win a maximum and add nothing to a sum. */
  readonly before: number;
  readonly after: number;
}

export interface NamedLoop {
  readonly name: string;
  readonly extent: Size;
}

export type Prim =
  /** A tensor that the caller passes at each call: a column of the batch, a seed. */
  | { readonly kind: "input"; readonly name: string }
  /** The value of a slot (a weight, a moving statistic, an optimizer slot) when the program starts. */
  | { readonly kind: "param"; readonly slot: string }
  /** The same number everywhere, or one number for each element in row-major order. */
  | { readonly kind: "const"; readonly value: number | readonly number[] }
  /** The value of a size as an f32 scalar: the number of samples of this batch. */
  | { readonly kind: "size"; readonly size: Size }
  /** i32: the index along `axis`. */
  | { readonly kind: "iota"; readonly axis: number }
  /** f32 uniform in [0, 1): Threefry-2x32-20 with key (seed, stream) and counter (step, element). Never merged. */
  | { readonly kind: "random"; readonly seed: ValueId; readonly step: ValueId; readonly stream: number }
  /** A scalar function (scalar.ts) of the elements of equally shaped arguments. */
  | { readonly kind: "map"; readonly fn: ScalarName; readonly args: readonly ValueId[] }
  /** Combines elements along `axes` (ascending), which disappear. `max` and `min` share their gradient equally among ties. */
  | {
      readonly kind: "reduce";
      readonly op: "sum" | "max" | "min";
      readonly axes: readonly number[];
      readonly arg: ValueId;
    }
  /** i32: the first index of the extreme along `axis`, which disappears. */
  | { readonly kind: "arg_reduce"; readonly op: "max" | "min"; readonly axis: number; readonly arg: ValueId }
  /**
   * `out[out] += lhs[left] · rhs[right]` over all loops: a sum over each loop that is not in `out`. Reads out of range are
   * 0, and writes out of range are dropped. Elements that no loop writes come from `onto`, or are 0.
   */
  | {
      readonly kind: "contract";
      readonly loops: readonly NamedLoop[];
      readonly out: Access;
      readonly lhs: ValueId;
      readonly left: Access;
      readonly rhs: ValueId;
      readonly right: Access;
      readonly onto?: ValueId;
    }
  /** Combines each window; one WindowAxis for each axis of `arg`. The `sum` of a window of padding alone is 0. */
  | {
      readonly kind: "window_reduce";
      readonly op: "sum" | "max";
      readonly arg: ValueId;
      readonly window: readonly WindowAxis[];
    }
  /**
   * The adjoint of window_reduce: spreads `gradient` (the shape of the windows) over the shape of `arg`. For `max`
   * all of it goes to the first maximum of the window of `arg` in row-major order; for `sum` each element gets all of it.
   */
  | {
      readonly kind: "window_scatter";
      readonly op: "sum" | "max";
      readonly arg: ValueId;
      readonly gradient: ValueId;
      readonly window: readonly WindowAxis[];
    }
  /**
   * The rows of `arg` along `axis` that the i32 `indices` name. The first `batch` axes of both are the same axes; the other axes of
   * `indices` stand in place of `axis`. An index out of range names the nearest row.
   */
  | {
      readonly kind: "gather";
      readonly arg: ValueId;
      readonly indices: ValueId;
      readonly axis: number;
      readonly batch: number;
    }
  /** The adjoint of gather: adds each row of `updates` to zeros, at its index and in the order of the indices. */
  | {
      readonly kind: "scatter_add";
      readonly indices: ValueId;
      readonly updates: ValueId;
      readonly axis: number;
      readonly batch: number;
    }
  /** The same elements in row-major order under another shape. A leading batch axis stays. */
  | { readonly kind: "reshape"; readonly arg: ValueId }
  /** Axis `i` of the result is axis `permutation[i]` of the argument. */
  | { readonly kind: "transpose"; readonly arg: ValueId; readonly permutation: readonly number[] }
  /** Axis `i` of the argument becomes axis `axes[i]` (ascending) of the result and has its size, or 1. */
  | { readonly kind: "broadcast"; readonly arg: ValueId; readonly axes: readonly number[] }
  /** Every `strides[i]`-th element from `starts[i]` on; the type says how many. */
  | {
      readonly kind: "slice";
      readonly arg: ValueId;
      readonly starts: readonly number[];
      readonly strides: readonly number[];
    }
  /** Surrounds `arg` with `value`. Amounts are not negative. */
  | {
      readonly kind: "pad";
      readonly arg: ValueId;
      readonly before: readonly number[];
      readonly after: readonly number[];
      readonly value: number;
    }
  | { readonly kind: "concat"; readonly args: readonly ValueId[]; readonly axis: number }
  | Scan
  | Part;

/**
 * Runs `body` for the steps 0 to length - 1, or from the last to the first. Each step gets the carried values (at first `init`),
 * the slice of each of `over` along its first axis at the step, and `captures` as they are. Its results are the carried values
 * after the last step, and then, for each further output of the body, all steps' values along a new first axis.
 */
export interface Scan {
  readonly kind: "scan";
  readonly length: number;
  readonly reverse: boolean;
  readonly init: readonly ValueId[];
  readonly over: readonly ValueId[];
  readonly captures: readonly ValueId[];
  /**
   * A closed graph. Its inputs are named 0, 1 … in the order of these arguments; its outputs are the next carried values, and
   * then the values to stack. It draws no random numbers, and reads and updates no slots.
   */
  readonly body: PrimGraph;
}
/** A further result of the node `of`: `index` 1 is the first after its `type`. */
export interface Part {
  readonly kind: "part";
  readonly of: ValueId;
  readonly index: number;
}

export type PrimKind = Prim["kind"];
export type PrimOf<K extends PrimKind> = Extract<Prim, { readonly kind: K }>;

export type OptionValue =
  | number
  | boolean
  | string
  | undefined
  | readonly OptionValue[]
  | { readonly name: string; readonly options: OptionRecord };
export type OptionRecord = Readonly<Record<string, OptionValue>>;

/** One use of an operator of `src/ops`, with its weights as values and all its options set. */
export interface Call {
  readonly kind: "call";
  readonly op: string;
  readonly args: readonly ValueId[];
  readonly weights: readonly ValueId[];
  readonly options: OptionRecord;
  readonly training: boolean;
  /** The number of this use of its layer, from 0 (the default). Each use draws its own random numbers. */
  readonly use?: number;
  /** The name of the input that each argument is for, where the arguments are not simply the inputs in order. */
  readonly given?: readonly string[];
  /**
   * The call computes the mask of the result, not the result. The masks of the inputs at these places follow the inputs
   * among the arguments.
   */
  readonly mask?: readonly number[];
  /** The places of weights that training trains and this call replaces: its last results are their new values. */
  readonly assigns?: readonly number[];
}
/** The derivative of the scalar `of` with respect to `wrt`. */
export interface Gradient {
  readonly kind: "gradient";
  readonly of: ValueId;
  readonly wrt: ValueId;
}

/** All that a graph of operators may hold. */
export type Op = Prim | Call | Gradient;

/** `origin` is the path of the layer that a node came from (`conv2d_1`), or a part of the program: `loss`, `adam`. */
export type Node<N> = N & {
  readonly id: ValueId;
  /** The type of the result, or of the first of several. */
  readonly type: TensorType;
  /** The types of its further results, which `part` nodes name. */
  readonly more?: readonly TensorType[];
  readonly origin: string;
  readonly span?: Span;
};

export interface Named {
  readonly name: string;
  readonly value: ValueId;
}
export interface Update {
  readonly slot: string;
  readonly value: ValueId;
}
/** Nodes in topological order, ids unique and ascending. Updates take effect together when the program ends. */
export interface Graph<N> {
  readonly name: string;
  readonly nodes: readonly Node<N>[];
  readonly outputs: readonly Named[];
  readonly updates: readonly Update[];
}
export type OpNode = Node<Op>;
export type PrimNode = Node<Prim>;
export type OpGraph = Graph<Op>;
export type PrimGraph = Graph<Prim>;

/** Memory that outlives a call. A slot `within` another is a named part of it, `offset` elements from its start. */
export interface Slot {
  readonly name: string;
  readonly type: TensorType;
  readonly role: "weight" | "state" | "optimizer" | "metric" | "counter";
  readonly within?: { readonly slot: string; readonly offset: number };
}

/** Programs over the same slots: `initialize`, `train_step`, `evaluate`, `predict`, `metrics`. */
export interface Module<N> {
  readonly slots: readonly Slot[];
  readonly programs: readonly Graph<N>[];
}
