// Builds dist/. It runs the generators and the TypeScript compiler, bundles the command into a few files, and writes the page of
// operators, the published grammar and the example of a compiled program. It is plain JavaScript, because it runs right after
// `npm ci`, when nothing can run TypeScript yet.

import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, readdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { execPath, exit } from "node:process";
import { fileURLToPath } from "node:url";
import { bundleCommand } from "./bundles.mjs";
import { writeDiagnostics } from "./diagnostics-doc.mjs";
import { writeExample } from "./example.mjs";
import { writeGrammar } from "./grammar.mjs";
import { keepCode } from "./keptCode.mjs";
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

const commands = join(root, "dist/cli");
// Those of older builds.
for (const name of existsSync(commands) ? readdirSync(commands) : [])
  if (/^part-|\.code$/.test(name)) rmSync(join(commands, name));
// Large packages that are seldom needed stay outside.
await bundleCommand(root, commands, { external: ["wabt"] });
await keepCode(root);

const generated = [
  ...(await writeOperators()),
  ...(await writeDiagnostics()),
  ...(await writeGrammar()),
  ...(await writeExample()),
  ...writeMuseum(),
];
for (const path of generated) console.error(`wrote ${path}`);

chmodSync(join(commands, "main.js"), 0o755);
