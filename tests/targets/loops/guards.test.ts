// The ends of a guard that every target tests.

import { expect, test } from "vitest";
import type { Extent } from "../../../src/ir/loops.ts";
import { openEnds } from "../../../src/targets/loops/guards.ts";

const extents = new Map<string, Extent>([
  ["i", 10],
  ["n", { batch: 32 }],
]);
const ends = (strides: Readonly<Record<string, number>>, offset: number, size: Extent) =>
  openEnds({ index: { offset, strides }, size }, extents);

test.each([
  ["inside", { i: 1 }, 0, 10, { low: false, high: false }],
  ["before", { i: 1 }, -1, 10, { low: true, high: false }],
  ["after", { i: 1 }, 1, 10, { low: false, high: true }],
  ["backward", { i: -1 }, 9, 10, { low: false, high: false }],
  ["backward beyond 0", { i: -1 }, 8, 10, { low: true, high: false }],
  ["wide steps", { i: 2 }, 0, 18, { low: false, high: true }],
] as const)("%s", (_, strides, offset, size, expected) => {
  expect(ends(strides, offset, size)).toEqual(expected);
});

test("the size of the batch is known only while it runs", () => {
  expect(ends({ n: 1 }, 0, extents.get("n") ?? 1)).toEqual({ low: false, high: true });
});
