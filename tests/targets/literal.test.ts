// The two ways for text into code, with hostile text.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { comment, type Literal, literal } from "../../src/targets/literal.ts";

/** Text that tries to leave its place, among ordinary and random text. */
const hostile = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: "grapheme" }),
  fc.constantFrom(
    "*/ process.exit(1) /*",
    '"; process.exit(1); "',
    ["`$", "{process.exit(1)}`"].join(""),
    "\u2028process.exit(1)",
    "\u2029",
    "\r\nprocess.exit(1)\n//",
    "</script><script>alert(1)</script>",
    "__proto__",
    "constructor",
    "\\",
    "\\u0022",
    "\ud800",
    "\u202egnp.js",
    "\0",
  ),
);
const run = (code: string): unknown => new Function(`"use strict"; return (${code});`)();

describe("literal", () => {
  test("any text reads back as itself", () => {
    fc.assert(
      fc.property(hostile, (text) => void expect(run(literal(text))).toBe(text)),
      { numRuns: 2000 },
    );
  });
  test("any number reads back as itself", () => {
    fc.assert(
      fc.property(fc.double(), (value) => void expect(run(literal(value))).toBe(value)),
      { numRuns: 500 },
    );
  });
  test("records with any keys read back, and none reaches a prototype", () => {
    fc.assert(
      fc.property(fc.dictionary(hostile, fc.oneof(hostile, fc.double(), fc.array(hostile))), (record) => {
        const again = run(literal(record as Literal)) as Record<string, unknown>;
        expect(Object.getPrototypeOf(again)).toBe(Object.prototype);
        expect(Object.entries(again)).toEqual(Object.entries(record));
      }),
      { numRuns: 500 },
    );
    expect(Object.hasOwn(run(literal({ ["__proto__"]: 1 })) as object, "__proto__")).toBe(true);
  });
  test("a literal is one line of visible characters", () => {
    const hidden = (unit: number): boolean => unit < 0x20 || unit === 0x2028 || unit === 0x2029 || unit === 0x202e;
    fc.assert(
      fc.property(hostile, (text) => void expect([...literal(text)].some((c) => hidden(c.charCodeAt(0)))).toBe(false)),
      { numRuns: 1000 },
    );
  });
});

describe("comment", () => {
  test("nothing ends a block comment or a line comment", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const lines = comment(text);
        expect(run(`/** ${lines.join("\n * ")} */ 7`)).toBe(7);
        expect(run(`\n${lines.map((line) => `// ${line}`).join("\n")}\n7`)).toBe(7);
        for (const line of lines) expect(line).not.toMatch(/[\r\n\u2028\u2029]|\*\//);
      }),
      { numRuns: 2000 },
    );
  });
  test("ordinary text stays as it is", () => {
    expect(comment("Σ(k) x[n, k] · w — ✓")).toEqual(["Σ(k) x[n, k] · w — ✓"]);
  });
});
