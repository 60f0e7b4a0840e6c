// A loop over a step of the user's own: against the layer that is the same loop, and by hand.

import { expect, test } from "vitest";
import { wasmExecutor } from "../../src/conformance/compiledExecutor.ts";
import { passesExecutor } from "../../src/conformance/executor.ts";
import { openTraining } from "../support/training.ts";

const program = (body: string, blocks = ""): string => `
${blocks}
dataset D {
  source idx("images", "labels", shape: [4, 3, 1], classes: 2)
  input x: f32[4, 3] = pixels -> Reshape([4, 3])
  target y: class(2) = label
}
model M(x: f32[4, 3]) {
  ${body}
  Dense(2, softmax, kernel_initializer: identity, name: "head")
}
train M on D {
  loss categorical_crossentropy
  optimizer sgd(0.5)
}`;
const pixels = Array.from({ length: 24 }, (_, i) => (i * 7) % 5);
const batch = { pixels, label: [0, 1] };
const executors = [undefined, passesExecutor, wasmExecutor];

async function open(text: string, executor: (typeof executors)[number]) {
  return openTraining(text, 2, executor === undefined ? {} : { executor });
}

test("a step of its own trains as SimpleRNN does, in both directions", async () => {
  const options = "kernel_initializer: identity(gain: 0.3)";
  for (const reverse of [false, true]) {
    const step = `block Step(h: f32[n], x: f32[m]) -> f32[n] {
      tanh((x -> Dense(n, ${options}, name: "a")) + (h -> Dense(n, use_bias: false, ${options}, name: "b")))
    }`;
    const rnn = `SimpleRNN(3, ${options}, recurrent_initializer: identity(gain: 0.3), go_backwards: ${reverse}, name: "r")`;
    for (const executor of executors) {
      const own = await open(program(`scan(Step(), init: zeros([3]), reverse: ${reverse})`, step), executor);
      const layer = await open(program(rnn), executor);
      for (const { run } of [own, layer]) for (let i = 0; i < 2; i++) run("train_step", batch);
      for (const [a, b] of [
        ["step/a/kernel", "r/kernel"],
        ["step/b/kernel", "r/recurrent_kernel"],
        ["step/a/bias", "r/bias"],
      ] as const)
        for (const [i, value] of own.weight(a).entries()) expect(value, a).toBeCloseTo(layer.weight(b)[i]!, 5);
    }
  }
});

test("several carried values, sequences and results, and a loop within a step", async () => {
  const text = `
block Step(h: f32[n], count: f32[1], x: f32[n], y: f32) {
  let (inner, places) = arange(2) -> scan(Inner(), init: h)
  return { h: inner + x, count: count + 1, out: x * y, many: places + count }
}
block Inner(h: f32[n], i: f32) { return { h: h / 2 + i, i: i } }
model M(x: f32[4, 3]) {
  let (h, count, out, many) = (x, x[:, 0]) -> scan(Step(), init: (zeros([3]), ones([1])))
  return { h: h, count: count, out: out, many: many }
}`;
  const x = pixels.slice(0, 12);
  const rows = [0, 1, 2, 3].map((t) => x.slice(3 * t, 3 * t + 3));
  // In each step h becomes h / 4 + 1, plus x.
  const h = rows.reduce((h, row) => h.map((value, i) => value / 4 + 1 + row[i]!), [0, 0, 0]);
  const expected = {
    h,
    count: [5],
    out: rows.flatMap((row) => row.map((value) => value * row[0]!)),
    many: [0, 1, 2, 3].flatMap((t) => [1 + t, 2 + t]),
  };
  for (const executor of executors) {
    const { run } = await openTraining(text, 1, executor === undefined ? {} : { executor });
    const outputs = run("predict", { x });
    for (const [name, values] of Object.entries(expected))
      for (const [i, value] of outputs.get(name)!.entries()) expect(value, name).toBeCloseTo(values[i]!, 5);
  }
});

test("each step draws masks of its own, and statistics go from step to step", async () => {
  const drop = "block S(h: f32[n], x: f32[n]) { h + (ones([3]) + x * 0 -> Dropout(0.5)) }";
  const probe = 'BatchNormalization(momentum: 0, name: "probe")';
  const norm = 'block S(h: f32[n], x: f32[n]) { h + (x -> BatchNormalization(momentum: 0.5, name: "bn")) }';
  for (const executor of executors) {
    const drawn = await open(program(`scan(S(), init: zeros([3]))\n  ${probe}`, drop), executor);
    drawn.run("train_step", batch);
    // Four steps with one mask would make 0 or 8 of each element, of which half a batch is 0, 4 or 8.
    expect(drawn.weight("probe/moving_mean").some((value) => Math.round(value) % 4 !== 0)).toBe(true);
    const moved = await open(program("scan(S(), init: zeros([3]))", norm), executor);
    moved.run("train_step", batch);
    const mean = (step: number, i: number): number => (pixels[3 * step + i]! + pixels[12 + 3 * step + i]!) / 2;
    for (const [i, value] of moved.weight("s/bn/moving_mean").entries())
      expect(value).toBeCloseTo(mean(0, i) / 16 + mean(1, i) / 8 + mean(2, i) / 4 + mean(3, i) / 2, 5);
  }
});
