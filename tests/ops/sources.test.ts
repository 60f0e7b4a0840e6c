// Options of sources that do not go together, and the columns that sources have.

import { describe, expect, it } from "vitest";
import type { OptionValue } from "../../src/ir/graph.ts";
import { withDefaults } from "../../src/ops/options.ts";
import { findSource } from "../../src/ops/registry.ts";

const given = (source: string, options: Record<string, OptionValue>) => {
  const def = findSource(source)!;
  const all = withDefaults(def.options, options);
  return {
    problem: () => def.problem?.(all),
    columns: () => def.columns(all).map(({ name, type }) => `${name} ${type.dtype}[${type.shape.join(", ")}]`),
    tested: () => def.hasTestPart(all),
  };
};

describe("recordings", () => {
  const audio = (options: Record<string, OptionValue>) =>
    given("audio", { file: "a.zip", rate: 8000, length: 100, ...options });

  it.each([
    [{ recording: "file" }, "recording", "it names a column of an index"],
    [{ split: "part" }, "split", "it names a column of an index or a part of 'names'"],
    [{ names: "{a}_{b}", split: "c" }, "split", "it names a column of an index or a part of 'names'"],
    [{ train_on: "1" }, "train_on", "it is a value of the column 'split'"],
    [{ names: "{a}_{b}", index: "i.csv" }, "names", "an index says what files are; use one of the two"],
    [{ names: "a_b" }, "names", 'it has parts in braces: "{label}_{speaker}"'],
    [{ names: "{a}_{a}" }, "names", "it has two parts of one name"],
    [{ names: "{a}{b}" }, "names", "two parts need a text between them"],
    [{ names: "{a}_{b c}" }, "names", "a part in braces is one word"],
    [{ names: "{a}/{b}" }, "names", "it is about names without their folders"],
  ])("%j is refused", (options, option, message) => {
    expect(audio(options).problem()).toEqual({ option, message });
  });

  it("have columns by their options", () => {
    expect(audio({}).columns()).toEqual(["samples f32[100]", "label i32[]"]);
    expect(audio({ channels: 2, index: "i.csv" }).columns()).toEqual(["samples f32[100, 2]"]);
    expect(audio({ names: "{digit}_{speaker}" }).columns()).toEqual([
      "samples f32[100]",
      "label i32[]",
      "digit i32[]",
      "speaker i32[]",
    ]);
    expect(audio({ names: "{label}_{part}", split: "part" }).columns().slice(1)).toEqual(["label i32[]", "part i32[]"]);
    expect([audio({}).tested(), audio({ names: "{label}_{part}", split: "part" }).tested()]).toEqual([false, true]);
    expect(audio({ names: "{label}_{part}", split: "part" }).problem()).toBeUndefined();
  });
});

describe.each(["csv", "jsonl"])("rows of %s", (source) => {
  it.each([
    [{ window: 4, missing: "drop" }, "missing", "a window has no gaps: fill in a number instead"],
    [{ stride: 2 }, "stride", "it is the step between windows: give their length with 'window'"],
    [{ split: "part", window: 4 }, "split", "windows are rows that follow each other: divide them by shares"],
    [{ train_on: "1" }, "train_on", "it is a value of the column 'split'"],
    [{ split: "part", test: "b" }, "split", "there is a file to test with; use one of the two"],
  ])("%j is refused", (options, option, message) => {
    expect(given(source, { file: "a", ...options }).problem()).toEqual({ option, message });
  });
  it("have a part to test with by a file or a column", () => {
    expect(
      [{}, { test: "b" }, { split: "part" }].map((options) => given(source, { file: "a", ...options }).tested()),
    ).toEqual([false, true, true]);
  });
});

describe("pairs of texts", () => {
  it.each([
    [{}, "other", "name the file of the second texts, or with 'separator' what is between the texts of a line"],
    [{ other: "b", separator: "|" }, "separator", "the second texts have a file of their own; use one of the two"],
    [{ separator: "\n" }, "separator", "it stands within a line"],
    [{ separator: "" }, "separator", "it stands within a line"],
    [{ separator: "|", test_other: "c" }, "test_other", "the file 'test' holds both texts, as 'file' does"],
    [{ other: "b", test: "c" }, "test", "it needs test_other too"],
    [{ other: "b", test_other: "c" }, "test_other", "it needs test too"],
  ])("%j is refused", (options, option, message) => {
    expect(given("pairs", { file: "a", ...options }).problem()).toEqual({ option, message });
  });
});

describe("pictures and clips", () => {
  it.each([
    [{ box_classes: "a" }, "box_classes", "it names the classes of a table of boxes: give that with 'boxes'"],
    [{ channels: 2 }, "channels", "pictures have 1 channel or 3"],
    [{ mask: "m" }, "mask", "it names a column of an index"],
  ])("%j is refused", (options, option, message) => {
    expect(given("images", { file: "a", size: [4, 4], ...options }).problem()).toEqual({ option, message });
  });
  it("have columns by their options", () => {
    expect(given("images", { file: "a", size: [4, 6], boxes: "b", most_boxes: 7 }).columns()).toEqual([
      "pixels u8[4, 6, 3]",
      "boxes f32[7, 5]",
      "label i32[]",
    ]);
    expect(given("video", { file: "a", frames: 5, size: [4, 6], channels: 1, index: "i" }).columns()).toEqual([
      "frames u8[5, 4, 6, 1]",
    ]);
    expect(given("video", { file: "a", frames: 5, size: [4, 6], channels: 2 }).problem()).toEqual({
      option: "channels",
      message: "pictures have 1 channel or 3",
    });
  });
});
