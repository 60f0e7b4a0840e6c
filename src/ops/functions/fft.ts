import { CompilerBug } from "../../base/compilerBug.ts";
import type { TensorType } from "../../ir/types.ts";
import { sameShape } from "../../ir/types.ts";
import { bad, type Checked, defineFunction, ok } from "../definition.ts";
import { counted, countedValue } from "../elementwise.ts";
import { transform } from "../fourier.ts";
import { openSize } from "../moving.ts";
import { dtypeProblem, innerShape, twoAlike } from "../shape.ts";

function complexType(inputs: readonly TensorType[]): Checked<TensorType> {
  const [real, imaginary, ...more] = inputs.map(counted);
  if (real === undefined || imaginary === undefined || more.length > 0)
    return bad({ problem: "inputs", expected: "two", actual: inputs.length });
  const type = dtypeProblem([real, imaginary], ["f32"]);
  if (type !== undefined) return bad(type);
  if (innerShape(real).length === 0) return bad({ problem: "rank", input: 0, expected: [1], expectedText: "[..., n]" });
  if (!sameShape(real.shape, imaginary.shape)) return bad({ problem: "differ", input: 1 });
  return openSize(real) ?? ok(real);
}

export const fft = defineFunction({
  name: "fft",
  summary: "The discrete Fourier transform along the last axis: two results, the real and the imaginary part.",
  inputs: [
    { name: "real", shape: "[..., n]" },
    { name: "imaginary", shape: "[..., n]", doc: "Keras takes both parts as a pair." },
  ],
  output: "[..., n], [..., n]",
  options: {},
  positional: [],
  ...twoAlike(complexType),
  expand(g, call) {
    const [real, imaginary] = call.inputs.map((x) => countedValue(g, x));
    if (real === undefined || imaginary === undefined) throw new CompilerBug("fft needs two inputs");
    const made = transform(g, { real, imaginary });
    return { output: made.real, more: [made.imaginary] };
  },
  examples: [{ nn: "fft()", type: "f32[2, 5], f32[2, 5] -> f32[2, 5], f32[2, 5]" }],
  source: "https://keras.io/api/ops/fft/#fft-function",
});
