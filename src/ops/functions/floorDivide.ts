import type { Builder, Value } from "../../ir/builder.ts";
import { binaryOf } from "../arithmetic.ts";
import { defineFunction } from "../definition.ts";
import { numeric } from "../elementwise.ts";

/** The quotient of whole numbers is corrected by what is left: f32 does not hold all of them. */
function quotient(g: Builder, a: Value, b: Value): Value {
  const rough = (of: Value): Value => g.map("floor", g.div(of, b));
  if (a.type.dtype === "f32") return rough(a);
  const first = g.cast(rough(a), "i32");
  return g.add(first, g.cast(rough(g.sub(a, g.mul(first, b))), "i32"));
}

export const floorDivide = defineFunction({
  ...binaryOf(quotient, numeric),
  name: "floor_divide",
  summary: "a / b, rounded down.",
  domain: [0.3, 2],
  examples: [{ nn: "floor_divide()", type: "f32[4, 3], f32[3] -> f32[4, 3]" }],
  source: "https://keras.io/api/ops/numpy/#floor_divide-function",
});
