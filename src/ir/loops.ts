// LoopProgram, the input of the targets with loop nests: kernels over flat buffers, each a nest of shared parallel loops with
// stages inside. All addresses are affine in the loops, so a target can tile, vectorise and split them. Only this program
// fixes the order of every sum.

import type { Span } from "../base/span.ts";
import type { ScalarName } from "./scalar/names.ts";
import type { DType } from "./types.ts";

/** A number, or the number of samples in the current batch, which is at most `batch`. */
export type Extent = number | { readonly batch: number };

export interface Loop {
  readonly name: string;
  readonly extent: Extent;
  /**
   * The loop takes one turn instead of all: the one that this i32 value names, or the nearest. Only stages `each` have such loops;
   * the value is computed where the loop opens. Whatever holds for all turns holds for it, so its addresses are affine too.
   */
  readonly at?: Expr;
}

/**
 * `offset + Σ stride · loop`: an index along an axis, elements into a buffer, or an integer value. A window, a stride, a dilation
 * and a padding are all of this form.
 */
export interface Address {
  readonly offset: number;
  readonly strides: Readonly<Record<string, number>>;
}

/** Holds while `0 <= index < size`. */
export interface Guard {
  readonly index: Address;
  readonly size: Extent;
}

export type Expr =
  | { readonly kind: "number"; readonly value: number }
  /** An element of a buffer, or `otherwise` if a guard fails. */
  | {
      readonly kind: "load";
      readonly buffer: string;
      readonly address: Address;
      readonly guards: readonly Guard[];
      readonly otherwise: number;
    }
  /** The value of an address as an integer: an index along an axis. */
  | { readonly kind: "index"; readonly address: Address }
  /** The number of samples of this batch times `factor`. */
  | { readonly kind: "batch"; readonly factor: number }
  /** A scalar function of ir/scalar.ts. */
  | { readonly kind: "apply"; readonly fn: ScalarName; readonly args: readonly Expr[] }
  /** Uniform in [0, 1): Threefry-2x32-20, key (seed, stream), counter (step, element). */
  | {
      readonly kind: "random";
      readonly seed: Expr;
      readonly step: Expr;
      readonly stream: number;
      readonly element: Address;
    }
  /** `value` if all guards hold, otherwise a number. */
  | { readonly kind: "guarded"; readonly guards: readonly Guard[]; readonly value: Expr; readonly otherwise: number }
  /** A value in scope that an earlier `let` or reduction of the same kernel bound. */
  | { readonly kind: "local"; readonly name: string };

/** `count` elements from `address` on, which uses the kernel's shared loops only. */
export interface Range {
  readonly address: Address;
  readonly count: number;
}

/** The store rounds it to the buffer's type. */
export interface Store {
  readonly buffer: string;
  readonly address: Address;
  readonly value: Expr;
  /** Adds to the element instead of replacing it, point by point in the order of the stage's loops. */
  readonly adds?: true;
}
export interface Let {
  readonly name: string;
  readonly dtype: DType;
  readonly value: Expr;
}

export type Stage =
  /** For each point of `loops`: bind `lets`, then store. */
  | {
      readonly kind: "each";
      readonly loops: readonly Loop[];
      readonly lets: readonly Let[];
      readonly stores: readonly Store[];
    }
  /**
   * For each point of `loops`: combine `term` over `over` (outermost first) into the local `result`, then bind `lets`
   * and store. With `chunk` loops (a prefix of `over`), each turn of them finishes its own sum, and the partial
   * sums are added in the order of the turns: a target may keep the running sum in memory between turns.
   * `arg_max` and `arg_min` bind the first index, counted over `over` in row-major order.
   * All lets and results of a stage without loops are visible to the kernel's later stages. All stores of a stage
   * follow all of its loads (point by point).
   */
  | {
      readonly kind: "reduce";
      readonly loops: readonly Loop[];
      readonly over: readonly Loop[];
      readonly chunk: number;
      readonly op: "sum" | "max" | "min" | "arg_max" | "arg_min";
      readonly term: Expr;
      readonly result: string;
      readonly lets: readonly Let[];
      readonly stores: readonly Store[];
    }
  /**
   * For each point of `loops`, a window: finds the first maximum of `term` over `over` in row-major order and adds
   * `value` to the element of `buffer` at `address`, which may use the loops of `over`. The `clear`
   * range is set to zero before the stage. With `op` sum, adds to every element of the window. Windows run in order.
   */
  | {
      readonly kind: "scatter";
      readonly op: "sum" | "max";
      readonly loops: readonly Loop[];
      readonly over: readonly Loop[];
      readonly term: Expr;
      readonly guards: readonly Guard[];
      readonly buffer: string;
      readonly address: Address;
      readonly value: Expr;
      readonly clear: Range;
    }
  /** Sets a range to a number. */
  | { readonly kind: "fill"; readonly buffer: string; readonly range: Range; readonly value: number };

export interface Kernel {
  readonly name: string;
  /** Shared by all stages, outermost first; turns are independent of each other. */
  readonly loops: readonly Loop[];
  readonly stages: readonly Stage[];
  readonly origins: readonly string[];
  readonly span?: Span;
  readonly flops: number;
  readonly bytes: number;
}

export interface Buffer {
  readonly name: string;
  readonly dtype: DType;
  /** The number of elements for the largest batch. */
  readonly length: number;
  /**
   * slot: lasts between calls. input: the caller fills it. output: the caller reads it. temporary: lasts for one call.
   * turn: lasts for one turn of the loops of the only kernel that uses it, so threads must not share it. const: holds `data`.
   */
  readonly role: "slot" | "input" | "output" | "temporary" | "turn" | "const";
  readonly data?: readonly number[];
  /** Its place in the arena, in bytes. */
  readonly offset: number;
}

/** Runs its steps a number of times, one turn after the other. */
export interface Repeat {
  readonly turns: number;
  /** Elements by which all accesses to a buffer move with each turn. The steps are written as they are in the first turn. */
  readonly moves: ReadonlyMap<string, number>;
  readonly steps: readonly Step[];
}
export type Step = Kernel | Repeat;

export interface LoopFunction {
  readonly name: string;
  /** In the order they run. */
  readonly steps: readonly Step[];
  readonly inputs: readonly { readonly name: string; readonly buffer: string }[];
  readonly outputs: readonly { readonly name: string; readonly buffer: string }[];
}

/** A slot as a named range of a slot buffer, in elements. A slot with parts appears only as its parts. */
export interface SlotPlace {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly role: "weight" | "state" | "optimizer" | "metric" | "counter";
  readonly buffer: string;
  readonly start: number;
}

export interface LoopProgram {
  readonly batch: number;
  readonly buffers: readonly Buffer[];
  readonly slots: readonly SlotPlace[];
  readonly functions: readonly LoopFunction[];
  /** The size of the whole arena in bytes. A trainer allocates it once. */
  readonly arenaBytes: number;
}
