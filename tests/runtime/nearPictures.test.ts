// Pictures of different parts that are almost the same are found, others are not.

import { describe, expect, it } from "vitest";
import { dataReport } from "../../src/runtime/core/data/dataReport.ts";
import type { DataPlan } from "../../src/runtime/core/data/plan.ts";

const [side, channels] = [32, 3];
const size = side * side * channels;

/** A picture of soft spots, always the same for the same number. */
function picture(seed: number): Uint8Array {
  let state = seed * 7919 + 1;
  const drawn = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const spots = Array.from({ length: 12 }, () => [drawn() * side, drawn() * side, 2 + 5 * drawn(), 2 * drawn() - 1]);
  return Uint8Array.from({ length: size }, (_, i) => {
    const place = Math.floor(i / channels);
    const [y, x] = [Math.floor(place / side), place % side];
    const sum = spots.reduce(
      (total, [a = 0, b = 0, wide = 1, strength = 0]) =>
        total + strength * Math.exp(-((y - a) ** 2 + (x - b) ** 2) / (2 * wide * wide)),
      0,
    );
    return Math.max(0, Math.min(255, Math.round(128 + 90 * sum)));
  });
}

const plan: DataPlan = {
  ...{ file: "p.nn", dataset: "P", seed: 0, source: { name: "images", options: { file: "p" } } },
  columns: [{ name: "pixels", dtype: "u8", shape: [side, side, channels] }],
  fields: [{ name: "picture", role: "input", from: ["pixels"], numbers: true }],
  split: { train: 0.5, validation: 0, test: 0.5, order: "order" },
};

/** What a check finds where the second half of the pictures is to test with. */
function near(pictures: readonly Uint8Array[]) {
  const pixels = new Uint8Array(pictures.length * size);
  for (const [i, one] of pictures.entries()) pixels.set(one, i * size);
  const train = { count: pictures.length, columns: { pixels }, place: (row: number) => `${row}.png` };
  return dataReport(plan, { train }).findings.filter(({ kind }) => kind === "near" || kind === "leak");
}

const own = Array.from({ length: 40 }, (_, i) => picture(i));
const others = Array.from({ length: 40 }, (_, i) => picture(1000 + i));
const changed = (change: (value: number, i: number) => number) => (one: Uint8Array) =>
  Uint8Array.from(one, (value, i) => Math.max(0, Math.min(255, Math.round(change(value, i)))));

/** The picture at half its size, and large again. */
const small = (one: Uint8Array): Uint8Array =>
  Uint8Array.from(one, (_, i) => {
    const [place, channel] = [Math.floor(i / channels), i % channels];
    const [top, left] = [Math.floor(place / side / 2) * 2, Math.floor((place % side) / 2) * 2];
    const at = (y: number, x: number): number => one[(y * side + x) * channels + channel] as number;
    return Math.round((at(top, left) + at(top, left + 1) + at(top + 1, left) + at(top + 1, left + 1)) / 4);
  });

describe("pictures that are almost the same", () => {
  it.each<[string, (one: Uint8Array) => Uint8Array]>([
    ["darker", changed((value) => 0.8 * value + 10)],
    ["with less contrast", changed((value) => 0.6 * value + 50)],
    ["of lower quality", changed((value, i) => value + ((i * 2654435761) % 7) - 3)],
    ["smaller", small],
  ])("%s are found", (_, change) => {
    const [found, ...more] = near([...own, ...others.slice(0, 35), ...own.slice(0, 5).map(change)]);
    expect(more).toEqual([]);
    expect(found).toMatchObject({ level: "warning", kind: "near" });
    expect(found?.message).toBe(
      "5 pictures of the test part are almost the same as one of the training part: 12.5 % of it",
    );
    expect(found?.places?.[0]).toBe("75.png  ≈  0.png");
  });

  it("others are not, nor mirrored ones", () => {
    expect(near([...own, ...others])).toEqual([]);
    const mirrored = own.map((one) =>
      one.map((_, i) => {
        const [place, channel] = [Math.floor(i / channels), i % channels];
        const [y, x] = [Math.floor(place / side), place % side];
        return one[(y * side + side - 1 - x) * channels + channel] as number;
      }),
    );
    expect(near([...own, ...mirrored])).toEqual([]);
  });

  it("the same ones are a leak, and told once; those without contrast tell nothing", () => {
    expect(near([...own, ...others.slice(0, 39), own[3] as Uint8Array]).map(({ kind }) => kind)).toEqual(["leak"]);
    const grey = (level: number) => new Uint8Array(size).fill(level);
    const flat = [...own.slice(0, 36), ...[1, 2, 3, 4].map(grey), ...others.slice(0, 36), ...[5, 6, 7, 8].map(grey)];
    expect(near(flat)).toEqual([]);
  });
});
