import { defineLayer, ok } from "../definition.ts";
import { inputOf } from "../layer.ts";
import { numberOf } from "../options.ts";
import { factorOption } from "../penalty.ts";
import { andThen, oneInput } from "../shape.ts";

export const activityRegularization = defineLayer({
  name: "ActivityRegularization",
  summary: "Passes its input on, and adds a penalty on its size to the loss, divided by the number of samples.",
  inputs: [{ name: "x", shape: "[...]" }],
  output: "[...]",
  options: {
    l1: factorOption(0, "The factor of the sum of sizes."),
    l2: factorOption(0, "The factor of the sum of squares."),
  },
  positional: ["l1", "l2"],
  elementwise: true,
  activity: (options) => ({ name: "l1_l2", options: { l1: numberOf(options, "l1"), l2: numberOf(options, "l2") } }),
  shape: (inputs) => andThen(oneInput(inputs, { atLeast: 0, text: "[...]" }), ok),
  expand: (_, call) => ({ output: inputOf(call) }),
  examples: [{ nn: "ActivityRegularization(l1: 0.01, l2: 0.1)", type: "f32[3, 2] -> f32[3, 2]" }],
  source: "https://keras.io/api/layers/regularization_layers/activity_regularization/",
});
