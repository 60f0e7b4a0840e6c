// `nnc train`: from a program to a trained network in one command; bad data; Ctrl-C.

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { amount } from "../support/extent.ts";
import { nnc, program, small, temporaryFolder } from "../support/nnc.ts";

/** An IDX file of bytes: magic number, sizes, content. */
function idx(sizes: readonly number[], content: Uint8Array): Uint8Array {
  const header = Buffer.alloc(4 + 4 * sizes.length);
  header.writeUInt32BE(0x800 + sizes.length);
  for (const [i, size] of sizes.entries()) header.writeUInt32BE(size, 4 + 4 * i);
  return Buffer.concat([header, content]);
}

/** A folder with the four files of MNIST, of few examples; `change` spoils them. */
function mnistFolder(change: (name: string, bytes: Uint8Array) => Uint8Array = (_, bytes) => bytes): string {
  const folder = join(temporaryFolder(), "mnist");
  mkdirSync(folder);
  for (const [part, count] of [
    ["train", 80],
    ["t10k", 20],
  ] as const) {
    const images = idx([count, 28, 28], Buffer.alloc(count * 784, 7));
    const labels = idx(
      [count],
      Uint8Array.from({ length: count }, (_, i) => i % 10),
    );
    for (const [name, bytes] of [
      [`${part}-images-idx3-ubyte`, images],
      [`${part}-labels-idx1-ubyte`, labels],
    ] as const)
      writeFileSync(join(folder, `${name}.gz`), gzipSync(change(name, bytes)));
  }
  return folder;
}

const onMnist = small.replace("digits(train: 600, test: 100)", "mnist()");

test("trains, saves, prints the result last; the working folder stays clean", async () => {
  const cwd = temporaryFolder();
  const { code, stdout, stderr } = await nnc(["train", program(small), "--save", "w.safetensors"], { cwd });
  expect(stderr).not.toContain("error");
  expect(code).toBe(0);
  const lines = stdout.trimEnd().split("\n");
  expect(lines.at(-1)).toMatch(/^test loss \d+\.\d{4}, accuracy [01]\.\d{4}$/);
  expect(stdout).toContain("w.safetensors");
  expect(readdirSync(cwd)).toEqual(["w.safetensors"]);
});

test("--json: one object a line; the options reach the trainer", async () => {
  const { code, stdout } = await nnc([
    "train",
    program(small),
    "--json",
    "--limit",
    "64",
    "--epochs",
    "2",
    "--batch",
    "16",
    "--seed",
    "5",
  ]);
  expect(code).toBe(0);
  const events: readonly Record<string, unknown>[] = stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(events[0]).toMatchObject({ event: "start", batch: 16, seed: 5, epochs: 2 });
  expect(events.filter((one) => one.event === "epoch")).toHaveLength(2);
  expect(events.at(-1)).toMatchObject({ event: "test" });
});

describe("the trainer allocates what the summary says", () => {
  const ways: readonly (readonly [string[], Record<string, unknown>])[] = [
    [["--threads", "3"], { target: "wasm", threads: 3 }],
    [["--target", "js"], { target: "js", threads: 1 }],
    [["--target", "wasm"], { target: "wasm", threads: availableParallelism(), strictMath: false }],
    [["--strict-math", "--threads", "1"], { threads: 1, variant: "plain", strictMath: true }],
  ];
  test.each(ways.slice(0, amount(2, 4)))("with %j", async (options, expected) => {
    const file = program(small);
    const summary = JSON.parse((await nnc(["summary", file, "--json", ...options])).stdout);
    const start = (await nnc(["train", file, "--json", "--limit", "32", ...options])).stdout.split("\n")[0]!;
    expect(JSON.parse(start)).toMatchObject({ ...expected, memoryBytes: summary.peakBytes });
    expect(summary.threads).toBe(expected.threads);
  });
});

describe("threads", () => {
  test("change no number; the first line says how many there are", async () => {
    const run = (...options: readonly string[]) => nnc(["train", program(small), "--seed", "2", ...options]);
    const [one, three] = [await run("--threads", "1"), await run("--threads", "3", "--no-revectorize")];
    expect(one.stdout).toBe(three.stdout);
    expect(one.stderr).toMatch(/; 1 thread \((SIMD|relaxed SIMD|wide SIMD)\)\n/);
    expect(three.stderr).toMatch(/; 3 threads \((SIMD|relaxed SIMD)\)\n/);
  });
  test.each([
    [["--threads", "0"], "from 1 to 256"],
    [["--threads", "two"], "from 1 to 256"],
    [["--threads", "2", "--target", "js"], "--threads 2: target js runs on one thread"],
  ])("%j is refused", async (options, message) => {
    const { code, stdout, stderr } = await nnc(["train", program(small), ...options]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(message);
  });
});

describe("data", () => {
  test("is found in --data, in NNC_DATA, and beside the program", async () => {
    const folder = mnistFolder();
    expect((await nnc(["train", program(onMnist), "--data", folder])).code).toBe(0);
    expect((await nnc(["train", program(onMnist), "--data", join(folder, "..")])).code).toBe(0);
    expect((await nnc(["train", program(onMnist)], { env: { NNC_DATA: folder } })).code).toBe(0);
    const beside = join(folder, "..", "program.nn");
    writeFileSync(beside, onMnist);
    expect((await nnc(["train", beside])).code).toBe(0);
  });
  const spoiled: Readonly<Record<string, readonly [(name: string, bytes: Uint8Array) => Uint8Array, RegExp]>> = {
    "cut short": [(name, bytes) => (name.startsWith("train-images") ? bytes.subarray(0, 1000) : bytes), /train-images/],
    "of another kind": [
      (name, bytes) => (name.startsWith("t10k-labels") ? Buffer.from("hello, world") : bytes),
      /t10k-labels/,
    ],
    "labels out of range": [
      (name, bytes) => (name.startsWith("train-labels") ? bytes.map((b, i) => (i === 30 ? 200 : b)) : bytes),
      /200/,
    ],
    "counts that differ": [
      (name, bytes) => (name.startsWith("train-labels") ? idx([79], bytes.subarray(8, 87)) : bytes),
      /79/,
    ],
  };
  test.each(Object.entries(spoiled))("%s: one message and 3", async (_, [change, message]) => {
    const { code, stderr } = await nnc(["train", program(onMnist), "--data", mnistFolder(change)]);
    expect(code).toBe(3);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^\s+at /m);
  });
  test("a corrupt gzip file", async () => {
    const folder = mnistFolder();
    const path = join(folder, "train-images-idx3-ubyte.gz");
    writeFileSync(path, readFileSync(path).subarray(0, 60));
    const { code, stderr } = await nnc(["train", program(onMnist), "--data", folder]);
    expect(code).toBe(3);
    expect(stderr).toContain("train-images-idx3-ubyte.gz");
  });
});

describe("missing data", () => {
  const withFetch = (body: string): Readonly<Record<string, string>> => ({
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(`globalThis.fetch = async () => { ${body} };`)}`,
  });
  test("without a network: what was looked for, where, and what to do", async () => {
    const env = withFetch(
      'throw new TypeError("fetch failed", { cause: Object.assign(new Error(), { code: "ENOTFOUND" }) })',
    );
    const empty = temporaryFolder();
    const { code, stdout, stderr } = await nnc(["train", program(onMnist), "--data", empty], { env });
    expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
    for (const part of ["train-images-idx3-ubyte.gz", empty, "cannot be resolved", "--data DIR", "NNC_DATA"])
      expect(stderr).toContain(part);
    expect(stderr).not.toMatch(/^\s+at /m);
  });
  test("a wrong answer is not taken for data", async () => {
    const { code, stderr } = await nnc(["train", program(onMnist)], {
      env: withFetch('return new Response("<html>")'),
    });
    expect(code).toBe(3);
    expect(stderr).toContain("not a whole gzip file");
  });
});

test("weights that cannot be saved are told before training", async () => {
  const { code, stderr } = await nnc(["train", program(small), "--save", "/no/such/folder/w.safetensors"]);
  expect(code).toBe(3);
  expect(stderr).toContain("/no/such/folder");
});

test("Ctrl-C: 130, and what --save asks for is there, whole", async () => {
  const cwd = temporaryFolder();
  let sent = false;
  const { code, stderr } = await nnc(["train", program(small), "--epochs", "100000", "--save", "w.safetensors"], {
    cwd,
    onOutput(said, child) {
      if (sent || !/epoch/i.test(said)) return;
      sent = true;
      child.kill("SIGINT");
    },
  });
  expect(code).toBe(130);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(existsSync(join(cwd, "w.safetensors"))).toBe(true);
  expect(readdirSync(cwd)).toEqual(["w.safetensors"]);
});
