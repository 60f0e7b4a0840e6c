// How much faster training is on several threads: the same network on one thread and on N, in turn in one process, and the
// median of the ratios.
//   node bench/threads.mjs [FILE] [--threads 2] [--rounds 11]

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";

const here = dirname(fileURLToPath(import.meta.url));
const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { threads: { type: "string", default: "2" }, rounds: { type: "string", default: "11" } },
});
const [file = join(here, "mnist-cnn.nn")] = positionals;
const STEPS = 50;
/** Steps before each turn: they bring the model's memory back into the cache. */
const WARM = 5;

const folder = mkdtempSync(join(tmpdir(), "nnc-threads-"));
const command = [join(here, "../dist/cli/main.js"), "compile", file, "-o", folder];
const { status, stderr } = spawnSync(process.execPath, command, { encoding: "utf8" });
if (status !== 0) throw new Error(stderr);
const { createModel } = await import(pathToFileURL(join(folder, "train.js")).href);
rmSync(folder, { recursive: true });

const models = [1, Number(options.threads)].map((threads) => {
  const { program } = createModel(0, { threads });
  for (const { name, classes } of program.manifest.columns) {
    const values = program.columns[name];
    for (let i = 0; i < values.length; i++) values[i] = Math.floor(Math.random() * (classes ?? 256));
  }
  return { program, threads, rates: [] };
});
const { batch } = models[0].program.manifest;
const train = (program, steps) => {
  for (let i = 0; i < steps; i++) program.trainStep(batch);
};
for (let round = -1; round < Number(options.rounds); round++)
  for (const { program, rates } of models) {
    train(program, WARM);
    const start = performance.now();
    train(program, STEPS);
    if (round >= 0) rates.push((1000 * STEPS * batch) / (performance.now() - start));
  }
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
for (const { threads, rates, program } of models) {
  console.log(
    `${threads} threads: median ${median(rates).toFixed(0)} samples/s, best ${Math.max(...rates).toFixed(0)}`,
  );
  program.close();
}
const ratios = models[1].rates.map((rate, i) => rate / models[0].rates[i]);
console.log(
  `median of the ratios: ${median(ratios).toFixed(2)} (${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)})`,
);
