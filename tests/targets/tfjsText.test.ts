// The calls of a trainer for target `tfjs`: operations that TensorFlow.js has, not the primitives they consist of.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { describe, expect, test } from "vitest";
import { compile } from "../../src/driver/index.ts";
import { toWholePrims } from "../../src/passes/index.ts";
import type { Tensor, TensorFlow } from "../../src/runtime/tfjs/tensors.ts";
import { tensorMemory } from "../../src/runtime/tfjs/tensors.ts";
import { printer } from "../../src/targets/printer.ts";
import { bodyText } from "../../src/targets/tfjs/program.ts";
import { exampleModule } from "../support/exampleModule.ts";
import { exampleCalls } from "../support/examples.ts";

const require = createRequire(import.meta.url);
const tf = require("@tensorflow/tfjs-core") as TensorFlow & { setBackend(name: string): Promise<boolean> };
require("@tensorflow/tfjs-backend-cpu");
await tf.setBackend("cpu");

/** The body of one function of a trainer. */
async function programOf(file: string, name: string): Promise<string> {
  const { outputs } = await compile(
    { entry: file, texts: new Map([[file, readFileSync(file, "utf8")]]) },
    { target: "tfjs" },
  );
  const [, text = ""] =
    new RegExp(`function ${name}\\(.*?\\{\n(.*?)\n  \\}`, "s").exec(outputs.get("train.ts") ?? "") ?? [];
  return text;
}
const callsIn = (text: string): Readonly<Record<string, number>> => {
  const names = [...text.matchAll(/\b(tf\.[\w.]+|\w+(?=\(tf, ))/g)].map((match) => match[1]!);
  return Object.fromEntries([...new Set(names)].map((name) => [name, names.filter((other) => other === name).length]));
};

test("depthwise and transposed convolutions and their gradients are operations", () => {
  const callsOf = (name: string): readonly string[] => {
    const texts = exampleCalls()
      .filter(({ operator }) => operator.name === name)
      .map((example) => {
        const out = printer();
        bodyText(out, toWholePrims(exampleModule(example, true)), () => undefined, new Set());
        return Object.keys(callsIn(out.toString())).filter((call) => /onv|depthwise|Along|matMul/.test(call));
      });
    return [...new Set(texts.flat())].sort();
  };
  const depthwise = ["depthwiseConvolution", "depthwiseInputGradient", "depthwiseKernelGradient"];
  expect(callsOf("DepthwiseConv2D")).toEqual(depthwise);
  expect(callsOf("Conv2DTranspose")).toEqual(["convolutionInputGradient", "convolutionKernelGradient", "tf.conv2d"]);
});

describe("models/mnist.nn", () => {
  test("a training step", async () => {
    const text = await programOf("models/mnist.nn", "runTrainStep");
    expect(callsIn(text)).toEqual({
      "tf.split": 1,
      "tf.cast": 3,
      "tf.div": 3,
      "tf.reshape": 12,
      "tf.fused.conv2d": 3,
      "tf.maxPool": 2,
      "tf.fused.matMul": 2,
      rightSide: 2,
      "tf.softmax": 1,
      "tf.oneHot": 1,
      "tf.losses.softmaxCrossEntropy": 1,
      "tf.add": 5,
      "tf.mul": 4,
      "tf.sum": 6,
      "tf.equal": 1,
      "tf.argMax": 1,
      "tf.sub": 4,
      "tf.matMul": 4,
      reluGradient: 4,
      convolutionInputGradient: 2,
      convolutionKernelGradient: 3,
      maxPoolGradient: 2,
      "tf.concat": 1,
      "tf.square": 1,
      "tf.sqrt": 1,
    });
    expect(text).toContain(
      'tf.fused.conv2d({ x: v1, filter: v3, strides: 1, pad: "valid", bias: p1, activation: "relu" })',
    );
    // The rate of a step is a number, not a dozen tensors.
    expect(text).toContain("(0.001 * (Math.sqrt(1 - Math.pow(0.999, v");
  });

  test("a prediction", async () => {
    expect(callsIn(await programOf("models/mnist.nn", "runPredict"))).toEqual({
      "tf.split": 1,
      "tf.reshape": 6,
      "tf.fused.conv2d": 3,
      "tf.maxPool": 2,
      "tf.fused.matMul": 2,
      rightSide: 2,
      "tf.softmax": 1,
    });
  });
});

test("bench/resnet.nn normalises by one call where nothing is trained", async () => {
  const calls = callsIn(await programOf("bench/resnet.nn", "runPredict"));
  expect(calls["tf.batchNorm"]).toBe(7);
  expect(calls["tf.rsqrt"]).toBeUndefined();
});

describe("operators and their gradients", () => {
  const texts = new Map(
    exampleCalls().map((example) => {
      const out = printer();
      bodyText(out, toWholePrims(exampleModule(example, false)), () => undefined, new Set());
      return [example.title.split(":")[0]!, out.toString()];
    }),
  );
  test.each([
    ["AveragePooling1D(2)", ["tf.avgPool(", "averagePoolGradient(tf, "]],
    ["AveragePooling2D(2x2)", ["tf.avgPool(", "averagePoolGradient(tf, "]],
    ["AvgPool2D(3, strides", ['tf.avgPool(v0, 3, 2, "same")', "averagePoolGradient(tf, "]],
    ["AveragePooling3D(2x2x2)", ["tf.avgPool3d(", "averagePoolGradient(tf, "]],
    ["MaxPooling1D(2)", ["tf.maxPool(", "maxPoolGradient(tf, "]],
    ["MaxPool2D(3, strides", ['tf.maxPool(v0, 3, 2, "same")', "maxPoolGradient(tf, "]],
    ["MaxPooling3D(2x2x2)", ["maxPool3d(tf, ", "maxPoolGradient(tf, "]],
    ["BatchNormalization()", ["tf.batchNorm("]],
    ["Conv1D(4, 3, relu)", ["tf.conv1d(", "convolutionInputGradient(tf, ", "convolutionKernelGradient(tf, "]],
    ["Conv2D(4, 3x3, relu)", ["tf.fused.conv2d(", "convolutionInputGradient(tf, ", "convolutionKernelGradient(tf, "]],
    ["Conv3D(2, 3x3x3, relu)", ["tf.conv3d(", "convolutionInputGradient(tf, ", "convolutionKernelGradient(tf, "]],
    ["Dense(5, relu)", ["tf.fused.matMul(", "reluGradient(tf, "]],
    ["GlobalAveragePooling2D()", ["tf.mean(v0, [1, 2])"]],
    ["Softmax()", ["tf.softmax("]],
    ["log_softmax", ["tf.logSoftmax("]],
    ["matmul()", ["tf.matMul("]],
  ])("%s", (title, calls) => {
    const text = texts.get(title) ?? "";
    expect(text).not.toBe("");
    for (const call of calls) expect(text).toContain(call);
    for (const helper of ["readAlong", "addAlong", "product(", "windowsOf", "addWindows"])
      expect(text).not.toContain(helper);
  });
});

test("memory can be read after it is given back, and holds no tensor then", () => {
  const before = tf.memory().numTensors;
  const memory = tensorMemory(tf, { step: new Int32Array(1) }, { weights: { shape: [2], dtype: "float32" } });
  memory.write("weights", tf.tensor([3, 4], [2], "float32") as Tensor);
  memory.setNumber("step", 5);
  memory.dispose();
  expect([...memory.values("weights"), ...memory.values("step")]).toEqual([3, 4, 5]);
  expect(tf.memory().numTensors).toBe(before);
});
