import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { format } from "../../src/syntax/format.ts";
import { parse, parseExpression } from "../../src/syntax/parse.ts";
import { printTree } from "../../src/syntax/print.ts";
import { amount } from "../support/extent.ts";
import { reference } from "../support/syntaxReference.ts";

const model = (body: string): string => `model M(x: f32[3]) {\n${body}\n}\n`;
const nested = (open: string, close: string, depth: number): string =>
  model(`${open.repeat(depth)}x${close.repeat(depth)}`);

/** Everything that takes a text takes this one. */
function survives(text: string): ReturnType<typeof parse> {
  const parsed = parse("f", text);
  expect(parsed.diagnostics.length).toBeLessThanOrEqual(20);
  for (const { span } of parsed.diagnostics) {
    expect(span.start).toBeLessThanOrEqual(span.end);
    expect(span.end).toBeLessThanOrEqual(text.length);
  }
  printTree(parsed.tree, { spans: true });
  parseExpression("f", text);
  const formatted = format(text);
  expect(formatted === undefined).toBe(parsed.diagnostics.length > 0);
  return parsed;
}

describe("any text is taken", () => {
  const words = fc.constantFrom(
    ..."model block dataset train const import let layer param return repeat if else and or not true x f32 3 3x3 1e-3 10% ( ) [ ] { } , : . = == -> - + * ** @ _ \n # ; ' \" // /// && | ` \ud800 é".split(
      " ",
    ),
  );
  test("words in any order", () => {
    fc.assert(
      fc.property(fc.array(words, { maxLength: 60 }), (items) => void survives(items.join(" "))),
      { numRuns: amount(30, 500) },
    );
  });
  test("characters in any order", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => void survives(text)),
      { numRuns: amount(15, 300) },
    );
  });
  test("programs with pieces cut out or put in", () => {
    const programs = fc.constantFrom(...reference.map(({ text }) => text));
    const cut = fc.tuple(programs, fc.nat(2000), fc.nat(30), words);
    fc.assert(
      fc.property(cut, ([text, at, length, word]) => void survives(text.slice(0, at) + word + text.slice(at + length))),
      { numRuns: amount(15, 300) },
    );
  });
  test("a bracket that is put in at the end, where none is expected", () => {
    expect(survives("train {optimizer {`dense").diagnostics).toHaveLength(5);
  });
  test("lone surrogates and zeros", () => {
    survives("\ud800 \udfff \0 \u2028 \ufeff".repeat(100));
  });
});

describe("work is bounded", () => {
  test("nesting up to the limit is read", () => {
    for (const [open, close] of [
      ["(", ")"],
      ["[", "]"],
      ["f(", ")"],
      ["repeat 2 { ", "}"],
      ["if a { ", "}"],
    ] as const)
      expect(survives(nested(open, close, 254)).diagnostics).toEqual([]);
  });
  test.each([
    ["deep brackets", nested("(", ")", 10_000)],
    ["deep calls", nested("f(", ")", 10_000)],
    ["deep bodies", nested("repeat 2 { ", "}", 10_000)],
    ["unclosed brackets", model("(".repeat(100_000))],
    ["a long row", model(`x${" + x".repeat(100_000)}`)],
    ["many signs", model(`${"- ".repeat(100_000)}x`)],
    ["many calls", model(`x${"()".repeat(100_000)}`)],
    ["many parts", model(`x${".y".repeat(100_000)}`)],
    ["many arms", model(`if a { x }${" else if b { x }".repeat(20_000)}`)],
    ["ten megabytes", "x\n".repeat(5_000_000)],
  ])("%s", (_, text) => {
    const { diagnostics } = survives(text);
    expect(diagnostics.map(({ code }) => code)).toEqual(["NN501"]);
  });
  // What is too long is refused at once, but this is read to its end.
  const part = amount(5, 1);
  test.each([
    ["semicolons", model(";".repeat(200_000 / part))],
    ["closers", model(")".repeat(200_000 / part))],
    ["commas left out", model(`f(${"1 ".repeat(100_000 / part)})`)],
    ["mistakes on every line", model("Dense(3 ! ?)\n".repeat(20_000 / part))],
    ["comments left open", "/* ".repeat(100_000 / part)],
    ["quotes left open", model(`${'\\"),'.repeat(50_000 / part)}"`)],
    ["stray lines", "a b\n".repeat(50_000 / part)],
    ["zeros", "\0 ".repeat(100_000 / part)],
  ])("mistakes: %s", (_, text) => {
    expect(parse("f", text).diagnostics.length).toBeGreaterThan(0);
  });
  test("long files are read", () => {
    expect(survives(model("Dense(3)\n".repeat(20_000 / part))).diagnostics).toEqual([]);
    expect(survives(`const ${"a = 1, ".repeat(20_000 / part)}b = 2\n`).diagnostics).toEqual([]);
    expect(survives(`${"/// doc\n".repeat(20_000 / part)}${model("x")}`).diagnostics).toEqual([]);
  });
});
