import type { Builder, Value } from "../../ir/builder.ts";
import { defineFunction } from "../definition.ts";
import { elementwise, numeric } from "../elementwise.ts";
import { numberOf } from "../options.ts";

/** Whole numbers change only if digits before the point go. */
function rounded(g: Builder, x: Value, decimals: number): Value {
  const whole = x.type.dtype === "i32";
  if (whole && decimals >= 0) return x;
  if (decimals === 0) return g.map("round", x);
  const factor = 10 ** decimals;
  return g.cast(g.div(g.map("round", g.mul(g.cast(x, "f32"), factor)), factor), x.type.dtype);
}

export const round = defineFunction({
  ...elementwise((g, x, options) => rounded(g, x, numberOf(options, "decimals")), numeric),
  name: "round",
  stopsGradient: true,
  summary: "Rounds to the nearest number with so many decimals; a half goes to the even neighbour.",
  options: {
    decimals: {
      type: { kind: "int", min: -30, max: 30 },
      default: 0,
      doc: "The digits after the point; a negative number rounds to tens, hundreds and so on.",
    },
  },
  positional: ["decimals"],
  examples: [
    { nn: "round", type: "f32[4, 3] -> f32[4, 3]" },
    { nn: "round(1)", type: "f32[4] -> f32[4]" },
  ],
  source: "https://keras.io/api/ops/numpy/#round-function",
});
