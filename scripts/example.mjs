// Writes codegen-out/mnist, the committed example of what comes out of `nnc compile`. `--check` writes nothing and exits
// with 1 where a file would change. Needs dist/.

import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const { compile } = await import("../dist/driver/index.js");
const texts = new Map([["mnist.nn", readFileSync(join(root, "models/mnist.nn"), "utf8")]]);
const { outputs, diagnostics } = await compile({ entry: "mnist.nn", texts }, { target: "js" });
if (diagnostics.some(({ severity }) => severity === "error")) throw new Error("models/mnist.nn has errors");

const check = process.argv.includes("--check");
for (const [name, text] of outputs) {
  const path = join(root, "codegen-out/mnist", name);
  let present = "";
  try {
    present = readFileSync(path, "utf8");
  } catch {
    // Not there: differs.
  }
  if (present === text) continue;
  if (!check) writeFileSync(path, text);
  else {
    console.error(`codegen-out/mnist/${name} is not what nnc makes of models/mnist.nn: run node scripts/example.mjs`);
    process.exitCode = 1;
  }
}
