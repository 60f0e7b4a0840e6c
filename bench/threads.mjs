// How much faster training is on several threads: one network in one memory, a few steps on one thread and a few on N in
// turn, so that a slow moment of the machine falls on both; the median of the ratios of neighbouring turns.
//   node bench/threads.mjs [FILE] [--threads 2] [--rounds 200]

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { CONTROL } from "../dist/targets/wasm/threads.js";

const here = dirname(fileURLToPath(import.meta.url));
const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { threads: { type: "string", default: "2" }, rounds: { type: "string", default: "200" } },
});
const [file = join(here, "mnist-cnn.nn")] = positionals;
const threads = Number(options.threads);
const STEPS = 8;
/** Steps before each turn: threads wake up, and find their part of memory. */
const WARM = 2;

const folder = mkdtempSync(join(tmpdir(), "nnc-threads-"));
const command = [join(here, "../dist/cli/main.js"), "compile", file, "-o", folder];
const { status, stderr } = spawnSync(process.execPath, command, { encoding: "utf8" });
if (status !== 0) throw new Error(stderr);
const trainer = join(folder, "train.js");
const control = Number(/^ {2}control: (\d+),$/m.exec(readFileSync(trainer, "utf8"))[1]);
const { createModel } = await import(pathToFileURL(trainer).href);
rmSync(folder, { recursive: true });

const { program } = createModel(0, { threads });
const { batch, columns } = program.manifest;
for (const { name, classes } of columns) {
  const values = program.columns[name];
  for (let i = 0; i < values.length; i++) values[i] = Math.floor(Math.random() * (classes ?? 256));
}

// As many threads take part in a command as have said that they are ready.
const words = new Int32Array(program.slots[0].values.buffer, control);
const ready = CONTROL.ready / 4;
while (Atomics.load(words, ready) < threads - 1) await new Promise((go) => setTimeout(go, 5));

function turn(count) {
  Atomics.store(words, ready, count - 1);
  for (let i = 0; i < WARM; i++) program.trainStep(batch);
  const start = performance.now();
  for (let i = 0; i < STEPS; i++) program.trainStep(batch);
  return (performance.now() - start) / STEPS;
}

/** Milliseconds that all cores were busy so far, and those of this process. */
const busy = () => cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0);
const own = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

for (let i = 0; i < 5; i++) [1, threads].map(turn);
const [busyBefore, ownBefore, begin] = [busy(), own(), performance.now()];
const rounds = Array.from({ length: Number(options.rounds) }, () => [turn(1), turn(threads)]);
const others = (busy() - busyBefore - (own() - ownBefore)) / (performance.now() - begin);
program.close();

const at = (list, share) => [...list].sort((a, b) => a - b)[Math.min(list.length - 1, Math.floor(list.length * share))];
const show = (list, digits) =>
  `median ${at(list, 0.5).toFixed(digits)} (quarter ${at(list, 0.25).toFixed(digits)}, three quarters ${at(list, 0.75).toFixed(digits)})`;
console.log(
  `1 thread: ${show(
    rounds.map(([one]) => one),
    2,
  )} ms a step`,
);
console.log(
  `${threads} threads: ${show(
    rounds.map(([, many]) => many),
    2,
  )} ms a step`,
);
console.log(
  `ratio: ${show(
    rounds.map(([one, many]) => one / many),
    2,
  )}`,
);
console.log(`other programs used ${Math.max(0, others).toFixed(2)} cores meanwhile`);
