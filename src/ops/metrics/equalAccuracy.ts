import { defineMetric } from "../definition.ts";
import { numbersOf } from "../loss.ts";
import { meanMetric } from "../metric.ts";

/** Keras's class of this name, which is not its string `accuracy`. */
export const equalAccuracy = defineMetric({
  ...meanMetric((g, call) => {
    const { prediction, target } = numbersOf(g, call.prediction, call.target);
    return g.cast(g.map("eq", prediction, target), "f32");
  }),
  name: "equal_accuracy",
  aliases: ["Accuracy"],
  summary:
    "How often a prediction is exactly its target: Keras's class `Accuracy`. Its string, `accuracy`, is for classes.",
  options: {},
  positional: [],
  higherIsBetter: true,
  fits: "numbers",
  source: "https://keras.io/api/metrics/accuracy_metrics/#accuracy-class",
});
