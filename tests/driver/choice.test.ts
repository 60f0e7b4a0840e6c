// What a model lacks stops only the commands that compile this model.

import { describe, expect, test } from "vitest";
import { checkProgram } from "../../src/driver/check.ts";
import { compile } from "../../src/driver/compile.ts";
import { exportProgram } from "../../src/driver/export.ts";
import { explainPlan } from "../../src/driver/plan.ts";
import { summarize } from "../../src/driver/summary.ts";

const open = [
  "model Size(x: f32[n, 4]) { Dense(2) }",
  "model Axis(x: f32[_, 4]) { Dense(2) }",
  "model Option(x: f32[4], units: int) { Dense(units) }",
];
const own = `model Own(image: f32[28, 28, 1]) {
  Flatten()
  Dense(10, softmax)
}
`;
const training = `dataset D {
  source digits()
  input  image: f32[28, 28, 1] = pixels / 16
  target digit: class(10) = label
}
train Own on D {
  loss categorical_crossentropy
  optimizer adam()
}
`;
const sources = (text: string, imported = "") => ({
  entry: "a.nn",
  texts: new Map([
    ["a.nn", text],
    ["b.nn", imported],
  ]),
});
const target = "js";
const codes = ({ diagnostics }: { readonly diagnostics: readonly { readonly code: string }[] }): string[] =>
  diagnostics.map(({ code }) => code);

/** Each command, as its diagnostics. Weights that do not fit are NN503: the export has got beyond the program. */
const commands: Readonly<
  Record<string, (text: ReturnType<typeof sources>, model?: string) => Promise<readonly string[]>>
> = {
  summary: async (text, model) => codes(await summarize(text, { target, ...(model && { training: model }) })),
  compile: async (text, model) => codes(await compile(text, { target, ...(model && { training: model }) })),
  "explain-plan": async (text, model) => codes(await explainPlan(text, { target, ...(model && { training: model }) })),
  export: async (text, model) => {
    const weights = { name: "w.safetensors", tensors: new Map() };
    return codes(await exportProgram(text, { format: "tfjs", weights, ...(model && { training: model }) }));
  },
};

describe.each(Object.entries(commands))("%s", (command, run) => {
  const fine = command === "export" ? ["NN503"] : [];
  test.each(open)("goes on beside %s", async (other) => {
    const text = `${other}\n${own}${training}`;
    expect(await run(sources(text))).toEqual(fine);
    expect(await run(sources(text), "Own")).toEqual(fine);
    expect(await run(sources(`import "b.nn"\n${own}${training}`, other))).toEqual(fine);
  });
  test.each(open)("refuses %s itself", async (other) => {
    const [, name] = /model (\w+)/.exec(other) ?? [];
    expect(await run(sources(`${other}\n${own}${training}`), name)).toEqual(["NN010"]);
    expect(await run(sources(`import "b.nn"\n${own}${training}`, other), name)).toEqual(["NN010"]);
    // Without a training, the first model is meant.
    expect(await run(sources(`${other}\n${own}`))).toEqual(["NN010"]);
  });
});

test("the name of a model that is not there gets the names of all models", async () => {
  const { diagnostics } = await summarize(sources(`${open.join("\n")}\n${own}`), { target, training: "Siz" });
  expect(diagnostics.map(({ code, help }) => [code, help])).toEqual([
    ["NN002", ["possible names: Own, Size, Axis, Option"]],
  ]);
});

test("a check reports what the models of its own file lack, and imported ones that it trains", () => {
  const text = `${open.join("\n")}\n${own}`;
  expect(codes(checkProgram(sources(text)))).toEqual(["NN010", "NN010", "NN010"]);
  const imports = `import "b.nn"\n${own}${training}`;
  expect(codes(checkProgram(sources(imports, open.join("\n"))))).toEqual([]);
  const trained = `import "b.nn"\n${training}`;
  expect(codes(checkProgram(sources(trained, "model Own(image: f32[_, 4]) { Dense(2) }")))).toContain("NN010");
});
