// `nnc runs` and `nnc compare`: trainings as a table, and side by side.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readMarkup } from "../support/markup.ts";
import { nnc, temporaryFolder } from "../support/nnc.ts";

interface Made {
  readonly model?: string;
  readonly seed?: number;
  readonly batch?: number;
  readonly started: string;
  readonly source?: string;
  /** Training loss and accuracy, validation loss and accuracy. */
  readonly epochs: readonly (readonly [number, number, number, number])[];
}

/** Writes the log of a run. */
function logOf(
  folder: string,
  { model = "Net", seed = 0, batch = 8, started, source = "model Net {}", epochs }: Made,
): void {
  mkdirSync(folder, { recursive: true });
  const run = {
    ...{ file: "p.nn", model, dataset: "Data", target: "wasm", threads: 2, strictMath: false, batch, parameters: 10 },
    ...{ metrics: ["loss", "accuracy"], started },
    settings: { program: "x", seed, epochs: epochs.length, examples: { train: 10, validation: 5, test: 5 } },
    result: { epochs: epochs.length, test: { loss: 0.75, accuracy: 0.5 } },
  };
  const lines = epochs.map(([loss, accuracy, below, above], i) =>
    JSON.stringify({
      ...{ epoch: i + 1, seconds: 2, metrics: { loss, accuracy } },
      validation: { loss: below, accuracy: above },
    }),
  );
  const program = {
    ...{ nnc: "0.1.0", options: {}, higher: ["accuracy"], files: [{ name: "p.nn", text: source }] },
    summary: { layers: [] },
  };
  writeFileSync(join(folder, "run.json"), JSON.stringify(run));
  writeFileSync(join(folder, "history.jsonl"), lines.map((line) => `${line}\n`).join(""));
  writeFileSync(join(folder, "program.json"), JSON.stringify(program));
}

const twoRuns = (): string => {
  const cwd = temporaryFolder();
  logOf(join(cwd, "runs/a"), {
    started: "2026-02-01T10:00:00.000Z",
    epochs: [
      [0.5, 0.6, 0.45, 0.8],
      [0.4, 0.7, 0.65, 0.7],
    ],
  });
  logOf(join(cwd, "runs/b"), {
    ...{ started: "2026-01-01T10:00:00.000Z", seed: 7, source: "model Net { Dense(1) }" },
    epochs: [[0.3, 0.9, 0.25, 0.95]],
  });
  return cwd;
};

test("runs lists logs by their start, with the best of each metric in its own direction", async () => {
  const cwd = twoRuns();
  const { code, stdout } = await nnc(["runs", "runs"], { cwd });
  expect(code).toBe(0);
  const [head, first, second] = stdout.split("\n").map((line) => line.trim().split(/ {2,}/));
  expect(head).toEqual([
    ...["run", "model", "data", "started (UTC)", "epochs", "time"],
    ...["validation loss", "validation accuracy", "test loss", "test accuracy"],
  ]);
  expect(first).toEqual([
    "runs/b",
    "Net",
    "Data",
    "2026-01-01 10:00",
    "1/1",
    "2.0 s",
    "0.2500",
    "0.9500",
    "0.7500",
    "0.5000",
  ]);
  expect(second).toEqual([
    "runs/a",
    "Net",
    "Data",
    "2026-02-01 10:00",
    "2/2",
    "4.0 s",
    "0.4500",
    "0.8000",
    "0.7500",
    "0.5000",
  ]);
  const json = JSON.parse((await nnc(["runs", "runs/a", "runs", "--json"], { cwd })).stdout);
  expect(json).toHaveLength(2);
  expect(json[0]).toMatchObject({ run: "runs/b", "validation accuracy": "0.9500" });
});

test("runs tells what is no log, and which is damaged", async () => {
  const cwd = twoRuns();
  const none = await nnc(["runs", "runs/../"], { cwd });
  expect(none.code).toBe(2);
  expect(none.stderr).toContain("there is no log of a training in runs/../; nnc train --log DIR/NAME writes one");
  expect((await nnc(["runs", "gone"], { cwd })).stderr).toContain("cannot read gone: there is no such file or folder");
  writeFileSync(join(cwd, "runs/a/history.jsonl"), "{}\n");
  const damaged = await nnc(["runs", "runs"], { cwd });
  expect(damaged.code).toBe(3);
  expect(damaged.stderr).toContain(
    "the log in runs/a is damaged: history.jsonl, line 1: 'epoch' is not a whole number",
  );
  expect(damaged.stdout).toContain("runs/b");
});

test("compare shows results, what differs, and curves", async () => {
  const cwd = twoRuns();
  const { code, stdout, stderr } = await nnc(["compare", "runs/a", "runs/b", "-o", "both.html"], { cwd });
  expect(code).toBe(0);
  expect(stderr).toContain("report in both.html");
  const rows = new Map(stdout.split("\n").map((line) => [line.split(/ {2,}/)[0], line.split(/ {2,}/).slice(1)]));
  expect(rows.get("best validation accuracy")).toEqual(["0.8000", "0.9500"]);
  expect(rows.get("best training loss")).toEqual(["0.4000", "0.3000"]);
  expect(rows.get("seed")).toEqual(["0", "7"]);
  expect(new Set(rows.get("source of p.nn")).size).toBe(2);
  expect(rows.has("batch")).toBe(false);
  const { elements, text } = readMarkup(readFileSync(join(cwd, "both.html"), "utf8"));
  expect(text).toContain("Settings that differ");
  expect(elements.filter(({ attributes }) => attributes.class === "curve look1").length).toBeGreaterThanOrEqual(2);
  const alone = await nnc(["compare", "runs/a"], { cwd });
  expect(alone.code).toBe(2);
  expect(alone.stderr).toContain("compare needs two runs at least");
});
