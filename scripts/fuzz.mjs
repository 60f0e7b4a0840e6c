// `npm run fuzz -- --seed N --count N [--only TARGETS] [--all] [--seconds S] [--jobs N] [--save DIR] [--no-shrink]`: random whole
// programs on every target (tests/programs). Bundles the sources as they are and runs the bundle, in several processes if asked.

import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { argv, exit } from "node:process";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const folder = join(root, "node_modules", ".cache", "nnc");
mkdirSync(folder, { recursive: true });
const outfile = join(folder, "fuzz.mjs");
await build({
  entryPoints: [join(root, "tests/programs/main.ts")],
  outfile,
  bundle: true,
  platform: "node",
  format: "esm",
  packages: "external",
  logLevel: "error",
});

const args = argv.slice(2);
const option = (name, fallback) => {
  const at = args.indexOf(`--${name}`);
  return at < 0 ? fallback : args.splice(at, 2)[1];
};
const jobs = Number(option("jobs", "1"));
const run = (own) =>
  new Promise((go) => {
    spawn(process.execPath, ["--enable-source-maps", outfile, ...own], { stdio: "inherit" }).on("close", (code) =>
      go(code ?? 1),
    );
  });
if (jobs === 1) exit(await run(args));
const seed = Number(option("seed", String(Math.floor(Math.random() * 1e9))));
const count = Number(option("count", "300"));
const each = Math.ceil(count / jobs);
const codes = await Promise.all(
  Array.from({ length: jobs }, (_, i) => run([...args, "--seed", String(seed + i * each), "--count", String(each)])),
);
exit(Math.max(...codes));
