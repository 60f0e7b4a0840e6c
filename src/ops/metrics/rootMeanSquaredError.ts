import { defineMetric } from "../definition.ts";
import { numbersOf } from "../loss.ts";
import { meanMetric } from "../metric.ts";

export const rootMeanSquaredError = defineMetric({
  ...meanMetric(
    (g, call) => {
      const { prediction, target } = numbersOf(g, call.prediction, call.target);
      return g.map("square", g.sub(prediction, target));
    },
    { finish: (g, mean) => g.map("sqrt", mean) },
  ),
  name: "root_mean_squared_error",
  aliases: ["rmse", "RMSE"],
  summary: "The root of the mean of the squared differences.",
  options: {},
  positional: [],
  higherIsBetter: false,
  fits: "numbers",
  source: "https://keras.io/api/metrics/regression_metrics/",
});
