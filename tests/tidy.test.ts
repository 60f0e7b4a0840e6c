// Rules of the tree that no compiler checks: which folder imports which, how long a file may be, that every diagnostic
// has a case, and that generated files match their generators.

import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { catalogue } from "../src/diagnostics/catalogue.ts";
import { scalarNames } from "../src/ir/scalar.ts";
import { allDefinitions } from "../src/ops/registry.ts";
import { everything } from "./support/extent.ts";
import { circles, functionsOf, importGraph, readTree, wordsOf } from "./support/sourceTree.ts";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const source = join(root, "src");

/** The table of ARCHITECTURE.md: a folder, and the other folders that it may import. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  base: [],
  diagnostics: ["base"],
  ir: ["base"],
  reference: ["base", "ir"],
  ops: ["base", "ir"],
  syntax: ["base", "diagnostics"],
  check: ["base", "diagnostics", "ir", "ops", "syntax"],
  lower: ["base", "ir", "ops", "check"],
  passes: ["base", "ir", "ops"],
  schedule: ["base", "ir"],
  recognise: ["base", "ir"],
  targets: ["base", "ir", "ops", "recognise"],
  export: ["base", "ir", "recognise"],
  graph: ["base"],
  report: ["base", "graph"],
  runtime: [],
  driver: [
    "base",
    "diagnostics",
    "ir",
    "ops",
    "syntax",
    "check",
    "lower",
    "passes",
    "schedule",
    "targets",
    "export",
    "graph",
    "runtime/core",
  ],
  conformance: ["base", "ir", "reference", "ops", "check", "lower", "passes", "schedule", "targets", "runtime/core"],
  ide: ["base", "driver", "syntax", "check", "ops", "diagnostics", "ir", "graph"],
  host: ["base", "driver", "diagnostics", "runtime/core/formats"],
  lsp: ["base", "ide", "host", "driver", "diagnostics"],
  cli: ["base", "driver", "host", "lsp", "ide", "diagnostics", "graph", "report", "runtime/core/formats"],
};

/** Packages and Node modules, and the only folders that may know them. */
const owners: Readonly<Record<string, readonly string[]>> = {
  chevrotain: ["syntax"],
  "ts-morph": [],
  wabt: ["targets"],
  commander: ["cli"],
  "@dagrejs/dagre": ["graph"],
  "d3-scale": ["report"],
  "d3-shape": ["report"],
  "vscode-languageserver": ["lsp"],
  "vscode-languageserver-textdocument": ["lsp"],
  node: ["host", "lsp", "cli", "runtime/node"],
};

const files = readdirSync(source, { recursive: true })
  .map(String)
  .filter((path) => path.endsWith(".ts"))
  .map((path) => path.split(sep).join("/"))
  .sort();
const read = (path: string): string => readFileSync(join(source, path), "utf8");
const importsOf = (text: string): readonly string[] =>
  [...text.matchAll(/(?:^import\b[^"]*?|^export\b[^"]*? from |\bimport\()\s*"([^"]+)"/gm)].map((match) => match[1]!);

describe("imports", () => {
  for (const file of files.filter((path) => !path.endsWith(".generated.ts"))) {
    const folder = file.split("/")[0]!;
    for (const name of importsOf(read(file))) {
      if (name.startsWith(".")) {
        const target = relative(source, join(source, dirname(file), name))
          .split(sep)
          .join("/");
        const to = target.split("/")[0]!;
        if (to === folder) continue;
        const fine = (allowed[folder] ?? []).some((prefix) => target === prefix || target.startsWith(`${prefix}/`));
        test(`${file} may import ${to}`, () => expect(fine, `${file} imports ${target}`).toBe(true));
      } else {
        const owner =
          owners[
            name.startsWith("node:")
              ? "node"
              : name
                  .split("/")
                  .slice(0, name.startsWith("@") ? 2 : 1)
                  .join("/")
          ];
        const fine = owner?.some((prefix) => file.startsWith(`${prefix}/`)) ?? false;
        test(`${file} may import ${name}`, () => expect(fine, `${file} imports ${name}`).toBe(true));
      }
    }
  }
});

/** Files that may import each other in a circle, each circle with its reason. */
const circlesWithReason: readonly (readonly string[])[] = [
  // Expressions hold bodies, calls and options, and all of these hold expressions.
  [
    ...["apply", "blocks", "calls", "control", "convert", "encoders", "evaluate", "indexing", "inputs"],
    ...["joins", "loopSteps", "losses", "members", "options", "parameters", "results", "types"],
  ].map((name) => `check/evaluate/${name}.ts`),
  // One table holds how each primitive is scheduled, and the loops of one read the others by that table.
  [
    ...[
      "contract",
      "linear",
      "materialize",
      "primitives",
      "reads",
      "rows",
      "storage",
      "table",
      "task",
      "tasks",
      "windows",
    ],
  ].map((name) => `schedule/${name}.ts`),
];

test("files import each other in a circle only where that has a reason", () => {
  const sorted = (list: readonly (readonly string[])[]): readonly string[] =>
    list.map((circle) => [...circle].sort().join(" ")).sort();
  expect(sorted(circles(importGraph(readTree(source))))).toEqual(sorted(circlesWithReason));
});

test("the recursion of evaluation has one way in", () => {
  const fenced = "check/evaluate/";
  const others = [...importGraph(readTree(source))].filter(([path]) => !path.startsWith(fenced));
  const ways = others.flatMap(([path, targets]) =>
    targets
      .filter((target) => target.startsWith(fenced) && target !== `${fenced}index.ts`)
      .map((target) => `${path} imports ${target}`),
  );
  expect(ways).toEqual([]);
});

test("no function has more than 60 lines", () => {
  const tree = readTree(source);
  const long = tree.files
    .filter((path) => !path.endsWith(".generated.ts"))
    .flatMap((path) => functionsOf(tree, path))
    .filter(({ lines }) => lines > 60)
    .map(({ path, name, lines }) => `${path} ${name}: ${lines}`);
  expect(long).toEqual([]);
});

/** Words of the language, not a sentence: a suggested clause. */
const language = ["by order"];
/** Files of the checker that print programs, document options or list names in rows. */
const writers = ["check/print.ts", "check/evaluate/common.ts", "check/say/planned.ts", "check/say/words.ts"];

test("the checker writes no sentences: words are the catalogue's", () => {
  const tree = readTree(source);
  const files = tree.files.filter((path) => path.startsWith("check/") && !writers.includes(path));
  const sentences = files.flatMap((path) =>
    wordsOf(tree, path)
      .filter(({ word }) => /[a-z]{2,} [a-z]{2,}/i.test(word) && !language.includes(word))
      .map(({ word, line }) => `${path}:${line} '${word}'`),
  );
  expect(sentences).toEqual([]);
});

/** Words that are spelt like an operator's name and mean something else, with the places where they do. */
const otherMeanings: readonly { readonly words: readonly string[]; readonly places: RegExp }[] = [
  // Scalar functions: what a graph does to single elements.
  { words: scalarNames, places: /^(ir|lower|passes|schedule|targets|recognise|export|reference|runtime)\// },
  // Primitives, and the kinds of reductions.
  {
    words: ["reshape", "transpose", "slice", "pad", "sum", "mean"],
    places: /^(ir|passes|schedule|targets|recognise|export|reference|runtime|driver\/flops)/,
  },
  // Words of the language and of the checker's own records.
  { words: ["repeat", "any", "all", "var"], places: /^(check|ide|syntax|ir\/loop)/ },
  { words: ["inner"], places: /^check\/evaluate\/control/ },
  // The method of Keras's models.
  { words: ["add"], places: /^check\/evaluate\/elsewhere/ },
  { words: ["outer"], places: /^targets\/wasm\/contract\// },
  // A part of a matrix that is computed at once.
  { words: ["tile"], places: /^(passes\/winograd|targets\/wasm\/)/ },
  // The primitive.
  { words: ["concat", "scan"], places: /^(ir|passes|schedule|recognise|reference|driver\/flops|targets\/tfjs\/steps)/ },
  // Words about pictures: their forms, what they show, what a reader does with them.
  {
    words: ["dot", "all", "round", "sign", "repeat", "stack", "unfold"],
    places: /^(graph\/|cli\/commands\/graph)/,
  },
  // Words about texts of any kind.
  { words: ["text", "words", "characters"], places: /./ },
  // Pairs of classes that a network takes for each other.
  { words: ["pairs"], places: /^(report|runtime)\/(examples|node)/ },
  // An example of video, and the option that names it.
  { words: ["clip"], places: /^runtime\/core\/sources\/video/ },
  // A format of what is written.
  { words: ["csv", "jsonl", "safetensors"], places: /^(cli\/program|runtime\/node\/predict)/ },
  // An option of another source.
  { words: ["images"], places: /^runtime\/core\/sources\/idx/ },
  // A stage of a kernel.
  { words: ["scatter"], places: /^(ir|schedule|targets)\// },
  // Operations of TensorFlow, by its names.
  {
    words: ["Conv2D", "Conv3D", "Identity", "Maximum", "Minimum", "Reshape", "Softmax", "Sum", "Mean"],
    places: /^export\/tfjs\//,
  },
  {
    words: ["softmax", "log_softmax", "maximum", "minimum", "one_hot"],
    places: /^(recognise\/(graph|softmax)|(runtime|targets)\/tfjs\/)/,
  },
  { words: ["equal", "less", "greater", "where"], places: /^(runtime|targets)\/tfjs\// },
  // A kind of definition: `const`.
  { words: ["constant"], places: /^(check\/program|diagnostics|ide)\// },
  // A sign of the language.
  { words: ["Dot"], places: /^syntax\/tokens/ },
  // A clause of a data set, and an option of the runtime's.
  { words: ["split"], places: /^(check\/(training|say\/habits)|ide\/clauses|runtime\/core\/(dataset|folds|split))/ },
  // A function of the runtime.
  { words: ["uniform"], places: /^targets\/js\// },
  // A kind of report in the protocol of editors.
  { words: ["full"], places: /^lsp\/answers/ },
  // Where the files of a source can be fetched, which only host may know.
  { words: ["mnist"], places: /^host\/datasets/ },
];

test("only its own file knows an operator by its name", () => {
  const names = new Set(allDefinitions().flatMap(({ name, aliases = [] }) => [name, ...aliases]));
  const tree = readTree(source);
  const outside = tree.files.filter((path) => !/^(ops|conformance)\//.test(path) && !path.endsWith(".generated.ts"));
  const known = outside.flatMap((path) =>
    wordsOf(tree, path)
      .filter(({ word }) => names.has(word))
      .filter(({ word }) => !otherMeanings.some(({ words, places }) => words.includes(word) && places.test(path)))
      .map(({ word, line }) => `${path}:${line} '${word}'`),
  );
  expect(known).toEqual([]);
});

test("every folder of src stands in the table", () => {
  expect(readdirSync(source).sort()).toEqual(Object.keys(allowed).sort());
});

test("no file has more than 500 lines", () => {
  const long = files
    .filter((path) => !path.endsWith(".generated.ts"))
    .map((path) => ({ path, lines: read(path).split("\n").length }))
    .filter(({ lines }) => lines > 500);
  expect(long).toEqual([]);
});

test("every file opens with a comment that says what it owns", () => {
  // An operator's file opens with its definition, whose summary says it.
  const definitions =
    /^ops\/(layers|functions|losses|metrics|optimizers|schedules|initializers|regularizers|constraints|encoders|sources)\//;
  const silent = files.filter((path) => !definitions.test(path) && !/^(#!.*\n)?\/\//.test(read(path)));
  expect(silent).toEqual([]);
});

test("pure folders know no clock, process, environment or randomness", () => {
  const impure = /\b(process\.|Date\.now|new Date\(|Math\.random|performance\.|console\.)/;
  const pure = files.filter((path) => !/^(host|lsp|cli|runtime)\//.test(path) && !path.endsWith(".generated.ts"));
  const stripped = (text: string): string => text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$|`[^`]*`|"[^"\n]*"/gm, "");
  expect(pure.filter((path) => impure.test(stripped(read(path))))).toEqual([]);
});

test("every diagnostic has a case", () => {
  const folder = join(root, "tests/cases/diagnostics");
  const cases = readdirSync(folder, { recursive: true })
    .map(String)
    .filter((path) => /\.(nn|json)$/.test(path))
    .map((path) => readFileSync(join(folder, path), "utf8"))
    .join("\n");
  // Problems of files as a whole have their cases where files are read.
  const elsewhere = [
    "tests/host/load.test.ts",
    "tests/cli/check.test.ts",
    "tests/cli/compile.test.ts",
    "tests/cli/train.test.ts",
  ]
    .map((path) => join(root, path))
    .filter((path) => existsSync(path))
    .map((path) => readFileSync(path, "utf8"))
    .join("\n");
  expect(Object.keys(catalogue).filter((code) => !cases.includes(code) && !elsewhere.includes(code))).toEqual([]);
});

// `npm test` has just written them by its build.
test.runIf(everything)("generated files are what their generators give", () => {
  const scripts = [
    "registry",
    "libraries",
    "viewer",
    "runtime",
    "grammar",
    "operators-doc",
    "diagnostics-doc",
    "museum-doc",
    "example",
  ];
  for (const script of scripts) {
    const path = join(root, "scripts", `${script}.mjs`);
    if (!existsSync(path)) continue;
    execFileSync(process.execPath, [path, "--check"], { cwd: root, stdio: "pipe" });
  }
});

test("every script that README names exists", () => {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    scripts: Record<string, string>;
  };
  const readme = readFileSync(join(root, "README.md"), "utf8");
  const named = [...readme.matchAll(/npm run (?:-s )?([\w:-]+)/g)].map((match) => match[1]!);
  expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
});
