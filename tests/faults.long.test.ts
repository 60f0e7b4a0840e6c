// The programs on which nnc 0.1 failed, each held to what it must do now. They lie in the folder that NNC_SHARED names, by default
// ../shared, as cases/faults-0.1; without it they are skipped. A program that no table here knows fails.

import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import { passesExecutor } from "../src/conformance/executor.ts";
import { checkProgram, compile, type Diagnostic, summarize } from "../src/driver/index.ts";
import { targetNames } from "../src/driver/options.ts";
import { checkCase, type ParityCase } from "./parity/case.ts";
import { programCase } from "./parity/programs.ts";
import { parityOf } from "./parity/record.ts";
import { allBackends } from "./support/backends.ts";
import { openTraining } from "./support/training.ts";

const folder = join(process.env.NNC_SHARED ?? "../shared", "cases/faults-0.1");
const there = existsSync(folder);
const textOf = (name: string): string => readFileSync(join(folder, `${name}.nn`), "utf8");
const sourcesOf = (name: string) => ({ entry: `${name}.nn`, texts: new Map([[`${name}.nn`, textOf(name)]]) });
const errorsOf = (diagnostics: readonly Diagnostic[]): readonly Diagnostic[] =>
  diagnostics.filter(({ severity }) => severity === "error");

/** Every number of a forward pass, of three steps of training and of what they leave is that of the evaluator. */
const trains = [
  "batched-matmul-wasm",
  "bce-poisson-image-target-wasm",
  "conv3d-groups-same-tfjs-wasm",
  "dropout-before-maxpool",
  "frozen-batchnorm",
  "globalmax-gradient-js",
  "hoist-unbound-local-a",
  "hoist-unbound-local-b",
  "param-named-seed",
  "predict-with-unused-input",
  "relu6-before-maxpool",
  "separate-dropout",
  "shared-bn",
  "shared-dropout-same-mask",
  "tfjs-wasm-rank7",
];
/** The first error: its code, and what it or its help must say. */
const refused: Readonly<Record<string, readonly [string, RegExp]>> = {
  "dimension-from-wrong-rank-a": ["NN", /batch axis/],
  "dimension-from-wrong-rank-b": ["NN", /batch axis/],
  "foreign-operator-a": ["NN001", /×|'x'/],
  "foreign-operator-c": ["NN001", /×/],
  "foreign-operator-e": ["NN001", /×/],
  "foreign-operator-g": ["NN001", /·/],
  "foreign-operator-i": ["NN001", /−/],
  "import-empty": ["NN008", /./],
  "repeat-1e9": ["NN501", /./],
  "size-beyond-limit": ["NN501", /./],
};
/** Text does not grow with sizes: 1 MB at most on every target. */
const small = ["large-flatten-dense-wasm", "size-dense-10000", "size-vgg-last-layers"];
/** By tests of their own, below. */
const others = ["layer-name-like-path"];

const backends = await allBackends();

/** Evaluated once for all backends. */
const cases = new Map<string, ParityCase>();
function caseOf(name: string): ParityCase {
  const found = cases.get(name) ?? programCase(`fault ${name}`, textOf(name));
  cases.set(name, found);
  return found;
}

describe.skipIf(!there)("faults of 0.1", () => {
  test("every program is known", () => {
    const known = new Set([...trains, ...Object.keys(refused), ...small, ...others]);
    const names = readdirSync(folder).map((name) => name.replace(/\.nn$/, ""));
    expect(names.filter((name) => !known.has(name))).toEqual([]);
  });

  for (const { name: backend, open } of backends)
    describe.skipIf(open === undefined)(`on ${backend}`, () => {
      for (const name of trains)
        test(`${name} trains as the evaluator does`, async ({ task }) => {
          await checkCase(caseOf(name), open!, parityOf(task, backend, `fault ${name}`));
        });
    });

  for (const target of targetNames)
    test.each([...trains, ...small, ...others])(`%s compiles to at most 1 MB for target ${target}`, async (name) => {
      const { diagnostics, outputs } = await compile(sourcesOf(name), { target });
      expect(errorsOf(diagnostics)).toEqual([]);
      expect(outputs.get("train.ts")?.length).toBeLessThan(1_000_000);
    });

  test.each(Object.entries(refused))("%s is refused, by every command alike", async (name, [code, says]) => {
    const sources = sourcesOf(name);
    const all = [
      checkProgram(sources, {}),
      await compile(sources, { target: "js" }),
      await summarize(sources, { target: "js" }),
    ];
    for (const { diagnostics } of all) {
      const [first] = errorsOf(diagnostics);
      expect(first?.code).toContain(code);
      expect([first?.message, first?.label, ...(first?.help ?? [])].join("\n")).toMatch(says);
      if (code === "NN001") expect(first?.fixes).not.toEqual([]);
    }
  });
});

/** Keras 3 on the same program: moving averages start as 0 and 1, and go a hundredth of the way to a batch's. */
describe.skipIf(!there)("values", () => {
  const picture = (count: number) => Array.from({ length: count * 784 }, (_, i) => (i * 37) % 256);
  const label = (count: number) => Array.from({ length: count }, (_, i) => i % 10);
  const opened = (name: string, batch: number) => openTraining(textOf(name), batch, { executor: passesExecutor });

  test("a shared normalisation has two updates, in order", async () => {
    const { run, weight } = await opened("shared-bn", 2);
    // Batch means 1 and 0: a hundredth of the first, then a hundredth less.
    run("train_step", { pixels: new Array(2 * 784).fill(255), label: label(2) });
    for (const mean of weight("bn/moving_mean")) expect(mean).toBeCloseTo(0.99 * 0.01, 6);
  });

  test("a frozen normalisation keeps its averages", async () => {
    const { run, weight } = await opened("frozen-batchnorm", 4);
    const before = [weight("bn/moving_mean"), weight("bn/moving_variance")];
    run("train_step", { pixels: picture(4), label: label(4) });
    expect([weight("bn/moving_mean"), weight("bn/moving_variance")]).toEqual(before);
  });

  test.each(["shared-dropout-same-mask", "separate-dropout"])("%s: each use draws a mask of its own", async (name) => {
    const { run } = await opened(name, 8);
    const loss = run("train_step", { pixels: picture(8) }).get("loss")?.[0];
    // The variance of a mean of 784 products of three masks, each 0 or 2: (8 - 1) / 784.
    expect(loss).toBeLessThan(0.05);
  });

  test("two layers of one path are kept apart, or refused", async () => {
    const { diagnostics, summary } = await summarize(sourcesOf("layer-name-like-path"), { target: "js" });
    const count = summary === undefined ? undefined : summary.parameters.trainable + summary.parameters.other;
    expect(errorsOf(diagnostics).length > 0 || count === 3210).toBe(true);
  });

  test.each(["js", "wasm"] as const)("an input that nothing reads: ten numbers on target %s", async (target) => {
    const { outputs } = await compile(sourcesOf("predict-with-unused-input"), { target });
    const out = mkdtempSync(join(tmpdir(), "nnc-faults-"));
    writeFileSync(join(out, "package.json"), '{ "type": "module" }');
    writeFileSync(join(out, "train.js"), outputs.get("train.js") ?? "");
    const trainer = await import(/* @vite-ignore */ pathToFileURL(join(out, "train.js")).href);
    const model = trainer.createModel(3);
    const [a, b] = [new Float32Array(784).fill(0.5), new Float32Array(784)];
    expect(trainer.predict(model, { a, b }, 1).output).toHaveLength(10);
    model.close?.();
  });
});
