import { defineLoss } from "../definition.ts";
import { axisMisfit, cosines, numbersOf } from "../loss.ts";
import { reduction } from "../lossReduction.ts";
import { axisOption, numberOf } from "../options.ts";

export const cosineSimilarity = defineLoss({
  name: "cosine_similarity",
  aliases: ["CosineSimilarity"],
  summary: "The negative cosine of the angle between prediction and target: -1 where they point the same way.",
  options: { axis: axisOption(-1, "The axis along which the vectors lie."), reduction },
  positional: [],
  wants: "anything",
  comparesRows: true,
  misfit: axisMisfit,
  expand: (g, prediction, target, options) =>
    g.map("neg", cosines(g, numbersOf(g, prediction, target), numberOf(options, "axis"))),
  source: "https://keras.io/api/losses/regression_losses/#cosine_similarity-function",
});
