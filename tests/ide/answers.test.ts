// The answers of ide other than hovers and hints: fixes, formatting, navigation, completion.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Edit } from "../../src/diagnostics/diagnostic.ts";
import { schemaKey } from "../../src/driver/options.ts";
import {
  completions,
  definition,
  diagnostics,
  fixAll,
  formatting,
  hover,
  inlayHints,
  openProgram,
  quickFixes,
  type Snapshot,
  symbols,
} from "../../src/ide/index.ts";
import { open } from "../support/annotations.ts";

const one = (text: string): Snapshot => open(new Map([["main.nn", text]]));

function apply(text: string, edits: readonly Edit[]): string {
  let result = text;
  for (const { span, text: put } of edits.toSorted((a, b) => b.span.start - a.span.start))
    result = result.slice(0, span.start) + put + result.slice(span.end);
  return result;
}

describe("completion after a point", () => {
  const offered = (text: string): readonly string[] => {
    const offset = text.indexOf("§");
    return completions(one(text.replace("§", "")), "main.nn", offset).map(
      ({ insert, detail }) => `${insert} ${detail}`,
    );
  };
  const model = (body: string): string => `model M(x: f32[4]) {\n${body}\n}\n`;

  test("offers the weights of a named layer, also of a block and within one, and nothing else", () => {
    expect(offered(model("  layer d = Dense(4)\n  let y = x -> d\n  y @ d.§"))).toEqual([
      "kernel f32[4, 4]",
      "bias f32[4]",
    ]);
    expect(offered(model("  layer d = Dense(4)\n  let y = x -> d\n  y @ d.ker§ + 1"))).toHaveLength(2);
    const block = "block T(x: f32[4]) {\n  layer d = Dense(4, use_bias: false)\n  x -> d\n";
    expect(offered(`${block}}\n${model("  layer tower = T()\n  let y = x -> tower\n  y @ tower.§")}`)).toEqual([
      "`d/kernel` f32[4, 4]",
    ]);
    expect(offered(`${block}  _ @ d.§\n}\n${model("  T()")}`)).toEqual(["kernel f32[4, 4]"]);
    expect(offered(model("  x.§"))).toEqual([]);
  });

  test("offers outputs and targets in a training, and options after a number", () => {
    const text =
      "dataset D {\n  source digits()\n  input x: f32[28, 28, 1] = pixels\n  target y: class(10) = label\n}\n" +
      "model M(x: f32[28, 28, 1]) {\n  let a = x -> Flatten() -> Dense(10, softmax)\n  return { y: a, z: a }\n}\n" +
      "train M on D {\n  loss mean(prediction.§)\n}\n";
    expect(offered(text)).toEqual(["y output", "z output"]);
    expect(offered(text.replace("prediction.", "target."))).toEqual(["y field"]);
    expect(offered(model("  Dense(2.§)")).some((item) => item.startsWith("units: "))).toBe(true);
  });
});

describe("problems", () => {
  const text = `model M(image: f32[8, 8, 3]) {
  Conv2d(4, 3x3)
  Flaten()
  let unused = image
  Dense(2)
}
`;
  test("are those of the file asked about", () => {
    const snapshot = open(
      new Map([
        ["main.nn", `import "lib.nn"\n${text}`],
        ["lib.nn", "const a = b\n"],
      ]),
    );
    expect(diagnostics(snapshot, "lib.nn").map(({ diagnostic }) => diagnostic.code)).toEqual(["NN005"]);
    const own = diagnostics(snapshot, "main.nn");
    expect(own.map(({ diagnostic, unused }) => `${diagnostic.code}${unused ? " unused" : ""}`)).toEqual([
      "NN002",
      "NN002",
      "NN006 unused",
    ]);
  });

  test("have fixes where they touch the range", () => {
    const snapshot = one(text);
    const at = text.indexOf("Conv2d");
    const [fix, ...others] = quickFixes(snapshot, "main.nn", { start: at, end: at });
    expect(others).toEqual([]);
    expect(fix).toMatchObject({ title: "write Conv2D", sure: true, diagnostic: { code: "NN002" } });
    expect(apply(text, fix!.edits)).toContain("  Conv2D(4, 3x3)");
    expect(quickFixes(snapshot, "main.nn", { start: 0, end: 3 })).toEqual([]);
  });

  test("are all repaired at once where that is sure", () => {
    const repaired = apply(text, fixAll(one(text), "main.nn"));
    expect(diagnostics(one(repaired), "main.nn").filter(({ diagnostic }) => diagnostic.severity === "error")).toEqual(
      [],
    );
  });
});

describe("formatting", () => {
  const format = (text: string): string => apply(text, formatting("main.nn", text));

  test("touches only the lines that change", () => {
    const text = "const a = 1\nconst b=2\nconst c = 3\n";
    expect(formatting("main.nn", text)).toEqual([
      { span: { file: "main.nn", start: 12, end: 22 }, text: "const b = 2\n" },
    ]);
  });
  test.each([
    "const a = 1",
    "const a=1\r\nconst b = 2\r\n",
    "\n\n\nconst a = 1\n\n\n",
    "",
    "// é🙂\nconst a=1 // 🙂\n",
  ])("of %j gives what a second time leaves alone", (text) => {
    const once = format(text);
    expect(formatting("main.nn", once)).toEqual([]);
  });
  test("leaves damaged text alone", () => expect(formatting("main.nn", "const = (\n")).toEqual([]));
});

describe("ways through a program", () => {
  const main = 'import "lib.nn"\nmodel M(x: f32[4]) {\n  let y = x -> Dense(wide)\n  Twice(wide)\n  y -> Twice(2)\n}\n';
  const lib = "const wide = 8\nblock Twice(x: f32[n], units: int) {\n  layer own = Dense(units)\n  x -> own\n}\n";
  const files = new Map([
    ["main.nn", main],
    ["lib.nn", lib],
  ]);
  const snapshot = open(files);
  const goesTo = (file: string, offset: number): string | undefined => {
    const span = definition(snapshot, file, offset);
    return span && `${span.file} ${files.get(span.file)!.slice(span.start, span.end)}@${span.start}`;
  };

  test("lead from names to declarations", () => {
    expect(goesTo("main.nn", main.indexOf("wide"))).toBe(`lib.nn wide@${lib.indexOf("wide")}`);
    expect(goesTo("main.nn", main.indexOf("Twice"))).toBe(`lib.nn Twice@${lib.indexOf("Twice")}`);
    expect(goesTo("main.nn", main.indexOf("y ->"))).toBe(`main.nn y@${main.indexOf("y = ")}`);
    expect(goesTo("lib.nn", lib.indexOf("units)", 70))).toBe(`lib.nn units@${lib.indexOf("units")}`);
    expect(goesTo("lib.nn", lib.indexOf("-> own") + 3)).toBe(`lib.nn own@${lib.indexOf("own")}`);
    expect(goesTo("main.nn", main.indexOf("Dense"))).toBeUndefined();
    expect(goesTo("main.nn", 0)).toBeUndefined();
  });

  test("give an outline", () => {
    const outline = (file: string) =>
      symbols(snapshot, file).map((s) => [s.kind, s.name, s.children.map((c) => c.name)]);
    expect(outline("lib.nn")).toEqual([
      ["constant", "wide", []],
      ["block", "Twice", ["own"]],
    ]);
    expect(outline("main.nn")).toEqual([["model", "M", ["y"]]]);
  });
});

describe("completion", () => {
  /** The labels offered at `|`. */
  function offered(marked: string): readonly string[] {
    const at = marked.indexOf("|");
    return completions(one(marked.replace("|", "")), "main.nn", at).map(({ label }) => label);
  }
  test("of declarations", () =>
    expect(offered("|")).toEqual(["import", "const", "dataset", "block", "model", "train"]));
  test("of layers, blocks and names", () => {
    const names = offered(
      "const wide = 3\nblock Own(x: f32[n]) { x }\nmodel M(image: f32[8]) {\n  let h = image\n  De|\n}\n",
    );
    expect(names).toEqual(expect.arrayContaining(["Dense", "Own", "relu", "image", "h", "wide", "let", "repeat"]));
    expect(names).not.toContain("adam");
  });
  test("of layers that take the value first, with the shape that they make", () => {
    const at = (marked: string) => {
      const place = marked.indexOf("|");
      return completions(one(marked.replace("|", "")), "main.nn", place).filter(({ kind }) => kind === "layer");
    };
    const image = at("model M(image: f32[8, 8, 3]) {\n  let h = image -> Dense(5)\n  Conv2D(4, 3x3)\n  |\n}\n");
    const fits = image.filter((item) => item.fits === true).map(({ label }) => label);
    expect(fits).toEqual(expect.arrayContaining(["Conv2D", "Flatten", "MaxPooling2D", "Dense"]));
    for (const other of ["Conv1D", "LSTM", "Conv3D", "Add"]) expect(fits).not.toContain(other);
    expect(image.slice(0, fits.length).every((item) => item.fits === true)).toBe(true);
    const shapes = (items: typeof image) => Object.fromEntries(items.map(({ label, detail }) => [label, detail]));
    expect(shapes(image)).toMatchObject({ Flatten: "layer → 144", Conv2D: "layer", LSTM: "layer" });
    expect(shapes(at("model M(x: f32[6]) {\n  x -> |\n}\n"))).toMatchObject({ Flatten: "layer → 6" });
    expect(shapes(at("model M(x: f32[6], y: f32[2]) {\n  let z = y -> Dense(9) -> |\n}\n"))).toMatchObject({
      Flatten: "layer → 9",
    });
    expect(shapes(at("model M(x: f32[6]) {\n  if true {\n    Dense(3)\n    |\n  }\n}\n"))).toMatchObject({
      Flatten: "layer → 3",
    });
  });
  test("of models and data of a training, its layers, and columns of files that the check has read", () => {
    const program = "dataset D { source digits() }\nmodel M(x: f32[4]) {\n  layer tower = Dense(2)\n  x -> tower\n}\n";
    expect(offered(`${program}train |`)).toEqual(["D", "M", "on"]);
    expect(offered(`${program}train M on D {\n  weights |\n}\n`)).toEqual(["tower"]);
    const fields = program.replace("digits()", "digits()\n  input x: f32[4] = pixels\n  target y: class(2) = label");
    expect(offered(`${fields}train M on D {\n  buckets { |\n}\n`)).toEqual(["x", "y"]);
    expect(offered(`${program}train M on D {\n  step a {\n    |\n  }\n}\n`)).toContain("loss");
    expect(offered(`${program}train M on D {\n  loss { y: |\n}\n`)).toContain("binary_crossentropy");
    const text = 'dataset D {\n  source csv("a.csv")\n  input x = \n}\n';
    const [request] = one(text).unread ?? [];
    const columns = [
      { name: "area", kind: "number" as const },
      { name: "no. of rooms", kind: "number" as const },
    ];
    const answer = { kind: "read" as const, schema: { file: "a.csv", columns } };
    const sources = {
      entry: "main.nn",
      texts: new Map([["main.nn", text]]),
      schemas: new Map([[schemaKey(request!), answer]]),
    };
    const found = completions(openProgram(sources), "main.nn", text.indexOf("= ") + 2);
    expect(found.map(({ insert }) => insert)).toEqual(["area", "`no. of rooms`"]);
  });
  test("of options", () => {
    const names = offered("model M(image: f32[8, 8, 1]) {\n  Conv2D(4, 3x3, |)\n}\n");
    expect(names).toEqual(expect.arrayContaining(["strides", "padding", "relu", "image"]));
    expect(names).not.toContain("Dense");
  });
  test("of an option's values", () => {
    expect(offered("model M(image: f32[8, 8, 1]) {\n  Conv2D(4, 3x3, padding: |)\n}\n").slice(0, 2)).toEqual([
      "valid",
      "same",
    ]);
    expect(offered("model M(image: f32[8]) {\n  Dense(4, kernel_initializer: h|)\n}\n")).toContain("he_normal");
  });
  test("of a block's options", () => {
    const text = "block Own(x: f32[n], units: int) { x -> Dense(units) }\nmodel M(image: f32[8]) {\n  Own(|\n}\n";
    expect(offered(text)).toContain("units");
  });
  test("of clauses and what follows them", () => {
    expect(offered("train M on D {\n  |\n}\n")).toContain("optimizer");
    expect(offered("train M on D {\n  optimizer |\n}\n")).toEqual(expect.arrayContaining(["adam", "sgd"]));
    expect(offered("dataset D {\n  source |\n}\n")).toContain("digits");
  });
});

test("any text has answers, and none of them is a thrown error", () => {
  const words = [
    "model M(x: f32[4]) {",
    "}",
    "Dense(",
    ")",
    "->",
    "let y =",
    "train M on D {",
    '"',
    "repeat 2 {",
    "x",
    "\n",
    "é🙂",
    ",",
    "[",
    "3x3",
    "//",
  ];
  const texts = fc.array(fc.oneof(fc.constantFrom(...words), fc.string({ maxLength: 3 })), { maxLength: 30 });
  fc.assert(
    fc.property(texts, fc.nat(200), (parts, offset) => {
      const text = parts.join(" ");
      const snapshot = one(text);
      hover(snapshot, "main.nn", offset);
      definition(snapshot, "main.nn", offset);
      completions(snapshot, "main.nn", offset);
      symbols(snapshot, "main.nn");
      formatting("main.nn", text);
      quickFixes(snapshot, "main.nn", { start: 0, end: offset });
      for (const { offset: place } of inlayHints(snapshot, "main.nn", { start: 0, end: offset }))
        expect(place).toBeLessThanOrEqual(offset);
      for (const missing of ["other.nn"]) {
        expect(hover(snapshot, missing, offset)).toBeUndefined();
        expect(symbols(snapshot, missing)).toEqual([]);
      }
    }),
    { numRuns: 200 },
  );
});
