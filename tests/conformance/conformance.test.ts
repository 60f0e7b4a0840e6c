// The golden cases of Keras, run by the reference evaluator (on the operators' definitions, and after all passes) and by each
// target, `tfjs` on a backend without native code. NNC_SHARED names the folder, otherwise ../shared; without it the tests are
// skipped, and their number is unknown.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { plainExecutor } from "../../src/conformance/executor.ts";
import { executors } from "../../src/conformance/executors.ts";
import { arrayOf, type Json, type JsonObject } from "../../src/conformance/format.ts";
import { type Finished, report, runCase } from "../../src/conformance/run.ts";
import { tfjsExecutor } from "../../src/conformance/tfjsExecutor.ts";
import { everything } from "../support/extent.ts";
import { tfjsBackends } from "../support/tfjs.ts";

const folder = join(process.env.NNC_SHARED ?? "../shared", "conformance/keras");
const there = existsSync(folder);
const readCase = (path: string): Json => JSON.parse(readFileSync(join(folder, path), "utf8"));

/** What must at least pass: a case that is skipped for lack of something must not go unnoticed. */
const least: Readonly<Record<string, number>> = {
  initializer: 27,
  layer: 284,
  loss: 61,
  metric: 75,
  optimizer: 44,
  schedule: 12,
  trajectory: 3,
};
/** What `npm test` runs them on: what the operators say. `npm run test:all` holds every target to them. */
const essential = new Set(["plain"]);
const compiled = new Set(["js", "wasm"]);
/** Minutes in the evaluator, and in TensorFlow.js as plain JavaScript: for compiled targets. */
const large = new Set(["mnist_cnn_adam_20_steps.json"]);

const [cpu] = await tfjsBackends();
const all = [...executors, tfjsExecutor("tfjs cpu", await cpu!.select!())];

describe.skipIf(!there)("cases of Keras", () => {
  for (const executor of all.filter(({ name }) => everything || essential.has(name)))
    for (const [kind, passing] of Object.entries(least))
      test(`${kind}, ${executor.name}`, async () => {
        const finished: Finished[] = [];
        for (const name of readdirSync(join(folder, kind)).sort())
          if (compiled.has(executor.name) || !large.has(name))
            finished.push({ name: `${kind}/${name}`, outcome: await runCase(readCase(`${kind}/${name}`), executor) });
        const lines = report(finished);
        console.log(`${kind}, ${executor.name}: ${lines.at(-1)}`);
        expect(lines.filter((line) => line.startsWith("failed"))).toEqual([]);
        expect(finished.filter(({ outcome }) => outcome.result === "passed").length).toBeGreaterThanOrEqual(
          passing + (kind === "trajectory" && compiled.has(executor.name) ? large.size : 0),
        );
      });

  test("a wrong number does not pass", async () => {
    const json = readCase("layer/dense_u5_relu.json") as JsonObject;
    const output = arrayOf(json.output, "output");
    const wrong = Float32Array.from(output.values);
    wrong[3] = wrong[3]! + 0.01;
    const data = Buffer.from(wrong.buffer).toString("base64");
    const changed = { ...json, output: { shape: output.shape, dtype: "f32", data } };
    const outcome = await runCase(changed, plainExecutor);
    expect(outcome).toMatchObject({ result: "failed", problems: [expect.stringMatching(/^output: element 3 is /)] });
  });
});

/** Cases that `npm run cases` drew: masks in lists, penalties, frozen and nested layers, and what has no effect on a call. */
const drawn = JSON.parse(readFileSync(new URL("../cases/keras.json", import.meta.url), "utf8")) as JsonObject[];

describe("cases that were drawn", () => {
  for (const executor of all.filter(({ name }) => everything || essential.has(name)))
    test.each(drawn.map((json) => [json.name as string, json] as const))(`%s, ${executor.name}`, async (_, json) => {
      expect(await runCase(json, executor)).toEqual({ result: "passed" });
    });
});

describe("what is no case", () => {
  const array = { shape: [1, 2], dtype: "f32", data: Buffer.from(new Float32Array(2).buffer).toString("base64") };
  test.each([
    [
      { kind: "layer", layer: "Madeup", config: {} },
      { result: "skipped", reason: "layer Madeup" },
    ],
    [
      { kind: "layer", layer: "Dense", config: { units: 3, madeup: 1 } },
      { result: "skipped", reason: "Dense's madeup" },
    ],
    [
      { kind: "layer", layer: "Dense", config: { units: 3, activation: "madeup" } },
      { result: "skipped", reason: "activation madeup" },
    ],
    [
      { kind: "layer", layer: "Conv2D", config: { filters: 1, kernel_size: 1, data_format: "channels_first" } },
      { result: "skipped", reason: "Conv2D's data_format" },
    ],
    [{ kind: "oracle" }, { result: "skipped", reason: "kind oracle" }],
    [
      { kind: "layer", layer: "Dense", config: { units: 3 }, inputs: { ...array, shape: [1, 3] } },
      { result: "failed" },
    ],
    [[], { result: "failed" }],
  ])("%j", async (json, expected) => {
    expect(await runCase(json as Json, plainExecutor)).toMatchObject(expected);
  });

  test("the report adds up and ends with the counts", () => {
    const lines = report([
      { name: "a", outcome: { result: "passed" } },
      { name: "b", outcome: { result: "skipped", reason: "layer X" } },
      { name: "c", outcome: { result: "skipped", reason: "layer X" } },
      { name: "d", outcome: { result: "failed", problems: ["off by 1"] } },
    ]);
    expect(lines).toEqual([
      "failed: d",
      "  off by 1",
      "skipped, for lack of:",
      "  layer X (2)",
      "1 passed, 1 failed, 2 skipped",
    ]);
  });
});
