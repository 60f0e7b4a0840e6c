// `nnc train --log DIR`: the history as JSON lines and as CSV, through a kill too.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { nnc, temporaryFolder } from "../support/nnc.ts";

const program = `dataset Drawn {
  source digits(train: 600, test: 100)
  input image: f32[28, 28, 1] = pixels / 255
  target digit: class(10) = label
  split train 90%, validation 10%
}
model Net(image: f32[28, 28, 1]) {
  Flatten()
  Dense(16, relu)
  Dense(10, softmax)
}
train Net on Drawn {
  loss      categorical_crossentropy
  optimizer adam
  metrics   accuracy
  epochs    3
  batch     8
}
`;

const folder = (): string => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, "net.nn"), program);
  return cwd;
};
const read = (cwd: string, name: string): string => readFileSync(join(cwd, "log", name), "utf8");
const lines = (cwd: string) =>
  read(cwd, "history.jsonl")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));

test("writes each epoch and the result", async () => {
  const cwd = folder();
  const { code, stdout } = await nnc(["train", "net.nn", "--log", "log", "--json"], { cwd });
  expect(code).toBe(0);
  const events = stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  const epochs = events.filter(({ event }) => event === "epoch").map(({ event: _, ...rest }) => rest);
  expect(epochs).toHaveLength(3);
  expect(lines(cwd)).toEqual(epochs);
  const [head, ...rows] = read(cwd, "history.csv").trimEnd().split("\n");
  expect(head).toBe("epoch,steps,seconds,samples_per_second,loss,accuracy,val_loss,val_accuracy");
  expect(rows.map((row) => row.split(",").map(Number))).toEqual(
    epochs.map(({ epoch, steps, seconds, samplesPerSecond, metrics, validation }) => [
      ...[epoch, steps, seconds, samplesPerSecond],
      ...[metrics.loss, metrics.accuracy, validation.loss, validation.accuracy],
    ]),
  );
  const run = JSON.parse(read(cwd, "run.json"));
  expect(run).toMatchObject({ file: "net.nn", model: "Net", dataset: "Drawn", batch: 8 });
  expect(run.settings).toMatchObject({ seed: 0, epochs: 3, examples: { train: 540, validation: 60, test: 100 } });
  expect(run.result).toEqual({ epochs: 3, test: events.find(({ event }) => event === "test").metrics });
}, 60_000);

test("goes on after kill -9, with each epoch once", async () => {
  const cwd = folder();
  const going = ["train", "net.nn", "--log", "log", "--checkpoint", "state", "--resume", "--epochs", "200"];
  const state = join(cwd, "state", "checkpoint.safetensors");
  const first = await nnc(going, {
    cwd,
    onOutput(_, child) {
      if (existsSync(state)) child.kill("SIGKILL");
    },
  });
  expect(first.code).toBe(null);
  expect((await nnc(going, { cwd })).code).toBe(0);
  const all = Array.from({ length: 200 }, (_, i) => i + 1);
  expect(lines(cwd).map(({ epoch }) => epoch)).toEqual(all);
  const rows = read(cwd, "history.csv").trimEnd().split("\n").slice(1);
  expect(rows.map((row) => Number(row.split(",")[0]))).toEqual(all);
}, 60_000);

test("replaces the log of another run only when told to", async () => {
  const cwd = folder();
  const once = ["train", "net.nn", "--log", "log", "--epochs", "1"];
  expect((await nnc(once, { cwd })).code).toBe(0);
  const before = read(cwd, "history.jsonl");
  const again = await nnc(once, { cwd });
  expect(again.code).toBe(2);
  expect(again.stderr).toContain("exists already; choose another folder, or replace it with --force");
  const other = await nnc([...once, "--seed", "1", "--resume", "--checkpoint", "state"], { cwd });
  expect(other.code).toBe(2);
  expect(read(cwd, "history.jsonl")).toBe(before);
  expect((await nnc([...once, "--seed", "1", "--force"], { cwd })).code).toBe(0);
  expect(JSON.parse(read(cwd, "run.json")).settings.seed).toBe(1);
}, 60_000);

test("refuses a folder that cannot be made", async () => {
  const { code, stderr } = await nnc(["train", "net.nn", "--log", "net.nn"], { cwd: folder() });
  expect(code).toBe(3);
  expect(stderr).toContain("cannot make the folder net.nn");
});
