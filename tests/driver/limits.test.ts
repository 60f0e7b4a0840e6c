// All commands refuse a program that no target can hold, with the same message.

import { describe, expect, test } from "vitest";
import type { Diagnostic } from "../../src/diagnostics/diagnostic.ts";
import { checkProgram } from "../../src/driver/check.ts";
import { compile } from "../../src/driver/compile.ts";
import { exportProgram } from "../../src/driver/export.ts";
import { explainPlan } from "../../src/driver/plan.ts";
import { summarize } from "../../src/driver/summary.ts";
import { openProgram } from "../../src/ide/index.ts";

const program = (units: number, more = ""): string => `dataset D {
  source digits(train: 64, test: 16)
  input image: f32[784] = pixels / 255 -> Flatten()
  target label
}

model M(image: f32[784]) {
  Dense(${units})
  ${more}
  Dense(10, softmax)
}

train M on D {
  loss categorical_crossentropy
  optimizer adam()
}
`;
const sources = (text: string) => ({ entry: "main.nn", texts: new Map([["main.nn", text]]) });
type Said = readonly Diagnostic[];
const errors = (all: Said): readonly string[] =>
  all.flatMap(({ code, severity, message }) => (severity === "error" ? [`${code}: ${message}`] : []));

const readers: readonly (readonly [string, (text: string) => Promise<Said> | Said])[] = [
  ["check", (text) => checkProgram(sources(text)).diagnostics],
  ["an editor", (text) => openProgram(sources(text)).diagnostics],
  ["summary", async (text) => (await summarize(sources(text), { target: "wasm" })).diagnostics],
  ["explain-plan", async (text) => (await explainPlan(sources(text), { target: "wasm" })).diagnostics],
  ["compile", async (text) => (await compile(sources(text), { target: "wasm" })).diagnostics],
  ["compile for js", async (text) => (await compile(sources(text), { target: "js" })).diagnostics],
  ["compile for tfjs", async (text) => (await compile(sources(text), { target: "tfjs" })).diagnostics],
  [
    "export",
    async (text) => {
      const weights = { name: "w.safetensors", tensors: new Map() };
      return (await exportProgram(sources(text), { format: "tfjs", weights })).diagnostics;
    },
  ],
];

describe.each(readers)("%s", (_, read) => {
  test("refuses a tensor larger than any memory", async () => {
    expect(errors(await read(program(1_000_000_000_000)))).toEqual([
      "NN501: more than 2,147,483,648 elements in one tensor",
    ]);
  });
  test("refuses weights larger than any memory", async () => {
    const wanted = "NN501: more than 2,147,483,648 numbers in the weights of one model";
    expect(errors(await read(program(40_000, "repeat 2 { Dense(40000) }")))).toEqual([wanted]);
  });
});

test.each(readers.filter(([name]) => name === "summary" || name === "explain-plan" || name === "compile"))(
  "%s refuses what its target cannot hold",
  async (_, read) => {
    expect(errors(await read(program(2_000_000)))).toEqual(["NN501: more than 4,227,858,432 bytes of memory"]);
  },
);

test("a summary of very many layers is of what they cost, without a plan", async () => {
  const text = "model M(x: f32[8]) {\n  repeat 300 { Dense(8) }\n}\n";
  const { summary } = await summarize(sources(text), { target: "wasm" });
  expect(summary).toMatchObject({ unplanned: "large", parameters: { trainable: 300 * 72, other: 0 } });
  expect(summary?.layers).toHaveLength(301);
  expect(summary?.peakBytes).toBeUndefined();
});
