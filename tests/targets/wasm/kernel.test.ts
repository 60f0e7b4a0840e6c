// The units of a kernel that threads share: they are its own loops, and each can run by itself.

import { expect, test } from "vitest";
import type { Kernel, LoopProgram } from "../../../src/ir/loops.ts";
import { batchSize } from "../../../src/ir/size.ts";
import { kernelsIn } from "../../../src/ir/steps.ts";
import { tensor } from "../../../src/ir/types.ts";
import { toPrims } from "../../../src/passes/index.ts";
import { schedule } from "../../../src/schedule/schedule.ts";
import { shareKernels } from "../../../src/targets/loops/share.ts";
import { type KernelSet, type KernelText, kernelText } from "../../../src/targets/wasm/kernel.ts";
import { variants } from "../../../src/targets/wasm/variants.ts";
import { opGraph } from "../../support/graphs.ts";

/** A kernel's text in the first form of the module. */
function textOf(loops: LoopProgram, { name }: Kernel): KernelText {
  const places = new Map(loops.buffers.map(({ name, dtype, offset }) => [name, { dtype, offset }]));
  const set: KernelSet = {
    choice: variants[0]!.choice,
    tiles: new Map(),
    calls: new Set(),
    buffer: (buffer) => places.get(buffer)!,
  };
  const shared = shareKernels(loops).kernels.find(({ kernel }) => kernel.name === name)!;
  return kernelText(shared, set, []);
}

test("windows that hand their gradient back are shared sample by sample", () => {
  const none = { size: 1, stride: 1, dilation: 1, before: 0, after: 0 };
  // They overlap: what does not is no scatter.
  const pair = { ...none, size: 3, stride: 2 };
  const graph = opGraph(({ g, gradient }) => {
    const x = g.input("x", tensor("f32", batchSize, 7, 7, 5));
    const y = g.windowReduce("max", x, [none, pair, pair, none]);
    return { x: gradient(g.sum(g.mul(y, g.input("scale", y.type)), [0, 1, 2, 3]), x) };
  });
  const loops = schedule(toPrims({ slots: [], programs: [graph] } as never, { adds: true }), {
    batch: 4,
    fusion: false,
  });
  const kernels = kernelsIn(loops.functions[0]!.steps).filter(({ stages }) =>
    stages.some(({ kind }) => kind === "scatter"),
  );
  expect(kernels).toHaveLength(1);
  expect(kernels[0]!.stages).toHaveLength(1);
  const { text, units } = textOf(loops, kernels[0]!);
  expect(units).toBe("(local.get $samples)");
  expect(text.match(/memory\.fill/g)).toHaveLength(1);
});

test("a long function of colours runs four pixels at a time", () => {
  const graph = opGraph(({ g }) => {
    const x = g.input("x", tensor("f32", batchSize, 8, 3));
    return { y: g.map("sigmoid", g.add(x, g.input("bias", tensor("f32", 3)))) };
  });
  const loops = schedule(toPrims({ slots: [], programs: [graph] } as never), { batch: 4, fusion: true });
  const [only] = kernelsIn(loops.functions[0]!.steps);
  const { text, units } = textOf(loops, only!);
  expect(text).toContain("call $sigmoid_v");
  expect(text).not.toContain("call $sigmoid_s");
  expect(units).toBe("(local.get $samples)");
});
