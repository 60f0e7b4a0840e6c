// Kernels that differ only in addresses and random streams share one function, and no others do. The results are the same as
// with a function for each.

import { describe, expect, test } from "vitest";
import { parseLoops } from "../../../src/ir/loopParse.ts";
import type { LoopProgram } from "../../../src/ir/loops.ts";
import { loadKernels } from "../../../src/targets/js/run.ts";
import { shareKernels } from "../../../src/targets/loops/share.ts";
import { loadModule } from "../../../src/targets/wasm/run.ts";

/** Kernels over four buffers of eight numbers each and a seed, in one function. */
function programOf(kernels: readonly string[]): LoopProgram {
  const buffers = ["a", "b", "c", "d"].map((name, i) => `buffer ${name}: f32[8] slot at ${i * 64}`);
  const lines = kernels.map((text, i) => `  kernel k${i} ${text}`);
  const head = ["loops batch 1 arena 320", ...buffers, "buffer seed: i32[1] slot at 256", "function f () -> ()"];
  return parseLoops(`${[...head, ...lines].join("\n")}\n`);
}
/** Stores (or adds) at each `i` below eight or so. */
const each = (extent: number, store: string, how = "store"): string =>
  `[i<${extent}] flops 0 bytes 0 origins ["x"]\n    each []\n      ${how} ${store}`;

const sharing = (kernels: readonly string[]) => {
  const { kernels: found } = shareKernels(programOf(kernels));
  return found.map(({ calls, parameters, streams }) => [calls, parameters.length, streams.size]);
};

test("kernels that differ in buffers alone are one", () => {
  expect(sharing([each(8, "b[i] = mul(a[i], 2)"), each(8, "d[i] = mul(c[i], 2)")])).toEqual([[2, 2, 0]]);
});
test("kernels that differ in where they begin are one; parts at one distance are one argument", () => {
  const kernels = [each(2, "a[i] = add(a[i + 2], b[i])"), each(2, "a[i + 4] = add(a[i + 6], b[i])")];
  expect(sharing(kernels)).toEqual([[2, 1, 0]]);
});
test("names of loops and locals do not count", () => {
  const [first, second] = ["i", "j"].map(
    (loop) =>
      `[${loop}<8] flops 0 bytes 0 origins ["x"]\n    each []\n      let %v${loop}: f32 = add(a[${loop}], 1)\n      store b[${loop}] = mul(%v${loop}, %v${loop})`,
  );
  expect(sharing([first!, second!])).toEqual([[2, 0, 0]]);
});
test("a kernel that is called once has no arguments", () => {
  expect(sharing([each(8, "b[i] = mul(a[i], 2)")])).toEqual([[1, 0, 0]]);
});
test("random streams are arguments", () => {
  const drawn = (stream: number): string => each(8, `a[i] = random(seed[0], 0, ${stream}, i)`);
  expect(sharing([drawn(5), drawn(6)])).toEqual([[2, 0, 1]]);
});

describe("kernels stay apart that differ in", () => {
  const b = each(8, "b[i] = mul(a[i], 2)");
  const others = {
    "a number": each(8, "d[i] = mul(c[i], 3)"),
    "an extent": each(7, "d[i] = mul(c[i], 2)"),
    "a function": each(8, "d[i] = add(c[i], 2)"),
    "a stride": each(4, "d[i] = mul(c[2*i], 2)"),
    "a type": each(8, "d[i] = mul(seed[0], 2)"),
    "adding to what is there": each(8, "d[i] = mul(c[i], 2)", "add"),
    // Here a turn reads what it writes: two buffers that are one are not two.
    "whether what they read is what they write": each(8, "c[i] = mul(c[i], 2)"),
  };
  test.each(Object.entries(others))("%s", (_, other) => expect(sharing([b, other])).toHaveLength(2));
});

describe.each([
  ["js", async (program: LoopProgram) => loadKernels(program)],
  ["wasm", async (program: LoopProgram) => loadModule(program)],
] as const)("on target %s", (_, load) => {
  test("each call works at its own places", async () => {
    const { run, buffers } = await load(
      programOf([
        each(8, "b[i] = mul(a[i], 2)"),
        each(8, "c[i] = mul(b[i], 2)"),
        each(4, "d[i] = add(a[i], c[i + 4])"),
        each(4, "d[i + 4] = add(b[i + 4], c[i])"),
        each(8, "c[i] = mul(c[i], 2)"),
      ]),
    );
    buffers.a!.set([1, 2, 3, 4, 5, 6, 7, 8]);
    run.f!(1);
    expect([...buffers.b!]).toEqual([2, 4, 6, 8, 10, 12, 14, 16]);
    expect([...buffers.c!]).toEqual([8, 16, 24, 32, 40, 48, 56, 64]);
    expect([...buffers.d!]).toEqual([21, 26, 31, 36, 14, 20, 26, 32]);
  });
  test("each call draws from its own stream", async () => {
    const drawn = (to: string, stream: number): string => each(8, `${to}[i] = random(seed[0], 0, ${stream}, i)`);
    const alone = await load(programOf([drawn("a", 5)]));
    alone.run.f!(1);
    const { run, buffers } = await load(programOf([drawn("a", 5), drawn("b", 6), drawn("c", 5)]));
    run.f!(1);
    expect(buffers.a).toEqual(alone.buffers.a);
    expect(buffers.c).toEqual(buffers.a);
    expect(buffers.b).not.toEqual(buffers.a);
  });
});
