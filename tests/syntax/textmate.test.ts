// The TextMate grammar gives each word of every right program the scope that the table of tokens has for it, as VS Code's own engine
// sees it.

import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openProgram, semanticTokens } from "../../src/ide/index.ts";
import { scan } from "../../src/syntax/scan.ts";
import { atoms, Identifier, Newline, tokenTable } from "../../src/syntax/tokens.ts";
import { documentPrograms, modelPrograms, type NamedProgram } from "../support/programs.ts";

interface ScopeAssertion {
  readonly from: number;
  readonly to: number;
  readonly scopes: readonly string[];
  readonly exclude: readonly string[];
}
interface Case {
  readonly metadata: { readonly commentToken: string; readonly scope: string; readonly description: string };
  readonly source: readonly string[];
  readonly assertions: readonly {
    readonly testCaseLineNumber: number;
    readonly sourceLineNumber: number;
    readonly scopeAssertions: readonly ScopeAssertion[];
  }[];
}
interface Failure {
  /** Counts from 0. */
  readonly srcLine: number;
  readonly start: number;
  readonly end: number;
  readonly missing: readonly string[];
  readonly actual: readonly string[];
  readonly unexpected: readonly string[];
}
const require = createRequire(import.meta.url);
const { createRegistry } = require("vscode-tmgrammar-test/dist/common/index.js") as {
  createRegistry(grammars: readonly { path: string; scopeName: string; language: string }[]): unknown;
};
const { parseGrammarTestCase, runGrammarTestCase } = require("vscode-tmgrammar-test/dist/unit/index.js") as {
  parseGrammarTestCase(text: string): Case;
  runGrammarTestCase(registry: unknown, one: Case): Promise<readonly Failure[]>;
};

const root = join(import.meta.dirname, "../..");
const registry = createRegistry([
  { path: join(root, "editors/vscode/syntaxes/nn.tmLanguage.json"), scopeName: "source.nn", language: "nn" },
]);
const failures = async (one: Case, name: string): Promise<readonly string[]> =>
  (await runGrammarTestCase(registry, one)).map(({ srcLine, start, end, missing, unexpected, actual }) => {
    const line = one.source[srcLine] ?? "";
    return `${name}: ${line.slice(start, end)} in '${line}': missing ${missing}, unexpected ${unexpected}, has ${actual}`;
  });

const cases = join(root, "tests/cases/textmate");
for (const file of readdirSync(cases))
  test(`${file} has the scopes that it says`, async () => {
    const one = parseGrammarTestCase(readFileSync(join(cases, file), "utf8"));
    expect(one.assertions.length).toBeGreaterThan(5);
    expect(await failures(one, file)).toEqual([]);
  });

const entries = new Map(tokenTable.map((entry) => [entry.type, entry]));
/** Words whose scope TextMate sees by the characters alone. */
const scopeOf = (scope: string): string =>
  `${scope.startsWith("keyword.operator") && scope !== "keyword.operator.word" ? "keyword.operator" : scope}.nn`;

/** What the lexer says of each word of a program, and the language server of the words that have two meanings. */
function caseOf({ name, text }: NamedProgram): Case {
  const { tokens, comments } = scan(name, text);
  const meant = new Map(
    semanticTokens(openProgram({ entry: name, texts: new Map([[name, text]]) }), name).map((one) => [one.start, one]),
  );
  const asserted = new Map<number, ScopeAssertion[]>();
  const say = (start: number, end: number, scopes: readonly string[], exclude: readonly string[] = []): void => {
    const lines = text.slice(0, start).split("\n");
    const column = lines.at(-1)?.length ?? 0;
    const one = { from: column, to: column + end - start, scopes, exclude };
    asserted.set(lines.length - 1, [...(asserted.get(lines.length - 1) ?? []), one]);
  };
  for (const { kind, span } of comments)
    say(span.start, span.end, [kind === "doc" ? "comment.line.documentation.nn" : "comment.line.double-slash.nn"]);
  for (const { tokenType, startOffset: start, image } of tokens) {
    const entry = entries.get(tokenType);
    if (tokenType === Newline || entry?.scope.startsWith("punctuation")) continue;
    const isName = [Identifier, atoms.quotedName.type].includes(tokenType);
    if (isName || (entry?.word === "contextual" && meant.get(start)?.kind !== "keyword"))
      say(start, start + image.length, [], ["keyword.declaration.nn", "keyword.other.nn", "keyword.control.nn"]);
    else if (entry !== undefined) say(start, start + image.length, [scopeOf(entry.scope)]);
  }
  const assertions = [...asserted].map(([line, scopeAssertions]) => ({
    ...{ testCaseLineNumber: line, sourceLineNumber: line },
    scopeAssertions,
  }));
  const metadata = { commentToken: "//", scope: "source.nn", description: name };
  return { metadata, source: text.split("\n"), assertions };
}

test("every word of every right program has the scope of the table", async () => {
  const programs = [...modelPrograms(), ...documentPrograms()];
  expect(programs.length).toBeGreaterThan(60);
  const wrong: string[] = [];
  for (const program of programs) wrong.push(...(await failures(caseOf(program), program.name)));
  expect(wrong.slice(0, 20)).toEqual([]);
});
