// The text of a trainer: kernels are printed as TypeScript's formatter would lay them out, and train.js is train.ts
// without its types.

import { readFileSync } from "node:fs";
import { Project, ts } from "ts-morph";
import { beforeAll, describe, expect, test } from "vitest";
import { compile } from "../../src/driver/index.ts";
import { scalarNames } from "../../src/ir/scalar.ts";
import { jsSpelling } from "../../src/targets/js/scalars.ts";
import { asJavaScript, asTypeScript, helperText } from "../../src/targets/types.ts";
import { everything } from "../support/extent.ts";

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

const programs = [
  ["models/mnist.nn", "js"],
  ["models/digits.nn", "wasm"],
  ["models/digits.nn", "tfjs"],
  ["bench/resnet.nn", "tfjs"],
] as const;
const more = [
  ["models/digits.nn", "js"],
  ["bench/resnet.nn", "js"],
  ["models/mnist.nn", "tfjs"],
  ["bench/mlp.nn", "tfjs"],
] as const;

describe.each(everything ? [...programs, ...more] : programs)("%s for target %s", (entry, target) => {
  let typescript = "";
  let javascript = "";
  beforeAll(async () => {
    const texts = new Map([[entry, readFileSync(entry, "utf8")]]);
    const { outputs } = await compile({ entry, texts }, { target });
    typescript = own(outputs.get("train.ts") ?? "");
    javascript = own(outputs.get("train.js") ?? "");
    expect(typescript).toContain(target === "wasm" ? "const runTrainStep" : "function runTrainStep");
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

test.each(scalarNames.filter((name) => jsSpelling(name).helper !== undefined))(
  "the helper of %s is the same JavaScript that TypeScript makes",
  (name) => {
    const text = `export ${helperText(jsSpelling(name).helper ?? "")}`;
    expect(tokens(asJavaScript(text))).toEqual(tokens(transpiled(asTypeScript(text))));
  },
);

test("a trainer of target tfjs with a helper is the same JavaScript that TypeScript makes", async () => {
  const text = readFileSync("models/digits.nn", "utf8").replace(
    "Dense(10, softmax)",
    "Dense(10, softmax, kernel_initializer: he_normal)",
  );
  expect(text).toContain("he_normal");
  const { outputs } = await compile({ entry: "a.nn", texts: new Map([["a.nn", text]]) }, { target: "tfjs" });
  const javascript = own(outputs.get("train.js") ?? "");
  expect(javascript).toContain("function erfinv(");
  expect(tokens(javascript)).toEqual(tokens(transpiled(own(outputs.get("train.ts") ?? ""))));
});
