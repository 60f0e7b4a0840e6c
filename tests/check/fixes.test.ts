// A fix that is marked sure needs no look: applying it leaves fewer mistakes. The programs hold the mistakes of people who come
// from other languages; NNC_SHARED names a folder with more of them.

import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Diagnostic, Edit } from "../../src/diagnostics/diagnostic.ts";
import { checkProgram } from "../../src/driver/check.ts";

const body = (line: string): string => `model M(image: f32[8, 8, 1]) {\n  ${line}\n  Flatten()\n  Dense(3)\n}\n`;

const own: readonly string[] = [
  ...[
    "Conv2D(4, 3 x 3)",
    "Conv2D(4, 3 3)",
    "Conv2D(4 3x3 relu)",
    "Conv2D(4, 3x3, activation='relu')",
    "Conv2D(4, kernel_size=(3,3), activation=“relu”)",
    "Conv2D(4, (3, 3))",
    "Conv2D(4, 3X3)",
    "Conv2D(4; 3x3)",
    "Conv2D(4, 3x3,)",
    "Conv2D(4.0, 3x3)",
    "Conv2D(4e0, 3x3)",
    "Conv2D(4, 3×3)",
    "Conv2D(2·2, 3x3)",
    "Conv2D(6 − 2, 3x3)",
    "Conv2D(8 % 3, 3x3)",
    "Conv2D(8 // 2, 3x3)",
    "Conv2D(8 is 2, 3x3)",
    "Conv2D(4, 3x3, use_bias: True)",
    "Conv2D(4, 3x3, use_bias=False)",
    "conv2d(4, 3x3)",
    "Conv2d(1, 4, 3)",
    "Linear(64, 4)",
    "Lambda(lambda x: x * 2)",
    "x = Conv2D(4, 3x3)(image)",
    "x = relu(image)",
    "image |> Conv2D(4, 3x3)",
    "image → Conv2D(4, 3x3)",
    "image ->> Conv2D(4, 3x3)",
    "self.conv = Conv2D(4, 3x3)",
    "keras.layers.Conv2D(4, 3x3)",
    "new Conv2D(4, 3x3)",
    "Conv2D(4, 3x3); relu",
    "Conv2D(4, 3x3), relu",
    "Conv2D(4, 3x3) # first",
    "/* first */ Conv2D(4, 3x3)",
    "Conv2D(4, /* square */ 3x3)",
    "if image.shape == 3 && true { relu }",
    "if not true || false { relu }",
    "for i in range(3): relu",
    "image += 1",
    "let größe = image",
    "reul",
    "LSTM(4)",
  ].map(body),
  "model M(image: f32[None, 8, 8, 1]) {\n  Flatten()\n}\n",
  "model M(image f32[8, 8, 1]) {\n  Flatten()\n}\n",
  "model M(image: float32[8, 8, 1]) {\n  Flatten()\n}\n",
  "modle M(image: f32[8, 8, 1]) {\n  Flatten()\n}\n",
  "model M(image: f32[8, 8, 1]):\n  Flatten()\n",
  "const a := 3\nmodel M(x: f32[8]) {\n  Dense(a)\n}\n",
  "train M on D {\n  loss = cce\n  optimizer: adam\n  lr 0.1\n  batch_size 32\n}\n",
];

/** Programs with one mistake each, under lines `=== what it is`. */
const folder = process.env.NNC_SHARED ?? new URL("../../../shared", import.meta.url).pathname;
const place = `${folder}/cases/mistakes/mistakes.txt`;
const shared = existsSync(place)
  ? readFileSync(place, "utf8")
      .split(/^=== /m)
      .slice(1)
      .map((part) => part.slice(part.indexOf("\n") + 1))
  : [];

const errors = (text: string): readonly Diagnostic[] =>
  checkProgram({ entry: "main.nn", texts: new Map([["main.nn", text]]) }).diagnostics.filter(
    ({ severity }) => severity === "error",
  );

const applied = (text: string, edits: readonly Edit[]): string =>
  edits
    .toSorted((a, b) => b.span.start - a.span.start)
    .reduce((now, { span, text: put }) => now.slice(0, span.start) + put + now.slice(span.end), text);

const sureFixes = (found: readonly Diagnostic[]) => found.flatMap(({ fixes }) => fixes.filter(({ sure }) => sure));

function holds(text: string): void {
  const before = errors(text);
  for (const { title, edits } of sureFixes(before))
    expect(errors(applied(text, edits)).length, `after '${title}'`).toBeLessThanOrEqual(before.length);
  // One mistake of a line is told at a time, so it takes several rounds to see the end.
  let now = text;
  for (let round = 0; round < 10; round++) {
    const [fix] = sureFixes(errors(now));
    if (fix === undefined) break;
    now = applied(now, fix.edits);
  }
  if (now === text) return;
  // What is left is another mistake, which the first one hid, if there are not fewer.
  const told = new Set(before.map(({ code, message }) => `${code} ${message}`));
  const left = errors(now);
  const repeated = left.filter(({ code, message }) => told.has(`${code} ${message}`));
  expect(left.length < before.length || repeated.length === 0, now).toBe(true);
}

describe("sure fixes leave fewer mistakes", () => {
  test.each(own)("%j", holds);
  test.skipIf(shared.length === 0)(`in ${shared.length} programs from outside`, () => {
    for (const text of shared) holds(text);
  });
});

test("a guess at a name that stands for something else is not sure", () => {
  const titles = (line: string): readonly string[] => sureFixes(errors(body(line))).map(({ title }) => title);
  expect(titles("Conv2D(4, 3 x 3)")).toEqual([]);
  expect(titles("self.conv(4)")).toEqual([]);
  expect(titles("Linear(64, 4)")).toEqual(["write Dense(4)"]);
  expect(titles("Linear(64, 4, relu, 3)")).toEqual([]);
  expect(titles("conv2d(4, 3x3)")).toEqual(["write Conv2D"]);
});

test.each([
  ["model M(x: f32[8, 1e3]) { relu }", "model M(x: f32[8, 1000]) { relu }"],
  ["model M(x: f32[8]) { Dense(1e2) }", "model M(x: f32[8]) { Dense(100) }"],
  ["model M(x: f32[8]) { repeat 1e1 { relu } }", "model M(x: f32[8]) { repeat 10 { relu } }"],
  [
    "block B(x: f32[n], k: int) { Dense(k) }\nmodel M(x: f32[8]) { B(2.0) }",
    "block B(x: f32[n], k: int) { Dense(k) }\nmodel M(x: f32[8]) { B(2) }",
  ],
])("a real number that is whole is written so: %s", (text, meant) => {
  const { diagnostics } = checkProgram({ entry: "main.nn", texts: new Map([["main.nn", text]]) });
  const [edit] = diagnostics.find(({ code }) => code === "NN009")?.fixes.find(({ sure }) => sure)?.edits ?? [];
  expect(edit && text.slice(0, edit.span.start) + edit.text + text.slice(edit.span.end)).toBe(meant);
});
