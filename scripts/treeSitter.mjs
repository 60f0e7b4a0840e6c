// Makes the parser of editors/tree-sitter from its grammar: src/parser.c, with the program `tree-sitter` (0.22.6 or newer), and from that
// tree-sitter-nn.wasm, with clang and lld. Writes down what they were made from; tests/syntax/treeSitter.test.ts fails where that has
// changed.

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = join(dirname(fileURLToPath(import.meta.url)), "../editors/tree-sitter");
const files = ["src/grammar.json", "src/scanner.c", "src/parser.c", "tree-sitter-nn.wasm"];

function run(cwd, program, args, help) {
  try {
    execFileSync(program, args, { cwd, stdio: "inherit" });
  } catch (error) {
    console.error(error.code === "ENOENT" ? `there is no ${program}: ${help}` : `${program} failed`);
    process.exit(1);
  }
}

// `generate` writes more around it than anybody needs here.
const work = mkdtempSync(join(tmpdir(), "nnc-parser-"));
const source = join(folder, "src");
cpSync(join(source, "grammar.json"), join(work, "src/grammar.json"));
// 14 is the form that editors of the last years read.
const generate = ["generate", "--abi", "14", "src/grammar.json"];
run(work, process.env.TREE_SITTER ?? "tree-sitter", generate, "TREE_SITTER may name it");
for (const name of ["parser.c", "node-types.json", "tree_sitter"])
  cpSync(join(work, "src", name), join(source, name), { recursive: true });

// The parser asks for declarations of C's library, and calls nothing of it.
writeFileSync(join(work, "stdlib.h"), "#include <stddef.h>\n");
const target = [
  "--target=wasm32-unknown-emscripten",
  "-Os",
  "-fPIC",
  "-fvisibility=hidden",
  "-nostdlib",
  "-ffreestanding",
];
const linked = ["-shared", "--experimental-pic", "--no-entry", "--strip-all", "--export=tree_sitter_nn"];
run(
  folder,
  process.env.CLANG ?? "clang",
  [
    ...[...target, `-I${work}`, "-Isrc", "src/parser.c", "src/scanner.c"],
    ...["-o", "tree-sitter-nn.wasm", ...linked.map((option) => `-Wl,${option}`)],
  ],
  "install clang and lld; CLANG may name it",
);
rmSync(work, { recursive: true });

const hash = (path) =>
  createHash("sha256")
    .update(readFileSync(join(folder, path)))
    .digest("hex");
const stamp = Object.fromEntries(files.map((path) => [path, hash(path)]));
writeFileSync(join(folder, "src/made-from.json"), `${JSON.stringify(stamp, null, 2)}\n`);
