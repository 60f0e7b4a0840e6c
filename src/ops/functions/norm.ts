import { CompilerBug } from "../../base/compilerBug.ts";
import type { OptionRecord } from "../../ir/graph.ts";
import type { TensorType } from "../../ir/types.ts";
import { bad, defineFunction, type ShapeProblem } from "../definition.ts";
import { functionInput } from "../elementwise.ts";
import { matrixNorm, matrixOrders, rowNorm } from "../norms.ts";
import { axesOption, chosenAxes, reduction } from "../reducing.ts";
import { andThen } from "../shape.ts";

const part = reduction({
  takes: ["f32"],
  compute(g, x, axes, options) {
    const [first, second] = axes;
    if (first === undefined) return g.map("abs", x);
    if (second === undefined) return rowNorm(g, x, first, options.ord);
    const norm = axes.length === 2 ? matrixNorm(g, x, [first, second], options.ord) : undefined;
    const whole = norm ?? matrixNorm(g, x, [first, second], undefined);
    if (whole === undefined) throw new CompilerBug("a norm without a meaning");
    return axes.length === 2 ? whole : g.map("sqrt", g.sum(g.map("square", x), axes, true));
  },
});

function misfit(x: TensorType, options: OptionRecord): ShapeProblem | undefined {
  const count = chosenAxes(x, options).length;
  const wrong = (message: string): ShapeProblem => ({ problem: "option", option: "ord", message });
  if (count === 1 && options.ord === "fro") return wrong("a row has no Frobenius norm");
  if (count === 2 && !matrixOrders.includes(options.ord))
    return wrong("a matrix has the norms 1, -1, inf, -inf and fro; those of singular values are not in nnc");
  return count > 2 && options.ord !== undefined
    ? wrong("only rows and matrices have other norms than the usual one")
    : undefined;
}

export const norm = defineFunction({
  ...part,
  name: "norm",
  summary: "The length of rows (one axis) or matrices (two axes).",
  options: {
    ord: {
      type: { kind: "float", words: ["inf", "-inf", "fro"] },
      optional: true,
      default: undefined,
      doc: 'Which norm: for a row any power, `inf` or `"-inf"`; for a matrix 1, -1, `inf`, `"-inf"` or `fro`. By default the root of the sum of squares. Keras\'s 2, -2 and `nuc` of a matrix need singular values.',
    },
    axis: axesOption("The axes to reduce"),
    keepdims: part.options.keepdims,
  },
  positional: ["ord", "axis", "keepdims"],
  shape: (inputs, options) =>
    andThen(part.shape(inputs, options), (type) =>
      andThen(functionInput(inputs), (x) => {
        const problem = misfit(x, options);
        return problem === undefined ? { ok: type } : bad(problem);
      }),
    ),
  examples: [
    { nn: "norm", type: "f32[4, 3] -> f32[]" },
    { nn: "norm(3, axis: -1)", type: "f32[4, 3] -> f32[4]" },
    { nn: "norm(ord: inf, axis: [1, 2], keepdims: true)", type: "f32[4, 3] -> f32[1, 1]" },
  ],
  source: "https://keras.io/api/ops/linalg/#norm-function",
});
