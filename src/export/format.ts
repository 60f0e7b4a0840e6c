// The contract of a file format for trained models. It does not know files, nor where weights come from.

import type { Span } from "../base/span.ts";
import type { PrimGraph } from "../ir/graph.ts";
import type { TensorType } from "../ir/types.ts";

/** The numbers of a weight or statistic, with one type for each array. */
export interface WeightValues {
  readonly shape: readonly number[];
  readonly values: Float32Array | Int32Array;
}

/** A trained model: how it computes its outputs, and its weights. */
export interface TrainedModel {
  /** The program `predict`, in primitives, with products as the program has them. */
  readonly graph: PrimGraph;
  /** Keyed by the names of the slots that the program reads. */
  readonly weights: ReadonlyMap<string, WeightValues>;
  /** In the model's order; the graph may read fewer. */
  readonly inputs: readonly { readonly name: string; readonly type: TensorType }[];
  /** Known facts about its origin: texts by name. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** The most nodes of a loop, in all its steps together, that is written out: no format has loops of its own. */
export const MOST_UNROLLED = 20_000;

/** A value that the format cannot hold. */
export interface Unexportable {
  /** The layer's name in the program. */
  readonly span?: Span;
  /** `random numbers` */
  readonly what: string;
}

/** Returns the files by their names, or the value that the format cannot hold. */
export type Exported =
  | { readonly files: ReadonlyMap<string, string | Uint8Array> }
  | { readonly unexportable: Unexportable };
