// Checking ends and never throws for any text: edited and cut reference programs, and programs made to be large.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { check } from "../../src/check/check.ts";
import { printModel } from "../../src/check/print.ts";
import { parse } from "../../src/syntax/parse.ts";
import { amount } from "../support/extent.ts";
import { references } from "../support/references.ts";

const pieces = [
  "(",
  ")",
  "{",
  "}",
  "[",
  "]",
  "->",
  "_",
  ",",
  ":",
  "=",
  "\n",
  "-",
  "*",
  "/",
  "**",
  "@",
  "3x3",
  "0",
  "1e9",
  "repeat 3 {",
  "if c == 3 {",
  "else",
  "let y =",
  "layer l =",
  "param p: f32[3]",
  "return",
  "x",
  "image",
  "Dense(3)",
  "Residual()",
  "relu",
  "concat(",
  "Flatten()",
  "f32[n, _]",
  "class(10)",
  "% ",
  '"text"',
  "true",
  "not",
  "const a = b",
  "filters",
  "name: ",
];

function checked(text: string): void {
  const { tree } = parse("a.nn", text);
  const { program, diagnostics } = check({ entry: "a.nn", files: new Map([["a.nn", tree]]) });
  printModel(program);
  for (const { span } of diagnostics) {
    expect(span.start).toBeGreaterThanOrEqual(0);
    expect(span.end).toBeLessThanOrEqual(text.length);
  }
}

describe("robustness", () => {
  test("random edits of the reference programs never throw", () => {
    const edit = fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      cut: fc.nat(30),
      piece: fc.constantFrom("", ...pieces),
    });
    fc.assert(
      fc.property(fc.constantFrom(...references), fc.array(edit, { minLength: 1, maxLength: 6 }), (text, edits) => {
        let now = text;
        for (const { at, cut, piece } of edits) {
          const start = Math.floor(at * now.length);
          now = now.slice(0, start) + piece + now.slice(start + cut);
        }
        checked(now);
      }),
      { numRuns: amount(150, 400) },
    );
  });

  test("truncations of the reference programs never throw", () => {
    for (const text of references) for (let i = 0; i < text.length; i += amount(23, 7)) checked(text.slice(0, i));
  });

  test.each([
    ["sums", (n: number) => `model M(x: f32[3]) {\n  x${" + x".repeat(n)}\n}`],
    ["pipes", (n: number) => `model M(x: f32[3]) {\n  x${" -> relu".repeat(n)}\n}`],
    ["lines", (n: number) => `model M(x: f32[3]) {\n${"  relu\n".repeat(n)}}`],
    ["parentheses", (n: number) => `model M(x: f32[3]) {\n  ${"(".repeat(n)}x${")".repeat(n)}\n}`],
    ["calls", (n: number) => `model M(x: f32[3]) {\n  ${"relu(".repeat(n)}x${")".repeat(n)}\n}`],
    ["signs", (n: number) => `model M(x: f32[3]) {\n  ${"-".repeat(n)}x\n}`],
    ["powers", (n: number) => `const a = 1${" ** 1".repeat(n)}`],
    ["arms", (n: number) => `model M(x: f32[3]) {\n  ${"if false { relu } else ".repeat(n)}{ relu }\n}`],
    ["bodies", (n: number) => `model M(x: f32[3]) {\n  ${"repeat 2 { ".repeat(n)}relu${" }".repeat(n)}\n}`],
    [
      "constants",
      (n: number) =>
        `${Array.from({ length: n }, (_, i) => `const a${i} = a${i + 1} + 1`).join("\n")}\nconst a${n} = 1`,
    ],
    [
      "blocks",
      (n: number) =>
        `${Array.from({ length: n }, (_, i) => `block B${i}(x: f32[n]) { B${i + 1}() }`).join("\n")}\nblock B${n}(x: f32[n]) { relu }\nmodel M(x: f32[3]) { B0() }`,
    ],
    [
      "unknown names",
      (n: number) => `model M(x: f32[3]) {\n${Array.from({ length: n }, (_, i) => `  name${i}\n`).join("")}}`,
    ],
    [
      "parameters",
      (n: number) => `block B(${Array.from({ length: n }, (_, i) => `x${i}: f32[n${i}]`).join(", ")}) { x0 }`,
    ],
    [
      "joins that differ",
      (n: number) =>
        `block B(x: f32[n], y: f32[m]) { x + y }\nmodel M(x: f32[3], y: f32[4]) {\n  repeat ${n} { relu(x) }\n  repeat ${n} { let a = (x, y) -> B() }\n  x\n}`,
    ],
  ])("%s in great number", (_, program) => {
    for (const n of [1, 10, 300, 3000]) checked(program(n));
  });
});
