import type { Builder, Value } from "../../ir/builder.ts";
import { tensor } from "../../ir/types.ts";
import { defineLoss } from "../definition.ts";
import { reduction } from "../lossReduction.ts";
import { flag, flagOption, numberOf, numberOption } from "../options.ts";

/** Stands for minus infinity: its exponential is 0 beside any number that a pair can have. */
const LOWEST = -1e30;

/** Computes log of the sum of exponentials along each row of the pairs that count, and LOWEST where none does. */
function logSumOf(g: Builder, x: Value, counts: Value): Value {
  const held = g.select(counts, x, LOWEST);
  const largest = g.map("stop_gradient", g.max(held, [1], true));
  const sum = g.sum(g.select(counts, g.map("exp", g.sub(held, largest)), 0), [1], true);
  const any = g.map("gt", sum, 0);
  return g.select(any, g.add(g.map("log", g.select(any, sum, 1)), largest), LOWEST);
}

export const circle = defineLoss({
  name: "circle",
  aliases: ["Circle"],
  summary:
    "Draws vectors of one class together and others apart. Predictions are vectors of length 1, targets class indices.",
  options: {
    gamma: numberOption(80, "The scale of all similarities.", { min: 0 }),
    margin: numberOption(0.4, "How far the classes shall be apart.", { min: 0, max: 1 }),
    remove_diagonal: flagOption(true, "Whether a sample is no pair of its own."),
    reduction,
  },
  positional: [],
  wants: "embeddings",
  takesClasses: true,
  expand(g, prediction, target, options) {
    const [samples = 1, size = 1] = prediction.type.shape;
    const [gamma, margin] = [numberOf(options, "gamma"), numberOf(options, "margin")];
    const pairs = [samples, samples];
    const loops = [
      { name: "i", extent: samples },
      { name: "j", extent: samples },
      { name: "k", extent: size },
    ];
    const at = (loop: string) => ({ offset: 0, strides: { [loop]: 1 } });
    const products = g.contract({
      loops,
      shape: pairs,
      out: [at("i"), at("j")],
      lhs: prediction,
      left: [at("i"), at("k")],
      rhs: prediction,
      right: [at("j"), at("k")],
    });
    const distance = g.map("max", g.sub(1, products), 0);
    const label = g.reshape(g.cast(target, "i32"), [samples]);
    const same = g.map("eq", g.broadcast(label, pairs, [0]), g.broadcast(label, pairs, [1]));
    const type = tensor("i32", ...pairs);
    const others = g.map("ne", g.iota(type, 0), g.iota(type, 1));
    const positive = flag(options, "remove_diagonal") ? g.map("and", same, others) : same;
    const negative = g.map("not", same);
    const near = g.mul(g.mul(g.map("relu", g.add(distance, margin)), g.sub(distance, margin)), gamma);
    const far = g.mul(g.mul(g.map("relu", g.sub(1 + margin, distance)), g.sub(1 - margin, distance)), gamma);
    return g.map("softplus", g.reshape(g.add(logSumOf(g, near, positive), logSumOf(g, far, negative)), [samples]));
  },
  counts: (g, values) => g.map("gt", values, 0),
  source: "Sun et al. 2020, eq. 6; https://keras.io/api/losses/probabilistic_losses/",
});
