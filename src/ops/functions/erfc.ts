import type { Builder, Value } from "../../ir/builder.ts";
import { type Coefficients, erfCoefficients } from "../../ir/scalar/errorFunctions.ts";
import { defineFunction } from "../definition.ts";
import { clip, elementwise, polynomial } from "../elementwise.ts";

/** The ranges of the approximations: 1 - erf below the first, exponentials above the second, in two pieces. */
const [CENTRE, TAIL, FAR] = [0.84375, 1.25, 1 / 0.35];
/** From here on the result is 0, even in f64. */
const END = 28;

const ratio = (g: Builder, { top, bottom }: { top: Coefficients; bottom: Coefficients }, x: Value): Value =>
  g.div(polynomial(g, top, x), polynomial(g, bottom, x));

/** Each range sees only numbers of its own, so that no branch that is not chosen overflows. */
function complement(g: Builder, x: Value): Value {
  const { middle, large, tail } = erfCoefficients;
  const near = g.sub(1 - middle.start, ratio(g, middle, g.sub(clip(g, x, CENTRE, TAIL), 1)));
  const a = clip(g, x, TAIL, END);
  // The square of few digits is exact, and the rest of the exponent small: f32 keeps its digits far out.
  const coarse = g.div(g.map("round", g.mul(a, 16)), 16);
  const inverse = (low: number, high: number): Value => g.map("reciprocal", g.map("square", clip(g, x, low, high)));
  const shape = g.select(g.map("lt", x, FAR), ratio(g, large, inverse(TAIL, FAR)), ratio(g, tail, inverse(FAR, END)));
  const first = g.map("exp", g.sub(-0.5625, g.map("square", coarse)));
  const second = g.map("exp", g.add(g.mul(g.sub(coarse, a), g.add(coarse, a)), shape));
  const far = g.div(g.mul(first, second), a);
  const outer = g.select(g.map("lt", x, TAIL), near, far);
  return g.select(g.map("lt", x, CENTRE), g.sub(1, g.map("erf", x)), outer);
}

export const erfc = defineFunction({
  ...elementwise(complement),
  name: "erfc",
  summary: "1 - erf(x), with all its digits where that is small.",
  options: {},
  positional: [],
  examples: [{ nn: "erfc", type: "f32[4, 3] -> f32[4, 3]" }],
  source: "FreeBSD msun, s_erf.c; https://keras.io/api/ops/math/#erfc-function",
});
