// Bundles a program of tests/programs as the sources are, for the commands that run it: a bundle starts in a second.

import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

export const root = join(dirname(fileURLToPath(import.meta.url)), "..");

/** The bundle's file: where it lies, packages are found. */
export async function bundled(name) {
  const folder = join(root, "node_modules", ".cache", "nnc");
  mkdirSync(folder, { recursive: true });
  const outfile = join(folder, `${name}.mjs`);
  await build({
    entryPoints: [join(root, `tests/programs/${name}.ts`)],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    packages: "external",
    logLevel: "error",
  });
  return outfile;
}
