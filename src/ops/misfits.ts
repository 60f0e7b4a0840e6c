// How a definition says that options do not go with each other, or with what they are about.

import type { OptionRecord } from "../ir/graph.ts";
import type { Size } from "../ir/size.ts";
import type { TensorType } from "../ir/types.ts";

/** Finds a fault in options that are right one by one; undefined if there is none. */
export type OptionsProblem = (
  options: OptionRecord,
) => { readonly option: string; readonly message: string } | undefined;

/** Finds an option that does not go with the types of prediction and target, which include the batch axis. */
export type ScoreMisfit = (
  prediction: TensorType,
  target: TensorType,
  options: OptionRecord,
) => { readonly option: string; readonly message: string } | undefined;

/** Tells why a definition does not take values of this shape, which leaves out the batch; undefined if it does. */
export type ShapeMisfit = (shape: readonly Size[], options: OptionRecord) => string | undefined;
