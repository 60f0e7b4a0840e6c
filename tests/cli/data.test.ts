// `nnc data check`: as people run it, on files that the test writes.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { nnc, temporaryFolder } from "../support/nnc.ts";

const program = `dataset Houses {
  source csv("houses.csv")
  input  width: f32
  input  height: f32
  target sold: class(2)
  split  train 75%, test 25% by order
}
`;

function folder(change: (rows: string[]) => void): string {
  const cwd = temporaryFolder();
  const rows = Array.from(
    { length: 80 },
    (_, i) => `${((i * 37) % 101) / 101},${((i * 61) % 97) / 97},${(i * 13) % 7 > 3 ? 1 : 0}`,
  );
  change(rows);
  writeFileSync(join(cwd, "houses.csv"), `width,height,sold\n${rows.join("\n")}\n`);
  writeFileSync(join(cwd, "houses.nn"), program);
  return cwd;
}

test("a sound set is told with its classes and columns, and ends with 0", async () => {
  const { code, stdout, stderr } = await nnc(["data", "check", "houses.nn"], { cwd: folder(() => {}) });
  expect(stderr).toBe("");
  expect(stdout).toMatch(/^Houses {2}csv\(\): 80 rows, 60 to train on, 20 to test with\n/);
  expect(stdout).toMatch(/sold: 2 classes in the training part\n {2}0 {2}━+ +\d+ +\d+\.?\d* % {2}test \d+\n/);
  expect(stdout).toMatch(/width +input +80 +0 … 0\.\d+/);
  expect(stdout).toContain("nothing was found that spoils a training");
  expect(code).toBe(0);
}, 60_000);

test("a missing number is an error with its line, for people and as JSON, and ends with 1", async () => {
  const cwd = folder((rows) => {
    rows[4] = `,0.5,1`;
  });
  const shown = await nnc(["data", "check", "houses.nn"], { cwd });
  expect(shown.code).toBe(1);
  expect(shown.stdout).toContain("error    missing: 'width' is missing in 1 row");
  expect(shown.stdout).toContain("houses.csv, line 6");
  const { code, stdout } = await nnc(["data", "check", "houses.nn", "--json"], { cwd });
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    rows: { all: 80, whole: true, train: 60, validation: 0, test: 20 },
    findings: [{ level: "error", kind: "missing", column: "width" }],
  });
}, 60_000);

test("data that is not there, and a data set that is none, say what to do", async () => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, "houses.nn"), program);
  const absent = await nnc(["data", "check", "houses.nn"], { cwd });
  expect(absent.code).toBe(3);
  expect(absent.stderr).toContain("cannot find houses.csv");
  const other = await nnc(["data", "check", "houses.nn", "--dataset", "Hauses"], { cwd });
  expect(other.code).toBe(1);
  expect(other.stderr).toContain("Houses");
}, 60_000);
