// Layers that mix rows of a batch: the distributions of their shares, and that a picture and its target are mixed alike.

import { describe, expect, test } from "vitest";
import type { Builder, Value } from "../../src/ir/builder.ts";
import type { Node, OptionRecord, Prim } from "../../src/ir/graph.ts";
import { graphBuilder } from "../../src/ir/graphBuilder.ts";
import { batchSize } from "../../src/ir/size.ts";
import { tensor } from "../../src/ir/types.ts";
import { callContext } from "../../src/ops/call.ts";
import { drawsOf } from "../../src/ops/draws.ts";
import { symmetricBeta, symmetricDirichlet } from "../../src/ops/mixing.ts";
import { withDefaults } from "../../src/ops/options.ts";
import { findOperator } from "../../src/ops/registry.ts";
import { evaluate } from "../../src/reference/evaluate.ts";

/** What is made of samples whose elements are given. */
function made(
  samples: number,
  shape: readonly number[],
  element: (sample: number, place: number) => number,
  build: (g: Builder, x: Value, counter: () => Value) => readonly Value[],
): readonly (readonly number[])[] {
  const nodes: Node<Prim>[] = [];
  const g = graphBuilder((node) => nodes.push({ ...node, id: nodes.length } as Node<Prim>) - 1);
  const results = build(g, g.input("x", tensor("f32", batchSize, ...shape)), () => g.constant(7, tensor("i32")));
  const outputs = results.map(({ id }, i) => ({ name: String(i), value: id }));
  const size = shape.reduce((a, b) => a * b, 1);
  const x = Float64Array.from({ length: samples * size }, (_, i) => element(Math.floor(i / size), i % size));
  const graph = { name: "test", nodes, outputs, updates: [] };
  const { outputs: values } = evaluate(graph, { batch: samples, inputs: new Map([["x", x]]), slots: new Map() });
  return outputs.map(({ name }) => [...values.get(name)!]);
}

/** What a layer makes while training. */
function layer(
  name: string,
  given: OptionRecord,
  samples: number,
  shape: readonly number[],
  element: (sample: number, place: number) => number,
): readonly number[] {
  const operator = findOperator(name)!;
  const [values] = made(samples, shape, element, (g, x, counter) => {
    const context = callContext(operator, [x]);
    const options = withDefaults(operator.options, given);
    const call = { inputs: [x], ...context, weights: {}, options, training: true, stream: 1 };
    return [operator.expand(g, { ...call, seed: counter(), step: counter() }).output];
  });
  return values!;
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const variance = (values: readonly number[]): number => mean(values.map((value) => (value - mean(values)) ** 2));
const SAMPLES = 1200;

describe.each([0.2, 1, 6])("alpha %d", (alpha) => {
  const draws = (g: Builder, x: Value, counter: () => Value) =>
    drawsOf(g, { inputs: [x], options: {}, seed: counter(), step: counter(), stream: 1 }, "test");

  test("shares of a row follow a Beta distribution", () => {
    const [shares] = made(
      SAMPLES,
      [],
      () => 0,
      (g, x, counter) => [
        symmetricBeta(g, draws(g, x, counter), g.constant(alpha, { dtype: "f32", shape: [batchSize] })),
      ],
    );
    expect(Math.min(...shares!)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...shares!)).toBeLessThanOrEqual(1);
    expect(mean(shares!)).toBeCloseTo(0.5, 1);
    expect(Math.abs(variance(shares!) * 4 * (2 * alpha + 1) - 1)).toBeLessThan(0.12);
  });
  test("shares of chains follow a Dirichlet distribution", () => {
    const shares = made(
      SAMPLES,
      [],
      () => 0,
      (g, x, counter) => symmetricDirichlet(g, draws(g, x, counter), alpha, 3),
    );
    const sums = shares[0]!.map((share, i) => share + shares[1]![i]! + shares[2]![i]!);
    for (const sum of sums) expect(sum).toBeCloseTo(1, 5);
    for (const one of shares) {
      expect(mean(one)).toBeCloseTo(1 / 3, 1);
      // Its variance is (k - 1) / (k² · (k · alpha + 1)).
      expect(Math.abs((variance(one) * 9 * (3 * alpha + 1)) / 2 - 1)).toBeLessThan(0.12);
    }
  });
});

test("MixUp mixes each row with one other row, and its target alike", () => {
  const rows = 7;
  const labels = layer("MixUp", { alpha: 1, seed: 3 }, rows, [rows], (sample, place) => (sample === place ? 1 : 0));
  const pictures = layer("MixUp", { alpha: 1, seed: 3 }, rows, [2, 3], (sample, place) => sample * 10 + place);
  const steps = new Set<number>();
  for (let i = 0; i < rows; i++) {
    const own = labels.slice(i * rows, (i + 1) * rows);
    const others = own.flatMap((share, k) => (share > 0 && k !== i ? [k] : []));
    expect(others).toHaveLength(1);
    steps.add((others[0]! - i + rows) % rows);
    expect(own[i]! + own[others[0]!]!).toBeCloseTo(1, 6);
    for (let place = 0; place < 6; place++)
      expect(pictures[i * 6 + place]).toBeCloseTo(own[i]! * i * 10 + own[others[0]!]! * others[0]! * 10 + place, 4);
  }
  expect(steps.size).toBe(1);
});

test("a row that is alone stays as it is", () => {
  expect(layer("MixUp", {}, 1, [3], (_, place) => place)).toEqual([0, 1, 2]);
});

test("CutMix takes a part of another picture, as large as the share of its target", () => {
  const [rows, side] = [5, 40];
  const labels = layer("CutMix", { seed: 3 }, rows, [rows], (sample, place) => (sample === place ? 1 : 0));
  const pictures = layer("CutMix", { seed: 3 }, rows, [side, side, 1], (sample) => sample);
  for (let i = 0; i < rows; i++) {
    const own = labels.slice(i * rows, (i + 1) * rows);
    const pixels = pictures.slice(i * side * side, (i + 1) * side * side);
    for (const [k, share] of own.entries())
      expect(pixels.filter((pixel) => pixel === k).length / side ** 2).toBeCloseTo(share, 0);
    const other = own.findIndex((share, k) => share > 0 && k !== i);
    const changed = pixels.flatMap((pixel, at) => (pixel === other ? [at] : []));
    const [ys, xs] = [changed.map((at) => Math.floor(at / side)), changed.map((at) => at % side)];
    const span = (places: readonly number[]): number =>
      places.length === 0 ? 0 : Math.max(...places) - Math.min(...places) + 1;
    // All of a rectangle, whose sides are off by less than a pixel.
    expect(changed.length).toBe(span(ys) * span(xs));
    expect(Math.abs(span(ys) - side * Math.sqrt(1 - own[i]!))).toBeLessThan(1);
  }
});

test("AugMix changes pictures within their range", () => {
  const element = (sample: number, place: number): number => ((sample * 31 + place * 17) % 11) / 10;
  const pictures = layer("AugMix", { value_range: [0, 1] }, 4, [6, 5, 3], element);
  expect(Math.min(...pictures)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...pictures)).toBeLessThanOrEqual(1);
  const differs = pictures.filter((value, i) => Math.abs(value - element(Math.floor(i / 90), i % 90)) > 1e-6);
  expect(differs.length).toBeGreaterThan(100);
});
