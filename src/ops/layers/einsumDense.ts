import { CompilerBug } from "../../base/compilerBug.ts";
import type { OptionRecord } from "../../ir/graph.ts";
import type { Size } from "../../ir/size.ts";
import type { TensorType } from "../../ir/types.ts";
import { activate, activatedType } from "../activation.ts";
import { bad, type Checked, defineLayer, ok, type WeightDef } from "../definition.ts";
import { type Equation, equationSizes, readEquation } from "../equation.ts";
import { loraOptions, loraWeight, withLora } from "../lora.ts";
import { activationOption, biasInitializer, integers, kernelInitializer, maybeText, textOf, use } from "../options.ts";
import { andThen, oneInput } from "../shape.ts";

interface Product {
  readonly equation: Equation;
  readonly kernel: readonly Size[];
  readonly output: readonly Size[];
  /** The shape of the bias, as long as the last axes of the result that have one. */
  readonly bias: readonly Size[] | undefined;
}

/** Works out the shapes of an equation for an input. */
function productOf(x: TensorType, options: OptionRecord): Checked<Product> {
  const equation = readEquation(textOf(options, "equation"), x.shape.length);
  if ("problem" in equation) return bad(equation);
  const sizes = equationSizes(equation, x.shape, integers(options, "output_shape"));
  if ("problem" in sizes) return bad(sizes);
  const shape = (letters: readonly string[]): readonly Size[] => letters.map((letter) => sizes.get(letter) ?? 1);
  const { weights, output, written, after } = equation;
  const made = { equation, kernel: shape(weights), output: shape(output) };
  const axes = maybeText(options, "bias_axes");
  if (axes === undefined) return ok({ ...made, bias: undefined });
  const wrong = [...axes].find((letter) => !written.includes(letter) || letter === output[0]);
  if (axes === "" || wrong !== undefined) {
    const letters = written.filter((letter) => letter !== output[0]).map((letter) => `'${letter}'`);
    return bad({
      problem: "option",
      option: "bias_axes",
      message: `it must name some of the result's axes ${letters.join(", ")}${wrong === undefined ? "" : `, and '${wrong}' is none of them`}`,
    });
  }
  const first = Math.min(...[...axes].map((letter) => written.indexOf(letter)));
  const own = written.slice(first).map((letter): Size => (axes.includes(letter) ? (sizes.get(letter) ?? 1) : 1));
  return ok({ ...made, bias: [...own, ...new Array<Size>(after).fill(1)] });
}

export const einsumDense = defineLayer({
  name: "EinsumDense",
  nature: "weighs",
  summary: "Multiplies the input with learned weights as an equation over their axes says.",
  inputs: [{ name: "x", shape: "[...]" }],
  output: "as the equation says",
  options: {
    equation: {
      type: { kind: "string" },
      required: true,
      doc: 'Letters for the axes of input and weights, then those of the result: `"abc,cd->abd"`. The first is that of the samples. `...` stands for any number of axes that pass by: `"...x,xy->...y"`.',
    },
    output_shape: {
      type: { kind: "shape", anyOpen: true },
      required: true,
      doc: "The sizes of the result's letters, without that of the samples; `_` where the input has it.",
    },
    activation: activationOption,
    bias_axes: {
      type: { kind: "string" },
      optional: true,
      default: undefined,
      doc: 'The letters of the result along which a learned bias differs: `"d"`. Without them there is no bias.',
    },
    kernel_initializer: kernelInitializer,
    bias_initializer: biasInitializer,
    ...loraOptions,
  },
  positional: ["equation", "output_shape", "activation"],
  weights([x], options) {
    const product = x === undefined ? undefined : productOf(x, options);
    if (product === undefined || "bad" in product) return [];
    const { equation, kernel: shape, bias } = product.ok;
    const places = equation.weights.map((letter, i) => ({ i, made: equation.output.includes(letter) }));
    const kernel: WeightDef = {
      name: "kernel",
      shape,
      initializer: use(options, "kernel_initializer"),
      trainable: true,
      fans: {
        input_axes: places.filter(({ made }) => !made).map(({ i }) => i),
        output_axes: places.filter(({ made }) => made).map(({ i }) => i),
      },
    };
    if (bias === undefined) return withLora([kernel], options);
    const added = { name: "bias", shape: bias, initializer: use(options, "bias_initializer"), trainable: true };
    return withLora([kernel, added], options);
  },
  shape: (inputs, options) =>
    andThen(oneInput(inputs, { atLeast: 0, text: "[...]" }), (x) =>
      andThen(productOf(x, options), ({ output }) => activatedType({ dtype: "f32", shape: output }, options)),
    ),
  expand(g, call) {
    const [x] = call.inputs;
    const { bias } = call.weights;
    const kernel = loraWeight(g, "kernel", call.weights, call.options);
    const product = x === undefined ? undefined : productOf(x.type, call.options);
    if (x === undefined || kernel === undefined || product === undefined || "bad" in product)
      throw new CompilerBug("EinsumDense needs input and kernel");
    const { equation, output } = product.ok;
    const { input, weights } = equation;
    const sizes = new Map([
      ...input.map((letter, i) => [letter, x.type.shape[i] ?? 1] as const),
      ...weights.map((letter, i) => [letter, kernel.type.shape[i] ?? 1] as const),
    ]);
    const summed = [...sizes.keys()].filter((letter) => !equation.output.includes(letter));
    // Letters of a user are no names of loops.
    const letters = [...equation.output, ...summed];
    const names = new Map(letters.map((letter, i) => [letter, `i${i}`]));
    const access = (of: readonly string[]) =>
      of.map((letter) => ({ offset: 0, strides: { [names.get(letter) ?? ""]: 1 } }));
    const sums = g.contract({
      loops: letters.map((letter, i) => ({ name: `i${i}`, extent: sizes.get(letter) ?? 1 })),
      shape: output,
      out: access(equation.output),
      lhs: x,
      left: access(input),
      rhs: kernel,
      right: access(weights),
    });
    return { output: activate(g, bias === undefined ? sums : g.add(sums, bias), call) };
  },
  examples: [
    { nn: 'EinsumDense("ab,bc->ac", 4, relu, bias_axes: "c")', type: "f32[3] -> f32[4]" },
    { nn: 'EinsumDense("abc,cde->aebd", [3, _, 2], bias_axes: "e")', type: "f32[4, 5] -> f32[3, 4, 2]" },
    { nn: 'EinsumDense("...x,xy->...y", output_shape: 2)', type: "f32[3, 2, 4] -> f32[3, 2, 2]" },
  ],
  source: "https://keras.io/api/layers/core_layers/einsum_dense/",
});
