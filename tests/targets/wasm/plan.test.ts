// Plans of contractions: which sums use scratch memory, and which grow in the place of the result.

import { describe, expect, test } from "vitest";
import { parseLoops } from "../../../src/ir/loopParse.ts";
import { kernelsIn } from "../../../src/ir/steps.ts";
import { planContract } from "../../../src/targets/wasm/contract/plan.ts";

/** The gradient of a dense layer's kernel, with what is done with each sum. */
function planOf(lets: readonly string[], stored: string) {
  const program = parseLoops(
    `${[
      "loops batch 32 arena 65536",
      "buffer x: f32[2048] temporary at 0",
      "buffer y: f32[2048] temporary at 8192",
      "buffer w: f32[4096] temporary at 16384",
      "function f () -> ()",
      '  kernel k [k<64, u<64] flops 0 bytes 0 origins ["dense"]',
      "    reduce sum [] over [n<=32] chunk 0",
      "      %sum = mul(y[64*n + u], x[64*n + k])",
      ...lets.map((text) => `      let ${text}`),
      `      store w[64*k + u] = ${stored}`,
    ].join("\n")}\n`,
  );
  const { loops, stages } = kernelsIn(program.functions[0]!.steps)[0]!;
  const [stage] = stages;
  return stage?.kind === "reduce" ? planContract(stage, loops, () => true) : undefined;
}

describe("sums are stored where they belong", () => {
  test.each([
    ["as they are", [], "%sum"],
    ["by another name", ["%v: f32 = %sum"], "%v"],
    ["rounded to what they are", ["%v: f32 = f32(%sum)"], "%v"],
  ])("%s", (_, lets, stored) => expect(planOf(lets, stored)?.sumsInPlace).toBe(true));
});
test("sums of which something else is stored are kept until they are whole", () => {
  expect(planOf(["%v: f32 = mul(%sum, 2)"], "%v")?.sumsInPlace).toBe(false);
});

/** A dense layer over sequences of 128 steps of 128 numbers, with so many results. */
function layerOf(columns: number) {
  const program = parseLoops(
    `${[
      "loops batch 16 arena 67108864",
      "buffer x: f32[262144] temporary at 0",
      "buffer w: f32[65536] temporary at 1048576",
      "buffer y: f32[1048576] temporary at 2097152",
      "function f () -> ()",
      `  kernel k [n<=16, t<128, u<${columns}] flops 0 bytes 0 origins ["dense"]`,
      "    reduce sum [] over [k<128] chunk 0",
      `      %sum = mul(x[16384*n + 128*t + k], w[${columns}*k + u])`,
      `      store y[${128 * columns}*n + ${columns}*t + u] = %sum`,
    ].join("\n")}\n`,
  );
  const { loops, stages } = kernelsIn(program.functions[0]!.steps)[0]!;
  const [stage] = stages;
  return stage?.kind === "reduce" ? planContract(stage, loops, () => true) : undefined;
}

describe("a unit of many rows", () => {
  const rowsOf = (columns: number): number | undefined => layerOf(columns)?.rows.most;
  test("has all columns of a wide result, and so fewer rows", () => {
    expect(rowsOf(512)).toBe(64);
    expect(layerOf(512)?.splitColumns).toBe(false);
  });
  test("has more rows of a narrow one", () => expect(rowsOf(64)).toBe(128));
});

/** The plan of a product: the loops of its result and of its sum, its operands, and the place of a result. */
function productOf(loops: string, over: string, product: string, stored: string) {
  const program = parseLoops(
    `${[
      "loops batch 32 arena 67108864",
      "buffer x: f32[4194304] temporary at 0",
      "buffer w: f32[4194304] temporary at 16777216",
      "buffer y: f32[4194304] temporary at 33554432",
      "function f () -> ()",
      `  kernel k [${loops}] flops 0 bytes 0 origins ["conv2d"]`,
      `    reduce sum [] over [${over}] chunk 0`,
      `      %sum = ${product}`,
      `      store y[${stored}] = %sum`,
    ].join("\n")}\n`,
  );
  const { loops: parallel, stages } = kernelsIn(program.functions[0]!.steps)[0]!;
  const [stage] = stages;
  return stage?.kind === "reduce" ? planContract(stage, parallel, () => true) : undefined;
}

describe("a product in each of many planes", () => {
  const planeOf = (tiles: number) =>
    productOf(
      `q<36, n<=32, t<${tiles}, f<64`,
      "c<128",
      `mul(x[${4096 * tiles}*q + ${128 * tiles}*n + 128*t + c], w[8192*q + 64*c + f])`,
      `${2048 * tiles}*q + ${64 * tiles}*n + 64*t + f`,
    );
  test("copies the right operand of many rows and keeps its sums in registers", () =>
    expect(planeOf(16)).toMatchObject({
      packRight: "by turn",
      terms: { outer: [], blocks: { loop: undefined, most: 128 } },
    }));
  test("reads the right operand of few rows in place", () => expect(planeOf(1)?.packRight).toBe("never"));
});

describe("terms of a window of which only short runs lie side by side", () => {
  const windowOf = (channels: number) =>
    productOf(
      "b<=32, y<16, x<16, c<32",
      `ky<2, kx<2, f<${channels}`,
      `mul(x[${2048 * channels}*b + ${128 * channels}*y + ${64 * channels}*ky + ${4 * channels}*x + ${2 * channels}*kx + f], ` +
        `w[${64 * channels}*ky + ${32 * channels}*kx + 32*f + c])`,
      "8192*b + 512*y + 32*x + c",
    );
  test("are one block, by a table of places", () =>
    expect(windowOf(16)).toMatchObject({ leftLayout: "by table", terms: { outer: [], blocks: { most: 64 } } }));
  test("are a block for each long run", () =>
    expect(windowOf(64)).toMatchObject({ leftLayout: "in place", terms: { blocks: { most: 64 } } }));
});
