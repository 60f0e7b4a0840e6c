// The TextMate grammar for colours in editors, made from the token table. A coarse view: it looks at single lines and
// leaves the rest to the language server.

import { atoms, commentEntries, signs, type TokenEntry, tokenTable, words } from "../tokens.ts";

interface Pattern {
  readonly name?: string;
  readonly match?: string;
  readonly begin?: string;
  readonly end?: string;
  readonly captures?: Readonly<Record<string, { readonly name: string }>>;
  readonly patterns?: readonly Pattern[];
}

const scope = (text: string): string => `${text}.nn`;
const text = ({ display }: TokenEntry): string => display.slice(1, -1);
const oneOf = (entries: readonly TokenEntry[]): string => entries.map(text).join("|");

/** Puts words of the same scope in one pattern; contextual ones only if a line starts with them and a name follows. */
function keywordPatterns(): Pattern[] {
  const entries = tokenTable.filter(({ word }) => word !== undefined);
  const scopes = [...new Set(entries.map((entry) => entry.scope))];
  return scopes.flatMap((name) => {
    const reserved = entries.filter((entry) => entry.scope === name && entry.word === "reserved");
    const contextual = entries.filter(
      (entry) => entry.scope === name && entry.word === "contextual" && entry !== words.on,
    );
    return [
      ...(reserved.length === 0 ? [] : [{ name: scope(name), match: `\\b(?:${oneOf(reserved)})\\b` }]),
      ...(contextual.length === 0
        ? []
        : [{ match: `^\\s*(${oneOf(contextual)})\\b(?=\\s+[\\w"\`])`, captures: { "1": { name: scope(name) } } }]),
    ];
  });
}

function signPatterns(): Pattern[] {
  const entries: readonly TokenEntry[] = Object.values(signs);
  const operators = entries.filter((entry) => entry.scope.startsWith("keyword.operator"));
  const source = (entry: TokenEntry): string => entry.pattern.source;
  return [{ name: scope("keyword.operator"), match: operators.map(source).join("|") }];
}

/** Returns the text of `editors/vscode/syntaxes/nn.tmLanguage.json`. */
export function textmate(): string {
  const named = oneOf([words.model, words.block, words.dataset]);
  const patterns: Pattern[] = [
    { name: scope(commentEntries.doc.scope), match: commentEntries.doc.pattern.source },
    { name: scope(commentEntries.line.scope), match: commentEntries.line.pattern.source },
    {
      name: scope(atoms.string.scope),
      begin: '"',
      end: '"|$',
      patterns: [{ name: scope("constant.character.escape"), match: '\\\\(?:["\\\\/bfnrt]|u[0-9a-fA-F]{4})' }],
    },
    {
      match: `^\\s*(${named})\\s+(\\w+|\`[^\`]+\`)`,
      captures: { "1": { name: scope(words.model.scope) }, "2": { name: scope("entity.name.type") } },
    },
    {
      match: `^\\s*(${text(words.train)})\\s+(\\w+|\`[^\`]+\`)(?:\\s+(${text(words.on)})\\s+(\\w+|\`[^\`]+\`))?(?=\\s*\\{)`,
      captures: {
        "1": { name: scope(words.train.scope) },
        "2": { name: scope("entity.name.type") },
        "3": { name: scope(words.on.scope) },
        "4": { name: scope("entity.name.type") },
      },
    },
    {
      // The patterns of words that begin a line take its blanks as well; the earliest match wins, then the first pattern.
      match: `(?:^\\s*|\\b)(${oneOf([words.let, words.layer, words.param])})\\s+(\\w+|\`[^\`]+\`)(?=\\s*[=:])`,
      captures: { "1": { name: scope(words.let.scope) }, "2": { name: scope("variable.other.definition") } },
    },
    ...keywordPatterns(),
    { name: scope(atoms.quotedName.scope), match: atoms.quotedName.pattern.source },
    { name: scope("storage.type"), match: "\\b(?:f32|i32|bool|int|float)\\b|\\b(?:class|token)(?=\\()" },
    { name: scope("variable.parameter"), match: "\\b[a-z_]\\w*(?=\\s*:)" },
    { name: scope("entity.name.function"), match: "\\b[A-Za-z_]\\w*(?=\\()" },
    { name: scope(atoms.size.scope), match: `\\b${atoms.size.pattern.source}\\b` },
    { name: scope(atoms.number.scope), match: `\\b${atoms.number.pattern.source}` },
    { name: scope(atoms.placeholder.scope), match: atoms.placeholder.pattern.source },
    ...signPatterns(),
  ];
  const grammar = {
    information_for_contributors: "Generated from src/syntax/tokens.ts; do not edit.",
    name: "nn",
    scopeName: "source.nn",
    fileTypes: ["nn"],
    patterns,
  };
  return `${JSON.stringify(grammar, null, 2)}\n`;
}
