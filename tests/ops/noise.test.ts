// Layers that draw random numbers while training: the share and size of the disturbance, and which elements share it.

import { describe, expect, test } from "vitest";
import type { Builder, Value } from "../../src/ir/builder.ts";
import type { Node, OptionRecord, Prim } from "../../src/ir/graph.ts";
import { graphBuilder } from "../../src/ir/graphBuilder.ts";
import { batchSize } from "../../src/ir/size.ts";
import { tensor } from "../../src/ir/types.ts";
import { callContext } from "../../src/ops/call.ts";
import { withDefaults } from "../../src/ops/options.ts";
import { findOperator } from "../../src/ops/registry.ts";
import { evaluate } from "../../src/reference/evaluate.ts";

const SAMPLES = 50;

/** What a layer makes of `SAMPLES` samples, all of `value`. */
function disturbed(name: string, given: OptionRecord, shape: readonly number[], value = 1, training = true): number[] {
  const operator = findOperator(name)!;
  const nodes: Node<Prim>[] = [];
  const g: Builder = graphBuilder((node) => nodes.push({ ...node, id: nodes.length } as Node<Prim>) - 1);
  const counter = (): Value => g.constant(7, tensor("i32"));
  const inputs = [g.input("x", tensor("f32", batchSize, ...shape))];
  const made = operator.expand(g, {
    inputs,
    ...callContext(operator, inputs),
    weights: {},
    options: withDefaults(operator.options, given),
    training,
    seed: counter(),
    step: counter(),
    stream: 1,
  });
  const outputs = [{ name: "y", value: made.output.id }];
  const graph = { name: "test", nodes, outputs, updates: [] };
  const x = new Float64Array(shape.reduce((a, b) => a * b, SAMPLES)).fill(value);
  return [...evaluate(graph, { batch: SAMPLES, inputs: new Map([["x", x]]), slots: new Map() }).outputs.get("y")!];
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const deviation = (values: readonly number[]): number => {
  const m = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - m) ** 2)));
};

/** Whether all elements of each sample of shape [rows, columns] are those of its first row. */
const rowsEqual = (y: readonly number[], rows: number, columns: number): boolean =>
  y.every((value, i) => value === y[Math.floor(i / (rows * columns)) * rows * columns + (i % columns)]);

describe("masks", () => {
  test("SpatialDropout drops whole channels, each sample its own", () => {
    for (const [name, shape] of [
      ["SpatialDropout1D", [12, 40]],
      ["SpatialDropout2D", [3, 4, 40]],
      ["SpatialDropout3D", [3, 2, 2, 40]],
    ] as const) {
      const y = disturbed(name, { rate: 0.25 }, shape, 3);
      expect(new Set(y)).toEqual(new Set([0, 4]));
      expect(rowsEqual(y, 12, 40)).toBe(true);
      expect(Math.abs(mean(y) - 3)).toBeLessThan(0.15);
      expect(y.slice(0, 40)).not.toEqual(y.slice(480, 520));
      expect(disturbed(name, { rate: 0.25 }, shape, 3, false)).toEqual(new Array(SAMPLES * 480).fill(3));
    }
  });
  test("noise_shape says which elements share their fate", () => {
    expect(rowsEqual(disturbed("Dropout", { rate: 0.5, noise_shape: [1, -1] }, [6, 30]), 6, 30)).toBe(true);
    expect(rowsEqual(disturbed("AlphaDropout", { rate: 0.5, noise_shape: [1, 30] }, [6, 30]), 6, 30)).toBe(true);
    expect(rowsEqual(disturbed("Dropout", { rate: 0.5 }, [6, 30]), 6, 30)).toBe(false);
  });
});

test("AlphaDropout keeps mean 0 and variance 1", () => {
  const ones = disturbed("AlphaDropout", { rate: 0.3 }, [2000], 1);
  const others = disturbed("AlphaDropout", { rate: 0.3 }, [2000], -1);
  expect(new Set(ones).size).toBe(2);
  const both = [...ones, ...others];
  expect(Math.abs(mean(both))).toBeLessThan(0.02);
  expect(Math.abs(deviation(both) - 1)).toBeLessThan(0.02);
});

test("GaussianNoise and GaussianDropout draw normal variates", () => {
  const added = disturbed("GaussianNoise", { stddev: 0.2 }, [2000], 3);
  expect(Math.abs(mean(added) - 3)).toBeLessThan(0.005);
  expect(Math.abs(deviation(added) - 0.2)).toBeLessThan(0.005);
  const factors = disturbed("GaussianDropout", { rate: 0.2 }, [2000], 2);
  expect(Math.abs(mean(factors) - 2)).toBeLessThan(0.02);
  expect(Math.abs(deviation(factors) - 1)).toBeLessThan(0.02);
  const beyond = added.filter((value) => Math.abs(value - 3) > 0.4).length / added.length;
  expect(Math.abs(beyond - 0.0455)).toBeLessThan(0.005);
  for (const name of ["GaussianNoise", "GaussianDropout"])
    expect(disturbed(name, { stddev: 0.2, rate: 0.2 }, [3], 2, false)).toEqual(new Array(3 * SAMPLES).fill(2));
});

describe("SpecAugment", () => {
  const [bands, frames] = [8, 30];
  const given = { n_time_masks: 2, time_mask_param: 7, n_freq_masks: 1, freq_mask_param: 4, zero_masking: true };
  /** The frames and bands that are hidden in each sample. */
  const hidden = (y: readonly number[]) =>
    Array.from({ length: SAMPLES }, (_, sample) => {
      const at = (band: number, frame: number): number => y[(sample * bands + band) * frames + frame]!;
      const range = (length: number): number[] => [...Array(length).keys()];
      const inTime = range(frames).filter((frame) => range(bands).every((band) => at(band, frame) === 0));
      const inPitch = range(bands).filter((band) => range(frames).every((frame) => at(band, frame) === 0));
      const rest = range(bands).flatMap((band) =>
        range(frames).filter((frame) => !inTime.includes(frame) && !inPitch.includes(band) && at(band, frame) !== 3),
      );
      return { inTime, inPitch, rest };
    });
  test("hides whole frames and whole bands, narrower than asked for, and nothing else", () => {
    const samples = hidden(disturbed("SpecAugment", given, [bands, frames], 3));
    for (const { inTime, inPitch, rest } of samples) {
      expect(rest).toEqual([]);
      expect(inTime.length).toBeLessThanOrEqual(2 * 6);
      expect(inPitch.length).toBeLessThanOrEqual(3);
      // One mask is one stretch.
      expect(inPitch.length === 0 || inPitch.at(-1)! - inPitch[0]! === inPitch.length - 1).toBe(true);
    }
    // Two stretches of 3 frames in the mean, which overlap at times, and a band of 1.5.
    expect(Math.abs(mean(samples.map(({ inTime }) => inTime.length)) - 5.5)).toBeLessThan(1);
    expect(Math.abs(mean(samples.map(({ inPitch }) => inPitch.length)) - 1.5)).toBeLessThan(0.6);
    expect(new Set(samples.map(({ inTime }) => inTime[0])).size).toBeGreaterThan(10);
  });
  test("hides no larger share of the time than p, puts the mean there, and leaves other rows alone", () => {
    const few = { ...given, n_freq_masks: 0, n_time_masks: 1, time_mask_param: 30, p: 0.1 };
    for (const { inTime } of hidden(disturbed("SpecAugment", few, [bands, frames], 3)))
      expect(inTime.length).toBeLessThanOrEqual(3);
    const filled = disturbed("SpecAugment", { ...given, zero_masking: false }, [bands, frames], 3);
    for (const value of filled) expect(value).toBeCloseTo(3, 12);
    expect(new Set(disturbed("SpecAugment", given, [bands, frames], 3, false))).toEqual(new Set([3]));
  });
});
