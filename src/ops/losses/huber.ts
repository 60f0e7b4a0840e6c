import { defineLoss } from "../definition.ts";
import { meanOver } from "../loss.ts";
import { reduction } from "../lossReduction.ts";
import { numberOf, numberOption } from "../options.ts";

export const huber = defineLoss({
  name: "huber",
  summary: "The square of small differences; a straight line for differences beyond delta.",
  options: { delta: numberOption(1, "The difference at which the square ends.", { min: 0 }), reduction },
  positional: ["delta"],
  wants: "anything",
  expand: meanOver((g, { prediction, target }, options) => {
    const delta = numberOf(options, "delta");
    const size = g.map("abs", g.sub(prediction, target));
    const straight = g.sub(g.mul(size, delta), 0.5 * delta * delta);
    return g.select(g.map("le", size, delta), g.mul(g.map("square", size), 0.5), straight);
  }),
  source: "https://keras.io/api/losses/regression_losses/#huber-function",
});
