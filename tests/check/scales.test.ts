// What the first rows of a file say of numbers: NN404, NN405 and NN208, beside models that take them as they are and others.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { checkProgram } from "../../src/driver/check.ts";
import { load } from "../../src/host/load.ts";
import { temporaryFolder } from "../support/nnc.ts";

interface Parts {
  readonly input?: string;
  readonly target?: string;
  readonly layers?: string;
  readonly loss?: string;
  readonly optimizer?: string;
  readonly more?: string;
}

const small = { input: "share: f32[1]" };

/** Checks a training over a table of areas in the hundreds and prices around 0; returns codes and messages. */
async function found(
  {
    input = "area: f32[1]",
    target = "price: f32[1]",
    layers = "Dense(1)",
    loss = "mse",
    optimizer = "adam()",
    more = "",
  }: Parts,
  cell = "",
) {
  const folder = temporaryFolder();
  const rows = Array.from({ length: 40 }, (_, i) => `${100 + i * 7},${i % 2 === 0 ? -1 : 2},${i / 40}`);
  writeFileSync(join(folder, "t.csv"), `area,price,share\n${rows.join("\n")}\n${cell === "" ? "" : `${cell}\n`}`);
  const path = join(folder, "t.nn");
  const name = input.slice(0, input.indexOf(":"));
  writeFileSync(
    path,
    `dataset Table {
  source csv("t.csv")
  input  ${input}
  target ${target}
  split  train 80%, test 20%
}
model Net(${name}: f32[1]) {
  ${layers}
}
train Net on Table {
  loss ${loss}
  optimizer ${optimizer}
  ${more}
}
`,
  );
  const loaded = await load(path, (sources) => checkProgram(sources));
  if ("problem" in loaded) throw new Error(loaded.problem);
  return loaded.ok.diagnostics.map(({ code, message }) => `${code}: ${message}`);
}

describe("large numbers", () => {
  test("that reach a layer with weights", async () => {
    expect(await found({})).toEqual(["NN404: 'area' goes into Dense(1) with numbers from 100 to 373, those of 'area'"]);
    expect(await found({ layers: "Identity() -> Dropout(0.1)\n  Dense(1)" })).toHaveLength(1);
    expect(await found({ input: "size: f32[1] = area * 2" })).toEqual([
      "NN404: 'size' goes into Dense(1) with numbers from 200 to 746, those of 'area'",
    ]);
  });

  test.each([
    { input: "area: f32[1] = area -> Normalization()" },
    { input: "size: f32[1] = area / 400" },
    { input: "share: f32[1]" },
    { layers: "BatchNormalization()\n  Dense(1)" },
    { layers: "_ / 400\n  Dense(1)" },
    { layers: "tanh\n  Dense(1)" },
  ])("that something brings to a usual size: %o", async (parts) => {
    expect(await found(parts)).toEqual([]);
  });

  test("of which a normalisation over one number leaves nothing", async () => {
    expect(await found({ layers: "LayerNormalization()\n  Dense(1)" })).toEqual([
      "NN315: LayerNormalization() takes the mean of a single number off it, so nothing of it is left",
    ]);
  });
});

describe("the rows of a table that is read to its end", () => {
  test("are what a batch is compared with", async () => {
    expect(await found({ ...small, more: "batch 64" })).toEqual([
      "NN411: Table has 32 examples to train on, so no batch gets 64",
    ]);
    expect(await found({ ...small, more: "batch 32" })).toEqual([]);
  });

  test("give a training its length", async () => {
    const [told, ...others] = await found({ ...small, optimizer: "adam(cosine_decay(0.001, warmup_steps: 100))" });
    expect(told).toBe("NN402: cosine_decay warms up for 100 steps, but the training has 1 step");
    expect(others).toEqual([]);
  });

  test("say what a loss of percentages divides by", async () => {
    expect(await found({ ...small, loss: "mape" })).toEqual([
      "NN214: mape divides by the target, but 'price' goes from -1 to 2",
    ]);
  });
});

test("a head that cannot reach the target", async () => {
  const range = "NN208: Net yields numbers from 0 up, but 'price' goes from -1 to 2";
  expect(await found({ ...small, layers: "Dense(1, relu)" })).toEqual([range]);
  expect(await found({ ...small, layers: "Dense(1)\n  sigmoid" })).toEqual([
    "NN208: Net yields 0 to 1, but 'price' goes from -1 to 2",
  ]);
  const centred = "price: f32[1] = price -> Normalization()";
  expect(await found({ ...small, target: centred, layers: "Dense(1, relu)" })).toEqual([
    "NN208: Net yields numbers from 0 up, but 'price' lies around 0, below and above",
  ]);
  expect(await found({ ...small, target: centred, layers: "Dense(1, tanh)" })).toEqual([]);
  expect(await found({ ...small, target: "price: f32[1] = share", layers: "Dense(1, sigmoid)" })).toHaveLength(1);
  expect(await found({ ...small, layers: "Dense(1)" })).toEqual([]);
});

test("a cross-entropy of numbers that are no probabilities", async () => {
  const parts = { ...small, layers: "Dense(1, sigmoid)", loss: "binary_crossentropy" };
  expect(await found(parts)).toEqual([
    "NN214: binary_crossentropy takes targets from 0 to 1, but 'price' goes from -1 to 2",
  ]);
});

test("cells without a number", async () => {
  const missing = "NN405: of the first 41 cells of 'share' there are 1 without a number";
  expect(await found(small, "300,1,")).toEqual([missing]);
  expect(await found(small, "300,1,NaN")).toEqual([missing]);
  expect(await found(small, "300,1,1e99")).toEqual([
    "NN405: of the first 41 cells of 'share' there are 1 with a number that f32 cannot hold",
  ]);
  expect(await found(small, ",1,0.5")).toEqual([]);
});
