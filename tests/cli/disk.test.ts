// A disk that is full, takes half of a file, or cannot be read: one clear error, and what was kept stays. The system's limit for the size
// of a file stands for a full disk (a write ends short, then fails); a preloaded module makes calls of Node fail as a disk does.

import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { nnc, node, temporaryFolder } from "../support/nnc.ts";

const program = `dataset Drawn {
  source digits(train: 800, test: 100)
  input image: f32[28, 28, 1] = pixels / 255
  target digit: class(10) = label
}
model Net(image: f32[28, 28, 1]) {
  Flatten()
  Dense(16, relu)
  Dense(10, softmax)
}
train Net on Drawn {
  loss      categorical_crossentropy
  optimizer adam()
  epochs    3
  batch     16
}
`;
const cwd = temporaryFolder();
const trainer = join(cwd, "out", "train.js");

beforeAll(async () => {
  writeFileSync(join(cwd, "net.nn"), program);
  expect((await nnc(["compile", "net.nn", "-o", "out", "--target", "js"], { cwd })).code).toBe(0);
}, 60_000);

/** Makes a module that fails calls of `node:fs`: `when` is an expression over `args` and the number of calls so far, `n`. */
function failing(call: string, when: string, code: string): string {
  const path = join(temporaryFolder(), "fail.cjs");
  writeFileSync(
    path,
    `const fs = require("node:fs");
const real = fs.${call};
let n = 0;
fs.${call} = (...args) => {
  n++;
  if (${when}) throw Object.assign(new Error("${code}: the disk"), { code: "${code}" });
  return real(...args);
};
`,
  );
  return path;
}
/** Runs Node where no file may have more than so many KiB. */
function runLimited(blocks: number, args: readonly string[], env: Readonly<Record<string, string>>) {
  const { status, stderr } = spawnSync(
    "bash",
    ["-c", `ulimit -f ${blocks} && exec "$@"`, "bash", process.execPath, ...args],
    {
      cwd,
      encoding: "utf8",
      env: { ...process.env, ...env },
    },
  );
  return { code: status, stderr };
}
const files = (folder: string): readonly string[] => (existsSync(folder) ? readdirSync(folder).sort() : []);

test("a disk that fills up between two states leaves the one before, and the training goes on", async () => {
  const state = join(temporaryFolder(), "state");
  const weights = join(temporaryFolder(), "w.safetensors");
  const kept = ["--checkpoint", state, "--save", weights];
  // Checkpoints are written to a descriptor; the second and later ones find the disk full.
  const preload = failing("writeFileSync", "typeof args[0] === 'number' && args[1].length > 100000 && n > 1", "ENOSPC");
  const { code, stderr } = await node(["--require", preload, trainer, ...kept], { cwd });
  expect(code).toBe(3);
  expect(stderr).toContain(
    `warning: cannot save to ${join(state, "checkpoint.safetensors")}: no space left on the disk; the training goes on, and tries again`,
  );
  expect(stderr.match(/no space left/g)).toHaveLength(2);
  expect(stderr).toMatch(/epoch 3\/3[\s\S]*error: cannot save to [^\n]*: no space left on the disk\n$/);
  expect(files(state)).toEqual(["checkpoint.safetensors"]);
  expect(existsSync(weights)).toBe(true);
  const again = await node([trainer, ...kept, "--resume"], { cwd });
  expect(again.code).toBe(0);
  expect(again.stderr).toContain("going on from epoch 2, step 0");
  const whole = join(temporaryFolder(), "whole.safetensors");
  expect((await node([trainer, "--save", whole], { cwd })).code).toBe(0);
  expect(readFileSync(weights)).toEqual(readFileSync(whole));
}, 60_000);

test("a state that is kept again after a failure is no failure in the end", async () => {
  const state = join(temporaryFolder(), "state");
  const preload = failing("fsyncSync", "n === 1", "EIO");
  const { code, stderr } = await node(["--require", preload, trainer, "--checkpoint", state], { cwd });
  expect(stderr).toContain("the disk reports an error; the training goes on, and tries again");
  expect(code).toBe(0);
  expect(files(state)).toEqual(["checkpoint.safetensors"]);
}, 60_000);

test.skipIf(process.platform === "win32")(
  "a file that the system cuts off is no state",
  () => {
    const folder = temporaryFolder();
    const state = join(folder, "state");
    const cut = runLimited(40, [trainer, "--checkpoint", state], { TMPDIR: folder });
    expect(cut.code).toBe(3);
    expect(cut.stderr).toContain("the file would be larger than the system allows");
    expect(files(state)).toEqual([]);
  },
  60_000,
);

test("weights that cannot be saved where they should go are put elsewhere", async () => {
  const [folder, temporary] = [temporaryFolder(), temporaryFolder()];
  const path = join(folder, "w.safetensors");
  const preload = failing("writeFileSync", "n === 1", "ENOSPC");
  const options = { cwd, env: { TMPDIR: temporary } };
  const { code, stderr } = await node(["--require", preload, trainer, "--save", path], options);
  expect(code).toBe(3);
  const [rescued] = files(temporary);
  expect(stderr).toContain(
    `error: cannot save to ${path}: no space left on the disk; the weights are in ${join(temporary, rescued!)}`,
  );
  expect(files(folder)).toEqual([]);
  expect((await node([trainer, "--save", path], { cwd })).code).toBe(0);
  expect(readFileSync(join(temporary, rescued!))).toEqual(readFileSync(path));
}, 60_000);

test("a state that cannot be read is named, and stays", async () => {
  const state = join(temporaryFolder(), "state");
  expect((await node([trainer, "--checkpoint", state, "--epochs", "3"], { cwd })).code).toBe(0);
  const before = readFileSync(join(state, "checkpoint.safetensors"));
  const preload = failing("readFileSync", "String(args[0]).endsWith('checkpoint.safetensors')", "EIO");
  const { code, stderr } = await node(["--require", preload, trainer, "--checkpoint", state, "--resume"], { cwd });
  expect(code).toBe(3);
  expect(stderr).toContain(`error: cannot read ${join(state, "checkpoint.safetensors")}: the disk reports an error`);
  expect(readFileSync(join(state, "checkpoint.safetensors"))).toEqual(before);
}, 60_000);
