// `npm run conformance -- --dir DIR`: runs all conformance cases below a folder with what is in dist/, and ends with
// `N passed, N failed, N skipped`. Exits with 1 where a case failed, 2 for wrong usage.

import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { argv, exit, stderr } from "node:process";
import { parseArgs } from "node:util";
import { referenceExecutor } from "../dist/conformance/executor.js";
import { report, runCase } from "../dist/conformance/run.js";

function usage(message) {
  stderr.write(`${message}\nusage: npm run conformance -- --dir DIR [--only TEXT]\n`);
  exit(2);
}

function options() {
  try {
    const { values } = parseArgs({ args: argv.slice(2), options: { dir: { type: "string" }, only: { type: "string" } } });
    if (values.dir === undefined) usage("--dir is missing");
    if (statSync(values.dir, { throwIfNoEntry: false })?.isDirectory() !== true) usage(`no folder ${values.dir}`);
    return values;
  } catch (error) {
    return usage(error.message);
  }
}

const { dir, only = "" } = options();
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
  if (name.includes(only)) finished.push({ name, outcome: await runCase(parsed(path), referenceExecutor) });
}
for (const line of report(finished)) console.log(line);
exit(finished.some(({ outcome }) => outcome.result === "failed") ? 1 : 0);
