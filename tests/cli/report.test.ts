// `nnc report DIR`: a page from the log of a training.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readMarkup } from "../support/markup.ts";
import { nnc, small, temporaryFolder } from "../support/nnc.ts";

/** Trains once, in a folder of its own. */
const trained = (async () => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, "p.nn"), small);
  const { code, stderr } = await nnc(["train", "p.nn", "--log", "log", "--epochs", "2", "--seed", "7"], { cwd });
  if (code !== 0) throw new Error(stderr);
  return cwd;
})();

test("a log becomes a page, once and again", async () => {
  const cwd = await trained;
  for (let i = 0; i < 2; i++) {
    const { code, stderr } = await nnc(["report", "log"], { cwd });
    expect(stderr).toBe("report in log/report.html; open it in a browser\n");
    expect(code).toBe(0);
  }
  const { text } = readMarkup(readFileSync(join(cwd, "log/report.html"), "utf8"));
  for (const said of ["Small on Digits", "Conv2D(4, 3x3, strides: 2, activation: relu)", "source digits(train: 600"])
    expect(text.replace(/\s+/g, " ")).toContain(said);
  expect(text).toMatch(/--seed\s*7/);
});

test("what is no log, or no place for a page, is refused", async () => {
  const cwd = await trained;
  const none = await nnc(["report", "."], { cwd });
  expect(none.code).toBe(2);
  expect(none.stderr).toBe("nnc: . holds no log of a training: it has no run.json; nnc train --log DIR writes one\n");
  writeFileSync(join(cwd, "mine.html"), "<p>mine");
  const other = await nnc(["report", "log", "-o", "mine.html"], { cwd });
  expect(other.code).toBe(2);
  expect(other.stderr).toContain("mine.html is there, and nnc did not write it");
  expect((await nnc(["report", "log", "-o", "log/run.json", "--force"], { cwd })).code).toBe(2);
  expect(existsSync(join(cwd, "log/run.json"))).toBe(true);
});
