import { defineLoss } from "../definition.ts";
import { meanOver, signs } from "../loss.ts";
import { reduction } from "../lossReduction.ts";

export const squaredHinge = defineLoss({
  name: "squared_hinge",
  summary: "max(1 - target · prediction, 0)², with targets -1 and 1; 0 counts as -1.",
  options: { reduction },
  positional: [],
  wants: "anything",
  takesScores: true,
  expand: meanOver((g, { prediction, target }) => {
    const margin = g.map("relu", g.sub(1, g.mul(signs(g, target), prediction)));
    return g.map("square", margin);
  }),
  source: "https://keras.io/api/losses/hinge_losses/#squared_hinge-function",
});
