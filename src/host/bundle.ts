// Runs a bundle of nnc's own code without compiling it again. Node keeps compiled code itself from 22.8 on. For older versions the
// build keeps it, for its own version and for each use (`scripts/keptCode.mjs`); all others compile at each start. Nothing here
// writes.

import { readFileSync } from "node:fs";
import module, { createRequire } from "node:module";
import { dirname } from "node:path";
import vm from "node:vm";

/** Where the compiled code of a bundle is, if it is there. */
export const keptPath = (bundle: string, use: string): string =>
  `${bundle.slice(0, -".cjs".length)}-${use}-${process.version}-${process.arch}.code`;

function kept(bundle: string, use: string): Buffer | undefined {
  try {
    return readFileSync(keptPath(bundle, use));
  } catch {
    return undefined;
  }
}

/** Runs a bundle, a module of CommonJS. `use` says which kept code fits it best. */
export function runBundle(bundle: string, use: string): void {
  const require = createRequire(bundle);
  if ("enableCompileCache" in module && typeof module.enableCompileCache === "function") {
    module.enableCompileCache();
    require(bundle);
    return;
  }
  const cachedData = kept(bundle, use);
  // All of it is ASCII. The names stand on its first line, so places in it are those of the file.
  const text = `(function (exports, require, module, __filename, __dirname) {${readFileSync(bundle, "latin1")}\n})`;
  const run: unknown = new vm.Script(text, {
    filename: bundle,
    ...(cachedData === undefined ? {} : { cachedData }),
  }).runInThisContext();
  const exports = {};
  if (typeof run === "function") run(exports, require, { exports }, bundle, dirname(bundle));
}
