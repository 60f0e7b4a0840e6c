// The text of a trainer: kernels are printed as TypeScript's formatter would lay them out, and train.js is train.ts
// without its types.

import { readFileSync } from "node:fs";
import { Project, ts } from "ts-morph";
import { beforeAll, describe, expect, test } from "vitest";
import { compile } from "../../src/driver/index.ts";
import { eraseTypes } from "../../src/targets/erase.ts";

/** The trainer's own part: the runtime behind it has a formatter of its own. */
const own = (text: string): string => `${text.split("// ─── The runtime")[0]?.trimEnd()}\n`;

/** All tokens: what is left of a program when its layout does not count. */
function tokens(text: string): readonly string[] {
  const scanner = ts.createScanner(ts.ScriptTarget.ES2022, true, ts.LanguageVariant.Standard, text);
  const found: string[] = [];
  while (scanner.scan() !== ts.SyntaxKind.EndOfFileToken) found.push(scanner.getTokenText());
  return found;
}

const transpiled = (text: string): string =>
  ts.transpileModule(text, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, removeComments: true },
  }).outputText;

describe.each([
  ["models/mnist.nn", "js"],
  ["models/digits.nn", "js"],
  ["bench/resnet.nn", "js"],
  ["models/digits.nn", "wasm"],
])("%s for target %s", (entry, target) => {
  let typescript = "";
  let javascript = "";
  beforeAll(async () => {
    const texts = new Map([[entry, readFileSync(entry, "utf8")]]);
    const { outputs } = await compile({ entry, texts }, { target });
    typescript = own(outputs.get("train.ts") ?? "");
    javascript = own(outputs.get("train.js") ?? "");
    expect(typescript).toContain(target === "js" ? "function runTrainStep" : "const runTrainStep");
  });

  test("is laid out as the formatter would", () => {
    const file = new Project({ useInMemoryFileSystem: true }).createSourceFile("train.ts", typescript);
    file.formatText({ indentSize: 2, ensureNewLineAtEndOfFile: true });
    expect(file.getFullText()).toBe(typescript);
  });

  test("is the same JavaScript that TypeScript makes", () => {
    expect(tokens(javascript)).toEqual(tokens(transpiled(typescript)));
  });
});

test.each([
  ["function f(a?: number, b: string = 'x', ...c: A[]): Promise<B> { return a as C; }"],
  ["const a: readonly A[] = [], b = 1;\nlet c: number;"],
  ["export interface A { readonly x: number }\ntype B = { a: 1 } | undefined;\nconst d = { a: 1 } satisfies B;"],
  ["const g = (x: number): number => x;\nconst o = { m(a: number): void {} };"],
])("%s", (statements) => {
  const text = `${statements}\nexport const z = 1;\n`;
  expect(tokens(eraseTypes(text))).toEqual(tokens(transpiled(text)));
});
