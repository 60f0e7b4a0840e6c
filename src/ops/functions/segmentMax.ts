import { defineFunction } from "../definition.ts";
import { LARGEST } from "../elementwise.ts";
import { numberOf } from "../options.ts";
import { segmentInputs, segmentOptions, segmentsIn, segmentsType } from "../segments.ts";

/** The lowest finite number: the maximum of nothing, as in TensorFlow. */
const lowest = -LARGEST;

export const segmentMax = defineFunction({
  name: "segment_max",
  summary: "The largest elements of the rows of each segment. A segment without rows is the lowest number, -3.4e38.",
  inputs: segmentInputs,
  output: "[num_segments, ...]",
  options: segmentOptions,
  positional: ["num_segments"],
  shape: segmentsType,
  expand(g, { inputs, options }) {
    const { data, ids, rows, shared } = segmentsIn(inputs);
    const count = numberOf(options, "num_segments");
    // Each row once for each segment: [..., segments, rows, ...].
    const shape = data.type.shape.toSpliced(rows, 0, count);
    const all = shape.map((_, axis) => axis);
    const wide = g.broadcast(
      data,
      shape,
      all.filter((axis) => axis !== rows),
    );
    const numbers = g.broadcast(ids, shape, [...(shared === 0 ? [] : [0]), rows + 1]);
    const own = g.map("eq", numbers, g.iota({ dtype: "i32", shape }, rows));
    return { output: g.max(g.select(own, wide, lowest), [rows + 1]) };
  },
  examples: [{ nn: "segment_max(1)", type: "f32[24, 2], i32[24] -> f32[1, 2]" }],
  source: "https://keras.io/api/ops/core/#segmentmax-function",
});
