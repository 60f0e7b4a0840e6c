// `npm run cases -- --python PATH [--seed N] [--count N] [--only NAME] [--target NAME]`: draws cases of the golden form at random,
// lets Keras compute them in f64 (scripts/cases), and runs them as `npm run conformance` does. PATH is a Python with Keras 3 on
// TensorFlow; the variable KERAS_PYTHON may name it instead. `--keep DIR` keeps the cases.

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { argv, env, execPath, exit, stderr } from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const here = dirname(fileURLToPath(import.meta.url));
const text = { type: "string" };
const { values } = parseArgs({
  args: argv.slice(2),
  options: { python: text, seed: text, count: text, only: text, target: text, keep: text },
});
const { python = env.KERAS_PYTHON, seed = String(Math.floor(Math.random() * 1e9)), count = "400" } = values;
if (python === undefined) {
  stderr.write(
    "usage: npm run cases -- --python PATH [--seed N] [--count N] [--only NAME] [--target NAME] [--keep DIR]\n",
  );
  stderr.write("PATH is a Python that has Keras 3 on TensorFlow; or KERAS_PYTHON names it.\n");
  exit(2);
}

const folder = values.keep ?? mkdtempSync(join(tmpdir(), "nnc-cases-"));
const run = (command, args) => spawnSync(command, args, { stdio: "inherit" }).status ?? 1;
const drawing = ["--out", folder, "--seed", seed, "--count", count, "--only", values.only ?? ""];
const target = values.target === undefined ? [] : ["--target", values.target];
let status = run(python, [join(here, "cases/cases.py"), ...drawing]);
if (status === 0) status = run(execPath, [join(here, "conformance.mjs"), "--dir", folder, ...target]);
if (values.keep === undefined) rmSync(folder, { recursive: true, force: true });
exit(status);
