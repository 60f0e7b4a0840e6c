// The options of `nnc train` that look into a training in place of it: one batch, learning rates, folds. They write no file.

import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { nnc, temporaryFolder } from "../support/nnc.ts";

const program = (layers: string): string => `dataset Table {
  source csv("t.csv")
  input  a: f32
  input  b: f32
  target kind: class(2)
  split  train 70%, validation 10%, test 20% by stratified(kind)
}
model Net(a: f32, b: f32) {
  concatenate(reshape(a, [1]), reshape(b, [1]))
  ${layers}
  Dense(2, softmax)
}
train Net on Table {
  loss      categorical_crossentropy
  optimizer adam(1e-2)
  metrics   accuracy
  epochs    20
  batch     16
}
`;

/** A folder with a table whose rows are of kind 1 where a > b. */
function folder(layers = "Dense(16, relu)"): string {
  const cwd = temporaryFolder();
  const rows = Array.from({ length: 200 }, (_, i) => [((i * 37) % 100) / 100, ((i * 61 + 7) % 100) / 100] as const);
  writeFileSync(join(cwd, "t.csv"), `a,b,kind\n${rows.map(([a, b]) => `${a},${b},${a > b ? 1 : 0}`).join("\n")}\n`);
  writeFileSync(join(cwd, "net.nn"), program(layers));
  return cwd;
}
const files = (cwd: string): readonly string[] => readdirSync(cwd).sort();

test.each(["wasm", "js"])(
  "--overfit-one-batch says that a model learns a batch, on target %s",
  async (target) => {
    const cwd = folder();
    const { code, stdout, stderr } = await nnc(["train", "net.nn", "--target", target, "--overfit-one-batch"], { cwd });
    expect(stderr).toContain("step 0: loss ");
    expect(stdout).toMatch(
      /^Net (learns|knows it by heart): on one batch of 16 examples, in \d+ steps, the loss went from /,
    );
    expect(code).toBe(0);
    expect(files(cwd)).toEqual(["net.nn", "t.csv"]);
  },
  60_000,
);

test("--overfit-one-batch says that a model cannot learn, and what to check", async () => {
  const cwd = folder("Dropout(0.5) -> Dense(1, trainable: false, kernel_initializer: zeros)");
  const { code, stdout, stderr } = await nnc(["train", "net.nn", "--overfit-one-batch", "--max-steps", "60"], { cwd });
  expect(stdout).toContain("Net does not learn: on one batch of 16 examples, in 60 steps, the loss went from ");
  expect(stderr).toContain("what to check");
  expect(code).toBe(1);
}, 60_000);

test("--find-rate draws the losses and names a rate", async () => {
  const cwd = folder();
  const { code, stdout } = await nnc(["train", "net.nn", "--find-rate"], { cwd });
  expect(code).toBe(0);
  expect(stdout).toMatch(/^ {5}rate {7}loss\n {3}1\.0e-6 .*█/);
  expect(stdout).toMatch(/a learning rate near \S+ learns fastest here/);
  expect(files(cwd)).toEqual(["net.nn", "t.csv"]);
  const json = await nnc(["train", "net.nn", "--find-rate", "--json"], { cwd });
  const event = JSON.parse(json.stdout.trimEnd().split("\n").at(-1)!);
  expect(event.rate).toBeGreaterThan(1e-5);
  expect(event.rate).toBeLessThan(10);
  expect(event.rates.slice(0, 21)[20] / event.rates[0]).toBeCloseTo(10, 8);
  // A loss that is smoothed begins with what the first batches say.
  expect(event.losses[0]).toBeCloseTo(Math.log(2), 0);
}, 60_000);

test("--profile gives every layer its time, forward and backward, and the share of waiting", async () => {
  const cwd = folder();
  const { code, stdout } = await nnc(["train", "net.nn", "--profile"], { cwd });
  expect(code).toBe(0);
  const lines = stdout.trimEnd().split("\n");
  expect(lines[0]).toBe("forward ms  backward ms    share  layer");
  for (const layer of ["net.nn:10  Dense(16, relu)", "net.nn:11  Dense(2, softmax)", "net.nn:15  adam(1e-2)"])
    expect(lines.filter((line) => line.endsWith(layer))).toHaveLength(1);
  const numbers = (line: string) => (line.match(/\d+\.\d+/g) ?? []).map(Number);
  expect(numbers(lines.find((line) => line.includes("Dense(16"))!)).toHaveLength(3);
  expect(lines.at(-1)).toMatch(/^a step takes [\d.]+ ms; [\d.]+ % of it is waiting for data$/);
  expect(files(cwd)).toEqual(["net.nn", "t.csv"]);
  const json = JSON.parse((await nnc(["train", "net.nn", "--profile", "--json"], { cwd })).stdout.trimEnd());
  const shares = lines.slice(1, -2).map((line) => Number(/([\d.]+) %/.exec(line)![1]));
  expect(shares.reduce((a, b) => a + b, 0)).toBeCloseTo(100, 0);
  expect(json).toMatchObject({ event: "profile", samples: 16 });
  expect(json.layers).toHaveLength(lines.length - 3);
}, 60_000);

test("--folds tests on every row once and prints mean and deviation, the same for the same seed", async () => {
  const cwd = folder();
  const run = (...more: readonly string[]) => nnc(["train", "net.nn", "--folds", "4", ...more], { cwd });
  const { code, stdout, stderr } = await run();
  expect(code).toBe(0);
  expect(stderr).toContain("training Net on Table 4 times: 200 examples in 4 folds, seed 0");
  const lines = stdout.trimEnd().split("\n");
  expect(lines).toHaveLength(5);
  for (const [i, line] of lines.slice(0, 4).entries())
    expect(line).toMatch(new RegExp(`^fold ${i + 1}/4  50 examples  loss [\\d.]+, accuracy [\\d.]+$`));
  expect(lines[4]).toMatch(/^mean of 4 folds {2}loss [\d.]+ ± [\d.]+, accuracy 0\.[89]\d+ ± 0\.\d+$/);
  expect((await run()).stdout).toBe(stdout);
  const json = (await run("--json")).stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  const accuracies = json.filter(({ event }) => event === "fold").map(({ metrics }) => metrics.accuracy);
  expect(json.at(-1).metrics.accuracy.mean).toBeCloseTo(accuracies.reduce((a, b) => a + b, 0) / 4, 12);
  expect(files(cwd)).toEqual(["net.nn", "t.csv"]);
}, 60_000);

test.each([
  [["--folds", "1"], "It must be a whole number from 2 to 1,000."],
  [["--folds", "3", "--find-rate"], "--find-rate and --folds do not go together: take one of them"],
  [["--profile", "--target", "js"], "--profile times the kernels of target wasm, not those of js"],
  [["--find-rate", "--save", "w"], "--find-rate writes nothing, so it does not go together with --save"],
  [["--overfit-one-batch", "--checkpoint", "s"], "so it does not go together with --checkpoint"],
])("refuses %j", async (flags, part) => {
  const { code, stderr } = await nnc(["train", "net.nn", ...flags], { cwd: folder() });
  expect(code).toBe(2);
  expect(stderr).toContain(part);
});
