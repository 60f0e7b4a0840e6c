// What a check with a memory finds after each key is what a check without one finds: nothing is stale, and nothing is lost.

import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type Memory, newMemory, openProgram, type Snapshot } from "../../src/ide/index.ts";
import { piecesOf } from "../../src/syntax/pieces.ts";
import { amount, everything } from "../support/extent.ts";
import { ordinaryText } from "../support/ordinaryText.ts";

const root = new URL("../../", import.meta.url);
const programsIn = (folder: string): readonly string[] =>
  readdirSync(new URL(folder, root)).flatMap((name) => (name.endsWith(".nn") ? [`${folder}/${name}`] : []));
const models = programsIn("models");
/** Programs with every mistake that nnc knows. */
const mistaken = programsIn("tests/cases/diagnostics");
const textOf = (name: string): string => readFileSync(new URL(name, root), "utf8");

/** Numbers from 0 to below 1 that are the same in each run. */
function drawing(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Everything that a snapshot tells, as text. */
const told = ({ diagnostics, files, program, missing, unread }: Snapshot): string =>
  JSON.stringify(
    { diagnostics, files, program, missing, unread },
    (_, value: unknown) => (value instanceof Map ? [...value] : value),
    1,
  );

function compare(memory: Memory, texts: ReadonlyMap<string, string>, entry: string): void {
  const kept = told(openProgram({ entry, texts }, memory));
  const fresh = told(openProgram({ entry, texts }));
  if (kept !== fresh) expect({ texts, told: kept }).toEqual({ texts, told: fresh });
}

const odd = ["(", ")", "{", "}", "[", "]", '"', "`", "'", "/*", "*/", "//", "->", "\n", " ", "é", "🙂", "=", ",", ":"];

/** The text after an edit as people make them, at a place drawn at random. */
function edited(text: string, goal: string, draw: () => number): string {
  const at = Math.floor(draw() * (text.length + 1));
  const kind = draw();
  if (kind < 0.25) return text.slice(0, at) + text.slice(at + 1 + Math.floor(draw() * 3));
  if (kind < 0.45) return text.slice(0, at) + "abxyz019_.-"[Math.floor(draw() * 11)] + text.slice(at);
  if (kind < 0.65) return text.slice(0, at) + (odd[Math.floor(draw() * odd.length)] ?? "") + text.slice(at);
  if (kind < 0.75) return goal;
  const lines = text.split("\n");
  const line = Math.floor(draw() * lines.length);
  const count = 1 + Math.floor(draw() * 6);
  const taken = lines.slice(line, line + count);
  const to = Math.floor(draw() * lines.length);
  // Lines that are gone, there twice, or elsewhere.
  if (kind < 0.85) lines.splice(line, count);
  else if (kind < 0.93) lines.splice(to, 0, ...taken);
  else lines.splice(to, 0, ...lines.splice(line, count));
  return lines.join("\n");
}

/** Edits of each program: few of many where everything is tried. NNC_EDITS=1000 asks for a long search. */
const edits = Number(process.env.NNC_EDITS ?? amount(30, 24));

describe("a text that is typed", () => {
  // tests/ide/replay.test.ts types them all.
  test.each(everything ? models.filter((_, i) => i % 4 === 0) : ["models/iris.nn", "models/digits.nn"])(
    "%s",
    (name) => {
      const goal = textOf(name);
      const draw = drawing(name.length);
      const memory = newMemory();
      const every = amount(12, 40);
      let count = 0;
      for (let length = 1; length <= goal.length; length++) {
        const text = goal.slice(0, length);
        const gone = Math.floor(draw() * text.length);
        const moments =
          draw() < 0.05 ? [text.slice(0, gone) + text.slice(gone + 1 + Math.floor(draw() * 9)), text] : [text];
        // The memory sees every moment; comparing costs much more.
        for (const moment of moments) {
          const texts = new Map([["main.nn", moment]]);
          if (count++ % every === 0) compare(memory, texts, "main.nn");
          else openProgram({ entry: "main.nn", texts }, memory);
        }
      }
      expect(count).toBeGreaterThanOrEqual(goal.length);
    },
  );
});

describe("a text that is edited anywhere", () => {
  const some = ["models/gan.nn", "models/char-gpt.nn", "tests/cases/diagnostics/blocks.nn"];
  test.each(everything ? [...models, ...mistaken] : some)("%s", (name) => {
    const goal = textOf(name);
    const draw = drawing(goal.length);
    const memory = newMemory();
    let text = goal;
    for (let i = 0; i < edits; i++) {
      text = edited(text, goal, draw);
      if (text.length > 3 * goal.length) text = goal;
      compare(memory, new Map([["main.nn", text]]), "main.nn");
    }
  });

  test("a longer one", () => {
    const goal = ordinaryText(150);
    const draw = drawing(5);
    const memory = newMemory();
    let text = goal;
    for (let i = 0; i < edits; i++) {
      text = draw() < 0.1 ? goal : edited(text, goal, draw);
      compare(memory, new Map([["main.nn", text]]), "main.nn");
    }
  });
});

const library = `const width = 8

/// Two layers.
block Twice(x: f32[n], size: int = 4) {
  Dense(size, relu)
  Dense(width)
}

block Alone(x: f32[n]) { Dense(3) }
`;
const first = `import "library.nn"

model First(x: f32[5]) {
  Twice(7)
  Twise(3)
  Dense(width)
}
`;
const second = `import "library.nn"
model Second(x: f32[6]) { Twice() -> Dense(2, softmx) }
dataset Rows { source csv("rows.csv")
  input x: f32[6] = a
  target y: class(2) = b }
train Second on Rows { loss categorical_crossentropy }
`;

test("programs that share a file and a memory", () => {
  const draw = drawing(3);
  const memory = newMemory();
  const goals = new Map([
    ["library.nn", library],
    ["first.nn", first],
    ["second.nn", second],
  ]);
  const texts = new Map(goals);
  const names = [...goals.keys()];
  for (let i = 0; i < amount(80, 200); i++) {
    const name = names[Math.floor(draw() * names.length)] ?? "library.nn";
    const goal = goals.get(name) ?? "";
    texts.set(name, edited(texts.get(name) ?? "", goal, draw));
    for (const entry of ["first.nn", "second.nn"]) compare(memory, texts, entry);
  }
});

test("an ordinary text, which bench/editor.mjs measures with, has no mistakes", () => {
  const { diagnostics } = openProgram({ entry: "main.nn", texts: new Map([["main.nn", ordinaryText(100)]]) });
  expect(diagnostics.filter(({ severity }) => severity !== "hint")).toEqual([]);
});

test("an unchanged declaration stays the same object, wherever it moves", () => {
  const memory = newMemory();
  const text = ordinaryText(100);
  const at = text.indexOf("model Net0");
  const before = openProgram({ entry: "main.nn", texts: new Map([["main.nn", text]]) }, memory);
  const longer = `${text.slice(0, at)}const other = 3\n\n${text.slice(at)}`;
  openProgram({ entry: "main.nn", texts: new Map([["main.nn", longer]]) }, memory);
  const again = openProgram({ entry: "main.nn", texts: new Map([["main.nn", text]]) }, memory);
  const declarations = (snapshot: Snapshot) => snapshot.files.get("main.nn")?.declarations ?? [];
  expect(declarations(before).length).toBeGreaterThan(10);
  expect(declarations(again).every((one, i) => one === declarations(before)[i])).toBe(true);
});

test("the pieces of a text are the text, whatever is in it", () => {
  const draw = drawing(11);
  for (const name of models) {
    const goal = textOf(name);
    let text = goal;
    for (let i = 0; i < 40; i++) {
      text = edited(text, goal, draw);
      expect(
        piecesOf(text)
          .map((piece) => piece.text)
          .join(""),
      ).toBe(text);
    }
    expect(piecesOf(goal).length).toBeGreaterThan(1);
  }
});

test.each([
  ["in a comment of several lines", "model A(x: f32[3]) {\n  relu\n}\n/*\nmodel B(x: f32[3]) { relu }\n*/\n", 1],
  ["behind an asterisk in a text", 'const a = "data/*.png"\nmodel B(x: f32[3]) { relu }\n', 2],
  ["behind a line that speaks of such a comment", "const a = 1 // not /* here\nmodel B(x: f32[3]) { relu }\n", 2],
  ["as a name of something else", "model A(x: f32[3]) {\nblock\n-> relu\ntrain\n}\n", 1],
  ["after one that does not end", "model A(x: f32[3]) {\n  Dense(\n\n// above\nmodel B(x: f32[3]) { relu }\n", 2],
])("a declaration %s", (_, text, count) => expect(piecesOf(text)).toHaveLength(count));

const rows = (size: number | string): string =>
  `dataset D {\n  source digits()\n  input x: f32[${size}, 28, 1] = pixels[:${size}]\n  target y: class(10) = label\n}\n\n`;
const trained = "train M on D {\n  loss categorical_crossentropy\n  optimizer adam()\n}\n";

/** Two moments of a text, and the diagnostics of the second: codes, with the line. */
const moments: Readonly<Record<string, readonly [before: string, after: string, codes: readonly string[]]>> = {
  "the value of a constant that another one needs": [
    "const a = 3\nconst b = a + 1\nmodel M(x: f32[9]) {\n  Dense(b) -> Reshape([2, 2])\n}\n",
    "const a = 4\nconst b = a + 1\nmodel M(x: f32[9]) {\n  Dense(b) -> Reshape([2, 2])\n}\n",
    ["NN106 4"],
  ],
  "the size of a field that a training feeds": [
    `${rows(4)}model M(x: f32[4, 28, 1]) {\n  Flatten()\n  Dense(10, softmax)\n}\n\n${trained}`,
    `${rows(5)}model M(x: f32[4, 28, 1]) {\n  Flatten()\n  Dense(10, softmax)\n}\n\n${trained}`,
    ["NN102 12"],
  ],
  "the size that a field gives a dimension": [
    `${rows(4)}model M(x: f32[n, 28, 1]) {\n  Reshape([112])\n  Dense(10, softmax)\n}\n\n${trained}`,
    `${rows(5)}model M(x: f32[n, 28, 1]) {\n  Reshape([112])\n  Dense(10, softmax)\n}\n\n${trained}`,
    ["NN106 8"],
  ],
  "a name that was missing": [
    "model M(x: f32[4]) {\n  Twice()\n}\n",
    "model M(x: f32[4]) {\n  Twice()\n}\n\nblock Twice(x: f32[n]) { Dense(2) }\n",
    [],
  ],
  "a name that hides no other any more": [
    "const size = 2\nmodel M(x: f32[4]) {\n  let size = x\n  size -> Dense(2)\n}\n",
    "const sizes = 2\nmodel M(x: f32[4]) {\n  let size = x\n  size -> Dense(sizes)\n}\n",
    [],
  ],
  "a name that now hides another": [
    "const sizes = 2\nmodel M(x: f32[4]) {\n  let size = x -> Dense(sizes)\n  size -> relu\n}\n",
    "const sizes = 2\nmodel M(x: f32[4]) {\n  let size = x -> Dense(sizes)\n  size -> relu\n}\n\nconst size = 2\n",
    ["NN004 3"],
  ],
  "a data set that differs without a change of its text": [
    `const high = 4\n${rows("high")}model M(x: f32[4, 28, 1]) {\n  Flatten()\n  Dense(10, softmax)\n}\n\n${trained}`,
    `const high = 5\n${rows("high")}model M(x: f32[4, 28, 1]) {\n  Flatten()\n  Dense(10, softmax)\n}\n\n${trained}`,
    ["NN102 13"],
  ],
  "a text that no longer is the last": [
    "model A(x: f32[3]) {\n  Dense(3\n",
    "model A(x: f32[3]) {\n  Dense(3\nmodel B(x: f32[2]) { relu }\n",
    ["NN001 2", "NN001 2"],
  ],
  "a use of a layer that a constant holds": [
    "const act = LeakyReLU(slop: 0.3)\nmodel M(x: f32[4]) {\n  Dense(2)\n}\n",
    "const act = LeakyReLU(slop: 0.3)\nmodel M(x: f32[4]) {\n  Dense(2) -> act\n}\n",
    ["NN003 1"],
  ],
  "a block that does not fit in two models for two reasons": [
    "block B(x: f32[h, w, c]) {\n  Conv2D(4, 5x5, groups: 2)\n}\nmodel M(x: f32[9, 9, 2]) { B() }\nmodel N(x: f32[9, 9, 2]) { B() }\n",
    "block B(x: f32[h, w, c]) {\n  Conv2D(4, 5x5, groups: 2)\n}\nmodel M(x: f32[3, 3, 2]) { B() }\nmodel N(x: f32[9, 9, 3]) { B() }\n",
    ["NN104 2"],
  ],
};

test.each(Object.entries(moments))("%s", (_, [before, after, codes]) => {
  const memory = newMemory();
  for (const text of [before, after, before]) compare(memory, new Map([["main.nn", text]]), "main.nn");
  const { diagnostics } = openProgram({ entry: "main.nn", texts: new Map([["main.nn", after]]) }, memory);
  const lineOf = (offset: number): number => after.slice(0, offset).split("\n").length;
  expect(diagnostics.map(({ code, span }) => `${code} ${lineOf(span.start)}`)).toEqual(codes);
});
