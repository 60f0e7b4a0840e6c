// `nnc export`: the exported model predicts the same as the trainer. It refuses models that do not fit, and writes nothing.

import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import { batchSize } from "../../src/ir/size.ts";
import { tensor } from "../../src/ir/types.ts";
import { writeSafetensors } from "../../src/runtime/core/formats/safetensors.ts";
import { worst } from "../support/compiled.ts";
import { everything } from "../support/extent.ts";
import { openModel, predictWith, tensorFlow } from "../support/graphModel.ts";
import { numbers } from "../support/graphs.ts";
import { nnc, program, root, small, temporaryFolder } from "../support/nnc.ts";

// The backend `cpu` would take ten seconds for one picture of ResNet.
const tf = await tensorFlow.wasm();

interface Trainer {
  createModel(seed: number): {
    readonly program: {
      readonly manifest: { readonly inputs: readonly { name: string; shape: number[]; dtype: string }[] };
    };
    load(bytes: Uint8Array): void;
    save(): Uint8Array;
    predict(inputs: Readonly<Record<string, ArrayLike<number>>>, count: number): Record<string, ArrayLike<number>>;
    close(): void;
  };
}

/** The trainer that nnc makes of a program. */
async function trainerOf(file: string): Promise<Trainer> {
  const out = join(temporaryFolder(), "trainer");
  const { code, stderr } = await nnc(["compile", file, "-o", out]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return import(/* @vite-ignore */ pathToFileURL(join(out, "train.js")).href);
}

const filesOf = (folder: string): ReadonlyMap<string, string | Uint8Array> =>
  new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name))]));

/** Exports with weights; compares with the trainer, in units of the tolerance. */
async function compare(file: string, trainer: Trainer, weights: string): Promise<number> {
  const out = join(temporaryFolder(), "exported");
  const { code, stdout, stderr } = await nnc(["export", file, "--format", "tfjs", "--weights", weights, "-o", out]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout.trim().split("\n").sort()).toEqual(
    readdirSync(out)
      .sort()
      .map((name) => join(out, name)),
  );
  const model = trainer.createModel(3);
  model.load(readFileSync(weights));
  const opened = await openModel(tf, filesOf(out));
  const { inputs } = model.program.manifest;
  let most = 0;
  for (const samples of [1, 3, 64]) {
    const given = new Map(
      inputs.map(({ name, shape }, i) => {
        const length = shape.reduce((a, b) => a * b, samples);
        return [name, Float32Array.from(numbers(length, 5 + i, 0, 1))];
      }),
    );
    const expected = model.predict(Object.fromEntries(given), samples);
    const types = Object.fromEntries(inputs.map(({ name, shape }) => [name, tensor("f32", batchSize, ...shape)]));
    const actual = predictWith(tf, opened, types, given, samples, Object.keys(expected));
    for (const [name, values] of Object.entries(expected))
      most = Math.max(most, worst(actual.get(name)!, values, 1e-5, 0));
  }
  model.close();
  return most;
}

/** A file with the weights a trainer starts from. */
function drawn(trainer: Trainer): string {
  const model = trainer.createModel(7);
  const path = join(temporaryFolder(), "drawn.safetensors");
  writeFileSync(path, model.save());
  model.close();
  return path;
}

const onPictures = (shape: string): string => `
dataset Pictures {
  source idx("images", "labels", shape: ${shape}, classes: 10)
  input image: f32${shape} = pixels / 255
  target label: class(10)
}

train ResNet20 on Pictures {
  loss categorical_crossentropy
  optimizer adam()
}
`;

describe("an exported model predicts what the trainer predicts", () => {
  test("models/digits.nn, trained", async () => {
    const file = join(root, "models/digits.nn");
    const weights = join(temporaryFolder(), "digits.safetensors");
    const { code } = await nnc(["train", file, "--limit", "512", "--epochs", "1", "--save", weights]);
    expect(code).toBe(0);
    expect(await compare(file, await trainerOf(file), weights)).toBeLessThan(1);
  });
  test.runIf(everything)("models/mnist.nn", async () => {
    const file = join(root, "models/mnist.nn");
    const trainer = await trainerOf(file);
    expect(await compare(file, trainer, drawn(trainer))).toBeLessThan(1);
  });
  test.runIf(everything)("models/resnet.nn", async () => {
    const file = program(readFileSync(join(root, "models/resnet.nn"), "utf8") + onPictures("[32, 32, 3]"));
    const trainer = await trainerOf(file);
    expect(await compare(file, trainer, drawn(trainer))).toBeLessThan(1);
  });
});

describe("what it writes", () => {
  const file = program("/// Two numbers.\nmodel M(x: f32[4]) {\n  Dense(3)\n}\n", "two.nn");
  const weights = join(temporaryFolder(), "w.safetensors");
  const kernel = { name: "dense/kernel", shape: [4, 3], values: new Float32Array(12).fill(0.5) };
  const bias = { name: "dense/bias", shape: [3], values: new Float32Array(3) };
  const saved = (tensors: Parameters<typeof writeSafetensors>[0], name = "w.safetensors"): string => {
    const path = join(temporaryFolder(), name);
    writeFileSync(path, writeSafetensors(tensors, new Map()));
    return path;
  };
  writeFileSync(weights, writeSafetensors([kernel, bias], new Map()));
  const run = (...args: readonly string[]) =>
    nnc(["export", file, "--format", "tfjs", ...args], { cwd: temporaryFolder() });

  test("a folder, by default codegen-out/<name>-tfjs; a model needs no training", async () => {
    const cwd = temporaryFolder();
    const { code, stderr } = await nnc(["export", file, "--format", "tfjs", "--weights", weights], { cwd });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const folder = join(cwd, "codegen-out", "two-tfjs");
    expect(readdirSync(folder).sort()).toEqual(["group1-shard1of1.bin", "model.json"]);
    const { metadata, inputs } = await openModel(tf, filesOf(folder));
    expect(metadata).toEqual({ producer: "nnc", program: "two.nn", model: "M" });
    expect(inputs).toEqual([{ name: "x", shape: [-1, 4], dtype: "float32" }]);
  });
  test("the same weights give the same bytes", async () => {
    const [one, two] = [join(temporaryFolder(), "out"), join(temporaryFolder(), "out")];
    await run("--weights", weights, "-o", one);
    await run("--weights", weights, "-o", two);
    expect(filesOf(one)).toEqual(filesOf(two));
  });
  test("without weights: how to come by them", async () => {
    const { code, stdout, stderr } = await run();
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toBe(
      `nnc: nnc export needs the weights of the trained model: --weights FILE\n  nnc train ${file} --save FILE makes such a file\n`,
    );
  });
  test("an unknown format, or none: the known ones", async () => {
    const { code, stderr } = await nnc(["export", file, "--format", "keras2", "--weights", weights]);
    expect(code).toBe(2);
    expect(stderr).toContain("Allowed choices are tfjs.");
    expect((await nnc(["export", file, "--weights", weights])).stderr).toContain("--format");
  });
  test("weights that do not fit: one error that lists all, 1, and nothing is written", async () => {
    const other = saved(
      [
        { ...kernel, shape: [3, 4] },
        { ...bias, name: "dense/offset" },
      ],
      "other.safetensors",
    );
    const out = join(temporaryFolder(), "out");
    const { code, stdout, stderr } = await run("--weights", other, "-o", out);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain(
      `error NN503: ${other} does not fit M: 'dense/kernel' is F32 [3, 4] there and F32 [4, 3] here`,
    );
    expect(stderr).toContain("also: it has no 'dense/bias'; the model has no 'dense/offset'");
    expect(stderr.match(/error NN/g)).toHaveLength(1);
    expect(existsSync(out)).toBe(false);
    const whole = saved([{ ...kernel, values: new Int32Array(12) }, bias]);
    expect((await run("--weights", whole)).stderr).toContain("'dense/kernel' is I32 [4, 3] there and F32 [4, 3] here");
  });
  test("weights that cannot be read, or are none", async () => {
    expect(await run("--weights", "/no/such/file")).toMatchObject({
      code: 2,
      stderr: "nnc: cannot read /no/such/file: there is no such file or folder\n",
    });
    expect(await run("--weights", temporaryFolder())).toMatchObject({ code: 2 });
    const cut = join(temporaryFolder(), "cut.safetensors");
    writeFileSync(cut, readFileSync(weights).subarray(0, 60));
    const { code, stderr } = await run("--weights", cut);
    expect(code).toBe(3);
    expect(stderr).toMatch(/^nnc: .*cut\.safetensors: is truncated: 60 bytes/);
  });
  test("an unwritable folder: one message, 3", async () => {
    const blocked = join(temporaryFolder(), "file");
    writeFileSync(blocked, "mine");
    const { code, stdout, stderr } = await run("--weights", weights, "-o", join(blocked, "out"));
    expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
    expect(stderr).toBe(`nnc: cannot write ${join(blocked, "out")}: a part of the path is a file, not a folder\n`);
  });
  test("a program with errors, or without the model that is asked for: 1", async () => {
    const broken = await nnc([
      "export",
      program(small.replace("Flatten", "Flaten")),
      "--format",
      "tfjs",
      "--weights",
      weights,
    ]);
    expect(broken).toMatchObject({ code: 1, stdout: "" });
    expect(broken.stderr).toContain("error NN002:");
    expect((await run("--weights", weights, "--model", "N")).stderr).toContain("error NN002: there is no model 'N'");
  });
  test("--set changes the model, so that other weights fit", async () => {
    const open = program("const units = 3\n\nmodel M(x: f32[4]) {\n  Dense(units)\n}\n");
    const args = ["export", open, "--format", "tfjs", "--weights", weights];
    expect(await nnc(args, { cwd: temporaryFolder() })).toMatchObject({ code: 0 });
    expect(await nnc([...args, "--set", "units=5"], { cwd: temporaryFolder() })).toMatchObject({ code: 1 });
  });
});
