import { CompilerBug } from "../../base/compilerBug.ts";
import { defineLoss } from "../definition.ts";
import { clip } from "../elementwise.ts";
import { EPSILON, numbersOf } from "../loss.ts";
import { reduction } from "../lossReduction.ts";

export const klDivergence = defineLoss({
  name: "kl_divergence",
  aliases: ["kld", "KLD", "kullback_leibler_divergence"],
  elsewhere: ["kl_div", "kl"],
  summary: "The sum of target · log(target / prediction).",
  options: { reduction },
  positional: [],
  wants: "probabilities",
  targets: { range: [0, 1] },
  comparesRows: true,
  comparesShares: true,
  expand: (g, prediction, target) => {
    const pair = numbersOf(g, prediction, target);
    const [p, t] = [pair.prediction, pair.target].map((x) => clip(g, x, EPSILON, 1));
    if (p === undefined || t === undefined) throw new CompilerBug("a loss without its pair");
    return g.sum(g.mul(t, g.map("log", g.div(t, p))), [-1]);
  },
  source: "https://keras.io/api/losses/probabilistic_losses/#kl_divergence-function",
});
