// `npm run oracle -- --python PATH [--seed N] [--count N] [--seconds S] [--save DIR] [--shrink] [--file FILE]…`: random programs beside Keras
// (scripts/oracle) in f64. PATH is a Python with Keras 3 on TensorFlow; the variable KERAS_PYTHON may name it instead.

import { spawn } from "node:child_process";
import { join } from "node:path";
import { argv, exit } from "node:process";
import { bundled, root } from "./programs.mjs";

const outfile = await bundled("oracleMain");
const script = join(root, "scripts/oracle/main.py");
const child = spawn(
  process.execPath,
  ["--enable-source-maps", "--max-semi-space-size=64", outfile, "--script", script, ...argv.slice(2)],
  { stdio: "inherit" },
);
child.on("close", (code) => exit(code ?? 1));
