// The programs of models/ beside the same networks in Keras, on the same rows: what each reaches, and in how long.
//   node bench/fields/compare.mjs NAME… --data DIR --keras PYTHON [--seed 0] [--epochs N] [--folds 5] [--only nnc|keras]
// NAME is a program of models/ with a Python file beside this one. nnc's time is that of the command, from the file to
// the result; Keras's that of `fit` alone.

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { execPath, exit } from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const { values: options, positionals: names } = parseArgs({
  allowPositionals: true,
  options: {
    data: { type: "string", default: "." },
    keras: { type: "string", default: "python3" },
    seed: { type: "string", default: "0" },
    epochs: { type: "string" },
    folds: { type: "string" },
    only: { type: "string" },
  },
});
const { data, seed } = options;
const folder = mkdtempSync(join(tmpdir(), "nnc-fields-"));
const cli = join(here, "../../dist/cli/main.js");

/** Runs a command to its end; what it wrote on stdout. */
function run(command, args) {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8", maxBuffer: 1 << 30 });
  if (status !== 0) throw new Error(`${[command, ...args].join(" ")}\n${stderr.slice(-3000)}`);
  return stdout;
}

const lastJson = (text) =>
  JSON.parse(
    text
      .trim()
      .split("\n")
      .findLast((line) => line.startsWith("{")),
  );

const further = [
  ...(options.epochs === undefined ? [] : ["--epochs", options.epochs]),
  ...(options.folds === undefined ? [] : ["--folds", options.folds]),
];

async function compare(name) {
  const model = join(here, "../../models", `${name}.nn`);
  if (options.only !== "keras") {
    const start = performance.now();
    const text = run(execPath, [cli, "train", model, "--data", data, "--seed", seed, "--json", ...further]);
    const seconds = (performance.now() - start) / 1000;
    console.log(`${name}  nnc    ${JSON.stringify({ ...lastJson(text), seconds: Math.round(seconds * 10) / 10 })}`);
  }
  if (options.only === "nnc") return;
  const rows = join(folder, `${name}.safetensors`);
  run(execPath, [cli, "compile", model, "-o", join(folder, name)]);
  run(execPath, [join(folder, "rows.mjs"), join(folder, name, "train.js"), data, seed, rows]);
  const text = run(options.keras, [join(here, `${name.replaceAll("-", "_")}.py`), rows, "--seed", seed, ...further]);
  console.log(`${name}  Keras  ${JSON.stringify(lastJson(text))}`);
}

try {
  if (names.length === 0) throw new Error("name a program of models/: node bench/fields/compare.mjs iris --data DIR");
  await build({
    entryPoints: [join(here, "rows.ts")],
    outfile: join(folder, "rows.mjs"),
    ...{ bundle: true, platform: "node", format: "esm", logLevel: "error" },
  });
  for (const name of names) await compare(name);
} catch (error) {
  console.error(error.message);
  exit(1);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
