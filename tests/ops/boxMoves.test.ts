// Boxes move as the pictures that they lie in: a bright rectangle in a picture, and its box beside it.

import { expect, test } from "vitest";
import type { Value } from "../../src/ir/builder.ts";
import type { Node, OptionRecord, Prim } from "../../src/ir/graph.ts";
import { graphBuilder } from "../../src/ir/graphBuilder.ts";
import { batchSize } from "../../src/ir/size.ts";
import { type TensorType, tensor } from "../../src/ir/types.ts";
import { callContext } from "../../src/ops/call.ts";
import { withDefaults } from "../../src/ops/options.ts";
import { findOperator } from "../../src/ops/registry.ts";
import { evaluate } from "../../src/reference/evaluate.ts";

const [HEIGHT, WIDTH, BATCH] = [24, 30, 12];
const BOX = [12, 7, 19, 11, 2] as const;
const NONE = [0, 0, 0, 0, -1];

/** What a layer makes of the same sample, a dozen times. */
function made(name: string, given: OptionRecord, type: TensorType, sample: readonly number[], training = true) {
  const nodes: Node<Prim>[] = [];
  const g = graphBuilder((node) => nodes.push({ ...node, id: nodes.length } as Node<Prim>) - 1);
  const operator = findOperator(name)!;
  const options = withDefaults(operator.options, { seed: 5, ...given });
  const x = g.input("x", type);
  const checked = operator.shape([x.type], options, callContext(operator, [x.type]));
  if ("bad" in checked) throw new Error(JSON.stringify(checked.bad));
  const counter = (): Value => g.constant(3, tensor("i32"));
  const { output } = operator.expand(g, {
    inputs: [x],
    ...callContext(operator, [x]),
    ...{ weights: {}, options, training, seed: counter(), step: counter(), stream: 1 },
  });
  expect(output.type).toEqual(checked.ok);
  const graph = { name: "test", nodes, outputs: [{ name: "y", value: output.id }], updates: [] };
  const inputs = new Map([["x", Float64Array.from(new Array(BATCH).fill(sample).flat())]]);
  const all = [...evaluate(graph, { batch: BATCH, inputs, slots: new Map() }).outputs.get("y")!];
  const size = all.length / BATCH;
  return Array.from({ length: BATCH }, (_, i) => all.slice(i * size, (i + 1) * size));
}

const picture = Array.from({ length: HEIGHT * WIDTH }, (_, i) => {
  const [x, y] = [i % WIDTH, Math.floor(i / WIDTH)];
  return x >= BOX[0] && x < BOX[2] && y >= BOX[1] && y < BOX[3] ? 1 : 0;
});

/** The box around all pixels that are at least half as bright. */
function around(pixels: readonly number[], width: number): readonly number[] {
  const lit = pixels.flatMap((value, i) => (value >= 0.5 ? [[i % width, Math.floor(i / width)] as const] : []));
  const [xs, ys] = [lit.map(([x]) => x), lit.map(([, y]) => y)];
  return lit.length === 0 ? NONE : [Math.min(...xs), Math.min(...ys), Math.max(...xs) + 1, Math.max(...ys) + 1, 2];
}

const both = (name: string, options: OptionRecord, training = true, width = WIDTH) => {
  const pictures = made(name, options, tensor("f32", batchSize, HEIGHT, WIDTH), picture, training);
  const framed = { ...options, boxes_in: [HEIGHT, WIDTH] };
  const boxes = made(name, framed, tensor("f32", batchSize, 2, 5), [...BOX, 3, 4, 5, 6, -1], training);
  return boxes.map((rows, i) => ({
    box: rows.slice(0, 5),
    empty: rows.slice(5),
    seen: around(pictures[i]!, width),
  }));
};

const fill = { fill_mode: "constant" };
test.each<[name: string, options: OptionRecord, most: number]>([
  ["RandomFlip", { mode: "horizontal" }, 0],
  ["RandomFlip", { mode: "vertical" }, 0],
  ["RandomFlip", { mode: "horizontal_and_vertical" }, 0],
  ["RandomTranslation", { height_factor: 0.4, width_factor: [-0.3, 0.6], ...fill }, 0.51],
  ["RandomZoom", { height_factor: 0.4, width_factor: 0.2, ...fill }, 0.51],
  ["RandomZoom", { height_factor: [-0.4, -0.2], ...fill }, 0.51],
  ["RandomRotation", { factor: 0.25, ...fill }, 1.1],
  ["RandomShear", { x_factor: 0.4, y_factor: 0.2, ...fill }, 1.1],
  ["RandomPerspective", { factor: 1, scale: 0.4 }, 1.1],
])("%s moves boxes as pictures: %j", (name, options, most) => {
  const rows = both(name, options);
  for (const { box, empty, seen } of rows) {
    expect(empty).toEqual(NONE);
    // Less than half of a pixel at an edge is no bright pixel.
    if (seen[4] === -1 && box[2]! - box[0]! > 0.5 && box[3]! - box[1]! > 0.5) expect(box).toEqual(seen);
    if (seen[4] === 2)
      for (const [i, side] of seen.entries()) expect(Math.abs(box[i]! - side)).toBeLessThanOrEqual(most);
  }
  expect(new Set(rows.map(({ box }) => box.join())).size).toBeGreaterThan(1);
  expect(rows.some(({ seen }) => seen[4] === 2)).toBe(true);
});

test.each([true, false])("RandomCrop cuts boxes as pictures, in training: %j", (training) => {
  const rows = both("RandomCrop", { height: 12, width: 12 }, training, 12);
  for (const { box, empty, seen } of rows) {
    expect(empty).toEqual(NONE);
    for (const [i, side] of seen.entries()) expect(Math.abs(box[i]! - side)).toBeLessThanOrEqual(training ? 0 : 0.51);
  }
  expect(rows.some(({ seen }) => seen[4] === 2)).toBe(true);
});

test("outside training only RandomCrop changes boxes, and pictures have none", () => {
  const sample = [...BOX, ...NONE];
  const framed = { mode: "horizontal", boxes_in: [HEIGHT, WIDTH] };
  for (const row of made("RandomFlip", framed, tensor("f32", batchSize, 2, 5), sample, false))
    expect(row).toEqual(sample);
});

test("rows of boxes have five numbers", () => {
  const operator = findOperator("RandomFlip")!;
  const options = withDefaults(operator.options, { boxes_in: [HEIGHT, WIDTH] });
  const shape = (type: TensorType) => operator.shape([type], options, callContext(operator, [type]));
  expect(shape(tensor("f32", batchSize, 8, 4))).toMatchObject({ bad: { problem: "size", expected: 5, actual: 4 } });
  expect(shape(tensor("f32", batchSize, 8, 9, 3))).toMatchObject({ bad: { problem: "rank" } });
});
