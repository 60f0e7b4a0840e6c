// The work of a check is bounded for every text, however large it is or however much it asks for.

import { describe, expect, test } from "vitest";
import { checkProgram } from "../../src/driver/check.ts";
import { MAX_TOKENS } from "../../src/syntax/parse.ts";
import { amount, everything } from "../support/extent.ts";
import { costlyTexts, largeTexts } from "../support/largeTexts.ts";

const checked = (text: string) => checkProgram({ entry: "main.nn", texts: new Map([["main.nn", text]]) });

/** The most a check may leave behind: nodes, facts and findings are what takes memory. */
function isBounded(text: string): ReturnType<typeof checkProgram> {
  const result = checked(text);
  expect(result.diagnostics.length).toBeLessThanOrEqual(MAX_TOKENS / 2);
  expect(result.program.facts.length).toBeLessThanOrEqual(MAX_TOKENS);
  const nodes = result.program.models.reduce((sum, { nodes }) => sum + nodes.length, 0);
  expect(nodes).toBeLessThanOrEqual(40_000);
  return result;
}

describe.runIf(everything)("a text of 1 MB", () => {
  test.each(Object.entries(largeTexts))("%s", (_, make) => void isBounded(make()));
});

describe("a text that is read to its end", () => {
  test.each(Object.entries(largeTexts))("%s", (_, make) => void isBounded(make(amount(8_000, 100_000))));
});

describe("a small text that asks for much is refused", () => {
  test.each(Object.entries(costlyTexts))("%s", (_, text) => {
    expect(isBounded(text).diagnostics.map(({ code }) => code)).toContain("NN501");
  });
});

test("an expression is written out no further than it is shown", () => {
  const nested = (depth: number): string => (depth === 0 ? "x" : `f(${`${nested(depth - 1)}, `.repeat(6)}x)`);
  isBounded(`model M(x: f32[8]) { ${nested(5)} }`);
});

test("numbers as large as they are written are told in few words", () => {
  const [first] = checked(`model M(x: f32[8]) { Dense(${"9".repeat(100_000)}) }`).diagnostics;
  expect(first?.message.length).toBeLessThan(200);
});
