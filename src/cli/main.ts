#!/usr/bin/env node
// The command `nnc`, as it starts: hands over to the bundle of all commands, with the compiled code of the one that is asked for.

import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";
import { runBundle } from "../host/bundle.ts";
import { startEarly } from "../lsp/early.ts";

const [, , command = ""] = process.argv;

// V8 optimizes a function once so many bytes of its code have run, and does it in threads of its own. A compilation ends before
// most of that pays: with ten times V8's number it takes a third less CPU time. The language server lives long and keeps V8's
// number. Later versions of Node count calls instead, and have no such flag.
if (process.versions.node.startsWith("20.") && command !== "lsp") setFlagsFromString("--interrupt-budget=1500000");

/** The commands that run little of nnc's code: reading the code of all others would take them longer than compiling their own. */
const small = ["check", "fmt", "explain", "why", "init", "runs", "--version", "--help", "-V", "-h", "help"];
const use = command === "lsp" ? "lsp" : small.includes(command) ? "check" : "compile";
if (use === "lsp") startEarly(new URL("./worker.js", import.meta.url));
runBundle(fileURLToPath(new URL("./nnc.cjs", import.meta.url)), use);
