// Times `nnc compile` on N blocks of convolution, normalisation and relu, and prints the size of the trainer:
//   node bench/compile.mjs 1 10 50 100

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { argv, execPath, exit } from "node:process";
import { fileURLToPath } from "node:url";

const cli = join(dirname(fileURLToPath(import.meta.url)), "..", "dist", "cli", "main.js");
const programOf = (blocks) => `dataset D {
  source mnist()
  input image: f32[28, 28, 1] = pixels / 255
  target digit: class(10) = label
}
block Unit(x: f32[h, w, c], filters: int) {
  x -> Conv2D(filters, 3x3, padding: same)
  BatchNormalization()
  relu
}
model Deep(image: f32[28, 28, 1]) {
  repeat ${blocks} { Unit(16) }
  GlobalAveragePooling2D()
  Dense(10, softmax)
}
train Deep on D {
  loss categorical_crossentropy
  optimizer adam()
  metrics accuracy
  epochs 1
  batch 32
}
`;

const folder = mkdtempSync(join(tmpdir(), "nnc-compile-"));
try {
  for (const blocks of argv.length > 2 ? argv.slice(2) : ["1", "10", "50", "100"]) {
    const file = join(folder, "deep.nn");
    const out = join(folder, "out");
    writeFileSync(file, programOf(blocks));
    const started = performance.now();
    const { status, stderr } = spawnSync(execPath, [cli, "compile", file, "-o", out], { encoding: "utf8" });
    if (status !== 0) {
      console.error(stderr);
      exit(1);
    }
    const seconds = ((performance.now() - started) / 1000).toFixed(2);
    const kilobytes = Math.round(statSync(join(out, "train.ts")).size / 1000);
    console.log(`${blocks} blocks: ${seconds} s, train.ts ${kilobytes} KB`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
