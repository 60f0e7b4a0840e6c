// Sources of data from file to prediction: a small network learns from what a test writes, and the same program predicts.

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { wavOf } from "../support/dataFiles.ts";
import { nnc, temporaryFolder } from "../support/nnc.ts";

/** A folder with a program and files of data. */
function folderOf(program: string, files: Readonly<Record<string, Uint8Array | string>>): string {
  const cwd = temporaryFolder();
  for (const [name, bytes] of Object.entries({ "p.nn": program, ...files })) {
    mkdirSync(dirname(join(cwd, name)), { recursive: true });
    writeFileSync(join(cwd, name), bytes);
  }
  return cwd;
}

/** The rest of a program whose data set `Data` has an input `x` and a target of 2 classes. */
const learn = (input: string, layers: string): string => `
model Net(x: ${input}) { ${layers} -> Dense(2, softmax) }
train Net on Data {
  loss categorical_crossentropy
  optimizer adam(0.05)
  metrics accuracy
  epochs 25
  batch 8
}
`;

test("recordings: trained by the parts of their names, predicted one by one", async () => {
  const tone = (high: boolean, seed: number, rate: number): Uint8Array =>
    wavOf(
      Array.from({ length: rate / 20 }, (_, i) => 0.6 * Math.sin(seed + (2 * Math.PI * (high ? 900 : 300) * i) / rate)),
      rate,
    );
  const program = `dataset Data {
  source audio("tones", rate: 4000, length: 192, names: "{pitch}_{take}")
  input  x: f32[192] = samples
  target pitch: class(2)
}
${learn("f32[192]", "Reshape([192, 1]) -> Conv1D(6, 16, relu, strides: 4) -> GlobalAveragePooling1D()")}`;
  const files = Object.fromEntries(
    Array.from({ length: 32 }, (_, i) => [
      `data/tones/${i % 2 ? "high" : "low"}_${i}.wav`,
      tone(i % 2 === 1, i, i % 3 ? 4000 : 8000),
    ]),
  );
  const cwd = folderOf(program, { ...files, "new/one.wav": tone(true, 77, 8000) });
  const checked = await nnc(["check", "p.nn", "--data", "data"], { cwd });
  expect(checked.code).toBe(0);
  const trained = await nnc(["train", "p.nn", "--data", "data", "--save", "w.safetensors"], { cwd });
  expect(trained.stderr).toContain("32 examples");
  expect(trained.stdout).toContain("accuracy 1.0000");
  const told = await nnc(["predict", "p.nn", "--weights", "w.safetensors", "--input", "new/one.wav"], { cwd });
  expect(told.stderr).toBe("");
  expect(told.stdout).toMatch(/^pitch,pitch\[high\],pitch\[low\]\nhigh,/);
});
