import { idsProblem, numClasses, overlapMetric, overlapOptions, targetClassIds } from "../confusionMatrix.ts";
import { defineMetric } from "../definition.ts";
import { numbers } from "../options.ts";

export const oneHotIou = defineMetric({
  ...overlapMetric((options) => numbers(options, "target_class_ids")),
  name: "one_hot_iou",
  aliases: ["OneHotIoU", "one_hot_io_u"],
  summary: "The mean intersection over union of some classes; targets are rows with a 1 at the class.",
  options: {
    num_classes: numClasses,
    target_class_ids: targetClassIds,
    ...overlapOptions,
    sparse_y_pred: { ...overlapOptions.sparse_y_pred, default: false },
  },
  positional: ["num_classes"],
  problem: idsProblem,
  higherIsBetter: true,
  fits: "unchecked",
  source: "https://keras.io/api/metrics/segmentation_metrics/",
});
