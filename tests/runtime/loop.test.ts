// The training loop and the functions for programs, with a program small enough to know by heart.

import { describe, expect, it } from "vitest";
import { modelFrom } from "../../src/runtime/core/api.ts";
import { allRows, type DataPart, type Dataset } from "../../src/runtime/core/dataset.ts";
import { DamageError } from "../../src/runtime/core/guard.ts";
import { type Progress, trainProgram } from "../../src/runtime/core/loop.ts";
import type { EpochResult } from "../../src/runtime/core/program.ts";
import { epochOrder } from "../../src/runtime/core/shuffle.ts";
import { countText, durationText, metricsText, metricText, tablesText } from "../../src/runtime/core/text.ts";
import type { TrainState } from "../../src/runtime/core/trainState.ts";
import { barText, epochText } from "../../src/runtime/node/progress.ts";
import { createFakeProgram } from "../support/fakeProgram.ts";

/** Bright first pixel: class 1; bright second: class 0. */
const dots = (count: number): DataPart => ({
  count,
  columns: {
    pixels: Uint8Array.from({ length: 2 * count }, (_, i) => ((i >> 1) % 2 === i % 2 ? 255 : 0)),
    label: Int32Array.from({ length: count }, (_, i) => 1 - (i % 2)),
  },
});
const dataset = (count: number): Dataset => ({
  train: allRows(dots(count)),
  validation: allRows(dots(6)),
  test: allRows(dots(5)),
});

describe("trainProgram", () => {
  it("tells a program that asks how many steps it will have taken in the end", async () => {
    const program = createFakeProgram();
    const counter = (name: string, value: number) => ({
      name,
      shape: [],
      role: "counter" as const,
      values: Int32Array.of(value),
    });
    const total = counter("total_steps", 1);
    await trainProgram({ ...program, slots: [...program.slots, counter("step", 7), total] }, dataset(10), {
      epochs: 5,
    });
    expect(total.values[0]).toBe(7 + 5 * 3);
  });

  it("shows the results of each epoch to rates that follow them, before they are reset", async () => {
    const program = createFakeProgram();
    program.initialize(0);
    const seen: string[] = [];
    const tell = (part: string) => (): void => void seen.push(`${part} ${program.metrics()[0]}`);
    const observe = { train: tell("train"), validation: tell("validation") };
    const { epochs } = await trainProgram({ ...program, observe }, dataset(10), { epochs: 2 });
    expect(seen).toEqual(
      epochs.flatMap(({ metrics, validation }) => [`train ${metrics[0]}`, `validation ${validation?.[0]}`]),
    );
    await expect(trainProgram({ ...program, observe }, { train: dataset(4).train })).rejects.toThrow(
      "the learning rate follows a result of validation, so the data needs a validation part",
    );
  });

  it("goes through every sample once an epoch, the last batch short, and learns", async () => {
    const program = createFakeProgram();
    program.initialize(0);
    const sizes: number[] = [];
    const trainStep = (n: number, meanwhile?: () => void): number => {
      sizes.push(n);
      return program.trainStep(n, meanwhile);
    };
    const spied = { ...program, trainStep };
    const epochs: EpochResult[] = [];
    const history = await trainProgram(
      spied,
      dataset(10),
      { epochs: 5 },
      { onEpoch: (result) => void epochs.push(result) },
    );
    expect(sizes).toEqual([4, 4, 2, 4, 4, 2, 4, 4, 2, 4, 4, 2, 4, 4, 2]);
    expect(history.epochs).toEqual(epochs);
    expect(epochs.map(({ epoch, steps }) => [epoch, steps])).toEqual([1, 2, 3, 4, 5].map((epoch) => [epoch, 3]));
    const losses = epochs.map(({ metrics }) => Number(metrics[0]));
    expect(losses[4]!).toBeLessThan(losses[0]!);
    expect(epochs[4]!.validation).toHaveLength(2);
    expect(history.test![1]).toBe(1);
    expect(history.interrupted).toBeUndefined();
  });

  it("is the same for the same seed, and not for another", async () => {
    const run = async (seed: number) => {
      const program = createFakeProgram();
      program.initialize(0);
      const data = dataset(9);
      data.train.part.columns.pixels!.set([7, 9, 200, 3]);
      await trainProgram(program, data, { seed });
      return [...program.slots[0]!.values];
    };
    expect(await run(1)).toEqual(await run(1));
    expect(await run(1)).not.toEqual(await run(2));
  });

  it("reports progress and stops at a signal before the next step", async () => {
    const program = createFakeProgram({ delay: 30, epochs: 100 });
    program.initialize(0);
    const stop = new AbortController();
    const seen: Progress[] = [];
    const history = await trainProgram(
      program,
      dataset(40),
      { signal: stop.signal },
      {
        onProgress(progress) {
          seen.push(progress);
          stop.abort();
        },
      },
    );
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({ epoch: 1, epochs: 100, steps: 10 });
    expect(seen[0]!.samplesPerSecond).toBeGreaterThan(10);
    expect(seen[0]!.samplesPerSecond).toBeLessThan(140);
    expect(seen[0]!.secondsLeft).toBeGreaterThan(10);
    expect(history).toEqual({ epochs: [], interrupted: { epoch: 1, step: seen[0]!.step } });
  });

  it("stops where the loss is no number, and says where", async () => {
    const program = createFakeProgram();
    program.initialize(0);
    program.slots[0]!.values.fill(Number.NaN);
    await expect(trainProgram(program, dataset(8))).rejects.toThrow(
      /^the loss is not a number \(NaN\) at step 1 of epoch 1.*learning rate/,
    );
  });

  it.each(["loss", "weights"] as const)("ends before the step that damages the %s, with its rows", async (what) => {
    const healthy = createFakeProgram({ batch: 4 });
    const program = createFakeProgram({ batch: 4 });
    for (const each of [healthy, program]) each.initialize(0);
    const [kernel, , steps] = program.slots.map(({ values }) => values);
    const trainStep = (n: number, meanwhile?: () => void): number => {
      // The sixth step: the third of the second epoch of twelve samples.
      const bad = steps![0] === 5;
      const loss = program.trainStep(n, meanwhile);
      if (bad && what === "weights") kernel![1] = Number.NaN;
      return bad && what === "loss" ? Number.POSITIVE_INFINITY : loss;
    };
    const data = dataset(12);
    const error: unknown = await trainProgram({ ...program, trainStep }, data, { epochs: 4 }).catch((e) => e);
    expect(error).toBeInstanceOf(DamageError);
    const { message, state, batch } = error as DamageError;
    expect(message).toMatch(
      what === "loss"
        ? /^the loss is Infinity at step 3 of epoch 2, /
        : /^step 3 of epoch 2 makes weights that are not/,
    );
    expect(state).toMatchObject({ epoch: 2, step: 2, done: [{ epoch: 1 }] });
    expect(batch?.damage.weights).toEqual(what === "weights" ? ["dense/kernel"] : []);
    expect([...batch!.rows]).toEqual([...epochOrder(12, 0, 1)].slice(8));
    await trainProgram(healthy, data, { epochs: 4, maxSteps: 5 });
    expect(program.slots.map(({ values }) => [...values])).toEqual(healthy.slots.map(({ values }) => [...values]));
  });

  it("ends where a budget is spent, validates and tests, and goes on from there to the same weights", async () => {
    const make = () => {
      const program = createFakeProgram({ batch: 4 });
      program.initialize(0);
      return program;
    };
    const [whole, parts] = [make(), make()];
    const expected = await trainProgram(whole, dataset(40), { epochs: 3 });
    let from: TrainState | undefined;
    const first = await trainProgram(
      parts,
      dataset(40),
      { epochs: 3, maxSteps: 14 },
      {
        onState(state, when) {
          if (when === "end") from = state;
        },
      },
    );
    expect(first.spent).toEqual({ budget: "steps", epoch: 2, step: 4 });
    expect(first.epochs.map(({ steps }) => steps)).toEqual([10, 4]);
    expect(first.epochs[1]?.validation).toBeDefined();
    expect(first.test).toBeDefined();
    expect(from).toMatchObject({ epoch: 2, step: 4, done: [{ epoch: 1 }] });
    const second = await trainProgram(parts, dataset(40), { epochs: 3, from: from! });
    expect(parts.slots[0]!.values).toEqual(whole.slots[0]!.values);
    expect(second.test).toEqual(expected.test);
    const nothing = await trainProgram(parts, dataset(40), { epochs: 3, from: from!, maxSteps: 14 });
    expect(nothing.spent).toEqual({ budget: "steps", epoch: 2, step: 4 });
  });

  it("ends after so many seconds, one step later at least", async () => {
    const program = createFakeProgram({ batch: 4, delay: 2 });
    program.initialize(0);
    const { spent } = await trainProgram(program, dataset(40), { epochs: 1000, maxSeconds: 0.001 });
    expect(spent).toEqual({ budget: "seconds", epoch: 1, step: 1 });
  });
});

describe("modelFrom", () => {
  it("trains, predicts in batches, and gives its weights", async () => {
    const model = modelFrom(() => createFakeProgram());
    await model.train(dataset(20), { epochs: 20 });
    const { output } = model.predict({ pixels: Array.from({ length: 9 }, (_, i) => [i % 2, 1 - (i % 2)]).flat() }, 9);
    expect(output).toHaveLength(9);
    expect([...output!].map((p) => p > 0.5)).toEqual(Array.from({ length: 9 }, (_, i) => i % 2 === 1));
    expect([...model.weights().keys()]).toEqual(["dense/kernel", "normalization/mean"]);
    expect(await model.evaluate(allRows(dots(7)))).toMatchObject({ accuracy: 1 });
  });

  it("saves and loads weights, or changes nothing", async () => {
    const model = modelFrom(() => createFakeProgram());
    await model.train(dataset(20));
    const other = modelFrom(() => createFakeProgram());
    const before = [...other.weights().get("dense/kernel")!.values];
    expect(() => other.load(model.save().subarray(0, 50), "w")).toThrow("w: is truncated");
    const larger = modelFrom(() =>
      createFakeProgram({
        columns: [
          { name: "pixels", dtype: "u8", shape: [3] },
          { name: "label", dtype: "i32", shape: [] },
        ],
      }),
    );
    expect(() => other.load(larger.save(), "w")).toThrow("w: 'dense/kernel' is [3, 1], but the model's is [2, 1]");
    expect([...other.weights().get("dense/kernel")!.values]).toEqual(before);
    other.load(model.save());
    expect(other.weights()).toEqual(model.weights());
  });

  it("begins with weights of another before it trains, where its program says so", async () => {
    const first = modelFrom(() => createFakeProgram());
    await first.train(dataset(20));
    const begin = { file: "first.safetensors", frozen: [] };
    const model = modelFrom(() => {
      const program = createFakeProgram();
      return { ...program, manifest: { ...program.manifest, begin } };
    });
    await expect(model.train(dataset(20))).rejects.toThrow("begins with the weights of 'first.safetensors'");
    expect(model.begin(first.save())).toEqual({ taken: ["dense/kernel", "normalization/mean"], anew: [] });
    expect(model.weights()).toEqual(first.weights());
    await model.train(dataset(20));
  });

  it("checks what it is given", async () => {
    const model = modelFrom(() => createFakeProgram());
    expect(() => model.predict({ pixels: [1, 2, 3] }, 1)).toThrow("input 'pixels' has 3 numbers, but 1 × [2] needs 2");
    expect(() => model.predict({}, 1)).toThrow("there is no input 'pixels'");
    expect(() => model.predict({ pixels: [] }, -1)).toThrow("number of samples is -1");
    const wrong = dots(4);
    wrong.columns.label![2] = 5;
    await expect(model.train({ train: allRows(wrong) })).rejects.toThrow("training data: label of example 2 is 5");
  });
});

describe("text", () => {
  it("writes numbers and times", () => {
    expect([0.03124, 0.99006, 12.5, Number.NaN, Number.POSITIVE_INFINITY, 1e12].map(metricText)).toEqual([
      "0.0312",
      "0.9901",
      "12.5000",
      "NaN",
      "inf",
      "1.0000e+12",
    ]);
    expect([0.42, 9.94, 9.96, 59.6, 83, 3599.7, 7512, Number.NaN].map(durationText)).toEqual([
      "0.4s",
      "9.9s",
      "10s",
      "1m 00s",
      "1m 23s",
      "1h 00m",
      "2h 05m",
      "?",
    ]);
    expect([0, 999, 1000, 1234567.4].map(countText)).toEqual(["0", "999", "1,000", "1,234,567"]);
    expect(metricsText(["loss", "accuracy"], [0.0312, 0.9901])).toBe("loss 0.0312, accuracy 0.9901");
    expect(metricText([0.5, 0.75])).toBe("[0.5000, 0.7500]");
    expect(metricText(new Array<number>(12).fill(0))).toMatch(/^\[(0\.0000, ){10}…\]$/);
    const table = [
      [12, 0.5],
      [0, 3],
    ];
    expect(metricsText(["loss", "confusion_matrix"], [1, table])).toBe("loss 1.0000, confusion_matrix 2 × 2");
    expect(tablesText(["loss", "confusion_matrix"], [1, table])).toEqual([
      "confusion_matrix 2 × 2",
      "      0       1",
      "  0  12  0.5000",
      "  1   0       3",
    ]);
  });

  it("fits the bar to the screen", () => {
    const progress: Progress = {
      epoch: 2,
      epochs: 5,
      step: 30,
      steps: 60,
      samplesPerSecond: 13204,
      secondsLeft: 83,
      metrics: [0.1234, 0.9612],
    };
    const bar = (width: number) => barText(progress, ["loss", "accuracy"], width, false);
    expect(bar(110)).toBe(
      `epoch 2/5  ${"━".repeat(15)}${"─".repeat(15)}  30/60  loss 0.1234, accuracy 0.9612  13,204 samples/s  1m 23s left`,
    );
    expect(bar(40)).toBe("epoch 2/5  ━━━━━━━━━━━───────────  30/60");
    for (let width = 0; width < 130; width++) expect(bar(width).length).toBeLessThanOrEqual(width);
    expect(barText(progress, ["loss", "accuracy"], 110, true)).toContain("\x1b[36m");
    const result: EpochResult = {
      epoch: 1,
      epochs: 5,
      steps: 3,
      seconds: 12,
      samplesPerSecond: 4876,
      metrics: [1, 0.5],
      validation: [0.5, 0.75],
    };
    expect(epochText(result, ["loss", "accuracy"])).toBe(
      "epoch 1/5  loss 1.0000, accuracy 0.5000  validation loss 0.5000, accuracy 0.7500  12s, 4,876 samples/s",
    );
  });
});
