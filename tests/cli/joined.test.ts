// scripts/joinRecordings.mjs: recordings of several digits, none of which mixes what trains with what tests.

import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { strFromU8, unzipSync, zipSync } from "fflate";
import { expect, test } from "vitest";
import { wavOf } from "../support/dataFiles.ts";
import { temporaryFolder } from "../support/nnc.ts";

const words = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];

test("joined recordings keep parts and speakers apart, and say their digits in order", () => {
  const folder = temporaryFolder();
  // Each recording is one number over and over, so its samples tell which one it is.
  const all = Array.from({ length: 60 }, (_, i) => ({
    file: `${i}.wav`,
    label: i % 10,
    speaker: i % 3 === 0 ? "anna" : "ben",
    split: i % 5 === 0 ? "test" : "train",
    level: i + 1,
  }));
  const lengthOf = (level: number): number => 2000 + 50 * level;
  const sound = (level: number): Uint8Array => wavOf(new Array<number>(lengthOf(level)).fill(level / 32_767));
  writeFileSync(
    join(folder, "in.zip"),
    zipSync(Object.fromEntries(all.map(({ file, level }) => [file, sound(level)]))),
  );
  const lines = all.map(({ file, label, speaker, split }) => [file, label, speaker, split].join(","));
  writeFileSync(join(folder, "in.csv"), `file,label,speaker,split\n${lines.join("\n")}\n`);
  const run = () => {
    const args = ["scripts/joinRecordings.mjs", join(folder, "in.zip"), join(folder, "in.csv"), join(folder, "out")];
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    return readFileSync(join(folder, "out/sequences.zip"));
  };
  const bytes = run();
  expect(run().equals(bytes)).toBe(true);
  const files = unzipSync(bytes);
  const [, ...rows] = readFileSync(join(folder, "out/sequences.csv"), "utf8").trim().split("\n");
  const used = new Map<number, number>();
  for (const [file = "", digits = "", split] of rows.map((row) => row.split(","))) {
    const wav = files[file]!;
    expect(strFromU8(wav.subarray(0, 4))).toBe("RIFF");
    const samples = Array.from(new Int16Array(wav.slice(44).buffer)).filter((sample) => sample !== 0);
    expect(samples.length).toBeLessThanOrEqual(24_000);
    const levels: number[] = [];
    for (let at = 0; at < samples.length; at += lengthOf(samples[at]!)) {
      expect(new Set(samples.slice(at, at + lengthOf(samples[at]!))).size).toBe(1);
      levels.push(samples[at]!);
    }
    const parts = levels.map((level) => all[level - 1]!);
    expect(parts.map(({ label }) => words[label]).join(" ")).toBe(digits);
    expect(new Set(parts.map((one) => `${one.split} ${one.speaker}`)).size).toBe(1);
    expect(parts[0]?.split).toBe(split);
    for (const level of levels) used.set(level, (used.get(level) ?? 0) + 1);
  }
  for (const { level, split } of all) expect(used.get(level)).toBe(split === "train" ? 4 : 2);
});
