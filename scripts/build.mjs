// Builds dist/: runs the generators, then the TypeScript compiler, then writes the page of operators and lets the
// program be run as a command. Plain JavaScript, for it runs right after `npm ci`, before there is anything to
// run TypeScript with.

import { spawnSync } from "node:child_process";
import { chmodSync, existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { execPath, exit } from "node:process";
import { fileURLToPath } from "node:url";
import { writeOperators } from "./operators-doc.mjs";
import { writeRegistry } from "./registry.mjs";
import { writeRuntime } from "./runtime.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

/** Each writes the generated modules of one part of the compiler and returns the paths it changed. */
const generators = [writeRegistry, writeRuntime];

for (const generate of generators) for (const path of generate()) console.error(`wrote ${path}`);

const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
const compiled = spawnSync(execPath, [tsc, "-p", join(root, "tsconfig.json")], { stdio: "inherit" });
if (compiled.status !== 0) exit(compiled.status ?? 1);
for (const path of await writeOperators()) console.error(`wrote ${path}`);

const command = join(root, "dist/cli/main.js");
if (existsSync(command)) chmodSync(command, 0o755);
