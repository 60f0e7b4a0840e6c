// Writes the published forms of the grammar, which src/syntax makes from its own parser and token table: grammar/nn.ebnf, and the
// colours of editors: for TextMate (VS Code), tree-sitter (Neovim, Helix, Zed) and CodeMirror. `--check` writes nothing and exits
// with 1 where one would change.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

async function forms() {
  const { ebnf } = await import("../dist/syntax/published/ebnf.js");
  const { textmate } = await import("../dist/syntax/published/textmate.js");
  const { treeSitter } = await import("../dist/syntax/published/treeSitter.js");
  const parts = await import("../dist/syntax/published/treeSitterParts.js");
  const { codeMirror } = await import("../dist/syntax/published/codeMirror.js");
  return [
    { path: join(root, "grammar/nn.ebnf"), text: ebnf() },
    { path: join(root, "editors/vscode/syntaxes/nn.tmLanguage.json"), text: textmate() },
    { path: join(root, "editors/tree-sitter/src/grammar.json"), text: treeSitter() },
    { path: join(root, "editors/tree-sitter/src/scanner.c"), text: parts.treeSitterScanner() },
    { path: join(root, "editors/tree-sitter/queries/highlights.scm"), text: parts.treeSitterHighlights() },
    { path: join(root, "editors/codemirror/words.js"), text: codeMirror() },
  ];
}

const present = (path) => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
};

/** Writes the files that differ; returns their paths. */
export async function writeGrammar({ check = false } = {}) {
  const stale = (await forms()).filter(({ path, text }) => present(path) !== text);
  if (!check)
    for (const { path, text } of stale) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    }
  return stale.map(({ path }) => path);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const check = process.argv.includes("--check");
  const stale = await writeGrammar({ check });
  if (check && stale.length > 0) {
    for (const path of stale) console.error(`${path} is not what src/syntax gives: run npm run build`);
    process.exitCode = 1;
  }
}
