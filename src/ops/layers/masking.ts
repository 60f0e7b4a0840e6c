import type { Builder, Value } from "../../ir/builder.ts";
import type { OptionRecord } from "../../ir/graph.ts";
import { defineLayer, type MaskMaker } from "../definition.ts";
import { inputOf } from "../layer.ts";
import { alignedMask, anyAlongLast } from "../mask.ts";
import { numberOf } from "../options.ts";
import { oneInput } from "../shape.ts";

const holds = (g: Builder, x: Value, options: OptionRecord): Value =>
  anyAlongLast(g, g.map("ne", x, numberOf(options, "mask_value")));

const made: MaskMaker = {
  type: ({ inputs: [x] }) => (x === undefined ? undefined : { dtype: "bool", shape: x.shape.slice(0, -1) }),
  expand: (g, { inputs, options }) => holds(g, inputOf({ inputs }), options),
};

export const masking = defineLayer({
  name: "Masking",
  summary: "Masks the steps whose elements all are `mask_value`: the result carries a mask, and is 0 there.",
  inputs: [{ name: "x", shape: "[time, ...]" }],
  output: "[time, ...]",
  options: {
    mask_value: { type: { kind: "float" }, default: 0, doc: "The value of all elements of a step that is left out." },
  },
  positional: ["mask_value"],
  masks: () => made,
  shape: (inputs) => oneInput(inputs, { atLeast: 1, text: "[time, ...]" }),
  expand(g, call) {
    const x = inputOf(call);
    return { output: g.select(alignedMask(g, holds(g, x, call.options), x), x, 0) };
  },
  examples: [{ nn: "Masking(0.5)", type: "f32[4, 3] -> f32[4, 3]" }],
  source: "https://keras.io/api/layers/core_layers/masking/",
});
