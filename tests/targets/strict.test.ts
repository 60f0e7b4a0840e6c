// The committed trainer compiles under plain `strict`, and under the flags that a careful user has.

import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { expect, test } from "vitest";

const path = join(dirname(fileURLToPath(import.meta.url)), "../../codegen-out/mnist/train.ts");

test.each([
  ["strict", { strict: true }],
  [
    "strict and erasable",
    { strict: true, erasableSyntaxOnly: true, verbatimModuleSyntax: true, noImplicitOverride: true },
  ],
])("codegen-out/mnist/train.ts under %s", (_, flags: ts.CompilerOptions) => {
  const options: ts.CompilerOptions = {
    ...flags,
    target: ts.ScriptTarget.ES2022,
    lib: ["lib.es2023.d.ts", "lib.dom.d.ts"],
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    types: ["node"],
    noEmit: true,
    skipLibCheck: true,
  };
  const program = ts.createProgram([path], options);
  const problems = ts.getPreEmitDiagnostics(program).map((d) => ts.flattenDiagnosticMessageText(d.messageText, "\n"));
  expect(problems).toEqual([]);
});

test("it imports nothing but Node's own modules, and only when it runs there", () => {
  const text = readFileSync(path, "utf8");
  const names = [...text.matchAll(/(?:^import\b.*from |\bimport\()\s*"([^"]+)"/gm)].map((match) => match[1]);
  expect(names.filter((name) => name?.startsWith("node:") !== true)).toEqual([]);
  expect(text).not.toMatch(/^import /m);
});
