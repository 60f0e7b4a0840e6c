// Places of a name, and its new name, over the files of programs.

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Diagnostic, Edit } from "../../src/diagnostics/diagnostic.ts";
import { callees, callers, callItem, highlights, prepareRename, references, rename } from "../../src/ide/index.ts";
import { open } from "../support/annotations.ts";

const lib = `const wide = 8
block Twice(x: f32[n], units: int = n) -> f32[units] {
  layer own = Dense(units)
  x -> own
}
`;
const main = `import "lib.nn"
dataset D {
  source csv("houses.csv")
  input x: f32[1]
  target price: f32[1]
  input y: f32[1] = other / 2
}
model M(x: f32[1], y: f32[1]) {
  let h = x + y
  let z = if wide > 3 { h -> Twice(units: wide) } else { h -> Twice(wide) }
  layer tower = Twice(units: 2)
  return { price: z -> tower -> Dense(1), other: z -> tower }
}
train M on D {
  loss { price: mse }
  optimizer adam()
  metrics { price: mae }
  weights tower
}
`;
const files = new Map([
  ["main.nn", main],
  ["lib.nn", lib],
]);
const program = open(files);

/** The text around each place of the name that is at `at`. */
const places = (file: string, at: string): readonly string[] => {
  const text = files.get(file)!;
  return references([program], file, text.indexOf(at), true).map((span) => {
    const own = files.get(span.file)!;
    return `${span.file} ${own.slice(span.start - 4, span.end + 2).replace(/\s+/g, " ")}`;
  });
};

function renamed(texts: ReadonlyMap<string, string>, edits: readonly Edit[]): Map<string, string> {
  const result = new Map(texts);
  for (const { span, text } of edits.toSorted((a, b) => b.span.start - a.span.start)) {
    const before = result.get(span.file)!;
    result.set(span.file, before.slice(0, span.start) + text + before.slice(span.end));
  }
  return result;
}

const mistakes = ({ diagnostics }: { readonly diagnostics: readonly Diagnostic[] }): readonly Diagnostic[] =>
  diagnostics.filter(({ severity }) => severity === "error");

describe("references", () => {
  test("of a dimension, an option and a layer", () => {
    expect(places("lib.nn", "n]")).toEqual(["lib.nn f32[n],", "lib.nn t = n) "]);
    expect(places("lib.nn", "units")).toEqual([
      "lib.nn n], units: ",
      "lib.nn f32[units] ",
      "lib.nn nse(units) ",
      "main.nn ice(units: ",
      "main.nn ice(units: ",
    ]);
    expect(places("lib.nn", "own")).toEqual(["lib.nn yer own =", "lib.nn  -> own }"]);
  });
  test("of what other files see, also in the arm that no condition chooses", () => {
    expect(places("lib.nn", "wide")).toEqual([
      "lib.nn nst wide =",
      "main.nn  if wide >",
      "main.nn ts: wide) ",
      "main.nn ice(wide) ",
    ]);
    expect(places("main.nn", "Twice(wide")).toHaveLength(4);
  });
  test("of a field and the input that it feeds", () => {
    expect(places("main.nn", "x: f32[1]\n")).toEqual(["main.nn put x: ", "main.nn l M(x: ", "main.nn h = x +"]);
  });
  test("of a field that batches shorten", () => {
    const text =
      "dataset D {\n  source digits()\n  input x: f32[4] = pixels\n}\nmodel M(x: f32[4]) { x }\ntrain M on D {\n  buckets { x: [2] }\n}\n";
    const found = references([open(new Map([["main.nn", text]]))], "main.nn", text.indexOf("x: f32"), true);
    expect(found.map(({ start, end }) => text.slice(start, end + 1))).toEqual(["x:", "x:", "x ", "x:"]);
  });
  test("of an output and the target with its name", () => {
    expect(places("main.nn", "price: z")).toEqual([
      "main.nn get price: ",
      "main.nn n { price: ",
      "main.nn s { price: ",
      "main.nn s { price: ",
    ]);
  });
  test("of a named layer, up to the weights that train", () => {
    expect(places("main.nn", "tower")).toEqual([
      "main.nn yer tower =",
      "main.nn  -> tower -",
      "main.nn  -> tower }",
      "main.nn hts tower }",
    ]);
  });
  test("of a file alone, as highlights", () => {
    const found = highlights(program, "main.nn", main.indexOf("h = x"));
    expect(found.map(({ span, writes }) => [span.start, writes])).toEqual([
      [main.indexOf("h = x"), true],
      [main.indexOf("h -> Twice(units"), false],
      [main.indexOf("h -> Twice(wide"), false],
    ]);
  });
  test("are none where there is no name", () => {
    expect(references([program], "main.nn", main.indexOf("Dense"), true)).toEqual([]);
    expect(references([], "main.nn", 0, true)).toEqual([]);
  });
});

describe("rename", () => {
  const to = (file: string, at: string, name: string): ReadonlyMap<string, string> | string => {
    const found = rename([program], file, files.get(file)!.indexOf(at), name);
    return "refused" in found ? found.refused : renamed(files, found.ok);
  };
  test.each([
    ["lib.nn", "n]", "size"],
    ["lib.nn", "units", "much"],
    ["lib.nn", "wide", "broad"],
    ["lib.nn", "Twice", "Double"],
    ["lib.nn", "own", "deep"],
    ["main.nn", "M(", "Houses"],
    ["main.nn", "D {", "Prices"],
    ["main.nn", "tower", "spire"],
    ["main.nn", "h = x", "hidden"],
    ["main.nn", "x: f32[1]\n", "area"],
    ["main.nn", "price", "cost"],
    ["main.nn", "other: z", "rest"],
    ["main.nn", "y: f32[1] =", "`with space`"],
  ])("in %s of %s to %s changes no meaning", (file, at, name) => {
    const changed = to(file, at, name);
    expect(typeof changed === "string" ? changed : [...changed.values()].join("")).toContain(name);
    const after = open(changed as ReadonlyMap<string, string>);
    expect(mistakes(program)).toEqual([]);
    expect(mistakes(after)).toEqual([]);
    const shapes = ({ program: { models } }: typeof after) =>
      models.map(({ nodes }) => nodes.map(({ kind, type }) => [kind, type]));
    expect(shapes(after)).toEqual(shapes(program));
    const columns = ({ program: { datasets } }: typeof after) =>
      datasets.map(({ fields }) => fields.map((field) => field.columns.map(({ from }) => from)));
    expect(columns(after)).toEqual(columns(program));
  });
  test("keeps the column that a field takes", () => {
    const changed = to("main.nn", "x: f32[1]\n", "area") as ReadonlyMap<string, string>;
    expect(changed.get("main.nn")).toContain("input area: f32[1] = x\n");
    expect(changed.get("main.nn")).toContain("model M(area: f32[1], y: f32[1])");
    const other = to("main.nn", "y: f32[1] =", "half") as ReadonlyMap<string, string>;
    expect(other.get("main.nn")).toContain("input half: f32[1] = other / 2\n");
  });
  test.each([
    ["lib.nn", "own", "x", "'x' is already a name here"],
    ["lib.nn", "own", "wide", "'wide' is already a name here"],
    ["lib.nn", "wide", "h", "'h' is already a name here"],
    ["lib.nn", "wide", "relu", "'relu' is a name of nnc"],
    ["lib.nn", "wide", "a\nb", "'a\nb' cannot be a name"],
    ["lib.nn", "Dense", "More", "'Dense' belongs to nnc"],
    ["main.nn", "other / 2", "more", "'other' is a column of the data, which no edit reaches"],
    ["main.nn", "csv", "more", "'csv' belongs to nnc"],
  ])("in %s of %s to %j is refused", (file, at, name, reason) => expect(to(file, at, name)).toBe(reason));
  test("is prepared with the name's own place", () => {
    expect(prepareRename(program, "lib.nn", lib.indexOf("units") + 2)).toEqual({
      ok: { span: { file: "lib.nn", start: lib.indexOf("units"), end: lib.indexOf("units") + 5 }, name: "units" },
    });
    expect(prepareRename(program, "lib.nn", lib.indexOf("f32"))).toEqual({ refused: "this name belongs to nnc" });
  });
  test("of names in an example with noise and steps leaves it sound", () => {
    const text = readFileSync(new URL("../../models/gan.nn", import.meta.url), "utf8");
    const gan = new Map([["main.nn", text]]);
    for (const name of ["generator =", "fake", "noise", "image", "Critic", "Digits"]) {
      const found = rename([open(gan)], "main.nn", text.indexOf(name), "other");
      const after = open(renamed(gan, "ok" in found ? found.ok : []));
      expect(after.texts.get("main.nn")).toContain("other");
      expect(mistakes(after)).toEqual([]);
    }
  });
});

test("the hierarchy of calls goes both ways", () => {
  const item = callItem([program], "main.nn", main.indexOf("Twice(units: wide"));
  expect(item).toMatchObject({ kind: "block", name: "Twice", nameSpan: { file: "lib.nn" } });
  expect(callers([program], item!.nameSpan).map(({ item: { name }, places: at }) => [name, at.length])).toEqual([
    ["M", 3],
  ]);
  const model = callItem([program], "main.nn", main.indexOf("M("));
  expect(callees([program], model!.nameSpan).map(({ item: { name } }) => name)).toEqual(["Twice"]);
  expect(callItem([program], "main.nn", main.indexOf("h = x"))).toBeUndefined();
});
