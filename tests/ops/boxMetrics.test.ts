// Scores of boxes. Expected numbers are those of pycocotools 2.0's COCOeval on the same boxes.

import { expect, test } from "vitest";
import { type Column, metricOver } from "../support/metrics.ts";

type Rows = readonly (readonly number[])[];
const rowsOf = (rows: Rows, samples: number): Column => ({
  dtype: "f32",
  shape: [rows.length / samples, rows[0]!.length],
  values: rows.flat(),
});

const cases = [
  {
    options: { num_classes: 4, box_format: "xyxy", iou_thresholds: [0.3, 0.75] },
    samples: 2,
    found: [
      [0.1875, 0.15625, 0.4375, 0.1875, -1, 0.1975],
      [0.53125, 0.28125, 0.828125, 0.3125, 0, 0.6405],
      [0.34375, 0.5625, 0.5, 0.828125, 2, 0.9345],
      [0.40625, 0.578125, 0.578125, 0.84375, 2, 0.6105],
    ],
    truth: [
      [0.53125, 0.296875, 0.859375, 0.328125, 0],
      [0.390625, 0.53125, 0.546875, 0.796875, 2],
    ],
    expected: 0.49999999999999994,
  },
  {
    options: { num_classes: 4, box_format: "center_xywh", max_detections: 2, iou_thresholds: 0.5 },
    samples: 3,
    found: [
      [0.5703125, 0.6171875, 0.234375, 0.328125, 2, 0.4555],
      [0.546875, 0.6953125, 0.25, 0.328125, 2, 0.6685],
      [0.0546875, 0.6171875, 0.109375, 0.078125, 1, 0.4295],
      [0.3671875, 0.21875, 0.359375, 0.21875, 2, 0.2705],
      [0.4453125, 0.65625, 0.234375, 0.1875, 0, 0.2425],
      [0.421875, 0.75, 0.21875, 0.1875, 0, 0.0525],
      [0.4296875, 0.671875, 0.234375, 0.1875, 3, 0.2755],
      [0.1484375, 0.7109375, 0.265625, 0.328125, 2, 0.9215],
      [0.4453125, 0.4375, 0.296875, 0.28125, 1, 0.1305],
      [0.375, 0.390625, 0.25, 0.28125, 1, 0.7005],
      [0.671875, 0.0703125, 0.28125, 0.140625, 2, 0.5255],
      [0.4296875, 0.421875, 0.265625, 0.28125, 1, 0.5745],
    ],
    truth: [
      [0.53125, 0.6484375, 0.25, 0.328125, 2],
      [0.4765625, 0.703125, 0.265625, 0.1875, 0],
      [0.4453125, 0.4375, 0.296875, 0.28125, 1],
    ],
    expected: 0.3333333333333333,
  },
];

test.each(cases)("mean_average_precision($options)", ({ options, samples, found, truth, expected }) => {
  const whole = { prediction: rowsOf(found, samples), target: rowsOf(truth, samples) };
  expect(metricOver("mean_average_precision", options, [whole])[0]).toBeCloseTo(expected, 12);
  // A set in several batches has the score of the set, not a mean of theirs.
  const each = Array.from({ length: samples }, (_, i) => {
    const part = (rows: Rows): Column =>
      rowsOf(rows.slice((i * rows.length) / samples, ((i + 1) * rows.length) / samples), 1);
    return { prediction: part(found), target: part(truth) };
  });
  expect(metricOver("mean_average_precision", options, each)[0]).toBeCloseTo(expected, 12);
});

test("of detections that share a bucket none is surer than the others", () => {
  const box = [0, 0, 1, 1, 0];
  const at = (score: number, x: number): readonly number[] => [x, 0, x + 1, 1, 0, score];
  const score = (found: Rows, buckets: number): number | undefined =>
    metricOver("mean_average_precision", { num_classes: 1, iou_thresholds: [0.5], num_buckets: buckets }, [
      { prediction: rowsOf(found, 1), target: rowsOf([box], 1) },
    ])[0];
  const found = [at(0.92, 0), at(0.91, 5)];
  expect(score(found, 1000)).toBe(1);
  expect(score(found, 10)).toBe(0.5);
});

test("without a box to find the score is 0", () => {
  const none = { prediction: rowsOf([[0, 0, 1, 1, 0, 0.9]], 1), target: rowsOf([[0, 0, 0, 0, -1]], 1) };
  expect(metricOver("mean_average_precision", { num_classes: 2 }, [none])).toEqual([0]);
});
