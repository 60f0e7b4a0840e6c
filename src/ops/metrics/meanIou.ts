import { everyClass, numClasses, overlapMetric, overlapOptions, sparseTruth } from "../confusionMatrix.ts";
import { defineMetric } from "../definition.ts";

export const meanIou = defineMetric({
  ...overlapMetric(everyClass),
  name: "mean_iou",
  aliases: ["MeanIoU", "mean_io_u"],
  summary: "The mean intersection over union of all classes that occur, TP / (TP + FP + FN).",
  options: {
    num_classes: numClasses,
    sparse_y_true: sparseTruth,
    ...overlapOptions,
  },
  positional: ["num_classes"],
  higherIsBetter: true,
  fits: "unchecked",
  source: "https://keras.io/api/metrics/segmentation_metrics/",
});
