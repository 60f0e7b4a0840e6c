import { CompilerBug } from "../../base/compilerBug.ts";
import type { OptionRecord } from "../../ir/graph.ts";
import { divideExactly, product } from "../../ir/size.ts";
import type { TensorType } from "../../ir/types.ts";
import { bad, type Checked, defineLayer, ok } from "../definition.ts";
import { anyType } from "../elementwise.ts";
import { inputOf } from "../layer.ts";
import { integers } from "../options.ts";
import { andThen, oneInput } from "../shape.ts";

function reshaped(x: TensorType, options: OptionRecord): Checked<TensorType> {
  const target = integers(options, "target_shape");
  const elements = product(x.shape.slice(1));
  const fixed = target.filter((size) => size >= 0).reduce((all, size) => all * size, 1);
  const open = target.some((size) => size < 0);
  const rest = open ? divideExactly(elements, fixed) : 1;
  const short = typeof elements === "number" && !open && elements !== fixed;
  if (rest === undefined || short) return bad({ problem: "elements", expected: elements, actual: fixed });
  return ok({ dtype: x.dtype, shape: [x.shape[0] ?? 1, ...target.map((size) => (size < 0 ? rest : size))] });
}

export const reshape = defineLayer({
  name: "Reshape",
  summary: "Gives the elements another shape, in row-major order.",
  inputs: [{ name: "x", shape: "[...]" }],
  output: "target_shape",
  options: {
    target_shape: {
      type: { kind: "shape" },
      required: true,
      doc: "The new shape; one entry may be `_`, and nnc computes it.",
    },
  },
  positional: ["target_shape"],
  shape: (inputs, options) =>
    andThen(oneInput(inputs, { takes: anyType, atLeast: 0, text: "[...]" }), (x) => reshaped(x, options)),
  expand(g, call) {
    const x = inputOf(call);
    const { options } = call;
    const type = reshaped(x.type, options);
    if ("bad" in type) throw new CompilerBug("Reshape to another number of elements");
    return { output: g.reshape(x, type.ok.shape) };
  },
  examples: [
    { nn: "Reshape([4, 4, 2])", type: "f32[32] -> f32[4, 4, 2]" },
    { nn: "Reshape([2, 3])", type: "i32[6] -> i32[2, 3]" },
    { nn: "Reshape([2, _])", type: "f32[3, 4] -> f32[2, 6]" },
  ],
  source: "https://keras.io/api/layers/reshaping_layers/reshape/",
});
