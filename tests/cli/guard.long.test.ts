// `nnc train` where numbers stop being finite, and where a budget is spent: what it says, and what it keeps.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { nnc, temporaryFolder } from "../support/nnc.ts";

const table = (optimizer: string, transform = "a"): string => `dataset Table {
  source csv("t.csv")
  input  x: f32[1] = ${transform}
  target y: f32[1]
  split  train 80%, validation 20% by order
}
model Line(x: f32[1]) {
  Dense(8, relu)
  Dense(1)
}
train Line on Table {
  loss      mse
  optimizer ${optimizer}
  epochs    3
  batch     8
}
`;

/** A folder with a table of 100 rows, whose `a` is negative in line 42. */
function folder(program: string): string {
  const cwd = temporaryFolder();
  const rows = Array.from({ length: 100 }, (_, i) => `${i === 40 ? -1 : (i + 1) / 100},${(2 * i) / 100}`);
  writeFileSync(join(cwd, "t.csv"), `a,y\n${rows.join("\n")}\n`);
  writeFileSync(join(cwd, "line.nn"), program);
  return cwd;
}

test("names the row in a fold, too", async () => {
  const cwd = folder(table("adam()", "log(a)").replace(", validation 20% by order", ", test 20%"));
  const { code, stderr } = await nnc(["train", "line.nn", "--folds", "2"], { cwd });
  expect(code).toBe(3);
  expect(stderr).toMatch(/error: fold [12], the loss is not a number \(NaN\)/);
  expect(stderr).toContain("t.csv, line 42: its own loss is not finite");
});

test("names the row whose loss is no number, and keeps the state before it", async () => {
  const cwd = folder(table("adam()", "log(a)"));
  const kept = ["--save", "w.safetensors", "--checkpoint", "state", "--log", "log"];
  const { code, stderr } = await nnc(["train", "line.nn", ...kept], { cwd });
  expect(code).toBe(3);
  const at = /the loss is not a number \(NaN\) at step (\d+) of epoch 1, so training cannot go on/.exec(stderr);
  expect(at).not.toBeNull();
  expect(stderr).toContain("layer       line.nn:3  x: this field of the data is the first value that is not finite");
  expect(stderr).toContain("rows        t.csv, line 42: its own loss is not finite");
  expect(stderr).toContain("kept        the last good state: state (--checkpoint), w.safetensors (--save)");
  const step = Number(at![1]);
  const until = await nnc(["train", "line.nn", "--max-steps", String(step - 1), "--save", "v.safetensors"], { cwd });
  expect(until.code).toBe(0);
  expect(until.stderr).toContain(`the budget of ${step - 1} steps is spent: ended in epoch 1, after step ${step - 1}`);
  expect(readFileSync(join(cwd, "w.safetensors"))).toEqual(readFileSync(join(cwd, "v.safetensors")));
  expect(JSON.parse(readFileSync(join(cwd, "log", "run.json"), "utf8"))).toMatchObject({
    result: { epochs: 0, damaged: { epoch: 1, step } },
  });
  const again = await nnc(["train", "line.nn", "--checkpoint", "state", "--resume"], { cwd });
  expect(again.stderr).toContain(`going on from epoch 1, step ${step - 1}`);
  expect(again.stderr).toContain(`at step ${step} of epoch 1`);
}, 60_000);

test("names the row of an evaluation whose loss is no number", async () => {
  const cwd = folder(table("adam()", "log(a)"));
  const rows = Array.from({ length: 100 }, (_, i) => `${i === 90 ? -1 : (i + 1) / 100},${(2 * i) / 100}`);
  writeFileSync(join(cwd, "t.csv"), `a,y\n${rows.join("\n")}\n`);
  const { code, stderr } = await nnc(["train", "line.nn", "--epochs", "1", "--save", "w.safetensors"], { cwd });
  expect(code).toBe(3);
  const said =
    /the loss is not a number \(NaN\) in evaluation\n {2}rows {8}t\.csv, line 92: its own loss is not finite\n/;
  expect(stderr).toMatch(said);
  const evaluated = await nnc(["evaluate", "line.nn", "--weights", "w.safetensors"], { cwd });
  expect(evaluated.code).toBe(3);
  expect(evaluated.stderr).toMatch(said);
}, 60_000);

test("names all rows where a rate is too large, and saves finite weights", async () => {
  const cwd = folder(table("sgd(1e20)"));
  const { code, stderr } = await nnc(["train", "line.nn", "--save", "w.safetensors"], { cwd });
  expect(code).toBe(3);
  expect(stderr).toMatch(/ at step \d+ of epoch \d+, so|step \d+ of epoch \d+ makes weights that are not finite/);
  expect(stderr).toContain("what to do  try a smaller learning rate");
  expect(existsSync(join(cwd, "w.safetensors"))).toBe(true);
}, 60_000);

test.each(["wasm", "js"])(
  "names the layer behind which a gradient overflows, on target %s",
  async (target) => {
    const text = table("sgd(0.1)").replace("y: f32[1]", "y: f32[1] = y * 1e18");
    const cwd = folder(text.replace(/Dense\(8, relu\)\n.*\n/, "Dense(4)\n  _ * 1e30 -> Dense(1)\n"));
    const { code, stderr, stdout } = await nnc(["train", "line.nn", "--target", target, "--json"], { cwd });
    expect(code).toBe(3);
    expect(stderr).toMatch(/layer {7}\S.*Dense\(4\)|layer .*\* 1e30/);
    const said = JSON.parse(stdout.trimEnd().split("\n").at(-1)!);
    expect(said).toMatchObject({ event: "error" });
    expect(said.message).toContain("line.nn:");
  },
  60_000,
);

test("ends by a budget with weights, state and history, and goes on from it to the same bits", async () => {
  const cwd = folder(table("adam(cosine_decay(1e-2))"));
  const kept = ["--checkpoint", "state", "--log", "log"];
  const part = await nnc(["train", "line.nn", ...kept, "--max-steps", "13", "--save", "part.safetensors", "--json"], {
    cwd,
  });
  expect(part.code).toBe(0);
  expect(part.stdout).toContain('{"event":"ending","spent":{"budget":"steps","epoch":2,"step":3}}');
  expect(
    readFileSync(join(cwd, "log", "history.jsonl"), "utf8")
      .trim()
      .split("\n"),
  ).toHaveLength(2);
  expect(JSON.parse(readFileSync(join(cwd, "log", "run.json"), "utf8"))).toMatchObject({
    result: { epochs: 2, spent: { budget: "steps", epoch: 2, step: 3 } },
  });
  expect((await nnc(["train", "line.nn", ...kept, "--resume", "--save", "b.safetensors"], { cwd })).code).toBe(0);
  expect((await nnc(["train", "line.nn", "--save", "a.safetensors"], { cwd })).code).toBe(0);
  expect(readFileSync(join(cwd, "b.safetensors"))).toEqual(readFileSync(join(cwd, "a.safetensors")));
  expect(readFileSync(join(cwd, "part.safetensors"))).not.toEqual(readFileSync(join(cwd, "a.safetensors")));
}, 60_000);

test.each([
  [["--max-steps", "0"], "--max-steps <n>"],
  [["--max-seconds", "-1"], "--max-seconds <s>"],
  [["--max-seconds", "soon"], "It must be a number of seconds above 0."],
])("refuses %j", async (flags, part) => {
  const { code, stderr } = await nnc(["train", "line.nn", ...flags], { cwd: folder(table("adam()")) });
  expect(code).toBe(2);
  expect(stderr).toContain(part);
});
