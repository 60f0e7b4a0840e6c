// `npm run fuzz -- --seed N --count N [--only TARGETS] [--all] [--seconds S] [--jobs N] [--save DIR] [--match REGEXP]
// [--no-shrink]`: random whole
// programs on every target (tests/programs), in several processes if asked. `--print` shows the program of a seed,
// `--file FILE` runs a text in every form of every target. `--advice` only checks programs, and counts what nnc advises.

import { spawn } from "node:child_process";
import { argv, exit } from "node:process";
import { bundled } from "./programs.mjs";

const outfile = await bundled("fuzzMain");
const args = argv.slice(2);
const option = (name, fallback) => {
  const at = args.indexOf(`--${name}`);
  return at < 0 ? fallback : args.splice(at, 2)[1];
};
const run = (own) =>
  new Promise((go) => {
    const child = spawn(process.execPath, ["--enable-source-maps", "--max-semi-space-size=64", outfile, ...own], {
      stdio: "inherit",
    });
    child.on("close", (code) => go(code ?? 1));
  });
const jobs = Number(option("jobs", "1"));
if (jobs === 1) exit(await run(args));
const seed = Number(option("seed", String(Math.floor(Math.random() * 1e9))));
const each = Math.ceil(Number(option("count", "300")) / jobs);
const codes = await Promise.all(
  Array.from({ length: jobs }, (_, i) => run([...args, "--seed", String(seed + i * each), "--count", String(each)])),
);
exit(Math.max(...codes));
