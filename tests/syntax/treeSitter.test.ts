// The grammar for tree-sitter, as the committed parser has it, reads every right program without errors, and its colours are those of
// the lexer and of the language server.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { Language, Parser, Query } from "web-tree-sitter";
import { openProgram, semanticTokens } from "../../src/ide/index.ts";
import { parse } from "../../src/syntax/parse.ts";
import { captureOf } from "../../src/syntax/published/treeSitterParts.ts";
import { scan } from "../../src/syntax/scan.ts";
import { atoms, Identifier, Newline, tokenTable } from "../../src/syntax/tokens.ts";
import { generate } from "../programs/generate.ts";
import { printProgram } from "../programs/print.ts";
import { everything } from "../support/extent.ts";
import { documentPrograms, modelPrograms } from "../support/programs.ts";

const folder = join(import.meta.dirname, "../../editors/tree-sitter");
const read = (path: string): Buffer => readFileSync(join(folder, path));
const entries = new Map(tokenTable.map((entry) => [entry.type, entry]));
const programs = [...modelPrograms(), ...documentPrograms()];
let parser: Parser;
let query: Query;

beforeAll(async () => {
  await Parser.init();
  const language = await Language.load(new Uint8Array(read("tree-sitter-nn.wasm")));
  parser = new Parser();
  parser.setLanguage(language);
  query = new Query(language, read("queries/highlights.scm").toString("utf8"));
});

test("the parser is made from this grammar: node scripts/treeSitter.mjs", () => {
  const stamp = JSON.parse(read("src/made-from.json").toString("utf8")) as Record<string, string>;
  const now = Object.keys(stamp).map((path) => [path, createHash("sha256").update(read(path)).digest("hex")]);
  expect(Object.fromEntries(now)).toEqual(stamp);
});

function parsed(text: string) {
  const tree = parser.parse(text);
  if (tree === null) throw new Error("the parser gave up");
  return tree.rootNode;
}

test("every right program has a tree without errors", () => {
  const wrong = programs.filter(({ text }) => parsed(text).hasError).map(({ name }) => name);
  expect(wrong).toEqual([]);
  expect(programs.length).toBeGreaterThan(60);
});

test.runIf(everything)("every random program that nnc reads has a tree without errors", () => {
  const drawn = Array.from({ length: 400 }, (_, seed) => generate(seed + 1));
  const texts = drawn.map((program) => (program && printProgram(program)) ?? "").filter((text) => text !== "");
  const right = texts.filter((text) => parse("random.nn", text).diagnostics.length === 0);
  expect(right.length).toBeGreaterThan(300);
  expect(right.filter((text) => parsed(text).hasError)).toEqual([]);
});

test("lines go on where they do for the compiler", () => {
  const inBody = (text: string): string => `model M(x: f32[4]) {\n${text}\n}\n`;
  const statements = (text: string): number =>
    parsed(inBody(text))
      .descendantsOfType("body")[0]!
      .namedChildren.filter((one) => one?.type === "statement").length;
  for (const [text, count] of [
    ["x\n  -> Dense(3)", 1],
    ["x // note\n// another\n  -> Dense(3)", 1],
    ["let y = x\n-y", 2],
    ["x\n(x, x) -> Add()", 2],
    ["x +\nx", 1],
    ["x\n* x", 1],
    ["x\n** 2", 1],
    ["x\n== x", 1],
    ["if true { x }\nelse { x }", 1],
    ["let y = x\nelsewhere", 2],
    ["(x\n- x)", 1],
    ["layer f = Dense(3)\nlayer -> f\nparam(x)", 3],
  ] as const) {
    expect(parsed(inBody(text)).hasError, text).toBe(false);
    expect(statements(text), text).toBe(count);
  }
  for (const text of ["x x", "let y =", "x -> -> x"]) expect(parsed(inBody(text)).hasError, text).toBe(true);
});

test("a word of the language is a name wherever the compiler takes it for one", () => {
  const text = `dataset step {
  source csv("a.csv")
  input source: f32[3] = source, weight
  weight input
  target target: class(3)
  split train 80%, test 20%
}
train model on step {
  step one { loss mse(a, b), optimizer adam(1e-3) }
  metrics input
}
`;
  expect(parsed(text).hasError).toBe(false);
  expect(parsed(text).descendantsOfType("step_clause")).toHaveLength(2);
});

const names = [Identifier, atoms.quotedName.type];
const ofNames = /^(variable|property|type|function|constructor|keyword$)/;

test("colours are those of the lexer and the language server", () => {
  const wrong: string[] = [];
  for (const { name, text } of programs) {
    const colours = new Map<number, string>();
    for (const { node, name: capture } of query.captures(parsed(text))) colours.set(node.startIndex, capture);
    const { tokens, comments } = scan(name, text);
    const meant = new Map(
      semanticTokens(openProgram({ entry: name, texts: new Map([[name, text]]) }), name).map((one) => [one.start, one]),
    );
    const say = (start: number, image: string, expected: string): void =>
      void wrong.push(
        `${name}:${text.slice(0, start).split("\n").length} ${image}: ${colours.get(start)}, not ${expected}`,
      );
    for (const { text: image, kind, span } of comments)
      if (colours.get(span.start) !== (kind === "doc" ? "comment.documentation" : "comment"))
        say(span.start, image, kind);
    for (const { tokenType, startOffset: start, image } of tokens) {
      if (tokenType === Newline) continue;
      const entry = entries.get(tokenType);
      const colour = colours.get(start) ?? "";
      const isKeyword = meant.get(start)?.kind === "keyword";
      if (names.includes(tokenType) || entry?.word === "contextual") {
        if (!ofNames.test(colour)) say(start, image, "a name");
        if (isKeyword !== (colour === "keyword")) say(start, image, isKeyword ? "a keyword" : "no keyword");
      } else if (entry !== undefined && colour !== captureOf(entry)) {
        // A column whose name is no plain word.
        if (!(tokenType === atoms.string.type && colour === "property")) say(start, image, captureOf(entry));
      }
    }
  }
  expect(wrong.slice(0, 20)).toEqual([]);
});
