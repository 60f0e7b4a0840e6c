// Answers about a text: colours, folds, selections, signatures, the form of ranges, and why a shape is what it is.

import { describe, expect, test } from "vitest";
import {
  fileLinks,
  folds,
  lenses,
  matchingSymbols,
  rangeFormatting,
  type Snapshot,
  selections,
  semanticTokens,
  signatureAt,
  sizeText,
  symbolsOfText,
  typingFormatting,
  why,
  whyText,
} from "../../src/ide/index.ts";
import { open } from "../support/annotations.ts";

const one = (text: string): Snapshot => open(new Map([["main.nn", text]]));

const network = `/// Sees.
model M(image: f32[8, 8, 3], input: f32[n] = 2) {
  // Looks.
  Conv2D(4, 3x3, padding: valid) -> relu
  MaxPool2D(2)
  let h = Flatten()
  if true { h } else { Dense(2.5, true) }
}
`;

describe("colours", () => {
  test("follow the meaning of names, and the table for words and signs", () => {
    const colours = semanticTokens(one(network), "main.nn").map(({ start, end, kind, modifiers }) =>
      [network.slice(start, end), kind, ...modifiers].join(" "),
    );
    expect(colours).toEqual([
      "/// Sees. comment documentation",
      ...["model keyword", "M class declaration", "image parameter declaration", "f32 type defaultLibrary"],
      ...["8 number", "8 number", "3 number", "input parameter declaration", "f32 type defaultLibrary"],
      ...["n typeParameter declaration", "= operator", "2 number", "// Looks. comment"],
      ...["Conv2D class defaultLibrary", "4 number", "3x3 number", "padding property", "valid enumMember"],
      ...["-> operator", "relu function defaultLibrary", "MaxPool2D class defaultLibrary", "2 number"],
      ...["let keyword", "h variable declaration", "= operator", "Flatten class defaultLibrary"],
      ...["if keyword", "true keyword", "h variable", "else keyword", "Dense class defaultLibrary"],
      ...["2.5 number", "true keyword"],
    ]);
  });
  test("of clauses, columns and data", () => {
    const text = `dataset D {
  source mnist()
  input image = pixels / 255
}
`;
    const colours = semanticTokens(one(text), "main.nn").map(({ start, end, kind }) => [text.slice(start, end), kind]);
    expect(colours).toEqual([
      ["dataset", "keyword"],
      ["D", "struct"],
      ["source", "keyword"],
      ["mnist", "function"],
      ["input", "keyword"],
      ["image", "property"],
      ["=", "operator"],
      ["pixels", "property"],
      ["/", "operator"],
      ["255", "number"],
    ]);
  });
  test("of a range are those of the whole", () => {
    const all = semanticTokens(one(network), "main.nn");
    const range = { start: network.indexOf("Conv2D"), end: network.indexOf("-> relu") };
    const some = semanticTokens(one(network), "main.nn", range);
    expect(some.length).toBeGreaterThan(3);
    expect(all).toEqual(expect.arrayContaining([...some]));
  });
});

test("folds are bodies, comments and imports", () => {
  const text =
    'import "a.nn"\nimport "b.nn"\n\n// one\n// two\nmodel M(x: f32[4]) {\n  Dense(\n    4,\n  )\n  x\n}\nblock B( {\n';
  expect(folds("main.nn", text)).toEqual([
    { first: 1, last: 2, kind: "imports" },
    { first: 4, last: 5, kind: "comment" },
    { first: 6, last: 10, kind: "code" },
    { first: 7, last: 8, kind: "code" },
  ]);
});

test("selections grow from the word to the file, each in the next", () => {
  const ways = selections(one(network), "main.nn", network.indexOf("padding") + 1);
  expect(ways.slice(0, 3).map(({ start, end }) => network.slice(start, end))).toEqual([
    "padding",
    "padding: valid",
    "Conv2D(4, 3x3, padding: valid)",
  ]);
  expect(ways.at(-1)).toEqual({ file: "main.nn", start: 0, end: network.length });
  for (const [i, { start, end }] of ways.entries()) {
    const outer = ways[i + 1];
    if (outer !== undefined) expect(outer.start <= start && end <= outer.end).toBe(true);
  }
});

describe("signatures", () => {
  /** The option at `|`, between the brackets of the label. */
  function at(marked: string): string | undefined {
    const found = signatureAt(one(marked.replace("|", "")), "main.nn", marked.indexOf("|"));
    const active = found?.active === undefined ? undefined : found.options[found.active];
    return found && `${found.label.split("(")[0]}[${active ? found.label.slice(active.start, active.end) : ""}]`;
  }
  const inModel = (text: string): string =>
    `block Own(x: f32[n], units: int, wide: bool = false) { x }\nmodel M(x: f32[4]) {\n  ${text}\n}\n`;
  test.each([
    ["Dense(|", "Dense[units: int ≥ 1]"],
    ["Conv2D(4, |", "Conv2D[kernel_size: size of 2]"],
    ["Conv2D(4, 3x3, padding: |)", "Conv2D[padding: valid or same = valid]"],
    ["Conv2D(4, [3, |])", "Conv2D[kernel_size: size of 2]"],
    ["Own(|)", "Own[units: int]"],
    ["Own(2, |)", "Own[wide: bool = false]"],
    ["Dense(2, 3, 4, 5, |)", "Dense[]"],
    ["Unheard(|)", undefined],
    ["Dense(2)|", undefined],
  ])("of %s", (text, expected) => expect(at(inModel(text))).toBe(expected));
});

describe("the form of a range", () => {
  const text = "const  a = 1\nmodel M(x: f32[4]) {\n     Dense( 4)\n     Dense( 5)\n}\n";
  test("changes lines of the range only", () => {
    const start = text.indexOf("Dense( 5");
    expect(rangeFormatting("main.nn", text, { start, end: start })).toEqual([
      { span: { file: "main.nn", start: 49, end: 64 }, text: "  Dense(5)\n" },
    ]);
    expect(rangeFormatting("main.nn", text, { start: 0, end: 3 })[0]?.text).toMatch(/^const a = 1\n/);
  });
  test("is found in a declaration that parses beside one that does not", () => {
    const broken = `${text}const = (\n`;
    const [edit, ...more] = rangeFormatting("main.nn", broken, { start: 40, end: 41 });
    expect(more).toEqual([]);
    expect(edit?.text).toBe("  Dense(4)\n");
  });
  test("while typing: a new line gets its indentation, a brace the form of its declaration", () => {
    const line = (typed: string): string | undefined => {
      const at = typed.indexOf("|");
      return typingFormatting("main.nn", typed.replace("|", ""), at, "\n")[0]?.text;
    };
    expect(line("model M(x: f32[4]) {\n|")).toBe("  ");
    expect(line("model M(x: f32[4]) {\n  if true {\n|")).toBe("    ");
    expect(line("model M(x: f32[4]) {\n  |}")).toBe("");
    expect(line("model M(x: f32[4]) { x }\n|")).toBeUndefined();
    const typed = "model M(x: f32[4]) {\n  Dense( 4)\n}\n";
    expect(typingFormatting("main.nn", typed, typed.length - 1, "}").map((edit) => edit.text)).toEqual([
      "  Dense(4)\n",
    ]);
  });
});

test("links lead to the files of imports", () => {
  const main = 'import "lib.nn"\nimport "gone.nn"\n';
  const snapshot = open(
    new Map([
      ["main.nn", main],
      ["lib.nn", "const a = 1\n"],
    ]),
  );
  expect(fileLinks(snapshot, "main.nn")).toEqual([{ span: { file: "main.nn", start: 8, end: 14 }, target: "lib.nn" }]);
});

describe("sizes", () => {
  const text = `model M(x: f32[1000]) {
  Dense(2000)
  Dense(3)
}
model Broken(x: f32[4]) { Dens(3) }
train M on D { epochs 1 }
`;
  test("stand above sound models, and the training above its own", async () => {
    const snapshot = one(text);
    expect(lenses(snapshot, "main.nn").map(({ kind, model }) => [kind, model])).toEqual([
      ["size", "M"],
      ["train", "M"],
    ]);
    // 1000 · 2000 + 2000 + 2000 · 3 + 3 weights; two operations for each of the products' weights, one for each bias.
    expect(await sizeText(snapshot, "M")).toBe("2.01 M parameters · 4.01 MFLOP");
    expect(await sizeText(snapshot, "Broken")).toBeUndefined();
  });
});

describe("why a shape", () => {
  const text = `block Down(x: f32[h, w, c], filters: int) {
  Conv2D(filters, 3x3, strides: 2)
  relu
}
model M(image: f32[29, 29, 3], other: f32[4]) {
  let h = image -> Down(8) -> MaxPool2D(2, padding: same)
  h -> Flatten()
  Dense(10)
}
`;
  const at = (place: string): readonly string[] =>
    why(one(text), "main.nn", text.lastIndexOf(place)).map(
      ({ text: step, shape, rule = "" }) => `${step}: ${shape}: ${rule}`,
    );
  test("is the way from the input, with the arithmetic of windows", () => {
    expect(at("Dense")).toEqual([
      "image: 29 × 29 × 3: ",
      "Conv2D(filters, 3x3, strides: 2): 14 × 14 × 8: ⌊(29 − 3) / 2⌋ + 1 = 14",
      expect.stringContaining("relu: 14 × 14 × 8: "),
      "MaxPool2D(2, padding: same): 7 × 7 × 8: ⌈14 / 2⌉ = 7",
      expect.stringContaining("Flatten(): 392: Puts all elements"),
      expect.stringContaining("Dense(10): 10: Connects"),
    ]);
  });
  test("of a name is that of its value, and of a block's line that of the first use", () => {
    expect(at("h -> Flatten")).toHaveLength(4);
    expect(at("h = image")).toHaveLength(4);
    expect(at("relu")).toHaveLength(3);
    expect(at("Down(8)")).toHaveLength(3);
    expect(at("image:")).toEqual(["image: 29 × 29 × 3: "]);
  });
  test("is nothing where no value is, or where an error keeps the checker from it", () => {
    expect(at("filters: int")).toEqual([]);
    const wrong = one(text.replace("Dense", "Dens"));
    expect(why(wrong, "main.nn", text.indexOf("Flatten"))).toHaveLength(5);
    expect(why(wrong, "main.nn", text.indexOf("Dense"))).toEqual([]);
  });
  test("reads as a table", () => {
    const snapshot = one(text);
    expect(whyText(snapshot, why(snapshot, "main.nn", text.indexOf("Conv2D")))).toBe(
      [
        "main.nn:5  image                             29 × 29 × 3",
        "main.nn:2  Conv2D(filters, 3x3, strides: 2)  14 × 14 × 8  ⌊(29 − 3) / 2⌋ + 1 = 14",
      ].join("\n"),
    );
  });
});

test("symbols of a workspace are found by letters of their names", () => {
  const outline = symbolsOfText("a.nn", "const width = 3\nblock Own(x: f32[n]) {\n  let skip = x\n  skip\n}\n");
  const found = (query: string) =>
    matchingSymbols(outline, query).map(({ outline: { name }, container }) => [name, container]);
  expect(found("OW")).toEqual([["Own", undefined]]);
  expect(found("sp")).toEqual([["skip", "Own"]]);
  expect(found("")).toHaveLength(3);
  expect(found("zz")).toEqual([]);
});
