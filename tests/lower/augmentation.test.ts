// Layers of augmentation in fields of data sets: for training rows alone, new in each step, and alike where fields share a seed.

import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { compiledModel } from "../support/compiledModel.ts";
import { everything } from "../support/extent.ts";
import { temporaryFolder } from "../support/nnc.ts";

const BATCH = 6;
const SIZE = 28 * 28;

/** Two fields of one picture; the loss is the mean of the distances between their pixels. */
const program = (first: string, second: string): string => `dataset Pairs {
  source digits(train: 60, test: 12)
  input  picture: f32[28, 28, 1] = pixels / 255 -> ${first}
  target twin:    f32[28, 28, 1] = pixels / 255 -> ${second}
}
model Same(picture: f32[28, 28, 1]) {
  picture * 1
}
train Same on Pairs {
  loss      mean_absolute_error
  optimizer sgd(0)
  batch     ${BATCH}
}
`;

/** Pictures without symmetry, all alike. */
const picture = (i: number): number => ((i % SIZE) * 37) % 256;

/** The losses of some steps of training from a seed, and of one of evaluation. */
async function losses(
  text: string,
  target: "js" | "wasm",
  seed = 1,
): Promise<{ trained: number[]; evaluated: number }> {
  const model = await compiledModel(text, target, join(temporaryFolder(), target));
  const { program: compiled } = model;
  model.initialize(seed);
  const columns = Object.values(compiled.columns);
  const fill = (): void => {
    for (const column of columns) for (let i = 0; i < column.length; i++) column[i] = picture(i);
  };
  const trained = [0, 1, 2].map(() => {
    fill();
    return compiled.trainStep(BATCH);
  });
  fill();
  compiled.resetMetrics();
  compiled.evaluateStep(BATCH);
  const evaluated = Number(compiled.metrics()[0]);
  model.close();
  return { trained, evaluated };
}

describe.each(everything ? (["js", "wasm"] as const) : (["wasm"] as const))("on target %s", (target) => {
  test("training rows change, anew in each step, and those of evaluation do not", async () => {
    const { trained, evaluated } = await losses(program("RandomTranslation(0.3, 0.3)", "RandomFlip()"), target);
    expect(new Set(trained).size).toBe(3);
    for (const loss of trained) expect(loss).toBeGreaterThan(0.01);
    expect(evaluated).toBe(0);
  });
  test("a seed makes fields change alike", async () => {
    const pair = (seeds: readonly [number, number]): string => {
      const [a, b] = seeds.map((seed) => `RandomFlip(seed: ${seed}) -> RandomTranslation(0.3, 0.3, seed: ${seed})`);
      return program(a!, b!);
    };
    expect((await losses(pair([4, 4]), target)).trained).toEqual([0, 0, 0]);
    for (const loss of (await losses(pair([4, 5]), target)).trained) expect(loss).toBeGreaterThan(0.01);
  });
  test("the seed of the training decides what is drawn, with a layer's own seed too", async () => {
    const text = program("RandomTranslation(0.3, 0.3, seed: 1)", "Identity()");
    const { trained } = await losses(text, target);
    expect((await losses(text, target)).trained).toEqual(trained);
    expect((await losses(text, target, 2)).trained).not.toEqual(trained);
  });
  test("two layers of one kind in a field draw apart", async () => {
    const once = "RandomTranslation([0, 0.3], 0)";
    const { trained } = await losses(program(`${once} -> ${once}`, `${once} -> ${once}`), target);
    for (const loss of trained) expect(loss).toBeGreaterThan(0.01);
  });
});
