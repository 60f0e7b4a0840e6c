// Sources of data from file to prediction: a small network learns from what a test writes, and the same program predicts.

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { zipSync } from "fflate";
import { expect, test } from "vitest";
import { npyOf, wavOf } from "../support/dataFiles.ts";
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

test("arrays of NumPy: checked with the file and without, trained, predicted", async () => {
  const program = `dataset Data {
  source npz("points.npz")
  input  x: f32[2] = points
  target side: class(2)
}
${learn("f32[2]", "Dense(4, tanh)")}`;
  const points = (count: number): Record<string, Uint8Array> => {
    const at = Float32Array.from({ length: 2 * count }, (_, i) => Math.sin(3 * i));
    const sides = Uint8Array.from({ length: count }, (_, i) => (Number(at[2 * i]) > 0 ? 1 : 0));
    return {
      "points.npy": npyOf("<f4", `(${count}, 2)`, at.buffer),
      "side.npy": npyOf("|u1", `(${count},)`, [...sides]),
    };
  };
  const cwd = folderOf(program, {
    "data/points.npz": zipSync(points(64)),
    "new.npz": zipSync({ "points.npy": npyOf("<f4", "(2, 2)", Float32Array.of(0.9, 0, -0.9, 0).buffer) }),
  });
  expect((await nnc(["check", "p.nn"], { cwd })).code).toBe(0);
  const wrong = await nnc(["check", "p.nn", "--data", "data"], {
    cwd: folderOf(program.replaceAll("f32[2]", "f32[3]"), {
      "data/points.npz": zipSync(points(4)),
    }),
  });
  expect(wrong.stderr).toContain("axis 1 of the field 'x' is 3, but must be 2");
  const trained = await nnc(["train", "p.nn", "--data", "data", "--save", "w.safetensors"], { cwd });
  expect(trained.stdout).toMatch(/accuracy (?:1\.0000|0\.9\d+)/);
  const told = await nnc(["predict", "p.nn", "--weights", "w.safetensors", "--input", "new.npz"], { cwd });
  expect(told.stderr).toBe("");
  expect(told.stdout).toMatch(/^side,side\[0\],side\[1\]\n1,.*\n0,/);
});

test("JSON Lines: numbers, arrays and texts, trained and predicted", async () => {
  const program = `dataset Data {
  source jsonl("seen.jsonl", split: "part")
  input  x: f32[3] = concatenate(at, rest)
  target side: class(2)
}
${learn("f32[3]", "Dense(4, tanh)")}`;
  const line = (i: number) => ({
    at: [Math.sin(3 * i), Math.cos(i)],
    weight: i % 2,
    side: Math.sin(3 * i) > 0 ? "right" : "left",
    part: i < 60 ? "train" : "dev",
  });
  const lines = Array.from({ length: 72 }, (_, i) => JSON.stringify(line(i))).join("\n");
  const cwd = folderOf(program, { "data/seen.jsonl": lines, "new.jsonl": '{"weight":0,"at":[0.9,0]}\n' });
  expect((await nnc(["check", "p.nn", "--data", "data"], { cwd })).stderr).toBe("");
  const trained = await nnc(["train", "p.nn", "--data", "data", "--save", "w.safetensors"], { cwd });
  expect(trained.stderr).toContain("60 examples, 12 for testing");
  expect(trained.stdout).toMatch(/accuracy (?:1\.0000|0\.9\d+)/);
  const told = await nnc(["predict", "p.nn", "--weights", "w.safetensors", "--data", "data", "--input", "new.jsonl"], {
    cwd,
  });
  expect(told.stderr).toBe("");
  expect(told.stdout).toMatch(/^side,side\[left\],side\[right\]\nright,/);
});
