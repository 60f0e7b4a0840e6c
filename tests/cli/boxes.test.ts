// `nnc predict` for a model that finds boxes: a list for each picture, with the names of the classes.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { encode } from "fast-png";
import { zipSync } from "fflate";
import { expect, test } from "vitest";
import { nnc, temporaryFolder } from "../support/nnc.ts";

/** It says the same of every picture: one box, and a row without one. */
const program = `dataset Cells {
  source images("cells.zip", size: 8x8, channels: 1, index: "index.csv", split: "part", boxes: "boxes.csv", most_boxes: 2,
    box_classes: "red white")
  input  picture: f32[8, 8, 1] = pixels / 255
  target cells: f32[2, 5] = boxes -> RandomFlip(horizontal, boxes_in: 8x8)
}
model Found(picture: f32[8, 8, 1]) {
  let half = picture -> Flatten() -> Dense(1, sigmoid, kernel_initializer: zeros)
  let one = 2 * half
  let found = concat(one, 2 * one, 3 * one, 4 * one, one, half, 0 * one, 0 * one, 0 * one, 0 * one, -one, 0 * one)
  return { half: half, cells: found -> reshape([2, 6]) }
}
train Found on Cells {
  loss      sum(half)
  optimizer sgd(0)
  metrics   { cells: mean_average_precision(2, 0.5) }
  batch     2
}
`;

test("boxes are a list with classes, scores and sides, and --outputs leaves the rest out", async () => {
  const cwd = temporaryFolder();
  const picture = Uint8Array.from(encode({ width: 8, height: 8, data: new Uint8Array(64).fill(90), channels: 1 }));
  writeFileSync(
    join(cwd, "cells.zip"),
    zipSync(Object.fromEntries(["a", "b", "c"].map((name) => [`${name}.png`, picture]))),
  );
  writeFileSync(join(cwd, "index.csv"), "file,part\na.png,train\nb.png,train\nc.png,val\n");
  writeFileSync(join(cwd, "boxes.csv"), "file,class,xmin,ymin,xmax,ymax\na.png,red,0,0,4,4\nc.png,white,1,2,3,4\n");
  writeFileSync(join(cwd, "p.nn"), program);
  const trained = await nnc(["train", "p.nn", "--save", "w.safetensors"], { cwd });
  expect(trained.code).toBe(0);
  expect(trained.stdout).toContain("cells_mean_average_precision 1.0000");
  const ask = (...more: string[]) => nnc(["predict", "p.nn", "--weights", "w.safetensors", ...more], { cwd });
  const lines = await ask("--outputs", "cells", "--format", "jsonl");
  expect(lines.stderr).toMatch(/^warning NN401[\s\S]*\n1 warning\n+$/);
  expect(lines.stdout).toBe('{"cells":[{"class":"white","score":0.5,"box":[1,2,3,4]}]}\n');
  const cells = await ask();
  expect(cells.stdout).toBe('half,cells\n0.5,"[{""class"":""white"",""score"":0.5,""box"":[1,2,3,4]}]"\n');
  const wrong = await ask("--outputs", "cell");
  expect(wrong.code).toBe(3);
  expect(wrong.stderr).toContain("the model has no output 'cell', but 'half', 'cells'");
});
