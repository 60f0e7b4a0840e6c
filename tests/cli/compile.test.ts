// `nnc compile`, `summary` and `fmt`: they write the right files in the right places, and none by halves.

import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { nnc, node, program, small, temporaryFolder } from "../support/nnc.ts";

describe("compile", () => {
  test("writes a folder of three files, by default codegen-out/<name>", async () => {
    const cwd = temporaryFolder();
    const { code, stdout, stderr } = await nnc(["compile", program(small, "tiny.nn")], { cwd });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const folder = join(cwd, "codegen-out", "tiny");
    expect(readdirSync(folder).sort()).toEqual(["package.json", "train.js", "train.ts"]);
    expect(stdout.trim().split("\n")).toHaveLength(3);
    expect(JSON.parse(readFileSync(join(folder, "package.json"), "utf8"))).toMatchObject({ type: "module" });
  });
  test("the same program gives the same bytes; --batch and --seed are in them", async () => {
    const file = program(small);
    const read = async (...more: readonly string[]): Promise<string> => {
      const out = join(temporaryFolder(), "out");
      expect((await nnc(["compile", file, "-o", out, ...more])).code).toBe(0);
      return readFileSync(join(out, "train.js"), "utf8");
    };
    const first = await read();
    expect(await read()).toBe(first);
    expect(await read("--batch", "16")).not.toBe(first);
    expect(await read("--seed", "16")).not.toBe(first);
  });
  test.each(["ast", "model", "ops", "prims", "loops", "wat"])("--emit %s prints and writes nothing", async (stage) => {
    const cwd = temporaryFolder();
    const { code, stdout, stderr } = await nnc(["compile", program(small), "--emit", stage], { cwd });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout.length).toBeGreaterThan(200);
    expect(readdirSync(cwd)).toEqual([]);
  });
  test("an unwritable folder: one message, 3, nothing written", async () => {
    const folder = temporaryFolder();
    const blocked = join(folder, "file");
    writeFileSync(blocked, "mine");
    const { code, stdout, stderr } = await nnc(["compile", program(small), "-o", join(blocked, "out")]);
    expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
    expect(stderr).toBe(`nnc: cannot write ${join(blocked, "out")}: a part of the path is a file, not a folder\n`);
    expect(readdirSync(folder)).toEqual(["file"]);
    expect(readFileSync(blocked, "utf8")).toBe("mine");
  });
  test("errors: 1 and no output", async () => {
    const cwd = temporaryFolder();
    const broken = await nnc(["compile", program(small.replace("Flatten", "Flaten"))], { cwd });
    expect(broken.code).toBe(1);
    expect(broken.stderr).toContain("error NN002:");
    expect(existsSync(join(cwd, "codegen-out"))).toBe(false);
  });
  test.each(["wasm", "js"])("a model without a training predicts with weights that are loaded: %s", async (target) => {
    const file = program('model M(x: f32[2]) {\n  Dense(1, kernel_initializer: ones, name: "d")\n}\n');
    const out = join(temporaryFolder(), "out");
    const made = await nnc(["compile", file, "-o", out, "--target", target]);
    expect({ code: made.code, stderr: made.stderr }).toMatchObject({ code: 0 });
    const text = `
      import { createModel } from ${JSON.stringify(join(out, "train.js"))};
      const [model, other] = [createModel(), createModel()];
      other.weights().get("d/kernel").values.set([2, 3]);
      model.load(other.save());
      const refused = await model.train({ train: [] }).catch((error) => error.message);
      console.log(JSON.stringify([...model.predict({ x: [1, 10, 2, 20] }, 2).output]), refused);
      model.close(); other.close();`;
    const { stdout } = await node(["--input-type=module", "-e", text]);
    expect(stdout).toBe("[32,64] train: the program has no training for this model\n");
    const run = await node([join(out, "train.js")]);
    expect(run.code).toBe(3);
    expect(run.stderr).toContain("this model has no training");
    const trained = await nnc(["train", file]);
    expect(trained.stderr).toContain("error NN010: model M needs a training");
  });
  test("--set changes a constant; an unknown name is an error", async () => {
    const file = program(
      small.replace("Conv2D(4,", "Conv2D(filters,").replace("dataset", "const filters = 4\n\ndataset"),
    );
    const { stdout } = await nnc(["compile", file, "--set", "filters=6", "--emit", "model"]);
    expect(stdout).toContain("6");
    expect((await nnc(["compile", file, "--set", "width=6", "--emit", "model"])).code).not.toBe(0);
    expect((await nnc(["compile", file, "--set", "filters=(", "--emit", "model"])).code).not.toBe(0);
  });
});

describe("summary", () => {
  test("layers with shapes and numbers, and totals", async () => {
    const file = program(small);
    const { code, stdout, stderr } = await nnc(["summary", file]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^conv2d +Conv2D\(4, 3x3, strides: 2, activation: relu\) +13 × 13 × 4 +40 /m);
    expect(stdout).toMatch(/^total +6,810 /m);
    expect(stdout).toMatch(/^peak memory +[\d,]+ bytes/m);
    const { stdout: json } = await nnc(["summary", file, "--json"]);
    const summary = JSON.parse(json);
    expect(summary.parameters).toEqual({ trainable: 6810, other: 0 });
    // 13 · 13 · 4 outputs of 9 products each, and 10 of 676: at least two operations a product.
    expect(summary.flops).toBeGreaterThanOrEqual(2 * (13 * 13 * 4 * 9 + 676 * 10));
    expect(summary.flops).toBeLessThan(2 * (13 * 13 * 4 * 9 + 676 * 10) + 5000);
    expect(summary.kernels.after).toBeLessThan(summary.kernels.before);
  });
  test("of a target whose library plans memory: what outlives a step", async () => {
    const file = program(small);
    const { stdout } = await nnc(["summary", file, "--target", "tfjs"]);
    expect(stdout).toMatch(/^memory +[\d,]+ bytes .* outlive a step/m);
    expect(stdout).not.toMatch(/^(peak memory|kernels)/m);
    const summary = JSON.parse((await nnc(["summary", file, "--target", "tfjs", "--json"])).stdout);
    expect(summary.keptBytes).toBeGreaterThan(4 * 6810);
    expect(summary).not.toHaveProperty("peakBytes");
    expect(summary).not.toHaveProperty("kernels");
  });
  test("a model alone", async () => {
    const { code, stdout } = await nnc(["summary", program("model M(x: f32[4]) {\n  Dense(3)\n}\n")]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^total +15 /m);
  });
});

describe("fmt", () => {
  const crooked = "model M(x:f32[4]){\nDense( 3 ) // keep\n}\n";
  test("--check lists and changes nothing; fmt writes; then all is well", async () => {
    const file = program(crooked);
    expect(await nnc(["fmt", "--check", file])).toMatchObject({ code: 1, stdout: `${file}\n` });
    expect(readFileSync(file, "utf8")).toBe(crooked);
    expect(await nnc(["fmt", file])).toMatchObject({ code: 0, stdout: `${file}\n` });
    expect(readFileSync(file, "utf8")).toContain("// keep");
    expect(await nnc(["fmt", "--check", file])).toMatchObject({ code: 0, stdout: "" });
  });
  test("--lines formats those lines of one file, also beside mistakes in other declarations", async () => {
    const text = "model M(x: f32[4]) {\n  Dense( 3 )\n  Dense( 2 )\n}\nmodel N(x: f32[4]) {\n  Dense(\n";
    const file = program(text);
    expect(await nnc(["fmt", "--check", "--lines", "3", file])).toMatchObject({ code: 1, stdout: `${file}\n` });
    expect(readFileSync(file, "utf8")).toBe(text);
    expect(await nnc(["fmt", "--lines", "3", file])).toMatchObject({ code: 0, stdout: `${file}\n`, stderr: "" });
    expect(readFileSync(file, "utf8")).toBe(text.replace("Dense( 2 )", "Dense(2)"));
    expect(await nnc(["fmt", "--lines", "1:4", file])).toMatchObject({ code: 0, stdout: `${file}\n` });
    expect(readFileSync(file, "utf8")).toBe(text.replace("Dense( 2 )", "Dense(2)").replace("Dense( 3 )", "Dense(3)"));
    const here = await nnc(["fmt", "--lines", "6", file]);
    expect(here).toMatchObject({ code: 1, stdout: "", stderr: expect.stringContaining("NN001") });
    for (const [lines, message] of [
      ["9", "has 7 lines, so there is no line 9"],
      ["4:2", "It must look like 10:20"],
      ["0", "It must look like 10:20"],
    ])
      expect(await nnc(["fmt", "--lines", `${lines}`, file])).toMatchObject({
        code: 2,
        stderr: expect.stringContaining(`${message}`),
      });
    expect(await nnc(["fmt", "--lines", "1", file, file])).toMatchObject({ code: 2, stdout: "" });
  });
  test("a file with errors of syntax is left alone", async () => {
    const file = program("model M( {\n");
    const { code, stderr } = await nnc(["fmt", file]);
    expect(code).toBe(1);
    expect(stderr).toContain("NN001");
    expect(readFileSync(file, "utf8")).toBe("model M( {\n");
  });
});
