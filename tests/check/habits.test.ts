// Programs as people write them who come from Keras, PyTorch and Python: each is told of in one place, and where the fixes are sure,
// they leave a program that checks.

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Diagnostic, Edit } from "../../src/diagnostics/diagnostic.ts";
import { checkProgram } from "../../src/driver/check.ts";
import { layerElsewhere } from "../../src/ops/elsewhere.ts";

const mistakes = (text: string): readonly Diagnostic[] =>
  checkProgram({ entry: "main.nn", texts: new Map([["main.nn", text]]) }).diagnostics.filter(
    ({ severity }) => severity === "error",
  );

const applied = (text: string, edits: readonly Edit[]): string =>
  edits
    .toSorted((a, b) => b.span.start - a.span.start)
    .reduce((now, { span, text: put }) => now.slice(0, span.start) + put + now.slice(span.end), text);

/** Applies one sure fix after another. */
function mended(text: string): string {
  let now = text;
  for (let round = 0; round < 20; round++) {
    const fix = mistakes(now)
      .flatMap(({ fixes }) => fixes)
      .find(({ sure }) => sure);
    if (fix === undefined) return now;
    now = applied(now, fix.edits);
  }
  return now;
}

const programs = readFileSync(new URL("../cases/habits.txt", import.meta.url), "utf8")
  .split(/^=== /m)
  .slice(1)
  .map((part) => {
    const [, code = "", how = "", title = ""] = /^(NN\d{3}) (mended|told): (.*)\n/.exec(part) ?? [];
    return { code, how, title, text: part.slice(part.indexOf("\n") + 1) };
  });

describe("habits", () => {
  test.each(programs)("$title", ({ code, how, text }) => {
    expect(mistakes(text)[0]?.code).toBe(code);
    const left = mistakes(mended(text)).map(({ message }) => message);
    if (how === "mended") expect(left).toEqual([]);
    else expect(left).not.toEqual([]);
  });

  test("most of them can be mended", () => {
    expect(programs.length).toBeGreaterThan(60);
    expect(programs.filter(({ how }) => how === "mended").length / programs.length).toBeGreaterThan(2 / 3);
  });
});

test.each([
  ["Conv2d", ["3", "16", "3"], "Conv2D(16, 3x3)"],
  ["Conv2d", ["3", "16", "(3, 5)"], "Conv2D(16, 3x5)"],
  ["Conv2d", ["3", "16", "3", "2", "1"], "Conv2D(16, 3x3, strides: 2x2, padding: same) perhaps"],
  ["Conv2d", ["3", "16", "5", "1", "2"], "Conv2D(16, 5x5, padding: same)"],
  ["Conv2d", ["3", "16", "5", "1", "1"], undefined],
  ["Conv2d", ["16", "3x3", "relu"], undefined],
  ["Conv1d", ["3", "16", "3"], "Conv1D(16, 3)"],
  ["Linear", ["784", "64"], "Dense(64)"],
  ["Linear", ["64"], undefined],
  ["BatchNorm2d", ["16"], "BatchNormalization(momentum: 0.9, epsilon: 1e-5)"],
  ["MaxPool2d", ["2", "2"], "MaxPool2D(2x2)"],
  ["MaxPool2d", ["3", "2"], "MaxPool2D(3x3, strides: 2x2)"],
  ["AdaptiveAvgPool2d", ["(1, 1)"], "GlobalAveragePooling2D()"],
  ["AdaptiveAvgPool2d", ["7"], "AdaptiveAveragePooling2D(7x7)"],
  ["MultiheadAttention", ["64", "4"], "MultiHeadAttention(4, 16) perhaps"],
  ["ConvTranspose2d", ["64", "32", "2", "2"], "Conv2DTranspose(32, 2x2, strides: 2x2)"],
])("PyTorch's %s of %j", (name, given, expected) => {
  const found = layerElsewhere(
    name,
    given.map((text) => ({ text })),
  );
  expect(found === undefined ? undefined : `${found.text}${found.sure ? "" : " perhaps"}`).toBe(expected);
});
