// Segments: rows of data that carry the number of their segment, for the functions `segment_sum` and `segment_max`. Each sample
// has segments of its own.

import { CompilerBug } from "../base/compilerBug.ts";
import type { Value } from "../ir/builder.ts";
import type { OptionRecord } from "../ir/graph.ts";
import { sameSize } from "../ir/size.ts";
import type { TensorType } from "../ir/types.ts";
import { bad, type Checked, type OptionDef, ok } from "./definition.ts";
import { samplesOf } from "./indices.ts";
import { numberOf } from "./options.ts";
import { isBatched } from "./shape.ts";

export const segmentOptions = {
  num_segments: {
    type: { kind: "int", min: 1 },
    required: true,
    doc: "The number of segments. Rows with another number belong to none.",
  },
  sorted: {
    type: { kind: "bool" },
    default: false,
    doc: "Whether the numbers ascend. The result is the same.",
  },
} as const satisfies Readonly<Record<string, OptionDef>>;

export const segmentInputs = [
  { name: "data", shape: "[n, ...]" },
  { name: "segment_ids", shape: "[n]" },
];

/** The type of the segments: those of `data` with `num_segments` in place of the rows. */
export function segmentsType([data, ids]: readonly TensorType[], options: OptionRecord): Checked<TensorType> {
  if (data === undefined || ids === undefined) return bad({ problem: "inputs", expected: "two", actual: 1 });
  if (data.dtype !== "f32") return bad({ problem: "dtype", input: 0, expected: ["f32"] });
  if (ids.dtype !== "i32") return bad({ problem: "dtype", input: 1, expected: ["i32"] });
  const { samples, own } = samplesOf(data);
  const [rows] = own;
  if (rows === undefined) return bad({ problem: "rank", input: 0, expected: [1], expectedText: "[n, ...]" });
  const numbers = samplesOf(ids);
  if (numbers.own.length !== 1 || (isBatched(ids) && !isBatched(data)))
    return bad({ problem: "rank", input: 1, expected: [1], expectedText: "[n]" });
  const [count = 1] = numbers.own;
  if (!sameSize(count, rows))
    return bad({
      problem: "size",
      input: 1,
      axis: ids.shape.length - 1,
      expected: rows,
      actual: count,
      why: "the rows of the data",
    });
  return ok({ dtype: "f32", shape: [...samples, numberOf(options, "num_segments"), ...own.slice(1)] });
}

/** The data, the numbers of segments, and the place of the axis of rows in each. */
export function segmentsIn([data, ids]: readonly Value[]) {
  if (data === undefined || ids === undefined) throw new CompilerBug("segments of nothing");
  return { data, ids, rows: samplesOf(data.type).samples.length, shared: samplesOf(ids.type).samples.length };
}
