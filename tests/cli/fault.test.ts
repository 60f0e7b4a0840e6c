// A fault of nnc itself: one message that says so, no stack trace, and a file with everything that a report needs.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { nnc, program, temporaryFolder } from "../support/nnc.ts";

const text = "model M(x: f32[4]) {\n  Dense(2)\n}\n";
/** A module that breaks a function of the platform which a pass needs. */
function breaking(line: string): string {
  const path = join(temporaryFolder(), "breaking.mjs");
  writeFileSync(path, line);
  return path;
}

test("says what it was doing, saves the program and the details, and ends with 3", async () => {
  const cache = temporaryFolder();
  const broken = breaking(
    // Libraries make larger ones when they load.
    'const Real = Int32Array; globalThis.Int32Array = class { constructor(n) { if (n < 16) throw new Error("broken on purpose"); return new Real(n); } };',
  );
  const path = program(text);
  const { code, stderr, stdout } = await nnc(["compile", path, "--emit", "loops"], {
    env: { NODE_OPTIONS: `--import=${broken}`, XDG_CACHE_HOME: cache },
  });
  expect(stdout).toBe("");
  expect(stderr).toContain("this is a fault of nnc, not of your program: broken on purpose");
  expect(stderr).toMatch(/It happened in scheduling '\w+'/);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(code).toBe(3);
  const saved = /saved in (\S+)/.exec(stderr)?.[1] ?? "";
  expect(saved.startsWith(join(cache, "nnc", "faults"))).toBe(true);
  expect(existsSync(saved)).toBe(true);
  const report = readFileSync(saved, "utf8");
  expect(report).toContain("command: nnc compile");
  expect(report).toContain("Dense(2)");
  expect(report).toMatch(/^\s+at /m);
});
