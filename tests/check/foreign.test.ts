// Operators of other languages in place of values: the checker reports each with its replacement, and never throws.

import { describe, expect, test } from "vitest";
import { checkProgram } from "../../src/driver/check.ts";

/** The sign, and what is offered instead, if anything is meant by it here. */
const signs: readonly (readonly [sign: string, meant?: string])[] = [
  ["&&", "and"],
  ["||", "or"],
  ["×", "*"],
  ["·", "*"],
  ["⋅", "*"],
  ["^", "**"],
  ["−", "-"],
  ["–", "-"],
  ["—", "-"],
  ["÷", "/"],
  ["===", "=="],
  ["!==", "!="],
  ["<>", "!="],
  ["≠", "!="],
  ["≤", "<="],
  ["≥", ">="],
  ["->>", "->"],
  ["-->", "->"],
  ["=>", "->"],
  ["|>", "->"],
  ["→", "->"],
  ["⇒", "->"],
  ["++"],
  ["+="],
  ["-="],
  ["*="],
  ["**="],
  ["/="],
  ["<<"],
  [">>"],
  ["%"],
  ["?"],
  ["&"],
  ["|"],
  ["~"],
  ["$"],
  ["\\"],
  ["…"],
  ["’"],
  ["\u0000"],
];

const places: readonly (readonly [string, (sign: string) => string])[] = [
  ["constants", (sign) => `const a = 6 ${sign} 2\nmodel M(x: f32[8]) { Dense(a) }`],
  ["options", (sign) => `model M(x: f32[8]) { Dense(6 ${sign} 2) }`],
  ["options by name", (sign) => `model M(x: f32[8]) { Dense(units: 6 ${sign} 2) }`],
  ["options, close together", (sign) => `const a = 6, b = 2\nmodel M(x: f32[8]) { Dense(a${sign}b) }`],
  ["sizes of axes", (sign) => `model M(x: f32[8 ${sign} 2]) { Dense(3) }`],
  ["conditions", (sign) => `model M(x: f32[8]) {\n  if 6 ${sign} 2 { Dense(3) }\n  Dense(3)\n}`],
  ["counts", (sign) => `model M(x: f32[8]) {\n  repeat 6 ${sign} 2 { Dense(3) }\n}`],
  ["values of a body", (sign) => `model M(x: f32[8]) {\n  let y = x ${sign} x\n  y\n}`],
  ["fields of data", (sign) => `dataset D {\n  source digits()\n  input image: f32[8, 8, 1] = pixels ${sign} 16\n}`],
  ["sources", (sign) => `dataset D {\n  source digits(train: 6 ${sign} 2)\n  input pixels\n}`],
  ["clauses", (sign) => `model M(x: f32[8]) { Dense(3) }\ntrain M on D {\n  epochs 6 ${sign} 2\n}`],
];

const checked = (text: string) =>
  checkProgram({ entry: "main.nn", texts: new Map([["main.nn", text]]) }).diagnostics.filter(
    ({ severity }) => severity === "error",
  );

describe.each(places)("in %s", (_, program) => {
  test.each(signs.map(([sign, meant]) => ({ sign, meant })))("$sign", ({ sign, meant }) => {
    const text = program(sign);
    const at = text.indexOf(sign);
    const first = checked(text).find(({ span }) => span.end > at - 4);
    expect(first).toMatchObject({ code: "NN001", span: { start: at, end: at + sign.length } });
    const [fix] = first?.fixes ?? [];
    // A word keeps its distance from names.
    const apart = text[at - 1] === "a" && /^[a-z]/.test(meant ?? "") ? ` ${meant} ` : meant;
    expect(fix?.edits).toEqual(
      meant === undefined ? undefined : [{ span: { file: "main.nn", start: at, end: at + sign.length }, text: apart }],
    );
  });
});

test("a guess that does not fit is not called sure", () => {
  const sure = (text: string) => checked(text).flatMap(({ fixes }) => fixes.map((fix) => fix.sure));
  expect(sure("model M(x: f32[8]) { Dense(6 × 2) }")).toEqual([true]);
  expect(sure("model M(x: f32[8]) { Dense(6 && 2) }")).toEqual([false]);
  expect(sure("model M(x: f32[8, 8, 1]) { Conv2D(4, 3 x 3) }")).toEqual([false]);
  expect(sure("model M(x: f32[8]) { Dense(6 mod 2) }")).toEqual([false]);
  expect(sure("model M(x: f32[8]) { Lambda(lambda x: x + 1) }")).toEqual([true]);
});

test("'//' between values of one bracket is no comment", () => {
  const text = "model M(x: f32[8]) { Dense(7 // 2) }";
  const [first, ...others] = checked(text);
  expect(others).toEqual([]);
  expect(first).toMatchObject({ code: "NN001", span: { start: text.indexOf("//") } });
  expect(checked("model M(x: f32[8]) {\n  Dense(7 // units\n  )\n}")).toEqual([]);
  expect(checked("model M(x: f32[8]) {\n  Dense(7) // (the first)\n}")).toEqual([]);
});

test.each(["repeat 7 // 2 { relu }", "if 7 // 2 == 3 { relu }", "repeat 8 // n {\n relu\n}"])(
  "'//' before a brace that the line needs is no comment: %s",
  (line) => {
    const text = `model M(x: f32[8], n: int = 2) {\n  ${line}\n}`;
    const [first] = checked(text);
    expect(first).toMatchObject({ code: "NN001", span: { start: text.indexOf("//") } });
    expect(first?.help).toContain("'//' starts a comment; '/' divides whole numbers");
    expect(checked("model M(x: f32[8]) {\n  repeat 2 { // twice { }\n relu }\n}")).toEqual([]);
  },
);

test("a comment that reads like a division gets a warning, where a number may be meant", () => {
  const all = (text: string) =>
    checkProgram({ entry: "main.nn", texts: new Map([["main.nn", text]]) }).diagnostics.map(({ code }) => code);
  const codes = (line: string) => all(`const a = 8\n${line}\nmodel M(x: f32[8]) { Dense(a) }\n`);
  for (const line of ["const b = 7 // 2", "const b = a // 2 * 3", "const b = (a + 1) //2", "const b = a + 1 // 16"])
    expect(
      codes(line).filter((code) => code !== "NN006"),
      line,
    ).toEqual(["NN012"]);
  for (const line of [
    "const b = 7 // was 2",
    "const b = 7 /// 2",
    "const b = 7 // (2)",
    "const b = 7 // 2 layers",
    "// 2",
  ])
    expect(
      codes(line).filter((code) => code !== "NN006"),
      line,
    ).toEqual([]);
  const inModel = (line: string) => all(`model M(x: f32[8]) {\n${line}\n}`);
  // Numbers beside layers mostly tell their sizes.
  expect(inModel("  let h = x -> Dense(64) // 64\n  h")).toEqual([]);
  expect(inModel("  Dense(64) // 64")).toEqual([]);
  expect(inModel("  let h = x // 2\n  h")).toEqual(["NN012"]);
});

test.each([
  ["model M(x: f32[8]) {\n  /* first */ Dense(3)\n}", "model M(x: f32[8]) {\n  // first\n Dense(3)\n}"],
  ["model M(x: f32[8]) {\n  Dense(3) /* last */\n}", "model M(x: f32[8]) {\n  Dense(3) // last\n}"],
  ["model M(x: f32[8, 8]) {\n  Dense(3; relu)\n}", "model M(x: f32[8, 8]) {\n  Dense(3, relu)\n}"],
])("the fix of %j keeps the program", (text, repaired) => {
  const [edit] = checked(text)[0]?.fixes[0]?.edits ?? [];
  expect(edit && text.slice(0, edit.span.start) + edit.text + text.slice(edit.span.end)).toBe(repaired);
});

test.each([
  ["model M(x: f32(28, 28, 1)) { relu }", "NN001", "a shape stands in square brackets: f32[28, 28, 1]"],
  ["model M(x: f32[8, 8, 1]) { Conv2D(4, 3X3) }", "NN001", "a size has a small x: 3x3"],
  ["model M(x: f32[8]) {\n  self.conv = Dense(3)\n}", "NN001", "'let' gives a value its name: let y = …"],
  [
    "model M(x: f32[8]) { Dense(3) }\ntrain M on D {\n  early_stopping patience: 3\n}",
    "NN001",
    "no sign stands between a word and its value: epochs 5",
  ],
  ["model M(x: f32[8]) { Dense(3, y => y * 2) }", "NN001", "'->' passes a value on; you cannot define functions"],
  ["model M(x: f32[8]) { Dense(3, activation: None) }", "NN005", "leave out an option to get its default"],
  ["model M(x: f32[8]) {\n  repeat 3 Dense(3)\n}", "NN001", "write a body in braces: { … }"],
  ["model M(x: f32[8]) {\n  if true: relu\n}", "NN001", "write a body in braces: { … }"],
])("%s: the advice fits", (text, code, advice) => {
  const told = checked(text).map((diagnostic) => [diagnostic.code, ...diagnostic.help]);
  expect(told).toContainEqual([code, advice]);
});
