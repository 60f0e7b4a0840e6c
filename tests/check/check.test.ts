// Results that carets do not show: related places, traces, fixes, facts, the reference programs, and findings made elsewhere.

import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { check } from "../../src/check/check.ts";
import { diagnose, type Finding } from "../../src/diagnostics/catalogue.ts";
import type { Diagnostic } from "../../src/diagnostics/diagnostic.ts";
import { findAdaptation } from "../../src/ops/registry.ts";
import { parse, parseExpression } from "../../src/syntax/parse.ts";
import { mnist, resnet } from "../support/references.ts";

function run(text: string, set: Readonly<Record<string, string>> = {}) {
  const settings = new Map(
    Object.entries(set).map(([name, value]) => [name, parseExpression("set", value).expression]),
  );
  return check({ entry: "a.nn", files: new Map([["a.nn", parse("a.nn", text).tree]]), set: settings });
}

const at = (text: string, { span }: Pick<Diagnostic, "span">): string => text.slice(span.start, span.end);

describe("reference programs", () => {
  test.each([
    ["mnist", mnist],
    ["resnet", resnet],
  ])("%s has no error and no warning", (_, text) => {
    expect(run(text).diagnostics.filter(({ severity }) => severity !== "hint")).toEqual([]);
  });

  test("those of models/ have no error and no warning", () => {
    const folder = new URL("../../models/", import.meta.url);
    const names = readdirSync(folder).filter((file) => file.endsWith(".nn"));
    // One may import another.
    const files = new Map(
      names.map((name) => [name, parse(name, readFileSync(new URL(name, folder), "utf8")).tree] as const),
    );
    for (const entry of names) {
      const serious = check({ entry, files }).diagnostics.filter(({ severity }) => severity !== "hint");
      expect(serious, entry).toEqual([]);
    }
  });
});

test.each([
  ["let late = text > 3", "tokens have no order, but '==' and '!=' compare them: text != 0"],
  ["text + 1", "an Embedding turns tokens into numbers"],
])("tokens in %s: the help says what can be done with them", (body, help) => {
  const { diagnostics } = run(`model M(text: token(9)[5]) {\n  ${body}\n  text -> Embedding(9, 2)\n}`);
  expect(diagnostics.find(({ code }) => code === "NN117")?.help).toEqual([help]);
});

test.each([
  [[28, 28, 3], [undefined]],
  [[], [1]],
  [
    [32, 32, 16],
    [16, 16, 32],
  ],
  [
    [7, 5, 4],
    [4, 3, 8],
  ],
])("a layer that is said to adapt %j to %j does", (from, to) => {
  const adaptation = findAdaptation(from, to, () => true);
  const { program, diagnostics } = run(`model M(x: f32[${from.join(", ")}]) {\n  ${adaptation?.call}\n}`);
  expect(diagnostics.filter(({ severity }) => severity !== "hint")).toEqual([]);
  const [model] = program.models;
  const count = to[0] === undefined ? from.reduce((a, b) => a * b, 1) : undefined;
  expect(model?.outputs[0]?.type.shape).toEqual(to.map((size) => size ?? count));
  const weights = model?.weights.map(({ shape }) => shape.reduce<number>((a, b) => a * Number(b), 1)) ?? [];
  expect(weights.reduce((a, b) => a + b, 0)).toBe(adaptation?.parameters);
});

describe("NN110", () => {
  const text = `model M(x: f32[32, 32, 16]) {
  let body = x -> Conv2D(32, 3x3, strides: 2, padding: same)
  let skip = x
  relu(body + skip)
}
`;
  const [found] = run(text).diagnostics;

  test("names both places and the way", () => {
    expect(found?.message).toBe("body + skip adds 16 × 16 × 32 to 32 × 32 × 16");
    expect(found?.related.map((related) => [at(text, related), related.message])).toEqual([
      ["Conv2D(32, 3x3, strides: 2, padding: same)", "turns 32 × 32 × 16 into 16 × 16 × 32"],
      ["x", "is 32 × 32 × 16"],
    ]);
    expect(found?.trace.map((step) => `${step.text}: ${step.shape}`)).toEqual([
      "x: 32 × 32 × 16",
      "Conv2D(32, 3x3, strides: 2, padding: same): 16 × 16 × 32",
    ]);
  });

  test("offers a convolution on the skip, which repairs it", () => {
    const [fix] = found?.fixes ?? [];
    expect(fix?.title).toBe("let the skip shrink too: x -> Conv2D(32, 1x1, strides: 2)  (+ 544 parameters)");
    const [edit] = fix?.edits ?? [];
    const fixed = text.slice(0, edit!.span.start) + edit!.text + text.slice(edit!.span.end);
    expect(run(fixed).diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(run(fixed).program.models[0]?.weights.length).toBe(4);
  });
});

test("an error in a block shows the use that made it", () => {
  const text = `block B(x: f32[h, w, c], s: int) {
  Conv2D(8, 3x3, strides: s, padding: same) + x
}
model M(x: f32[8, 8, 8]) {
  B(1)
  B(2)
}
`;
  const [found] = run(text.replace("Conv2D(8", "(x -> Conv2D(8").replace("same)", "same))")).diagnostics;
  expect(found?.code).toBe("NN110");
  expect(found?.related.at(-1)?.message).toBe("in this use: B(2)");
});

test("NN103 offers a Flatten that repairs it", () => {
  const text = mnist.replace("  Flatten()\n", "");
  const found = run(text).diagnostics.filter(({ severity }) => severity === "error");
  expect(found.map(({ code }) => code)).toEqual(["NN103"]);
  const [edit] = found[0]?.fixes[0]?.edits ?? [];
  const fixed = text.slice(0, edit!.span.start) + edit!.text + text.slice(edit!.span.end);
  expect(fixed).toBe(mnist);
});

test("--set changes constants and options", () => {
  const text = "const width = 8\nmodel M(x: f32[n], units: int = 2) {\n  Dense(width, tanh)\n  Dense(units)\n}\n";
  const { program, diagnostics } = run(text, { width: "2 * 16", units: "7", n: "3" });
  expect(diagnostics).toEqual([]);
  expect(program.models[0]?.weights.map(({ shape }) => shape)).toEqual([[3, 32], [32], [32, 7], [7]]);
});

test("missing files are named by their keys", () => {
  const tree = (path: string, text: string) => [path, parse(path, text).tree] as const;
  const main = tree("nets/main.nn", 'import "lib/a.nn"\nimport "./lib/../b.nn"\n');
  expect(check({ entry: "nets/main.nn", files: new Map([main]) }).missing).toEqual(["nets/lib/a.nn", "nets/b.nn"]);
  const a = tree("nets/lib/a.nn", 'import "../b.nn"\nimport "c.nn"\n');
  expect(check({ entry: "nets/main.nn", files: new Map([main, a]) }).missing).toEqual(["nets/b.nn", "nets/lib/c.nn"]);
});

test("facts: shapes of calls and values, references of names", () => {
  const text =
    "block Two(x: f32[n], units: int) {\n  let h = x -> Dense(units)\n  h -> relu\n}\nmodel M(x: f32[3]) {\n  Two(4)\n}\n";
  const { facts } = run(text).program;
  const shapes = facts.flatMap((fact) =>
    fact.kind === "shape" ? [`${at(text, fact)}: ${fact.output.shape.join(" × ")}`] : [],
  );
  expect(new Set(shapes)).toEqual(new Set(["x: 3", "Dense(units): 4", "h: 4", "relu: 4", "Two(4): 4"]));
  const names = facts.flatMap((fact) =>
    fact.kind === "reference"
      ? [`${at(text, fact)} → ${fact.declared === undefined ? fact.op : at(text, { span: fact.declared })}`]
      : [],
  );
  expect(names).toContain("Two → Two");
  expect(names).toContain("Dense → Dense");
  expect(names).toContain("units → units");
  expect(names).toContain("h → h");
});

test("findings made outside of the checker are worded too", () => {
  const cases: readonly { finding: Finding; message: string; help: readonly string[] }[] = JSON.parse(
    readFileSync(new URL("../cases/diagnostics/findings.json", import.meta.url), "utf8"),
  );
  for (const { finding, message, help } of cases) expect(diagnose(finding)).toMatchObject({ message, help });
});

describe("what to do", () => {
  const advice = (text: string): readonly string[] =>
    [...parse("a.nn", text).diagnostics, ...run(text).diagnostics].flatMap(({ help, fixes }) => [
      ...help,
      ...fixes.map(({ title }) => title),
    ]);
  const body = (line: string): string => `model M(x: f32[28, 28, 1]) {\n  ${line}\n}\n`;

  test.each([
    ["Conv2D(8, 3x3, input_shape: [28, 28, 1])", "shapes follow from the model's inputs"],
    ["Dense(out_features: 3)", "write units"],
    ["Linear(3)", "write Dense"],
    ["Input([28, 28, 1])", "inputs follow the name of the model"],
    ["Flatten()(x)", "write (x -> Flatten())"],
    ["Dense()", "units: the number of outputs"],
    ["Flatten(), Dense(3)", "start a new line"],
    ["Flatten(),\n  Dense(3)", "leave out ','"],
  ])("%s", (line, words) => {
    expect(advice(body(line)).join("\n")).toContain(words);
  });

  test("a record keeps its commas", () => {
    expect(run(body('let h = x -> Flatten()\n  return { a: h, "b": h -> Dense(2),\n c: h }')).diagnostics).toEqual([]);
  });

  const training = (target: string, last: string, loss: string): string =>
    `dataset D {\n  source digits()\n  input x: f32[28, 28, 1] = pixels / 255\n  target y: ${target} = label\n}\n` +
    `model M(x: f32[28, 28, 1]) {\n  Flatten()\n  ${last}\n}\n` +
    `train M on D {\n  loss ${loss}\n  optimizer adam()\n}\n`;

  test.each([
    ["f32", "Dense(1)", "mse", "target y: f32[1]"],
    ["f32[10]", "Dense(10, softmax)", "categorical_crossentropy", "write class(10)"],
    ["i32", "Dense(10, softmax)", "categorical_crossentropy", "target y: class(10)"],
    ["class(10)", "Dense(10, softmax)", "crossentropy", "sparse_categorical_crossentropy"],
  ])("a target of %s for %s and %s", (target, last, loss, words) => {
    expect(advice(training(target, last, loss)).join("\n")).toContain(words);
  });

  test("a column of single numbers may be rows of one", () => {
    expect(run(training("f32[1]", "Dense(1)", "mse")).diagnostics).toEqual([]);
  });
});

describe("a word of --set that names nothing", () => {
  const text =
    "const width = 16\nconst act = relu\nmodel M(x: f32[4], p: float = 0.5) { Dropout(p)\n Dense(width, act) }\n";
  const told = (set: Readonly<Record<string, string>>) =>
    run(text, set).diagnostics.map(({ code, message, help, fixes }) => ({ code, message, help, fixes }));
  const takes =
    "--set takes a number, a size such as 3x3, true or false, a string in quotes, a list in brackets, a layer such as relu, or the name of a constant";

  test.each([
    ["abc", []],
    ["ab", []],
    ["tru", ["possible names: true"]],
    ["wdth", ["possible names: width"]],
    ["sume", []],
    ["none", []],
  ])("%s: no function is meant, and the help says what fits", (word, near) => {
    const expected = { code: "NN005", message: `'${word}' is not defined`, help: [...near, takes], fixes: [] };
    expect(told({ act: word })).toEqual([expected]);
    expect(told({ p: word })).toEqual([expected]);
  });

  test("a layer may be meant, if it is called or has a capital", () => {
    expect(told({ act: "relu" })).toEqual([]);
    expect(told({ act: "rlu()" })).toMatchObject([{ code: "NN002", message: "there is no function 'rlu'" }]);
    expect(told({ act: "Dens" })).toMatchObject([{ code: "NN002" }]);
  });
});

test.each([["1 +"], ["(1"], ["[1, 2"], [""]])("a value of --set ends, not a file: %j", (text) => {
  const { diagnostics } = parseExpression("--set n", text);
  expect(diagnostics).toHaveLength(1);
  expect(diagnostics[0]?.message).toMatch(/, found the end$/);
});
