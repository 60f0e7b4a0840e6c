import { bad, defineFunction, ok } from "../definition.ts";
import { clip as clipped, elementwise, functionInput, numeric } from "../elementwise.ts";
import { fractionBeside, numberOf } from "../options.ts";
import { andThen } from "../shape.ts";

export const clip = defineFunction({
  ...elementwise((g, x, options) => clipped(g, x, numberOf(options, "x_min"), numberOf(options, "x_max")), numeric),
  name: "clip",
  summary: "Holds x between two numbers. For bounds that are tensors, write `minimum` and `maximum`.",
  options: {
    x_min: { type: { kind: "float" }, required: true, doc: "The least result." },
    x_max: { type: { kind: "float" }, required: true, doc: "The largest result, not below the least." },
  },
  positional: ["x_min", "x_max"],
  range: (options) => [numberOf(options, "x_min"), numberOf(options, "x_max")],
  shape: (inputs, options) =>
    andThen(functionInput(inputs, numeric), (x) => {
      const fraction = fractionBeside(x.dtype, options, ["x_min", "x_max"]);
      if (fraction !== undefined) return bad(fraction);
      return numberOf(options, "x_min") <= numberOf(options, "x_max")
        ? ok(x)
        : bad({ problem: "option", option: "x_max", message: "it must not be below `x_min`" });
    }),
  examples: [{ nn: "clip(-1, 0.5)", type: "f32[4, 3] -> f32[4, 3]" }],
  source: "https://keras.io/api/ops/numpy/#clip-function",
});
