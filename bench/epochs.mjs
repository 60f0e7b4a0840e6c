// Five epochs of MNIST from start to tested: `nnc train models/mnist.nn`, and the same network in Keras, in turn. Wall time of
// the whole process, and accuracy on the test images.
//   node bench/epochs.mjs --data DIR [--keras PYTHON] [--seeds 0,1,2] [--epochs 5] [--target wasm]

import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const here = dirname(fileURLToPath(import.meta.url));
const { values: options } = parseArgs({
  options: {
    data: { type: "string", default: "." },
    keras: { type: "string" },
    seeds: { type: "string", default: "0" },
    epochs: { type: "string", default: "5" },
    target: { type: "string", default: "wasm" },
  },
});
const { data, epochs, target } = options;

/** Runs a command; its last line on stdout is JSON. */
function run(name, seed, command, args) {
  const start = performance.now();
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8" });
  const wall = (performance.now() - start) / 1000;
  if (status !== 0) throw new Error(`${name}: ${stderr.slice(-2000)}`);
  const last = JSON.parse(
    stdout
      .trim()
      .split("\n")
      .findLast((line) => line.startsWith("{")),
  );
  const accuracy = last.metrics?.accuracy ?? last.accuracy;
  console.log(`${name.padEnd(6)} seed ${seed}  ${wall.toFixed(1).padStart(6)} s  test accuracy ${accuracy.toFixed(4)}`);
  return { name, wall, accuracy };
}

const results = [];
for (const seed of options.seeds.split(",")) {
  const command = [join(here, "../dist/cli/main.js"), "train", join(here, "../models/mnist.nn"), "--data", data];
  const settings = ["--epochs", epochs, "--seed", seed, "--target", target, "--json"];
  results.push(run("nnc", seed, process.execPath, [...command, ...settings]));
  if (options.keras !== undefined)
    results.push(run("Keras", seed, options.keras, [join(here, "epochs_keras.py"), data, seed, epochs]));
}
for (const name of new Set(results.map((result) => result.name))) {
  const own = results.filter((result) => result.name === name);
  const mean = (of) => own.reduce((sum, result) => sum + of(result), 0) / own.length;
  console.log(
    `${name}: mean of ${own.length}: ${mean((r) => r.wall).toFixed(1)} s, ${mean((r) => r.accuracy).toFixed(4)}`,
  );
}
