// Measures how the cost of training grows on target wasm: samples a second and milliseconds a step by batch, width, depth and
// threads, for one small convolutional network and a stack of dense layers. Prints tables.
//   node bench/growth.mjs [--threads 2] [--rounds 5]

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";

const { values: options } = parseArgs({
  options: { threads: { type: "string", default: "2" }, rounds: { type: "string", default: "5" } },
});
const threads = Number(options.threads);
const rounds = Number(options.rounds);
const SECONDS = 0.4;

const program = (layers, batch) => `dataset Digits {
  source digits()
  input  image: f32[28, 28, 1] = pixels / 255
  target digit: class(10) = label
}
model Net(image: f32[28, 28, 1]) {
${layers.map((layer) => `  ${layer}\n`).join("")}}
train Net on Digits {
  loss categorical_crossentropy
  optimizer adam()
  batch ${batch}
}
`;
const convolutions = (width) => [
  `Conv2D(${width}, 3x3, relu)`,
  "MaxPool2D(2x2)",
  `Conv2D(${2 * width}, 3x3, relu)`,
  "MaxPool2D(2x2)",
  `Conv2D(${2 * width}, 3x3, relu)`,
  "Flatten()",
  "Dense(64, relu)",
  "Dense(10, softmax)",
];
const dense = (depth) => ["Flatten()", ...Array(depth).fill("Dense(256, relu)"), "Dense(10, softmax)"];

const sizes = (values, of) => values.map((value) => ({ value, ...of(value) }));
const tables = [
  {
    title: "batch (convolutions, 32 filters first)",
    cases: sizes([8, 16, 32, 64, 128, 256], (batch) => ({ layers: convolutions(32), batch, threads })),
  },
  {
    title: "width: filters of the first convolution, half of the others' (batch 64)",
    cases: sizes([8, 16, 32, 64], (width) => ({ layers: convolutions(width), batch: 64, threads })),
  },
  {
    title: "depth: dense layers of 256 (batch 128)",
    cases: sizes([1, 2, 4, 8, 16], (depth) => ({ layers: dense(depth), batch: 128, threads })),
  },
  {
    title: "threads (convolutions, 32 filters first, batch 64)",
    cases: sizes([1, threads], (count) => ({ layers: convolutions(32), batch: 64, threads: count })),
  },
];

const folder = mkdtempSync(join(tmpdir(), "nnc-growth-"));
const command = join(dirname(fileURLToPath(import.meta.url)), "../dist/cli/main.js");
let number = 0;
async function modelFor({ layers, batch, threads: count }) {
  const at = join(folder, String(number++));
  writeFileSync(`${at}.nn`, program(layers, batch));
  const { status, stderr } = spawnSync(process.execPath, [command, "compile", `${at}.nn`, "-o", at], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  const { createModel } = await import(pathToFileURL(join(at, "train.js")).href);
  const { program: made } = createModel(0, { threads: count });
  for (const { name, classes } of made.manifest.columns) {
    const values = made.columns[name];
    for (let i = 0; i < values.length; i++) values[i] = Math.floor(Math.random() * (classes ?? 256));
  }
  return made;
}

/** Milliseconds a step, over about SECONDS. */
function measure(model, batch) {
  const start = performance.now();
  let steps = 0;
  while (performance.now() - start < 1000 * SECONDS) {
    model.trainStep(batch);
    steps++;
  }
  return (performance.now() - start) / steps;
}

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
try {
  for (const { title, cases } of tables) {
    const models = [];
    for (const one of cases) models.push({ ...one, model: await modelFor(one), times: [] });
    // They take turns, so that a slow moment of the machine hits all of them alike.
    for (let round = 0; round <= rounds; round++)
      for (const { model, batch, times } of models) {
        const ms = measure(model, batch);
        if (round > 0) times.push(ms);
      }
    console.log(`| ${title} | ms a step | samples a second | parameters | memory |\n|---|---|---|---|---|`);
    for (const { value, model, batch, times } of models) {
      const ms = median(times);
      const rate = Math.round((1000 * batch) / ms).toLocaleString("en");
      const parameters = model.manifest.parameters.toLocaleString("en");
      console.log(
        `| ${value} | ${ms.toFixed(2)} | ${rate} | ${parameters} | ${(model.memoryBytes / 1e6).toFixed(1)} MB |`,
      );
      model.close();
    }
    console.log("");
  }
} finally {
  rmSync(folder, { recursive: true });
}
