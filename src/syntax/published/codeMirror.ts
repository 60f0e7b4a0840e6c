// The words of the language for CodeMirror: what begins a token, and its colour. editors/codemirror reads them.

import { atoms, commentEntries, Identifier, signs, type TokenEntry, tokenTable } from "../tokens.ts";
import { spelling } from "./productions.ts";

/** The tag of each scope of the table, by CodeMirror's names; the first that begins a scope counts. */
const tags: readonly (readonly [scope: string, tag: string])[] = [
  ["keyword.operator.word", "operatorKeyword"],
  ["keyword.operator", "operator"],
  ["keyword.control", "controlKeyword"],
  ["keyword.declaration", "definitionKeyword"],
  ["keyword", "keyword"],
  ["constant.language", "bool"],
  ["constant.numeric", "number"],
  ["string", "string"],
  ["variable.language", "self"],
  ["variable", "variableName"],
  ["comment.line.documentation", "docComment"],
  ["comment", "lineComment"],
  ["punctuation.bracket", "bracket"],
  ["punctuation.accessor", "derefOperator"],
  ["punctuation", "separator"],
];
function tagOf({ scope }: TokenEntry): string {
  const tag = tags.find(([start]) => scope.startsWith(start))?.[1];
  if (tag === undefined) throw new Error(`no colour for ${scope}`);
  return tag;
}

/** Returns the text of `editors/codemirror/words.js`. */
export function codeMirror(): string {
  const words = (kind: TokenEntry["word"]): string[] =>
    tokenTable
      .filter(({ word }) => word === kind && kind !== undefined)
      .map((entry) => `  [${JSON.stringify(spelling(entry))}, ${JSON.stringify(tagOf(entry))}],`);
  const patterns = [
    ...[commentEntries.doc, commentEntries.line, atoms.size, atoms.number, atoms.string, atoms.quotedName],
    ...Object.values(signs),
  ].map((entry) => `  [/^(?:${entry.pattern.source})/, ${JSON.stringify(tagOf(entry))}],`);
  return `// Generated from src/syntax/tokens.ts; do not edit.

/** Words that are never names, with their tags. */
export const reserved = new Map([
${[...words("reserved"), `  [${JSON.stringify(spelling(atoms.placeholder))}, ${JSON.stringify(tagOf(atoms.placeholder))}],`].join("\n")}
]);

/** Words that mean something where a line begins with them and a name or a string follows. */
export const contextual = new Map([
${words("contextual").join("\n")}
]);

/** What begins a token, in the order to try. */
export const patterns = [
${patterns.join("\n")}
];

/** A word. */
export const name = /^${(Identifier.PATTERN as RegExp).source}/;
`;
}
