// `npm run conformance -- --dir DIR`: runs all conformance cases below a folder with what is in dist/, and ends with
// `N passed, N failed, N skipped`. `--target` says what runs them, `wasm` by default; for `tfjs`, `--backend` says where.
// The evaluator is there too: `plain`, and `passes` after all passes (`--executor` is the older name). Exits with 1 where a case failed, 2 for wrong usage.

import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { argv, exit, stderr } from "node:process";
import { parseArgs } from "node:util";
import { executors } from "../dist/conformance/executors.js";
import { report, runCase } from "../dist/conformance/run.js";
import { tfjsExecutor } from "../dist/conformance/tfjsExecutor.js";
import { loadTensorFlow } from "../dist/runtime/node/tensorflow.js";

function usage(message) {
  stderr.write(`${message}\nusage: npm run conformance -- --dir DIR [--only TEXT] [--target NAME [--backend NAME]]\n`);
  exit(2);
}

const text = { type: "string" };
const accepted = { dir: text, only: text, target: text, executor: text, backend: text };

function options() {
  try {
    const { values } = parseArgs({ args: argv.slice(2), options: accepted });
    if (values.dir === undefined) usage("--dir is missing");
    if (statSync(values.dir, { throwIfNoEntry: false })?.isDirectory() !== true) usage(`no folder ${values.dir}`);
    return values;
  } catch (error) {
    return usage(error.message);
  }
}

const { dir, only = "", executor: older, target = older ?? executors.at(-1).name, backend } = options();
if (backend !== undefined && target !== "tfjs") usage("--backend is for --target tfjs");

async function executorNamed(name) {
  if (name === "tfjs") {
    const where = backend ?? "tensorflow";
    return tfjsExecutor(`tfjs ${where}`, await loadTensorFlow(import.meta.url, where));
  }
  const found = executors.find((one) => one.name === name);
  return found ?? usage(`no target ${name}: there are ${executors.map((one) => one.name).join(", ")}, tfjs`);
}
const executor = await executorNamed(target).catch((error) => usage(error.message));
const files = readdirSync(dir, { recursive: true })
  .map((name) => join(dir, name))
  .filter((path) => path.endsWith(".json"))
  .sort();

function parsed(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}

const finished = [];
for (const path of files) {
  const name = relative(dir, path).replace(/\.json$/, "");
  if (name.includes(only)) finished.push({ name, outcome: await runCase(parsed(path), executor) });
}
for (const line of report(finished)) console.log(line);
exit(finished.some(({ outcome }) => outcome.result === "failed") ? 1 : 0);
