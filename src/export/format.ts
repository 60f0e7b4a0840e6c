// What a file format for trained models is given, and what it gives back. It does not know files, nor how weights came by.

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
  /** The program `predict`, of primitives, with products as they were written. */
  readonly graph: PrimGraph;
  /** By the names of the slots that the program reads. */
  readonly weights: ReadonlyMap<string, WeightValues>;
  /** In the model's order; the graph may read fewer. */
  readonly inputs: readonly { readonly name: string; readonly type: TensorType }[];
  /** What is known of where it comes from: texts by name. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** A value that a format has no form for. */
export interface Unexportable {
  /** Of the layer in the program. */
  readonly span?: Span;
  /** `random numbers` */
  readonly what: string;
}

/** The files by their names, or what keeps the model from being exported. */
export type Exported =
  | { readonly files: ReadonlyMap<string, string | Uint8Array> }
  | { readonly unexportable: Unexportable };
