// Whole trainers as processes: a small program and the runtime's text in one file, run as `node train.js`.

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import ts from "typescript";
import { afterAll, describe, expect, it } from "vitest";
import { readSafetensors } from "../../src/runtime/core/formats/safetensors.ts";
import { runtimeModules } from "../../src/targets/runtime.generated.ts";
import { runtimeRoots, runtimeText } from "../../src/targets/runtime.ts";
import { everything } from "../support/extent.ts";
import type { FakeChoices } from "../support/fakeProgram.ts";
import { problemsOf } from "../support/typescript.ts";

const work = mkdtempSync(join(tmpdir(), "nnc-trainer-"));
afterAll(() => rmSync(work, { recursive: true, force: true }));

const trainerText = (source: string, choices: FakeChoices): string => {
  const fake = readFileSync(new URL("../support/fakeProgram.ts", import.meta.url), "utf8").replace(
    /^import .*\n/gm,
    "",
  );
  const end =
    `const create = () => createFakeProgram(${JSON.stringify(choices)});\n` +
    "const trainer = { manifest: create().manifest, createProgram: create, loadSource };\n" +
    'runWhenMain("0badcafe", trainer);\n';
  return [fake, runtimeText(runtimeRoots(source)!), end].join("\n\n");
};

let trainers = 0;
/** Writes a trainer into a folder of its own; returns the folder. */
function writeTrainer(source: string, choices: FakeChoices): string {
  const folder = join(work, `trainer-${trainers++}`);
  mkdirSync(folder);
  const { outputText } = ts.transpileModule(trainerText(source, choices), {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
  });
  writeFileSync(join(folder, "package.json"), '{"type":"module"}');
  writeFileSync(join(folder, "train.js"), outputText);
  return folder;
}

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}
const environment = { ...process.env, XDG_CACHE_HOME: join(work, "cache"), NNC_DATA: "", NO_COLOR: "1" };
function start(
  folder: string,
  args: readonly string[],
  env: Record<string, string> = {},
): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(process.execPath, [join(folder, "train.js"), ...args], {
    cwd: folder,
    env: { ...environment, ...env },
  });
  let out = "";
  let err = "";
  child.stdout.on("data", (data) => (out += data));
  child.stderr.on("data", (data) => (err += data));
  return { child, ended: new Promise((resolve) => child.on("close", (code) => resolve({ code, out, err }))) };
}
const run = (folder: string, ...args: string[]): Promise<Ended> => start(folder, args).ended;

const columns: FakeChoices["columns"] = [
  { name: "pixels", dtype: "u8", shape: [28, 28, 1] },
  { name: "label", dtype: "u8", shape: [], classes: 10 },
];
const source = { name: "digits", options: { train: 60, test: 20 } };
const quick = writeTrainer("digits", { columns, source, batch: 8, rate: 0.01 });
const slow = writeTrainer("digits", { columns, source, batch: 8, rate: 0.01, delay: 30, epochs: 100 });
const numbers = writeTrainer("mnist", { columns, source: { name: "mnist", options: {} }, batch: 8, rate: 0.01 });

describe("node train.js", () => {
  it("trains, prints its result last, and saves the weights", async () => {
    const { code, out, err } = await run(quick, "--epochs", "3", "--seed", "5", "--save", "w.safetensors");
    expect(code).toBe(0);
    expect(out).toMatch(/^weights saved to w\.safetensors\ntest loss \d+\.\d{4}, accuracy \d\.\d{4}\n$/);
    const lines = err.trimEnd().split("\n");
    expect(lines[0]).toBe("training Fake on Dots: 60 examples, 20 for testing; 784 parameters, batch 8, seed 5");
    expect(lines.slice(1).map((line) => line.slice(0, 15))).toEqual([1, 2, 3].map((n) => `epoch ${n}/3  loss`));
    expect(err).not.toContain("\x1b");
    const { tensors, metadata } = readSafetensors(readFileSync(join(quick, "w.safetensors")), "w");
    expect([...tensors.keys()]).toEqual(["dense/kernel", "normalization/mean"]);
    expect(metadata.get("program")).toBe("fake.nn");
    expect(readdirSync(quick).sort()).toEqual(["package.json", "train.js", "w.safetensors"]);
  });

  it("gives the same numbers for the same seed", async () => {
    const [first, second, other] = await Promise.all([
      run(quick, "--seed", "3"),
      run(quick, "--seed", "3"),
      run(quick, "--seed", "4"),
    ]);
    expect(first.out).toBe(second.out);
    expect(first.out).not.toBe(other.out);
  });

  it("prints one JSON object a line for programs", async () => {
    const { code, out, err } = await run(quick, "--json", "--quiet", "--limit", "10", "--save", "j.safetensors");
    expect(code).toBe(0);
    expect(err).toBe("");
    const events = out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(events.map(({ event }) => event)).toEqual(["start", "epoch", "epoch", "saved", "test"]);
    expect(events[0]).toMatchObject({
      seed: 0,
      epochs: 2,
      examples: { train: 10, validation: 0, test: 20 },
      model: "Fake",
    });
    expect(events[1]).toMatchObject({ epoch: 1, epochs: 2, steps: 2, metrics: { accuracy: expect.any(Number) } });
    expect(events[3]).toEqual({ event: "saved", file: "j.safetensors" });
    expect(events[4].metrics.loss).toEqual(expect.any(Number));
  });

  it.each([
    [["--frob"], "there is no option '--frob'"],
    [["--epochs", "0"], "--epochs must be a whole number from 1 to 1,000,000, not '0'"],
    [["--epochs", "1e3"], "not '1e3'"],
    [["--epochs"], "--epochs needs a value"],
    [["--seed", "-1"], "--seed needs a value"],
    [["--seed=4294967296"], "--seed must be a whole number from 0 to 4,294,967,295"],
    [["--json=yes"], "--json takes no value"],
    [["weights"], "'weights' is not an option"],
    [["--batch", "5"], "--batch is fixed when the program is compiled"],
    [["--save="], "--save needs the name of a file"],
    [["--threads", "0"], "--threads must be a whole number from 1 to 256, not '0'"],
    [["--threads", "2"], "--threads 2: a program compiled for target js runs on one thread"],
  ])("refuses %j in one line", async (args, message) => {
    const { code, out, err } = await run(quick, ...args);
    expect([code, out]).toEqual([2, ""]);
    expect(err).toContain(message);
    expect(err).toMatch(/^error: [^\n]* \(see --help\)\n$/);
  });

  it("helps", async () => {
    const { code, out } = await run(quick, "--help");
    expect(code).toBe(0);
    expect(out).toContain("Usage: node train.js [options]");
  });

  it("stops at Ctrl-C, saves what was asked for, and exits with 130", async () => {
    const { child, ended } = start(slow, ["--save", "i.safetensors", "--json"]);
    await new Promise<void>((resolve) => child.stdout!.once("data", () => resolve()));
    child.kill("SIGINT");
    const { code, out, err } = await ended;
    expect(code).toBe(130);
    expect(err).toMatch(/interrupted in epoch \d, after step \d+\n$/);
    const events = out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(events.map(({ event }) => event).filter((event) => event !== "epoch")).toEqual([
      "start",
      "interrupted",
      "saved",
    ]);
    expect(readSafetensors(readFileSync(join(slow, "i.safetensors")), "i").tensors.size).toBe(2);
  });

  it("takes a signal that comes twice at once, to its group and passed on, for one Ctrl-C", async () => {
    const { child, ended } = start(slow, ["--save", "g.safetensors", "--json"]);
    await new Promise<void>((resolve) => child.stdout!.once("data", () => resolve()));
    child.kill("SIGINT");
    child.kill("SIGINT");
    expect((await ended).code).toBe(130);
    expect(readSafetensors(readFileSync(join(slow, "g.safetensors")), "g").tensors.size).toBe(2);
  });

  it("ends quietly where nobody reads its results", async () => {
    const { child, ended } = start(slow, ["--json"]);
    child.stdout!.once("data", () => child.stdout!.destroy());
    const { code, err } = await ended;
    expect(code).toBe(0);
    expect(err).not.toMatch(/error|EPIPE/);
  });

  it("does nothing when imported", () => {
    const text = `import(${JSON.stringify(join(quick, "train.js"))}).then((m) => console.log(typeof m.modelFrom))`;
    expect(execFileSync(process.execPath, ["--input-type=module", "-e", text], { encoding: "utf8" })).toBe(
      "function\n",
    );
  });
});

describe("what cannot be", () => {
  const failure = async (ended: Promise<Ended>): Promise<string> => {
    const { code, out, err } = await ended;
    expect([code, out]).toEqual([3, ""]);
    expect(err).toMatch(/^error: /m);
    expect(err).not.toMatch(/\n\s+at |unexpected error/);
    return err;
  };

  it("is said for missing data: what, where, and what to do", async () => {
    const err = await failure(run(numbers, "--data", "/nowhere"));
    expect(err).toContain("cannot find train-images-idx3-ubyte or train-images-idx3-ubyte.gz, which mnist() reads");
    for (const place of [numbers, "/nowhere", join("/nowhere", "mnist"), join(work, "cache", "nnc", "mnist")])
      expect(err).toContain(place);
    expect(err).toContain("--data DIR");
  });

  it("is said for files that are not what they should be", async () => {
    const data = join(work, "data", "mnist");
    mkdirSync(data, { recursive: true });
    writeFileSync(join(data, "train-images-idx3-ubyte.gz"), gzipSync(Uint8Array.of(0, 0, 8, 3)).subarray(0, 15));
    expect(await failure(run(numbers, "--data", data))).toContain(
      "train-images-idx3-ubyte.gz: is truncated or corrupt gzip",
    );
    writeFileSync(join(data, "train-images-idx3-ubyte.gz"), gzipSync(Uint8Array.of(0, 0, 8, 3)));
    expect(await failure(run(numbers, "--data", join(work, "data")))).toContain(
      "train-images-idx3-ubyte.gz: is truncated: 4 bytes",
    );
    expect(await failure(start(numbers, [], { NNC_DATA: data }).ended)).toContain("is truncated: 4 bytes");
  });

  it("is said for names that leave the folder", async () => {
    for (const name of ["../secret", "/etc/passwd", "a/../../b", "..\\b"]) {
      const folder = writeTrainer("idx", { columns, source: { name: "idx", options: { images: name, labels: "b" } } });
      expect(await failure(run(folder))).toContain("is not the name of a data file");
    }
  });

  it("is said for places where nothing can be saved, before training", async () => {
    expect(await failure(run(slow, "--save", "no/such/w.safetensors"))).toContain(
      "cannot save to no/such/w.safetensors: there is no folder",
    );
    expect(await failure(run(slow, "--save", "."))).toContain("cannot save to .: it is a folder");
    expect(await failure(run(slow, "--save", "/dev/null"))).toContain(
      "cannot save to /dev/null: it is not a regular file",
    );
  });

  it("is said for a loss that is no number", async () => {
    const folder = writeTrainer("digits", { columns, source, rate: 1e38, batch: 8 });
    expect(await failure(run(folder))).toMatch(
      /error: step \d+ of epoch 1 makes weights that are not finite, so training cannot go on\n.*weights.*\n.*rows.*\n.*try a smaller learning rate/s,
    );
    const { out, code } = await run(folder, "--json");
    expect(code).toBe(3);
    expect(JSON.parse(out.trimEnd().split("\n").at(-1)!)).toMatchObject({
      event: "error",
      message: expect.stringContaining("learning rate"),
    });
  });
});

describe("the runtime's text", () => {
  it.runIf(everything)("compiles by itself, plainly strict and as strictly as here", () => {
    const exact = {
      noUncheckedIndexedAccess: true,
      exactOptionalPropertyTypes: true,
      noUnusedLocals: true,
      erasableSyntaxOnly: true,
    };
    const files = new Map(
      ["digits", "idx", "mnist"].map((name) => [
        join(import.meta.dirname, `${name}.emitted.ts`),
        `${runtimeText(runtimeRoots(name)!)}\n`,
      ]),
    );
    // What is fine under all flags is fine under one: the plain way is for `npm run test:all`.
    for (const strictness of everything ? [{}, exact] : [exact]) {
      const options: ts.CompilerOptions = {
        strict: true,
        target: ts.ScriptTarget.ES2022,
        lib: ["lib.es2023.d.ts"],
        types: ["node"],
        module: ts.ModuleKind.NodeNext,
        noEmit: true,
        skipLibCheck: true,
        ...strictness,
      };
      expect(problemsOf([...files.keys()], options, files)).toEqual([]);
    }
  });

  it("puts each module after those it imports", () => {
    const text = runtimeText(["node/start"]);
    for (const [key, { imports }] of Object.entries(runtimeModules)) {
      const at = text.indexOf(runtimeModules[key]!.text);
      if (at < 0) continue;
      for (const name of imports) expect(text.indexOf(runtimeModules[name]!.text)).toBeLessThan(at);
    }
    expect(text).not.toMatch(/^import /m);
    expect(() => runtimeText(["core/nothing"])).toThrow("no runtime module core/nothing");
    expect(runtimeRoots("../dataset")).toBeUndefined();
  });
});
