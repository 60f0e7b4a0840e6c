import type { Value } from "../../ir/builder.ts";
import { bad, defineLayer, ok } from "../definition.ts";
import { inputOf } from "../layer.ts";
import { alignedMask, maskProblem, sequenceMask } from "../mask.ts";
import { flag } from "../options.ts";
import { globalPooling } from "../pooling.ts";
import { andThen } from "../shape.ts";

const pooling = globalPooling(1, "average");

export const globalAveragePooling1D = defineLayer({
  ...pooling,
  name: "GlobalAveragePooling1D",
  aliases: ["GlobalAvgPool1D"],
  summary: "Takes the mean of each channel over the whole sequence; with a mask, over the steps that count.",
  inputs: [...pooling.inputs, sequenceMask("x")],
  shape: ([x, ...masks], options) =>
    andThen(pooling.shape(x === undefined ? [] : [x], options), (made) => {
      const [mask] = masks;
      const problem = x === undefined || mask === undefined ? undefined : maskProblem(x, mask, 1);
      return problem === undefined ? ok(made) : bad(problem);
    }),
  expand(g, call) {
    const [mask] = call.given("mask");
    if (mask === undefined) return pooling.expand(g, call);
    const x = inputOf(call);
    const holds = alignedMask(g, mask, x);
    const sum = (value: Value): Value => g.sum(value, [1], flag(call.options, "keepdims"));
    return { output: g.div(sum(g.select(holds, x, 0)), sum(g.cast(holds, "f32"))) };
  },
  examples: [
    { nn: "GlobalAveragePooling1D()", type: "f32[9, 2] -> f32[2]" },
    { nn: "GlobalAveragePooling1D(keepdims: true)", type: "f32[9, 2] -> f32[1, 2]" },
    { nn: "GlobalAveragePooling1D()", type: "f32[9, 2], mask: bool[9] -> f32[2]" },
  ],
  source: "https://keras.io/api/layers/pooling_layers/global_average_pooling1d/",
});
