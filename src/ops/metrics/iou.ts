import {
  idsProblem,
  numClasses,
  overlapMetric,
  overlapOptions,
  sparseTruth,
  targetClassIds,
} from "../confusionMatrix.ts";
import { defineMetric } from "../definition.ts";
import { numbers } from "../options.ts";

export const iou = defineMetric({
  ...overlapMetric((options) => numbers(options, "target_class_ids")),
  name: "iou",
  aliases: ["IoU", "io_u"],
  summary: "The mean intersection over union of some classes, TP / (TP + FP + FN), over those that occur.",
  options: {
    num_classes: numClasses,
    target_class_ids: targetClassIds,
    sparse_y_true: sparseTruth,
    ...overlapOptions,
  },
  positional: ["num_classes"],
  problem: idsProblem,
  higherIsBetter: true,
  fits: "unchecked",
  source: "https://keras.io/api/metrics/segmentation_metrics/",
});
