// Tables of constants as text: they read back exactly, and a pattern is as long for many numbers as for few.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { setRepeating } from "../../src/runtime/core/repeats.ts";
import { repeating } from "../../src/targets/constants.ts";

const readBack = (values: readonly number[]): readonly number[] => {
  const to = new Float32Array(values.length);
  setRepeating(to, repeating(values));
  return [...to];
};

test("what repeats is written once", () => {
  expect(repeating([1, 2, 2, 2, 2, 2, 2, 3])).toEqual([1, 2, [1, 5], 3]);
  expect(repeating([1, 2, 3, 1, 2, 3])).toEqual([1, 2, 3, 1, 2, 3]);
});
test("any numbers read back", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 80 }), (values) => {
      expect(readBack(values)).toEqual(values);
    }),
  );
  expect(readBack([-0, 0, -0, -0, -0, -0, -0, 0])).toEqual([-0, 0, -0, -0, -0, -0, -0, 0]);
});

/** How many elements a window of 3 × 3 covers at each place of a picture. */
const counts = (size: number): readonly number[] => {
  const axis = Array.from({ length: size }, (_, i) => (i === 0 || i === size - 1 ? 2 : 3));
  return axis.flatMap((a) => axis.map((b) => a * b));
};
describe.each([8, 512])("the counts of windows over %i × %i", (size) => {
  test("read back", () => expect(readBack(counts(size))).toEqual(counts(size)));
  test("are a few parts", () => expect(repeating(counts(size)).length).toBeLessThan(16));
});
