// Small predictors: the module says in a fresh process what `nnc predict` says, and is as good on the test rows as the trainer.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { halfBits } from "../../src/driver/weightBytes.ts";
import { nnc, node, program, small, temporaryFolder } from "../support/nnc.ts";
import { problemsOf } from "../support/typescript.ts";

const houses = `dataset Houses {
  source csv("train.csv", "test.csv")
  input measures: f32[2] = rest -> Normalization()
  input note: token(30)[4] = words(remark)
  input age: token(5) = Discretization()
  input volume: f32 = width * height
  target sold: class(2)
  target price: f32[1] = standardize
}
model Sale(measures: f32[2], note: token(30)[4], age: token(5), volume: f32) {
  let words = note -> Embedding(30, 4) -> Flatten()
  let h = concatenate(measures, words, age -> Embedding(5, 2), volume -> Rescaling(0.01) -> Reshape([1])) -> Dense(16, relu)
  return { sold: h -> Dense(2, softmax), price: h -> Dense(1) }
}
train Sale on Houses {
  loss { sold: categorical_crossentropy, price: mse }
  optimizer adam(0.02)
  metrics { sold: [accuracy], price: [mae] }
  epochs 40
  batch 8
}
`;

const rowOf = (i: number) => {
  const [area, rooms, age, width, height] = [10 + ((i * 7) % 50), 1 + (i % 5), (i * 13) % 90, 2 + (i % 3), 1 + (i % 4)];
  const remark = ["bright and quiet", "dark, at the road", "quiet"][i % 3] ?? "";
  return {
    area,
    rooms,
    age,
    width,
    height,
    remark,
    price: 1000 * area + 5000 * rooms,
    sold: area > 35 ? "yes, at once" : "no",
  };
};
type HouseRow = ReturnType<typeof rowOf>;
const table = (rows: readonly HouseRow[]): string =>
  [
    "area,rooms,age,width,height,remark,sold,price",
    ...rows.map((r) => `${r.area},${r.rooms},${r.age},${r.width},${r.height},"${r.remark}","${r.sold}",${r.price}`),
  ].join("\n");
const testRows = Array.from({ length: 37 }, (_, i) => rowOf(200 + i));
const given = ({ area, rooms, remark, age, width, height }: HouseRow) => ({
  measures: { area, rooms },
  note: remark,
  age,
  width,
  height,
});

const trained = (async () => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, "p.nn"), houses);
  writeFileSync(join(cwd, "train.csv"), table(Array.from({ length: 200 }, (_, i) => rowOf(i))));
  writeFileSync(join(cwd, "test.csv"), table(testRows));
  const { code, stderr } = await nnc(["train", "p.nn", "--save", "w.safetensors"], { cwd });
  if (code !== 0) throw new Error(stderr);
  const predicted = await nnc(["predict", "p.nn", "--weights", "w.safetensors", "--format", "jsonl"], { cwd });
  const evaluated = await nnc(["evaluate", "p.nn", "--weights", "w.safetensors", "--json"], { cwd });
  const lines = predicted.stdout.trimEnd().split("\n");
  const last = evaluated.stdout.trimEnd().split("\n").at(-1) ?? "";
  return { cwd, expected: lines.map((line) => JSON.parse(line)), metrics: JSON.parse(last).metrics };
})();

/** Runs a script in a process of its own and returns what it prints as JSON. */
async function said(cwd: string, script: string): Promise<unknown> {
  writeFileSync(join(cwd, "run.mjs"), script);
  const { code, stdout, stderr } = await node([join(cwd, "run.mjs")], { cwd });
  expect(stderr).toBe("");
  expect(code).toBe(0);
  return JSON.parse(stdout);
}

interface House {
  readonly sold: { readonly label: string; readonly probabilities: Readonly<Record<string, number>> };
  readonly price: number;
}

function expectSame(
  found: readonly House[],
  expected: readonly Record<string, number | string>[],
  digits: number,
): void {
  expect(found.length).toBe(expected.length);
  found.forEach(({ sold, price }, i) => {
    const one = expected[i];
    expect(sold.label).toBe(one?.sold);
    for (const [name, value] of Object.entries(sold.probabilities))
      expect(value).toBeCloseTo(Number(one?.[`sold[${name}]`]), digits);
    expect(price / 1000).toBeCloseTo(Number(one?.price) / 1000, digits - 2);
  });
}

describe.each(["wasm", "js"])("target %s", (target) => {
  const compile = async (name: string, ...flags: readonly string[]) => {
    const { cwd } = await trained;
    const args = [
      "compile",
      "p.nn",
      "--predict",
      "--weights",
      "w.safetensors",
      "--target",
      target,
      "-o",
      name,
      ...flags,
    ];
    const { code, stderr } = await nnc(args, { cwd });
    expect(stderr).toBe("");
    expect(code).toBe(0);
    return cwd;
  };

  test("says what nnc predict says, for one row and for many, and is as good as the trainer", async () => {
    const { expected, metrics } = await trained;
    const cwd = await compile(target);
    const rows = JSON.stringify(testRows.map(given));
    const script = `import { predict } from "./${target}/predict.js";
      const rows = ${rows};
      console.log(JSON.stringify([predict(rows), rows.map((row) => predict(row)), predict([])]));`;
    const [many, single, none] = (await said(cwd, script)) as House[][];
    expectSame(many ?? [], expected, 5);
    expect(single).toEqual(many);
    expect(none).toEqual([]);
    const right = (many ?? []).filter(({ sold }, i) => sold.label === testRows[i]?.sold).length;
    expect(right / testRows.length).toBeCloseTo(metrics.sold_accuracy, 6);
  });

  test("takes the weights from beside, and refuses those of another training", async () => {
    const { expected } = await trained;
    const name = `${target}-beside`;
    const cwd = await compile(name, "--weights-beside");
    const script = `import { readFileSync } from "node:fs";
      import { createPredictor } from "./${name}/predict.js";
      const bytes = readFileSync("${name}/weights.bin");
      const results = createPredictor(bytes).predict(${JSON.stringify(testRows.map(given))});
      bytes[5] ^= 1;
      let refused = "";
      try { createPredictor(bytes); } catch (error) { refused = error.message; }
      console.log(JSON.stringify({ results, refused }));`;
    const { results, refused } = (await said(cwd, script)) as { results: House[]; refused: string };
    expectSame(results, expected, 5);
    expect(refused).toMatch(/not the weights that this module was compiled with/);
    // Its own files may be replaced.
    await compile(name, "--weights-beside");
  });

  test("rounds weights to 16 bits on request", async () => {
    const { expected } = await trained;
    const name = `${target}-half`;
    const cwd = await compile(name, "--half");
    const script = `import { predict } from "./${name}/predict.js";
      console.log(JSON.stringify(predict(${JSON.stringify(testRows.map(given))})));`;
    const found = (await said(cwd, script)) as House[];
    for (const [i, { sold }] of found.entries()) expect(sold.probabilities.no).toBeCloseTo(expected[i]["sold[no]"], 1);
    expect(found.map(({ price }) => price)).not.toEqual(expected.map(({ price }) => price));
  });

  test("the module names nothing of Node, imports nothing, and its types fit", async () => {
    const cwd = await compile(`${target}-types`);
    const folder = join(cwd, `${target}-types`);
    const text = readFileSync(join(folder, "predict.js"), "utf8");
    expect(text).not.toMatch(/^\s*import\b|\bimport\(|node:|\bprocess\b|\bBuffer\b|\brequire\b/m);
    const use = join(folder, "use.ts");
    const options: ts.CompilerOptions = { noEmit: true, strict: true, types: [], module: ts.ModuleKind.NodeNext };
    const check = (line: string): readonly string[] => {
      writeFileSync(use, `import { predict } from "./predict.js";\n${line}\n`);
      return problemsOf([use], options);
    };
    const row = JSON.stringify(given(rowOf(3)));
    expect(
      check(
        `const a: "no" | "yes, at once" = predict(${row}).sold.label; const b: number = predict([${row}])[0]!.price;`,
      ),
    ).toEqual([]);
    expect(check("predict({ note: 3 });")).not.toEqual([]);
  });
});

test("a row that does not fit is an error that names row, field and value", async () => {
  const { cwd } = await trained;
  await nnc(["compile", "p.nn", "--predict", "--weights", "w.safetensors", "-o", "errors"], { cwd });
  const row = given(rowOf(3));
  const wrong: readonly unknown[] = [
    3,
    [row, null],
    { ...row, note: 3 },
    { ...row, age: "old" },
    { ...row, measures: { area: 3 } },
    { ...row, measures: { area: 3, rooms: null } },
    { note: "" },
  ];
  const script = `import { predict } from "./errors/predict.js";
    const said = ${JSON.stringify(wrong)}.map((row) => { try { predict(row); return "fine"; } catch (error) { return \`\${error.name}: \${error.message}\`; } });
    console.log(JSON.stringify(said));`;
  expect(await said(cwd, script)).toEqual([
    "RunError: predict: a row is a record, { measures, note, age, width, height }, not 3",
    "RunError: predict, row 1: a row is a record, { measures, note, age, width, height }, not null",
    "RunError: predict: 'note' must be a text, not 3",
    "RunError: predict: 'age' is 'old', but must be a finite number",
    "RunError: predict: 'measures' has no 'rooms'",
    "RunError: predict: 'measures.rooms' is null, but must be a finite number",
    "RunError: predict: the row has no 'measures'; it needs measures, note, age, width, height",
  ]);
});

test("a picture goes in as its bytes", async () => {
  const file = program(small);
  const cwd = join(file, "..");
  await nnc(["train", "program.nn", "--save", "w.safetensors"], { cwd });
  const { code } = await nnc(["compile", "program.nn", "--predict", "--weights", "w.safetensors", "-o", "m"], { cwd });
  expect(code).toBe(0);
  const script = `import { predict } from "./m/predict.js";
    const image = new Uint8Array(784).fill(7);
    console.log(JSON.stringify(predict({ image })));`;
  const { digit } = (await said(cwd, script)) as { digit: { label: number; probabilities: number[] } };
  expect(digit.probabilities.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5);
  expect(digit.probabilities.indexOf(Math.max(...digit.probabilities))).toBe(digit.label);
});

test("wrong usage is told, and weights of another program are refused", async () => {
  const { cwd } = await trained;
  const run = async (...args: readonly string[]) => {
    const { code, stderr } = await nnc(["compile", "p.nn", ...args], { cwd });
    return `${code} ${stderr.split("\n")[0]}`;
  };
  expect(await run("--predict")).toMatch(/^2 .*needs the trained weights: --weights FILE/);
  expect(await run("--half")).toMatch(/^2 .*--half goes with --predict/);
  const weights = ["--weights", "w.safetensors"];
  expect(await run("--predict", ...weights, "--target", "tfjs")).toMatch(/^2 .*targets wasm and js can/);
  expect(await run("--predict", ...weights, "--emit", "ops")).toMatch(/^2 .*leave out --predict/);
  const other = program(houses.replace("Dense(16, relu)", "Dense(17, relu)"));
  const answer = await nnc(["compile", other, "--predict", "--weights", join(cwd, "w.safetensors")], { cwd });
  expect(answer.code).toBe(1);
  expect(answer.stderr).toContain("NN503");
});

test("16 bits hold the nearest number", () => {
  const cases = [0, 1, -2, 65504, 2 ** -24, 2 ** -14, 1 + 2 ** -11, 1 + 3 * 2 ** -11, 2047.6, 2 ** -14 - 2 ** -25, 0.1];
  expect(cases.map(halfBits)).toEqual([0, 0x3c00, 0xc000, 0x7bff, 1, 0x400, 0x3c00, 0x3c02, 0x6800, 0x400, 0x2e66]);
});
