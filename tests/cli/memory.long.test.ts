// `nnc train --memory SIZE`: a table that takes more is read piece by piece, killed and resumed to the same bits.

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { nnc, temporaryFolder } from "../support/nnc.ts";

const program = `dataset Houses {
  source csv("houses.csv")
  input  district: token(4) = vocabulary(district)
  input  measures: f32[2] = rest -> standardize
  target sold: class(2)
  split  train 80%, validation 10%, test 10%
}
model Sale(district: token(4), measures: f32[2]) {
  concatenate(measures, district -> Embedding(4, 2))
  Dense(8, relu)
  Dense(2, softmax)
}
train Sale on Houses {
  loss      categorical_crossentropy
  optimizer adam(1e-2)
  epochs    3
  batch     16
}
`;

function folder(): string {
  const cwd = temporaryFolder();
  const rows = Array.from({ length: 600 }, (_, i) => `${["n", "s", "e"][i % 3]},${(i * 7) % 50},${i},${i % 2}`);
  writeFileSync(join(cwd, "houses.csv"), `district,age,area,sold\n${rows.join("\n")}\n`);
  writeFileSync(join(cwd, "houses.nn"), program);
  mkdirSync(join(cwd, "scratch"));
  return cwd;
}
const memory = ["train", "houses.nn", "--memory", "10kB"];

test("goes on in the middle of an epoch to the same bits, and leaves no file behind", async () => {
  const cwd = folder();
  const env = { TMPDIR: join(cwd, "scratch") };
  const whole = await nnc([...memory, "--save", "a.safetensors", "--log", "log"], { cwd, env });
  expect(whole.stderr).toContain(
    "the data takes more than 10 kB of memory (--memory): it is read piece by piece, and its order is random within windows of ",
  );
  expect(whole.code).toBe(0);
  expect(JSON.parse(readFileSync(join(cwd, "log", "run.json"), "utf8"))).toMatchObject({
    order: { random: "within windows" },
  });
  const state = join(cwd, "state", "checkpoint.safetensors");
  const going = [...memory, "--checkpoint", "state", "--checkpoint-every", "0", "--resume", "--save", "b.safetensors"];
  let killed = false;
  const first = await nnc(going, {
    cwd,
    env,
    onOutput(said, child) {
      if (killed || !said.includes("epoch 2/3") || !existsSync(state)) return;
      killed = true;
      child.kill("SIGKILL");
    },
  });
  if (killed) expect(first.code).toBe(null);
  // Ended by a budget within an epoch, if the kill came too late.
  await nnc([...going, "--max-steps", "70", "--force"], { cwd, env });
  const other = await nnc(["train", "houses.nn", "--memory", "12kB", "--checkpoint", "state", "--resume"], {
    cwd,
    env,
  });
  expect(other.stderr).toMatch(/is a checkpoint of (other data|another --memory, so of another order of the rows)/);
  const last = await nnc([...going, "--force"], { cwd, env });
  expect(last.stderr).toMatch(/going on from epoch \d, step \d+/);
  expect(readFileSync(join(cwd, "b.safetensors"))).toEqual(readFileSync(join(cwd, "a.safetensors")));
  expect(readdirSync(join(cwd, "scratch")).filter((name) => name.startsWith("nnc-rows"))).toEqual([]);
  const judged = await nnc(["evaluate", "houses.nn", "--weights", "a.safetensors", "--memory", "10kB"], { cwd, env });
  expect(judged.stdout).toBe(
    whole.stdout
      .split("\n")
      .find((line) => line.startsWith("test "))
      ?.concat("\n"),
  );
});

test.each(["lots", "-1", "5", "100B"])("refuses --memory %s", async (size) => {
  const { code, stderr } = await nnc(["train", "houses.nn", `--memory=${size}`], { cwd: folder() });
  expect(code).toBe(2);
  expect(stderr).toContain(
    size === "100B" ? "--memory must be a size of at least 1 kB" : "It must be a size such as 500MB or 4GB.",
  );
});

test.each(["--overfit-one-batch", "--find-rate", "--profile"])("%s reads it piece by piece, too", async (option) => {
  const cwd = folder();
  const env = { TMPDIR: join(cwd, "scratch") };
  const { code, stdout, stderr } = await nnc([...memory, option], { cwd, env });
  expect(stderr).toContain("the data takes more than 10 kB of memory (--memory): it is read piece by piece");
  expect(stdout).toMatch(/on one batch of 16 examples|learning rate near|loss falls at none|a step takes/);
  expect(code).toBeLessThan(2);
  expect(readdirSync(join(cwd, "scratch")).filter((name) => name.startsWith("nnc-rows"))).toEqual([]);
});
