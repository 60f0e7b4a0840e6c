import { everyClass, numClasses, overlapMetric, overlapOptions } from "../confusionMatrix.ts";
import { defineMetric } from "../definition.ts";

export const oneHotMeanIou = defineMetric({
  ...overlapMetric(everyClass),
  name: "one_hot_mean_iou",
  aliases: ["OneHotMeanIoU", "one_hot_mean_io_u"],
  summary: "The mean intersection over union of all classes; targets are rows with a 1 at the class.",
  options: {
    num_classes: numClasses,
    ...overlapOptions,
    sparse_y_pred: { ...overlapOptions.sparse_y_pred, default: false },
  },
  positional: ["num_classes"],
  higherIsBetter: true,
  fits: "unchecked",
  source: "https://keras.io/api/metrics/segmentation_metrics/",
});
