import { expect, test } from "vitest";
import { targets } from "../../src/driver/targets.ts";
import { parseLoops } from "../../src/ir/loopParse.ts";
import type { Kernel } from "../../src/ir/loops.ts";
import { printKernel, printLoops } from "../../src/ir/loopText.ts";
import { likenessOf } from "../../src/ir/places.ts";
import { kernelsIn } from "../../src/ir/steps.ts";
import { lower } from "../../src/lower/lower.ts";
import { toPrims } from "../../src/passes/index.ts";
import { formStore, formsOver } from "../../src/schedule/form.ts";
import { schedule } from "../../src/schedule/schedule.ts";
import { shareKernels } from "../../src/targets/loops/share.ts";
import { requestOf } from "../support/training.ts";

const load = (buffer: string, offset: number, stride = 1) =>
  ({ kind: "load", buffer, address: { offset, strides: { i: stride } }, guards: [], otherwise: 0 }) as const;

/** Adds random numbers of a stream to a buffer's elements from `start` on. */
const kernelAt = (from: string, start: number, to: string, stream: number, stride = 1): Kernel => ({
  name: `to_${to}`,
  loops: [{ name: "i", extent: 4 }],
  stages: [
    {
      kind: "each",
      loops: [],
      lets: [],
      stores: [
        {
          buffer: to,
          address: { offset: 0, strides: { i: 1 } },
          value: {
            kind: "apply",
            fn: "add",
            args: [
              load(from, start, stride),
              {
                kind: "random",
                seed: { kind: "number", value: 1 },
                step: { kind: "number", value: 2 },
                stream,
                element: { offset: 0, strides: { i: 1 } },
              },
            ],
          },
        },
      ],
    },
  ],
  origins: [to],
  flops: 0,
  bytes: 0,
});

const forms = formsOver(
  (buffer) => ({ dtype: buffer === "whole" ? "i32" : "f32", fromFirst: buffer !== "rows" }),
  formStore(),
);

test("kernels that differ in buffers, addresses and streams have one form, and come back from it", () => {
  const kernels = [kernelAt("weights", 0, "a", 3), kernelAt("weights", 160, "b", 9), kernelAt("other", 8, "c", 3)];
  const formed = kernels.map(forms.of);
  expect(new Set(formed.map(({ form }) => form)).size).toBe(1);
  formed.forEach((one, i) => {
    expect(forms.kernel(one)).toEqual(kernels[i]);
  });
});

test.each<readonly [string, Kernel, Kernel]>([
  ["strides", kernelAt("weights", 0, "a", 1), kernelAt("weights", 0, "a", 1, 2)],
  ["types", kernelAt("weights", 0, "a", 1), kernelAt("whole", 0, "a", 1)],
  ["the place of rows", kernelAt("rows", 0, "a", 1), kernelAt("rows", 4, "a", 1)],
  ["working in place", kernelAt("weights", 0, "a", 1), kernelAt("a", 0, "a", 1)],
])("kernels that differ in %s have forms of their own", (_, one, other) => {
  expect(forms.of(one).form).not.toBe(forms.of(other).form);
});

test("a step runs once for a form, and its result lies where each kernel did", () => {
  let runs = 0;
  const swap = (kernel: Kernel): Kernel => {
    runs++;
    return { ...kernel, stages: [...kernel.stages, ...kernel.stages] };
  };
  const [a, b] = [kernelAt("weights", 0, "a", 3), kernelAt("weights", 160, "b", 9)];
  const results = [a, b].map((kernel) => forms.kernel(forms.step(forms.of(kernel), "twice", swap)));
  expect(runs).toBe(1);
  expect(results.map(({ stages }) => stages)).toEqual([
    [...a.stages, ...a.stages],
    [...b.stages, ...b.stages],
  ]);
});

test("a join is kept for pairs with the same buffers in common only", () => {
  const join = (first: Kernel, second: Kernel): Kernel => ({ ...first, stages: [...first.stages, ...second.stages] });
  const pairs = [
    [kernelAt("weights", 0, "a", 1), kernelAt("a", 0, "b", 2)],
    [kernelAt("weights", 32, "c", 3), kernelAt("c", 0, "d", 4)],
    [kernelAt("weights", 32, "e", 5), kernelAt("f", 0, "g", 5)],
    [kernelAt("weights", 0, "h", 1), kernelAt("weights", 16, "i", 1)],
  ] as const;
  for (const [first, second] of pairs) {
    const made = forms.join(forms.of(first), forms.of(second), "join", join);
    expect(made === undefined ? [] : forms.kernel(made).stages).toEqual([...first.stages, ...second.stages]);
  }
});

test("targets share kernels by likeness as by their texts", () => {
  const request = requestOf(`
    block Unit(x: f32[h, w, c]) {
      Conv2D(4, 3x3, padding: same)
      BatchNormalization()
      relu
      Dropout(0.2)
    }
    dataset D {
      source idx("images", "labels", shape: 8x8x1, classes: 3)
      input image = pixels / 255
      target label
    }
    model M(image: f32[8, 8, 1]) {
      repeat 3 { Unit() }
      Flatten()
      Dense(3, softmax)
    }
    train M on D {
      loss categorical_crossentropy
      optimizer adam()
    }
  `);
  const loops = schedule(toPrims(lower(request), targets.wasm.prims), { batch: 4, ...targets.wasm.schedule });
  const kernels = loops.functions.flatMap((fn) => kernelsIn(fn.steps));
  expect(kernels.every((kernel) => likenessOf(kernel) !== undefined)).toBe(true);
  // A program that is read from its text has no likenesses.
  const read = parseLoops(printLoops(loops));
  expect(read.functions.flatMap((fn) => kernelsIn(fn.steps)).some((kernel) => likenessOf(kernel) !== undefined)).toBe(
    false,
  );
  const texts = (program: typeof loops): readonly string[] =>
    shareKernels(program).kernels.map(({ kernel, parameters, calls }) =>
      [printKernel(kernel), JSON.stringify(parameters), calls].join("\n"),
    );
  expect(texts(loops)).toEqual(texts(read));
});
