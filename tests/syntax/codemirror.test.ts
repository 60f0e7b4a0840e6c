// The language for CodeMirror colours every right program as the table of tokens says, indents as the formatter does, and shows what
// nnc finds.

import { getIndentation, indentUnit } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { classHighlighter, highlightTree } from "@lezer/highlight";
import { expect, test } from "vitest";
import { nn, nnLanguage } from "../../editors/codemirror/index.js";
import { openProgram, semanticTokens } from "../../src/ide/index.ts";
import { scan } from "../../src/syntax/scan.ts";
import { atoms, Identifier, Newline, tokenTable } from "../../src/syntax/tokens.ts";
import { documentPrograms, modelPrograms } from "../support/programs.ts";

const programs = [...modelPrograms(), ...documentPrograms()];
const entries = new Map(tokenTable.map((entry) => [entry.type, entry]));

/** The class of the highlighter at each place where one begins. */
function classesOf(text: string): ReadonlyMap<number, string> {
  const found = new Map<number, string>();
  highlightTree(nnLanguage.parser.parse(text), classHighlighter, (from, to, name) => {
    for (let at = from; at < to; at++) found.set(at, name);
  });
  return found;
}

const classes: readonly (readonly [scope: string, name: RegExp])[] = [
  ["keyword.operator.word", /tok-keyword/],
  ["keyword.operator", /tok-operator/],
  ["keyword", /tok-keyword/],
  ["constant.language", /tok-bool/],
  ["constant.numeric", /tok-number/],
  ["string", /tok-string/],
  ["punctuation.bracket", /^$|tok-punctuation/],
  ["punctuation", /^$|tok-(punctuation|operator)/],
  ["variable.language", /tok-keyword|tok-variableName/],
];

test("colours are those of the lexer and the language server", () => {
  const wrong: string[] = [];
  for (const { name, text } of programs) {
    const colours = classesOf(text);
    const { tokens, comments } = scan(name, text);
    const meant = new Map(
      semanticTokens(openProgram({ entry: name, texts: new Map([[name, text]]) }), name).map((one) => [one.start, one]),
    );
    const check = (start: number, image: string, fits: (colour: string) => boolean): void => {
      const colour = colours.get(start) ?? "";
      if (!fits(colour)) wrong.push(`${name}:${text.slice(0, start).split("\n").length} ${image}: ${colour}`);
    };
    for (const { span, text: image } of comments) check(span.start, image, (colour) => colour === "tok-comment");
    for (const { tokenType, startOffset: start, image } of tokens) {
      if (tokenType === Newline) continue;
      const entry = entries.get(tokenType);
      const isName = tokenType === Identifier || tokenType === atoms.quotedName.type;
      if (isName || (entry?.word === "contextual" && meant.get(start)?.kind !== "keyword"))
        check(start, image, (colour) => !/keyword|comment|number|string$/.test(colour));
      else
        check(
          start,
          image,
          (colour) => classes.find(([scope]) => entry?.scope.startsWith(scope))?.[1].test(colour) === true,
        );
    }
  }
  expect(wrong.slice(0, 20)).toEqual([]);
});

test("the indentation of a line is the formatter's", () => {
  const text = modelPrograms().find(({ name }) => name === "models/digits.nn")!.text;
  const state = EditorState.create({ doc: text, extensions: [nn(), indentUnit.of("  ")] });
  const wrong = text.split("\n").flatMap((line, i) => {
    const own = line.length - line.trimStart().length;
    const found = getIndentation(state, state.doc.line(i + 1).from);
    return line.trim() === "" || found === own ? [] : [`${i + 1}: ${found}, not ${own}`];
  });
  expect(wrong).toEqual([]);
});
