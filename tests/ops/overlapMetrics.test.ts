// Which targets of the metrics about intersections of classes are indices, and which are rows.

import { expect, test } from "vitest";
import { type Column, metricOver } from "../support/metrics.ts";

const column = (dtype: Column["dtype"], shape: readonly number[], values: readonly number[]): Column => ({
  dtype,
  shape,
  values,
});
const options = { num_classes: 2, target_class_ids: [0, 1], sparse_y_pred: false };

test("a column of numbers is a row of one class, as Keras has it", () => {
  const prediction = column("f32", [2, 1], [0.2, 0.9]);
  const target = column("f32", [2, 1], [1, 1]);
  // Both classes are 0: the largest of one number.
  expect(metricOver("one_hot_iou", options, [{ prediction, target }])[0]).toBeCloseTo(1, 6);
  const given = { ...options, sparse_y_true: false };
  expect(metricOver("iou", given, [{ prediction, target }])[0]).toBeCloseTo(1, 6);
});

test("a column of classes holds indices, and so does one that the options call so", () => {
  const prediction = column("f32", [2, 1], [0.2, 0.9]);
  const classes = column("i32", [2, 1], [1, 0]);
  expect(metricOver("one_hot_iou", options, [{ prediction, target: classes }])[0]).toBeCloseTo(0.25, 6);
  const numbers = column("f32", [2, 1], [1, 0]);
  const given = { ...options, sparse_y_true: true };
  expect(metricOver("iou", given, [{ prediction, target: numbers }])[0]).toBeCloseTo(0.25, 6);
});
