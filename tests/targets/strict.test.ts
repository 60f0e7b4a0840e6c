// Trainers of all targets compile under plain `strict`, and under the flags that a careful user has.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { afterAll, beforeAll, expect, test } from "vitest";
import { compile } from "../../src/driver/index.ts";
import { everything } from "../support/extent.ts";
import { problemsOf } from "../support/typescript.ts";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const folder = mkdtempSync(join(root, "tests", ".strict-"));
const paths = {
  js: join(folder, "js.ts"),
  wasm: join(folder, "wasm.ts"),
  tfjs: join(folder, "tfjs.ts"),
  "tfjs, residual": join(folder, "residual.ts"),
};
beforeAll(async () => {
  for (const [path, entry, target] of [
    [paths.js, "models/mnist.nn", "js"],
    [paths.wasm, "models/mnist.nn", "wasm"],
    [paths.tfjs, "models/mnist.nn", "tfjs"],
    [paths["tfjs, residual"], "bench/resnet.nn", "tfjs"],
  ] as const) {
    const texts = new Map([[entry, readFileSync(join(root, entry), "utf8")]]);
    const { outputs } = await compile({ entry, texts }, { target });
    writeFileSync(path, outputs.get("train.ts") ?? "");
  }
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
});
afterAll(() => rmSync(folder, { recursive: true }));

const plain = { strict: true };
const careful = { strict: true, erasableSyntaxOnly: true, verbatimModuleSyntax: true, noImplicitOverride: true };
const lib = ["lib.es2023.d.ts"];
const ways = [
  ["js", "strict", plain, [...lib, "lib.dom.d.ts"]],
  ["js", "strict and erasable, without a browser's types", careful, lib],
  ["wasm", "strict", plain, lib],
  ["wasm", "strict and erasable, with a browser's types", careful, [...lib, "lib.dom.d.ts"]],
  ["tfjs", "strict", plain, lib],
  ["tfjs, residual", "strict", plain, lib],
  ["tfjs", "strict and erasable, with a browser's types", careful, [...lib, "lib.dom.d.ts"]],
] as const;
/** `npm test` takes the target that users get, in the more careful way. */
const taken = ways.filter(([target, , flags]) => everything || (flags === careful && target === "wasm"));
test.each(taken)("a trainer of target %s under %s", (target, _, flags: ts.CompilerOptions, lib) => {
  const options: ts.CompilerOptions = {
    ...flags,
    target: ts.ScriptTarget.ES2022,
    lib: [...lib],
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    types: ["node"],
    noEmit: true,
    skipLibCheck: true,
  };
  expect(problemsOf([paths[target]], options)).toEqual([]);
});

test.each(["js", "wasm", "tfjs"] as const)(
  "target %s imports nothing but Node's own modules, and only when it runs there",
  (target) => {
    const text = readFileSync(paths[target], "utf8");
    const names = [...text.matchAll(/(?:^import\b.*from |\bimport\()\s*"([^"]+)"/gm)].map((match) => match[1]);
    expect(names.filter((name) => name?.startsWith("node:") !== true)).toEqual([]);
    expect(text).not.toMatch(/^import /m);
  },
);
