// Writes codegen-out/digits/train.ts, the committed example of what comes out of `nnc compile`. `--check` writes nothing and exits
// with 1 where a file would change. Needs dist/.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

const present = (path) => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
};

/** Writes the files that differ; returns their paths. */
export async function writeExample({ check = false } = {}) {
  const { compile } = await import("../dist/driver/index.js");
  const texts = new Map([["digits.nn", readFileSync(join(root, "models/digits.nn"), "utf8")]]);
  const { outputs, diagnostics } = await compile({ entry: "digits.nn", texts }, { target: "js" });
  const error = diagnostics.find(({ severity }) => severity === "error");
  if (error !== undefined) throw new Error(`models/digits.nn: ${error.code}: ${error.message}`);
  const folder = join(root, "codegen-out/digits");
  const files = [...outputs]
    .filter(([name]) => name === "train.ts")
    .map(([name, text]) => ({ path: join(folder, name), text }));
  const stale = files.filter(({ path, text }) => present(path) !== text);
  if (!check) {
    mkdirSync(folder, { recursive: true });
    for (const { path, text } of stale) writeFileSync(path, text);
  }
  return stale.map(({ path }) => path);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const check = process.argv.includes("--check");
  const stale = await writeExample({ check });
  if (check && stale.length > 0) {
    for (const path of stale) console.error(`${path} is not what nnc makes of models/digits.nn: run npm run build`);
    process.exitCode = 1;
  }
}
