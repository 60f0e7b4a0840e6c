import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { codeMirror } from "../../src/syntax/published/codeMirror.ts";
import { ebnf } from "../../src/syntax/published/ebnf.ts";
import { textmate } from "../../src/syntax/published/textmate.ts";
import { treeSitter } from "../../src/syntax/published/treeSitter.ts";
import { treeSitterHighlights, treeSitterScanner } from "../../src/syntax/published/treeSitterParts.ts";
import { tokenTable } from "../../src/syntax/tokens.ts";

const root = join(import.meta.dirname, "../..");
const read = (path: string): string => readFileSync(join(root, path), "utf8");

test("grammar/nn.ebnf is what the parser says", () => {
  expect(read("grammar/nn.ebnf")).toBe(ebnf());
});

test("the TextMate grammar is what the token table says", () => {
  expect(read("editors/vscode/syntaxes/nn.tmLanguage.json")).toBe(textmate());
});

test("the grammar for tree-sitter is what the parser and the table say", () => {
  expect(read("editors/tree-sitter/src/grammar.json")).toBe(treeSitter());
  expect(read("editors/tree-sitter/src/scanner.c")).toBe(treeSitterScanner());
  expect(read("editors/tree-sitter/queries/highlights.scm")).toBe(treeSitterHighlights());
});

test("the words for CodeMirror are what the token table says", () => {
  expect(read("editors/codemirror/words.js")).toBe(codeMirror());
});

test("TextMate's patterns are regular expressions", () => {
  const visit = (pattern: Record<string, unknown>): void => {
    for (const key of ["match", "begin", "end"]) {
      const source = pattern[key];
      if (typeof source === "string") expect(() => new RegExp(source)).not.toThrow();
    }
    for (const inner of (pattern.patterns as Record<string, unknown>[] | undefined) ?? []) visit(inner);
  };
  visit(JSON.parse(textmate()) as Record<string, unknown>);
});

test("every token is named and explained, each name once", () => {
  const names = tokenTable.map(({ type }) => type.name);
  expect(new Set(names).size).toBe(names.length);
  for (const { display, doc } of tokenTable) expect(display.length * doc.length).toBeGreaterThan(0);
});
