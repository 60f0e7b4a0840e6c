import { defineFunction } from "../definition.ts";
import { numberOf } from "../options.ts";
import { segmentInputs, segmentOptions, segmentsIn, segmentsType } from "../segments.ts";

export const segmentSum = defineFunction({
  name: "segment_sum",
  summary: "Adds the rows of each segment, in each sample. A segment without rows is 0.",
  inputs: segmentInputs,
  output: "[num_segments, ...]",
  options: segmentOptions,
  positional: ["num_segments"],
  shape: segmentsType,
  expand(g, { inputs, options }) {
    const { data, ids, rows, shared } = segmentsIn(inputs);
    const count = numberOf(options, "num_segments");
    const { shape } = data.type;
    const places = [...(shared === 0 ? [] : [0]), rows];
    const inside = g.map("and", g.map("ge", ids, 0), g.map("lt", ids, count));
    const kept = g.select(g.broadcast(inside, shape, places), data, 0);
    return { output: g.scatterAdd(shape.with(rows, count), ids, kept, rows, shared) };
  },
  examples: [{ nn: "segment_sum(3)", type: "f32[4, 2], i32[4] -> f32[3, 2]" }],
  source: "https://keras.io/api/ops/core/#segmentsum-function",
});
