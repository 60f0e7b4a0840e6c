// Trainers of target `wasm`: the same bits on any number of threads, forms of the code, shared and plain memory, and threads
// that end with their process.

import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { compile } from "../../src/driver/index.ts";
import type { Model } from "../../src/runtime/core/api.ts";
import type { ProgramOptions } from "../../src/runtime/core/program.ts";
import { CONTROL } from "../../src/targets/wasm/control.ts";

const text = `dataset Digits {
  source digits(train: 4000, test: 100)
  input image: f32[28, 28, 1] = pixels / 255 -> RandomFlip(horizontal) -> RandomTranslation(0.1, 0.1)
  target digit: class(10) = label
}

model Small(image: f32[28, 28, 1]) {
  Conv2D(8, 3x3, relu)
  MaxPool2D(2x2)
  Conv2D(16, 3x3) -> BatchNormalization() -> relu
  MaxPool2D(2x2)
  Conv2D(16, 3x3, relu, strides: 2)
  repeat 3 { Conv2D(16, 3x3, padding: same) -> BatchNormalization() -> relu -> Dropout(0.1) }
  Flatten()
  Dropout(0.3)
  Dense(24, tanh)
  Dense(10, softmax)
}

train Small on Digits {
  loss      categorical_crossentropy
  optimizer adam()
  metrics   accuracy
  epochs    50
  batch     20
}
`;

interface TrainerModule {
  createModel(seed?: number, options?: ProgramOptions): Model;
}
type Change = (train: string) => string;

const work = mkdtempSync(join(tmpdir(), "nnc-threads-"));
let train = "";
let control = 0;
let folders = 0;
beforeAll(async () => {
  const { outputs } = await compile({ entry: "small.nn", texts: new Map([["small.nn", text]]) }, { target: "wasm" });
  train = outputs.get("train.js")!;
  control = Number(/^ {2}control: (\d+),$/m.exec(train)![1]);
}, 120_000);

const same: Change = (of) => of;
/** A trainer in a folder of its own, with a change of its text. */
function write(change: Change = same, of = train): string {
  const folder = join(work, String(folders++));
  mkdirSync(folder);
  const changed = change(of);
  if (change !== same && changed === of) throw new Error("the test changes nothing: what it looks for is not there");
  writeFileSync(join(folder, "package.json"), '{"type":"module"}');
  writeFileSync(join(folder, "train.js"), changed);
  return join(folder, "train.js");
}
const load = async (change: Change = same, of = train): Promise<TrainerModule> =>
  import(/* @vite-ignore */ pathToFileURL(write(change, of)).href);

const models: Model[] = [];
afterEach(() => {
  for (const model of models.splice(0)) model.close();
  vi.unstubAllGlobals();
});
function open(module: TrainerModule, options: ProgramOptions): Model {
  const model = module.createModel(3, { revectorize: false, ...options });
  models.push(model);
  return model;
}

/** Until all threads are there. */
async function arrived({ program }: Model): Promise<void> {
  const words = new Int32Array(program.slots[0]!.values.buffer, control);
  while (Atomics.load(words, CONTROL.ready / 4) < program.threads - 1) await new Promise((go) => setTimeout(go, 5));
}

/**
 * Trains for some steps, the last of them with fewer samples, and returns a hash of all that is kept and predicted. Batches
 * are written before each step, or while the one before is computed.
 */
function trained({ program }: Model, written: "before" | "meanwhile" = "before"): string {
  let state = 7;
  const next = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const hash = createHash("sha256");
  const write = (): void => {
    for (const [name, column] of Object.entries(program.columns))
      for (let i = 0; i < column.length; i++) column[i] = next(name === "label" ? 10 : 256);
  };
  const steps = [20, 20, 20, 13];
  if (written === "meanwhile") write();
  for (const [i, n] of steps.entries()) {
    if (written === "before") write();
    const more = written === "meanwhile" && i + 1 < steps.length;
    hash.update(String(more ? program.trainStep(n, write) : program.trainStep(n)));
  }
  for (const { values } of program.slots)
    hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength).slice());
  program.inputs.image!.forEach((_, i, image) => {
    image[i] = (i % 17) / 17;
  });
  program.predict(11);
  for (const output of Object.values(program.outputs)) hash.update(output.slice());
  return hash.digest("hex");
}

describe("the same bits", () => {
  test("on 1, 2, 3, 4 and 8 threads, run after run", async () => {
    const module = await load();
    const expected = trained(open(module, {}));
    for (const threads of [1, 2, 3, 4, 8, 2]) {
      const model = open(module, { threads });
      expect(model.program.threads).toBe(threads);
      await arrived(model);
      expect(trained(model), `${threads} threads`).toBe(expected);
      model.close();
    }
  });

  test("where the next batch is written while a step is computed", async () => {
    const module = await load();
    const expected = trained(open(module, {}));
    for (const threads of [1, 2, 4]) {
      const model = open(module, { threads });
      await arrived(model);
      expect(trained(model, "meanwhile"), `${threads} threads`).toBe(expected);
    }
  });

  test("where threads arrive in the middle", async () => {
    const module = await load();
    expect(trained(open(module, { threads: 4 }))).toBe(trained(open(module, {})));
  });

  test("without a thread that said it would come and does not", async () => {
    const absent = `const w = new Int32Array(workerData.memory.buffer, CONTROL); Atomics.add(w, ${CONTROL.ready / 4}, 1);`;
    const module = await load((of) =>
      of.replace("try { work(); }", `try { ${absent.replace("CONTROL", String(control))} }`),
    );
    const model = open(module, { threads: 3 });
    await arrived(model);
    expect(trained(model)).toBe(trained(open(await load(), {})));
  });

  test("in the relaxed and the wide form; the plain one is near", async () => {
    const module = await load();
    const [plain, relaxed, wide] = (["plain", "relaxed", "wide"] as const).map((variant) => {
      const model = open(module, { variant });
      return { hash: trained(model), weights: Float32Array.from(model.program.slots[0]!.values) };
    });
    expect(wide!.hash).toBe(relaxed!.hash);
    expect(plain!.hash).not.toBe(relaxed!.hash);
    plain!.weights.forEach((weight, i) => {
      expect(Math.abs(weight - relaxed!.weights[i]!)).toBeLessThan(1e-2);
    });
  });

  test("without shared memory, on one thread", async () => {
    const module = await load();
    const expected = trained(open(module, { threads: 2 }));
    vi.stubGlobal("SharedArrayBuffer", undefined);
    const model = open(module, { threads: 2 });
    expect(model.program.threads).toBe(1);
    expect(model.program.slots[0]!.values.buffer).toBeInstanceOf(ArrayBuffer);
    expect(trained(model)).toBe(expected);
  });

  test("with --strict-math, where there is only the plain form", async () => {
    const strict = await compile(
      { entry: "small.nn", texts: new Map([["small.nn", text]]) },
      { target: "wasm", strictMath: true },
    );
    const module = await load(same, strict.outputs.get("train.js")!);
    const model = open(module, { threads: 2 });
    expect(model.program).toMatchObject({ variant: "plain", manifest: { strictMath: true, winograd: false } });
    expect(trained(model)).toBe(trained(open(module, {})));
    expect(() => open(module, { variant: "relaxed" })).toThrow("the form 'relaxed' of the code is not in this program");
  });
});

describe("the check of the wide form", () => {
  const place = "nodePlatform() ?? pagePlatform()";
  const pairing: Change = (of) => of.replace(place, "{ ...nodePlatform(), setRevectorize() {} }");

  test("lets it run where it computes the bits of the relaxed one, and leaves memory as it was", async () => {
    const module = await load(pairing);
    const model = open(module, { revectorize: true });
    expect(model.program.variant).toBe("wide");
    const fresh = open(module, {});
    expect(fresh.program.variant).toBe("relaxed");
    const bytes = ({ program }: Model): Buffer => Buffer.from(new Uint8Array(program.slots[0]!.values.buffer).slice());
    expect(bytes(model).equals(bytes(fresh))).toBe(true);
    expect(trained(model)).toBe(trained(fresh));
  });

  test("keeps it from running where one bit differs", async () => {
    const form = (name: string): RegExp => new RegExp(`(\\n {4}${name}: )(\\{[^}]*\\})`);
    // Sums that round twice are what another form could look like.
    const module = await load((of) => pairing(of).replace(form("wide"), `$1${form("plain").exec(of)![2]}`));
    expect(open(module, { revectorize: true }).program.variant).toBe("relaxed");
    expect(open(module, { revectorize: true }).program.variant).toBe("relaxed");
  });
});

describe("a model", () => {
  test("goes on where writing the next batch fails", async () => {
    const model = open(await load(), { threads: 2 });
    await arrived(model);
    const fail = (): void => {
      throw new Error("no more data");
    };
    expect(() => model.program.trainStep(5, fail)).toThrow("no more data");
    expect(model.program.trainStep(5)).toBeGreaterThan(0);
  });

  test("that is closed keeps its weights and computes nothing more", async () => {
    const model = open(await load(), { threads: 2 });
    const saved = model.save();
    model.close();
    model.close();
    expect(() => model.program.trainStep(1)).toThrow("the model is closed: it can compute nothing more");
    expect(model.save()).toEqual(saved);
  });

  test("refuses numbers of threads that cannot be", async () => {
    const module = await load();
    for (const threads of [0, -1, 1.5, 257, Number.NaN])
      expect(() => open(module, { threads })).toThrow("threads must be a whole number from 1 to 256");
  });

  test("fails, and does not wait, where another thread fails", async () => {
    // It takes part in the first command, and is gone before its end.
    const failing =
      `const w = new Int32Array(workerData.memory.buffer, CONTROL); Atomics.add(w, ${CONTROL.ready / 4}, 1); ` +
      "while (Atomics.load(w, 0) < 2); throw new Error();";
    const module = await load((of) =>
      of.replace("try { work(); }", `try { ${failing.replace("CONTROL", String(control))} }`),
    );
    const model = module.createModel(3, { threads: 2 });
    models.push(model);
    await arrived(model).catch(() => {});
    expect(() => trained(model)).toThrow();
    expect(() => model.program.predict(1)).toThrow("the model has failed");
  });
});

describe("a process", () => {
  interface Ended {
    readonly code: number | null;
    readonly out: string;
    readonly err: string;
  }
  function start(args: readonly string[], onOutput?: (child: ChildProcess) => void): Promise<Ended> {
    const child = spawn(process.execPath, [...args], { env: { ...process.env, NO_COLOR: "1" } });
    let out = "";
    let err = "";
    child.stdout.on("data", (data) => (out += data));
    child.stderr.on("data", (data) => (err += data));
    if (onOutput !== undefined) child.stdout.once("data", () => onOutput(child));
    return new Promise((go) => child.on("close", (code) => go({ code, out, err })));
  }
  const script = (file: string, body: string): readonly string[] => [
    "--input-type=module",
    "-e",
    `const { createModel } = await import(${JSON.stringify(pathToFileURL(file).href)});
     const model = createModel(0, { threads: 3 });
     await new Promise((go) => setTimeout(go, 300));
     model.program.trainStep(5);
     ${body}`,
  ];

  test("ends by itself, by an error and by exit, with threads that wait for work", async () => {
    const file = write(same);
    expect(await start(script(file, "console.log(model.program.threads)"))).toMatchObject({ code: 0, out: "3\n" });
    expect((await start(script(file, "throw new Error('mine')"))).code).toBe(1);
    expect((await start(script(file, "process.exit(5)"))).code).toBe(5);
    const closed = `model.close();
      const workers = () => process.report.getReport().workers.length;
      while (workers() > 0) await new Promise((go) => setTimeout(go, 20));
      console.log(workers());`;
    expect(await start(script(file, closed))).toMatchObject({ code: 0, out: "0\n" });
  });

  test("says how it runs, and ends at Ctrl-C with threads in the middle", async () => {
    const file = write(same);
    const { code, out, err } = await start([file, "--threads", "3", "--json"], (child) => {
      child.kill("SIGINT");
    });
    expect(code).toBe(130);
    expect(err).toMatch(/, seed 0; 3 threads \((relaxed|wide) SIMD\)\n/);
    expect(JSON.parse(out.split("\n")[0]!)).toMatchObject({
      event: "start",
      target: "wasm",
      threads: 3,
      variant: expect.stringMatching(/relaxed|wide/),
      strictMath: false,
    });
  });

  test("ends where nobody reads its results", async () => {
    const file = write(same);
    const ended = await start([file, "--threads", "3", "--json"], (child) => child.stdout!.destroy());
    expect(ended.code).toBe(0);
    expect(ended.err).not.toMatch(/error|EPIPE/);
  });
});
