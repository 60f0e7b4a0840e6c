// `nnc train --checkpoint DIR --resume`: killed, stopped and started again, a training ends as if nothing had happened.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { nnc, temporaryFolder } from "../support/nnc.ts";

const program = `dataset Drawn {
  source digits(train: 1500, test: 100)
  input image: f32[28, 28, 1] = pixels / 255 -> RandomTranslation(0.1, 0.1, fill_mode: constant)
  target digit: class(10) = label
  split train 90%, validation 10%
}
model Net(image: f32[28, 28, 1]) {
  Flatten()
  Dense(32, relu)
  BatchNormalization()
  Dropout(0.2)
  Dense(10, softmax)
}
train Net on Drawn {
  loss      categorical_crossentropy
  optimizer adam(cosine_decay(3e-3))
  metrics   accuracy
  early_stopping validation.accuracy patience 3 restore best
  epochs    4
  batch     8
}
`;

const folder = (): string => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, "net.nn"), program);
  return cwd;
};
/** The lines with results; times and the speed differ from run to run. */
const results = (stdout: string): readonly string[] =>
  stdout.split("\n").flatMap((line) => /^(epoch .*?|test .*?)(?: {2}[\d.]+s, .*)?$/.exec(line)?.[1] ?? []);

test("goes on to the same bits after kill -9", async () => {
  const cwd = folder();
  const whole = await nnc(["train", "net.nn", "--save", "a.safetensors"], { cwd });
  expect(whole.stderr).not.toContain("error");
  const going = [
    "train",
    "net.nn",
    "--checkpoint",
    "state",
    "--checkpoint-every",
    "0",
    "--resume",
    "--save",
    "b.safetensors",
  ];
  let killed = false;
  const state = join(cwd, "state", "checkpoint.safetensors");
  const first = await nnc(going, {
    cwd,
    onOutput(said, child) {
      if (killed || !said.includes("epoch 2/4") || !existsSync(state)) return;
      killed = true;
      child.kill("SIGKILL");
    },
  });
  expect(first.code).toBe(null);
  const last = await nnc(going, { cwd });
  expect(last.code).toBe(0);
  expect(last.stderr).toMatch(/going on from epoch [2-5], step \d+/);
  expect(readFileSync(join(cwd, "b.safetensors"))).toEqual(readFileSync(join(cwd, "a.safetensors")));
  expect(results(whole.stdout + whole.stderr)).toEqual(expect.arrayContaining([...results(last.stdout + last.stderr)]));
}, 60_000);

test("keeps the state of another training", async () => {
  const cwd = folder();
  const once = ["train", "net.nn", "--checkpoint", "state", "--epochs", "1"];
  expect((await nnc(once, { cwd })).code).toBe(0);
  const before = readFileSync(join(cwd, "state", "checkpoint.safetensors"));
  const again = await nnc(once, { cwd });
  expect(again.code).toBe(2);
  expect(again.stderr).toContain("is the state of a training; go on from it with --resume, or replace it with --force");
  const other = await nnc([...once, "--seed", "3", "--resume"], { cwd });
  expect(other.code).toBe(3);
  expect(other.stderr).toContain("is a checkpoint of another program, or of one with other options");
  writeFileSync(join(cwd, "net.nn"), program.replace("relu", "tanh"));
  expect((await nnc([...once, "--resume"], { cwd })).stderr).toContain("is a checkpoint of another program");
  expect(readFileSync(join(cwd, "state", "checkpoint.safetensors"))).toEqual(before);
  writeFileSync(join(cwd, "state", "checkpoint.safetensors"), before.subarray(0, 500));
  const cut = await nnc([...once, "--resume"], { cwd });
  expect(cut.code).toBe(3);
  expect(cut.stderr).toMatch(/checkpoint\.safetensors: is (truncated|corrupt)/);
}, 60_000);

test.each([
  [["--resume"], "--resume needs --checkpoint DIR"],
  [["--checkpoint", "s", "--checkpoint-every", "soon"], "--checkpoint-every"],
])("refuses %j", async (flags, part) => {
  const { code, stderr } = await nnc(["train", "net.nn", ...flags], { cwd: folder() });
  expect(code).toBe(2);
  expect(stderr).toContain(part);
});
