// `npm run conformance -- --dir DIR`: runs all conformance cases below a folder with what is in dist/, and ends with
// `N passed, N failed, N skipped`. `--executor` says what runs them, the last one by default. Exits with 1 where a case failed, 2 for wrong usage.

import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { argv, exit, stderr } from "node:process";
import { parseArgs } from "node:util";
import { executors } from "../dist/conformance/executors.js";
import { report, runCase } from "../dist/conformance/run.js";

function usage(message) {
  stderr.write(`${message}\nusage: npm run conformance -- --dir DIR [--only TEXT] [--executor NAME]\n`);
  exit(2);
}

const accepted = { dir: { type: "string" }, only: { type: "string" }, executor: { type: "string" } };

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

const { dir, only = "", executor: wanted = executors.at(-1).name } = options();
const executor = executors.find(({ name }) => name === wanted);
if (executor === undefined) usage(`no executor ${wanted}: there are ${executors.map(({ name }) => name).join(", ")}`);
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
