// Series over time: windows over the rows of a table, from the file to the forecast.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { nnc, temporaryFolder } from "../support/nnc.ts";

const series = (rows: number): string =>
  [
    "day,sun,rain",
    ...Array.from({ length: rows }, (_, i) => `d${i},${100 + 10 * Math.sin(i / 3)},${50 + 5 * Math.cos(i / 3)}`),
  ].join("\n");

const program = (source = 'csv("weather.csv", window: 12)', split = "split train 200 rows, test 60 rows"): string =>
  `dataset Weather {
  source ${source}
  input  past: f32[12, 2] = rest -> standardize
  target future: f32[4, 2] = rest -> shift(12) -> standardize
  ${split}
}
model Forecast(past: f32[12, 2]) {
  Flatten() -> Dense(8) -> Reshape([4, 2])
}
train Forecast on Weather {
  loss mse
  optimizer adam(0.02)
  epochs 40
  batch 16
}
`;

async function run(text: string, rows: number, ...args: readonly string[]) {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "weather.nn"), text);
  writeFileSync(join(folder, "weather.csv"), series(rows));
  const [command = "check", ...more] = args;
  return { folder, ...(await nnc([command, "weather.nn", ...more], { cwd: folder })) };
}

test("learns to tell the next days, and says them on the scale of the table", async () => {
  const { folder, code, stdout, stderr } = await run(program(), 260, "train", "--save", "w.safetensors");
  expect(stderr).not.toContain("error");
  expect(code).toBe(0);
  expect(`${stdout}${stderr}`).toContain("185 examples, 57 for testing");
  expect(Number(/test loss ([\d.]+)/.exec(stdout)?.[1])).toBeLessThan(0.01);
  // The last days alone are enough: what comes after them is asked for.
  writeFileSync(
    join(folder, "last.csv"),
    [
      "sun,rain",
      ...series(262)
        .split("\n")
        .slice(-12)
        .map((line) => line.slice(line.indexOf(",") + 1)),
    ].join("\n"),
  );
  const told = await nnc(["predict", "weather.nn", "--weights", "w.safetensors", "--input", "last.csv"], {
    cwd: folder,
  });
  expect(told.stderr).not.toContain("error");
  const [names = "", row = "", ...more] = told.stdout.trim().split("\n");
  expect(names.split(",")).toHaveLength(8);
  expect(more).toEqual([]);
  const [sun = 0, rain = 0] = row.split(",").map(Number);
  expect(Math.abs(sun - (100 + 10 * Math.sin(262 / 3)))).toBeLessThan(1);
  expect(Math.abs(rain - (50 + 5 * Math.cos(262 / 3)))).toBeLessThan(1);
  expect(readFileSync(join(folder, "w.safetensors")).length).toBeGreaterThan(0);
});

test.each([
  ["too few rows", program(), 10, "weather.csv: has 10 rows, but a window takes 16 of them"],
  ["a split of more rows than there are", program(), 250, "the split takes 260 rows, but the data has 250"],
  ["windows with gaps", program('csv("weather.csv", window: 12, missing: drop)'), 260, "a window has no gaps"],
  ["a stride without windows", program('csv("weather.csv", stride: 2)'), 260, "it is the step between windows"],
  [
    "shares beside numbers of rows",
    program(undefined, "split train 200 rows, test 10%"),
    260,
    "it has shares and numbers of rows",
  ],
  [
    "an order that tears windows apart",
    program(undefined, "split train 80%, test 20%, by hash(day)"),
    260,
    "the examples of csv follow each other",
  ],
  ["half a row", program(undefined, "split train 10.5 rows"), 260, "a number of rows is whole and not below 0"],
])("says what is wrong with %s", async (_name, text, rows, message) => {
  const { code, stdout, stderr } = await run(text, rows, "train");
  expect(code).toBeGreaterThan(0);
  expect(`${stdout}${stderr}`).toContain(message);
  expect(stderr).not.toContain("    at ");
});
