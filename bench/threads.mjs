// Measures how much faster training is on several threads. One network trains a few steps on one thread and a few on N in turn,
// so that a slow moment of the machine hits both. N unrelated networks, each on a thread of its own, show how much the machine
// can give. Prints means and medians over all turns.
//   node bench/threads.mjs [FILE] [--threads 2] [--rounds 200]

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import { CONTROL } from "../dist/targets/wasm/control.js";

const here = dirname(fileURLToPath(import.meta.url));
const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { threads: { type: "string", default: "2" }, rounds: { type: "string", default: "200" } },
});
const [file = join(here, "mnist-cnn.nn")] = positionals;
const threads = Number(options.threads);
const STEPS = 8;
/** Steps before each turn, in which threads wake up and warm their caches. */
const WARM = 2;

const folder = mkdtempSync(join(tmpdir(), "nnc-threads-"));
const command = [join(here, "../dist/cli/main.js"), "compile", file, "-o", folder];
const { status, stderr } = spawnSync(process.execPath, command, { encoding: "utf8" });
if (status !== 0) throw new Error(stderr);
const trainer = join(folder, "train.js");
const control = Number(/^ {2}control: (\d+),$/m.exec(readFileSync(trainer, "utf8"))[1]);
const { createModel } = await import(pathToFileURL(trainer).href);

const { program } = createModel(0, { threads });
const { batch, columns } = program.manifest;
for (const { name, classes } of columns) {
  const values = program.columns[name];
  for (let i = 0; i < values.length; i++) values[i] = Math.floor(Math.random() * (classes ?? 256));
}

// Only threads that have reported ready take part in a command.
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

// The other networks start a turn when the first word changes, and count it in the second word when they are done.
const turns = new Int32Array(new SharedArrayBuffer(128));
const done = 16;
const other = `
  const { workerData: { url, turns, steps, done } } = require("node:worker_threads");
  import(url).then(({ createModel }) => {
    const { program } = createModel(0);
    for (let seen = 0; ; seen++) {
      Atomics.add(turns, done, 1);
      Atomics.wait(turns, 0, seen);
      for (let i = 0; i < steps; i++) program.trainStep(program.manifest.batch);
    }
  });`;
for (let i = 1; i < threads; i++) {
  const workerData = { url: pathToFileURL(trainer).href, turns, steps: WARM + STEPS, done };
  new Worker(other, { eval: true, workerData }).unref();
}
let finished = 0;
const othersFinish = (apart) => {
  finished += threads - 1;
  while (Atomics.load(turns, done) < finished) if (!apart) Atomics.wait(turns, 1, 0, 5);
};
othersFinish(false);
rmSync(folder, { recursive: true });

/** One thread's network and those of the others at once; milliseconds until all are done, by the steps of each. */
function turnApart() {
  Atomics.store(words, ready, 0);
  const start = performance.now();
  Atomics.add(turns, 0, 1);
  Atomics.notify(turns, 0);
  for (let i = 0; i < WARM + STEPS; i++) program.trainStep(batch);
  const own = performance.now() - start;
  othersFinish(true);
  return (own + (performance.now() - start)) / 2 / (WARM + STEPS);
}

/** Milliseconds that all cores were busy so far, and those of this process. */
const busy = () => cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0);
const own = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

for (let i = 0; i < 5; i++) {
  [1, threads].map(turn);
  turnApart();
}
const [busyBefore, ownBefore, begin] = [busy(), own(), performance.now()];
const rounds = Array.from({ length: Number(options.rounds) }, () => [turn(1), turn(threads), turnApart()]);
const others = (busy() - busyBefore - (own() - ownBefore)) / (performance.now() - begin);
program.close();

const mean = (list) => list.reduce((sum, x) => sum + x, 0) / list.length;
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const [one, many, apart] = [0, 1, 2].map((kind) => rounds.map((round) => round[kind]));
const line = (name, list, faster) => {
  const times = (of) => `${of(list).toFixed(2)} ms`;
  const ratio = (of) => `${(faster(of(one)) / of(list)).toFixed(2)} times`;
  console.log(`${name.padEnd(38)}  median ${times(median)}, ${ratio(median)}   mean ${times(mean)}, ${ratio(mean)}`);
};
console.log(`A step of ${batch} samples, ${rounds.length} turns of ${STEPS}:`);
line("one thread", one, (ms) => ms);
line(`${threads} threads`, many, (ms) => ms);
line(`${threads} networks, one thread each`, apart, (ms) => threads * ms);
console.log(`other programs used ${Math.max(0, others).toFixed(2)} cores meanwhile`);
process.exit(0);
