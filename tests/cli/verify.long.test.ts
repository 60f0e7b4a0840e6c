// Receipts: `nnc train --receipt` and `nnc verify`, which trains again and says what is the same.

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { nnc, temporaryFolder } from "../support/nnc.ts";

const program = `import "sizes.nn"
dataset Table {
  source csv("t.csv")
  input  x: f32[1]
  target y: f32[1]
  split  train 80%, validation 20%
}
model Line(x: f32[1]) {
  Dense(width, relu)
  Dense(1)
}
train Line on Table {
  loss      mse
  optimizer adam()
  epochs    3
  batch     8
}
`;

function folder(): string {
  const cwd = temporaryFolder();
  mkdirSync(join(cwd, "data"));
  const rows = Array.from({ length: 100 }, (_, i) => `${(i * 37) % 100},${(i * 61) % 100}`);
  writeFileSync(join(cwd, "data", "t.csv"), `x,y\n${rows.join("\n")}\n`);
  writeFileSync(join(cwd, "line.nn"), program);
  writeFileSync(join(cwd, "sizes.nn"), "const width = 8\n");
  return cwd;
}
const options = ["--data", "data", "--seed", "7", "--epochs", "2", "--set", "width=6", "--max-steps", "15"];

test("a receipt is confirmed by another training, and names what is different", async () => {
  const cwd = folder();
  const trained = await nnc(["train", "line.nn", ...options, "--receipt", "r.json", "--save", "w.safetensors"], {
    cwd,
  });
  expect(trained.stderr).not.toContain("error");
  expect(trained.code).toBe(0);
  const receipt = JSON.parse(readFileSync(join(cwd, "r.json"), "utf8"));
  const sha256 = (path: string) =>
    createHash("sha256")
      .update(readFileSync(join(cwd, path)))
      .digest("hex");
  expect(receipt).toMatchObject({
    format: "nnc-receipt-1",
    program: "line.nn",
    options: { data: "data", seed: 7, epochs: 2, maxSteps: 15, set: { width: "6" }, target: "wasm" },
    data: [{ name: "t.csv", sha256: sha256("data/t.csv") }],
    run: { seed: 7, epochs: 2, examples: { train: 80, validation: 20, test: 0 } },
    weights: sha256("w.safetensors"),
  });
  expect(receipt.files).toContainEqual({ name: "sizes.nn", sha256: sha256("sizes.nn") });

  // From another folder, and with another number of threads.
  const same = await nnc(["verify", join(cwd, "r.json"), "--threads", "1"]);
  expect(same.stdout).toMatch(
    /program {3}same\ncompiler {2}same\ndata {6}same\nrun {7}same\nweights {3}same\nconfirmed: /,
  );
  expect(same.code).toBe(0);

  const rows = readFileSync(join(cwd, "data", "t.csv"), "utf8");
  writeFileSync(join(cwd, "data", "t.csv"), rows.replace("\n0,0\n", "\n0,1\n"));
  const data = await nnc(["verify", "r.json"], { cwd });
  expect(data.code).toBe(1);
  expect(data.stdout).toMatch(
    /data {6}different: t\.csv\nrun {7}same\nweights {3}different: sha256 [0-9a-f]{64}\nnot confirmed\n$/,
  );
  writeFileSync(join(cwd, "data", "t.csv"), rows);

  writeFileSync(join(cwd, "sizes.nn"), "const width = 9\n");
  const text = await nnc(["verify", "r.json"], { cwd });
  expect(text.code).toBe(1);
  expect(text.stdout).toBe("program   different: sizes.nn\ncompiler  same\nnot confirmed: this is another training\n");
}, 120_000);

test("a receipt of other weights, or of another compiler, is not confirmed", async () => {
  const cwd = folder();
  expect((await nnc(["train", "line.nn", ...options, "--receipt", "r.json"], { cwd })).code).toBe(0);
  const path = join(cwd, "r.json");
  const receipt = JSON.parse(readFileSync(path, "utf8"));
  writeFileSync(path, JSON.stringify({ ...receipt, weights: "0".repeat(64) }));
  const weights = await nnc(["verify", "r.json"], { cwd });
  expect(weights.code).toBe(1);
  expect(weights.stdout).toContain("weights   different: sha256 ");
  writeFileSync(path, JSON.stringify({ ...receipt, nnc: "0.0.1", trainer: "0".repeat(64) }));
  const compiler = await nnc(["verify", "r.json"], { cwd });
  expect(compiler.code).toBe(1);
  expect(compiler.stdout).toContain("compiler  different: nnc 0.0.1, now ");
  renameSync(join(cwd, "data", "t.csv"), join(cwd, "data", "u.csv"));
  writeFileSync(path, JSON.stringify(receipt));
  const gone = await nnc(["verify", "r.json"], { cwd });
  expect(gone.code).toBe(3);
  expect(gone.stdout + gone.stderr).toMatch(/t\.csv/);
}, 120_000);

test.each([
  [["train", "line.nn", "--receipt", "line.nn"], "line.nn exists, and is no receipt: choose another name"],
  [["train", "line.nn", "--receipt", "r.json", "--max-seconds", "3"], "take --max-steps in place of --max-seconds"],
  [
    ["train", "line.nn", "--receipt", "r.json", "--folds", "3"],
    "--folds writes nothing, so it does not go together with --receipt",
  ],
  [["verify", "line.nn"], "line.nn is no receipt of nnc"],
  [["verify", "none.json"], "cannot read none.json: there is no such file or folder"],
])("refuses %j", async (args, part) => {
  const cwd = folder();
  const { code, stderr } = await nnc(args, { cwd });
  expect(code).toBe(2);
  expect(stderr).toContain(part);
  expect(existsSync(join(cwd, "r.json"))).toBe(false);
});
