// Builds dist/. It runs the generators and the TypeScript compiler, bundles the command into a few files, and writes the page of
// operators, the published grammar and the example of a compiled program. It is plain JavaScript, because it runs right after
// `npm ci`, when nothing can run TypeScript yet.

import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, readdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { execPath, exit } from "node:process";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { writeDiagnostics } from "./diagnostics-doc.mjs";
import { writeExample } from "./example.mjs";
import { writeGrammar } from "./grammar.mjs";
import { writeLibraries } from "./libraries.mjs";
import { writeMuseum } from "./museum-doc.mjs";
import { writeOperators } from "./operators-doc.mjs";
import { writeRegistry } from "./registry.mjs";
import { writeRuntime } from "./runtime.mjs";
import { writeViewer } from "./viewer.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

/** Each writes the generated modules of one part of the compiler and returns the paths it changed. */
const generators = [writeRegistry, writeLibraries, writeViewer, writeRuntime];

for (const generate of generators) for (const path of generate()) console.error(`wrote ${path}`);

// Version 7 is native and five times as fast; the runtime's modules still need the library interface of 5.9.
const tsc = join(dirname(createRequire(import.meta.url).resolve("typescript7/package.json")), "bin/tsc");
const compiled = spawnSync(execPath, [tsc, "-p", join(root, "tsconfig.json")], { stdio: "inherit" });
if (compiled.status !== 0) exit(compiled.status ?? 1);

// The command is a few files instead of some nine hundred: chevrotain alone brings six hundred modules of lodash, and opening
// them took longer than checking a program. Large packages that are seldom needed stay outside.
const commands = join(root, "dist/cli");
for (const name of existsSync(commands) ? readdirSync(commands) : []) {
  if (name.startsWith("part-")) rmSync(join(commands, name));
}
await build({
  // The language server starts its thread for checks from a file of its own, beside the others.
  entryPoints: { main: join(root, "src/cli/main.ts"), worker: join(root, "src/lsp/worker.ts") },
  outdir: commands,
  entryNames: "[name]",
  chunkNames: "part-[hash]",
  bundle: true,
  splitting: true,
  allowOverwrite: true,
  format: "esm",
  platform: "node",
  target: "node20",
  external: ["wabt"],
  // Commander is CommonJS and asks for Node's modules by `require`.
  banner: {
    js: 'import { createRequire as createRequire_ } from "node:module";\nconst require = createRequire_(import.meta.url);',
  },
  logLevel: "warning",
});

const generated = [
  ...(await writeOperators()),
  ...(await writeDiagnostics()),
  ...(await writeGrammar()),
  ...(await writeExample()),
];
for (const path of generated) console.error(`wrote ${path}`);

chmodSync(join(commands, "main.js"), 0o755);
