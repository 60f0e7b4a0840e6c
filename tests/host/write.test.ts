// Output appears whole or not at all. The tests may run as root, so the unwritable path is one under a file.

import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { staysInside, writeFile, writeFolder } from "../../src/host/write.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "nnc-write-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("a folder's files appear, with the folders they need", () => {
  const out = join(folder, "a", "b");
  expect(
    writeFolder(
      out,
      new Map([
        ["train.ts", "1"],
        ["sub/x.ts", "2"],
      ]),
    ),
  ).toEqual({ ok: [join(out, "train.ts"), join(out, "sub/x.ts")] });
  expect(readFileSync(join(out, "sub/x.ts"), "utf8")).toBe("2");
  expect(readdirSync(out).sort()).toEqual(["sub", "train.ts"]);
});

test("under a file nothing can be written, and nothing is left", () => {
  const file = join(folder, "file");
  writeFileSync(file, "x");
  expect(writeFolder(join(file, "out"), new Map([["a", "1"]]))).toEqual({
    problem: `cannot write ${join(file, "out")}: a part of the path is a file, not a folder`,
  });
  expect(readFileSync(file, "utf8")).toBe("x");
});

test.skipIf(!existsSync("/proc/self"))("where the system makes no folders, that is said at once", () => {
  expect(writeFolder("/proc/nnc/out", new Map([["a", "1"]]))).toEqual({
    problem: "cannot write /proc/nnc/out: there is no such file or folder",
  });
});

test("when the last file fails, the first ones are not changed and made folders are gone", () => {
  writeFileSync(join(folder, "a"), "old");
  mkdirSync(join(folder, "blocked"));
  const outcome = writeFolder(
    folder,
    new Map([
      ["a", "new"],
      ["fresh/b", "2"],
      ["blocked", "3"],
    ]),
  );
  expect(outcome).toEqual({ problem: `cannot write ${join(folder, "blocked")}: it is a folder` });
  expect(readFileSync(join(folder, "a"), "utf8")).toBe("old");
  expect(readdirSync(folder).sort()).toEqual(["a", "blocked"]);
  expect(writeFolder(join(folder, "new", "deep"), new Map([["../../../x", "1"]]))).toHaveProperty("problem");
  expect(existsSync(join(folder, "new"))).toBe(false);
});

test("one file", () => {
  const path = join(folder, "x", "y.nn");
  expect(writeFile(path, "text")).toEqual({ ok: path });
  expect(readFileSync(path, "utf8")).toBe("text");
});

test("relative paths that leave a folder are told from others", () => {
  for (const inside of ["a", "a/b", "./a", "a/../b", "..a"]) expect(staysInside(inside), inside).toBe(true);
  for (const outside of ["..", "../a", "a/../../b", "/a"]) expect(staysInside(outside), outside).toBe(false);
});
