import { defineFunction } from "../definition.ts";
import { reduction } from "../reducing.ts";

export const logsumexp = defineFunction({
  ...reduction({
    takes: ["f32"],
    compute(g, x, axes) {
      const most = g.max(x, axes, true);
      // An infinite maximum would leave no difference.
      const level = g.map("stop_gradient", g.select(g.map("is_finite", most), most, 0));
      return g.add(g.map("log", g.sum(g.map("exp", g.sub(x, level)), axes, true)), level);
    },
  }),
  name: "logsumexp",
  summary: "log(Σ exp(x)) along axes, without overflow.",
  examples: [
    { nn: "logsumexp", type: "f32[4, 3] -> f32[]" },
    { nn: "logsumexp(-1)", type: "f32[4, 3] -> f32[4]" },
  ],
  source: "https://keras.io/api/ops/math/#logsumexp-function",
});
