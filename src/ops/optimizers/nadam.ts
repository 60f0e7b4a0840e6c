import { defineOptimizer } from "../definition.ts";
import { commonOptions, epsilonOption, learningRate, powerOf, prepared, running, share, slot } from "../optimizer.ts";
import { numberOf } from "../options.ts";

export const nadam = defineOptimizer({
  name: "nadam",
  usualRates: [1e-7, 0.05],
  aliases: ["Nadam"],
  summary: "Adam with Nesterov's momentum, which looks one step ahead and grows over the first steps.",
  options: {
    learning_rate: learningRate(0.001),
    beta_1: share(0.9, "How much of the running mean of the gradient stays."),
    beta_2: share(0.999, "How much of the running mean of the squared gradient stays."),
    epsilon: epsilonOption,
    ...commonOptions(),
  },
  positional: ["learning_rate"],
  slots: () => [
    { name: "momentum", initial: 0 },
    { name: "velocity", initial: 0 },
    { name: "u_product", initial: 1, length: 1 },
  ],
  update(g, call) {
    const { options, step, rate } = call;
    const { gradient, weights } = prepared(g, call);
    const [beta1, beta2] = [numberOf(options, "beta_1"), numberOf(options, "beta_2")];
    // The momentum of a step, counted from 1: beta_1 · (1 - 0.96^step / 2).
    const momentumAt = (ahead: number) => g.mul(g.sub(1, g.mul(g.map("pow", 0.96, g.add(step, ahead)), 0.5)), beta1);
    const [now, next] = [momentumAt(1), momentumAt(2)];
    const product = g.mul(slot(call, "u_product"), now);
    const soFar = g.reshape(product, []);
    const momentum = running(g, slot(call, "momentum"), gradient, beta1);
    const velocity = running(g, slot(call, "velocity"), g.map("square", gradient), beta2);
    const ahead = g.add(
      g.mul(momentum, g.div(next, g.sub(1, g.mul(soFar, next)))),
      g.mul(gradient, g.div(g.sub(1, now), g.sub(1, soFar))),
    );
    const size = g.map("sqrt", g.div(velocity, g.sub(1, powerOf(g, beta2, step))));
    const scaled = g.div(g.mul(ahead, rate), g.add(size, numberOf(options, "epsilon")));
    return { weights: g.sub(weights, scaled), slots: { momentum, velocity, u_product: product } };
  },
  source: "Dozat 2015, algorithm 8; https://keras.io/api/optimizers/nadam/",
});
