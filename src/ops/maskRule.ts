// What a definition says of the masks that travel with values: which steps count.

import type { Builder, Value } from "../ir/builder.ts";
import type { OptionRecord } from "../ir/graph.ts";
import type { TensorType } from "../ir/types.ts";

/** A call as the rule of its mask sees it. */
export interface MaskCall<T> {
  readonly inputs: readonly T[];
  /** The mask that each input carries: bool, of the shape of its first axes. */
  readonly carried: readonly (T | undefined)[];
  readonly options: OptionRecord;
}
/** Computes the mask of a result. */
export interface MaskMaker {
  /** Returns the type of the mask; undefined if the result carries none. */
  type(call: MaskCall<TensorType>): TensorType | undefined;
  expand(g: Builder, call: MaskCall<Value>): Value;
}
/**
 * `passes`: the result carries the mask that the input `mask` gets, or the one that the first input carries. `from`: it
 * carries the mask that the input of this name gets.
 */
export type MaskRule = "passes" | { readonly from: string } | MaskMaker;
