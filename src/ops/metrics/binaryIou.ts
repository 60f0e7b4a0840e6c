import { countPairs, MATRIX, matrixState, meanOverlap, targetClassIds } from "../confusionMatrix.ts";
import { defineMetric } from "../definition.ts";
import { numbersOf } from "../loss.ts";
import { stateOf } from "../metric.ts";
import { numberOf, numberOption, numbers } from "../options.ts";

export const binaryIou = defineMetric({
  name: "binary_iou",
  aliases: ["BinaryIoU", "binary_io_u"],
  summary: "The mean intersection over union of no (class 0) and yes (class 1), TP / (TP + FP + FN).",
  options: {
    target_class_ids: {
      ...targetClassIds,
      type: { kind: "numbers", whole: true, min: 0, max: 1 },
      required: false,
      default: [0, 1],
    },
    threshold: numberOption(0.5, "Predictions from it on are a yes."),
  },
  positional: [],
  problem: (options) =>
    numbers(options, "target_class_ids").length === 0
      ? { option: "target_class_ids", message: "it is empty" }
      : undefined,
  state: () => matrixState(2),
  update(g, call) {
    const { prediction, target } = numbersOf(g, call.prediction, call.target);
    const answer = g.cast(g.map("ge", prediction, numberOf(call.options, "threshold")), "i32");
    const added = countPairs(g, { answer, truth: g.cast(target, "i32") }, 2, call.weight);
    return { [MATRIX]: g.add(stateOf(call.state, MATRIX), added) };
  },
  result: (g, state, options) => meanOverlap(g, state, numbers(options, "target_class_ids")),
  higherIsBetter: true,
  fits: "numbers",
  source: "https://keras.io/api/metrics/segmentation_metrics/#binaryiou-class",
});
