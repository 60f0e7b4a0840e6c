// The weights of samples in losses and metrics: a field, or the number of each sample's class.

import { CompilerBug } from "../base/compilerBug.ts";
import type { CheckedTraining } from "../check/model.ts";
import type { Value } from "../ir/builder.ts";
import type { Draft } from "../ir/draft.ts";
import { tensor } from "../ir/types.ts";

/** Returns the weights of the samples for an output, f32; undefined if all count alike. */
export function sampleWeights(
  d: Draft,
  { weighting }: CheckedTraining,
  fields: ReadonlyMap<string, Value>,
  output: string,
): Value | undefined {
  if (weighting === undefined) return undefined;
  if (weighting.kind === "classes" && weighting.output !== output) return undefined;
  const value = fields.get(weighting.kind === "field" ? weighting.field : weighting.target);
  if (value === undefined) throw new CompilerBug("weights of samples without a value");
  if (weighting.kind === "field") return value;
  const g = d.g.withOrigin("class_weight");
  const table = g.constant(weighting.weights, tensor("f32", weighting.weights.length));
  // Of a row for each class, the largest number tells the class, as in Keras.
  const isRow = value.type.dtype === "f32" && value.type.shape.length === 2;
  return g.gather(table, isRow ? g.argReduce("max", value, 1) : g.cast(value, "i32"), 0);
}
