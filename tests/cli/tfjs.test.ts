// `nnc train --target tfjs`: the backends that need no native code, from the command to saved weights; the message if a
// package is missing; and a trainer as a module, whose weights other targets read.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { loadTensorFlow } from "../../src/runtime/node/tensorflow.ts";
import type { TensorFlow } from "../../src/runtime/tfjs/tensors.ts";
import { nnc, program, small, temporaryFolder } from "../support/nnc.ts";

const file = program(small);
const train = (...options: readonly string[]) =>
  nnc(["train", file, "--limit", "64", "--epochs", "2", "--seed", "3", ...options]);

interface Tensors {
  readonly names: readonly string[];
  readonly values: readonly number[];
}
/** Names and numbers of a safetensors file. */
function tensorsOf(path: string): Tensors {
  const bytes = readFileSync(path);
  const length = Number(bytes.readBigUInt64LE(0));
  const { __metadata__, ...header } = JSON.parse(bytes.subarray(8, 8 + length).toString());
  const data = bytes.subarray(8 + length);
  return {
    names: Object.keys(header).sort(),
    values: Array.from({ length: data.length / 4 }, (_, i) => data.readFloatLE(4 * i)),
  };
}

describe("trains as the other targets do", () => {
  const folder = temporaryFolder();
  const runs = new Map<string, Awaited<ReturnType<typeof nnc>>>();
  const ways: Readonly<Record<string, readonly string[]>> = {
    js: ["--target", "js"],
    cpu: ["--target", "tfjs", "--backend", "cpu"],
    wasm: ["--target", "tfjs", "--backend", "wasm"],
  };
  beforeAll(async () => {
    for (const [name, options] of Object.entries(ways))
      runs.set(name, await train(...options, "--save", join(folder, `${name}.safetensors`)));
  });

  test.each(["cpu", "wasm"])("%s: the same lines, and no greeting of TensorFlow.js", (backend) => {
    const { code, stdout, stderr } = runs.get(backend)!;
    expect(code).toBe(0);
    const plain = (text: string) => text.replace(/\d+\.\d+|\d+s|[\d,]+ samples/g, "#");
    expect(plain(stdout).replace(`${backend}.`, "js.")).toBe(plain(runs.get("js")!.stdout));
    expect(stderr).not.toMatch(/Hi,|warn/i);
    expect(plain(stderr).split("\n").length).toBe(plain(runs.get("js")!.stderr).split("\n").length);
  });

  test.each(["cpu", "wasm"])("%s: the same weights, in the same file", (backend) => {
    const [expected, actual] = ["js", backend].map((name) => tensorsOf(join(folder, `${name}.safetensors`))) as [
      Tensors,
      Tensors,
    ];
    expect(actual.names).toEqual(expected.names);
    const largest = Math.max(...expected.values.map(Math.abs));
    const worst = Math.max(...expected.values.map((x, i) => Math.abs(x - actual.values[i]!)));
    expect(worst / largest).toBeLessThan(1e-3);
  });
});

describe("what cannot run is told in one sentence", () => {
  test("no native package", async () => {
    const { code, stdout, stderr } = await train("--target", "tfjs");
    expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
    expect(stderr).toMatch(
      /^error: --backend tensorflow needs @tensorflow\/tfjs-node: npm install .*build-tfjs-node\.sh\)\n$/,
    );
  });
  test("a backend that is none", async () => {
    const { code, stderr } = await train("--target", "tfjs", "--backend", "cuda");
    expect(code).toBe(2);
    expect(stderr).toContain("tensorflow, cpu, wasm");
  });
  test("a native package that does not load", async () => {
    const folder = temporaryFolder();
    const broken = join(folder, "@tensorflow/tfjs-node");
    mkdirSync(broken, { recursive: true });
    writeFileSync(join(broken, "index.js"), 'throw new Error("libtensorflow.so.2: cannot open\\nand more");');
    const { code, stderr } = await nnc(["train", file, "--target", "tfjs"], { env: { NODE_PATH: folder } });
    expect(code).toBe(3);
    expect(stderr).toBe(
      "error: @tensorflow/tfjs-node is installed but does not load: libtensorflow.so.2: cannot open\n",
    );
  });
  test("a native package sees no options of the trainer, and functions of Node that are gone", async () => {
    const folder = temporaryFolder();
    const fake = join(folder, "@tensorflow/tfjs-node");
    mkdirSync(fake, { recursive: true });
    writeFileSync(
      join(fake, "index.js"),
      'const util = require("util"); throw new Error([process.argv.length, util.isArray([]), util.isNullOrUndefined(null)].join(" "));',
    );
    const { stderr } = await nnc(["train", file, "--target", "tfjs", "--limit", "9"], { env: { NODE_PATH: folder } });
    expect(stderr).toContain("does not load: 2 true true");
  });
});

test("a trainer as a module: no tensor is left behind, weights go from one target to another", async () => {
  const modules = await Promise.all(
    ["tfjs", "js"].map(async (target) => {
      const folder = temporaryFolder();
      expect((await nnc(["compile", file, "--target", target, "-o", folder])).code).toBe(0);
      return import(pathToFileURL(join(folder, "train.js")).href);
    }),
  );
  const [tfjs, js] = modules;
  const tf: TensorFlow = await loadTensorFlow(import.meta.url, "cpu");
  const count = 64;
  const pixels = Uint8Array.from({ length: count * 784 }, (_, i) => (i * 37) % 251);
  const label = Uint8Array.from({ length: count }, (_, i) => i % 10);
  const data = { train: tfjs.allRows({ count, columns: { pixels, label } }) };
  const image = Float32Array.from(pixels.subarray(0, 784), (byte) => byte / 255);

  const atStart = tf.memory().numTensors;
  const model = tfjs.createModel(tf, 7);
  await tfjs.train(model, data, { epochs: 1 });
  tfjs.predict(model, { image }, 1);
  const afterOne = tf.memory().numTensors;
  await tfjs.train(model, data, { epochs: 20 });
  const { output } = tfjs.predict(model, { image }, 1);
  expect(tf.memory().numTensors).toBe(afterOne);

  const other = js.createModel(1);
  other.load(model.save());
  const again = js.predict(other, { image }, 1).output;
  for (const [i, share] of again.entries()) expect(output[i]).toBeCloseTo(share, 5);
  const resumed = tfjs.createModel(tf, 9);
  resumed.load(other.save());
  expect([...tfjs.predict(resumed, { image }, 1).output]).toEqual([...output]);
  resumed.close();
  model.close();
  expect(tf.memory().numTensors).toBe(atStart);
});
