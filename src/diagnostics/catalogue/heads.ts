// NN201–NN204, NN208, NN213–NN216 and NN220–NN226: how a model ends, and the loss that judges it.

import type { Span } from "../../base/span.ts";
import type { Fix } from "../diagnostic.ts";
import { entry, optionalFix } from "./entry.ts";
import { type Interval, intervalText, program } from "./networks.ts";

/** The place of the last layer, where the loss is not the place to change alone. */
export interface Ends {
  readonly loss: string;
  readonly model: string;
  /** The layer as the program writes it. */
  readonly layer: string;
  readonly made: Span;
  readonly fixes?: readonly Fix[];
}

const ending = ({ layer, made }: Ends, message: string) => [{ span: made, message: `${layer} ${message}` }];

export const heads = {
  NN201: entry<Ends & { readonly activation: string }>({
    name: "softmax feeds a loss that wants logits",
    severity: "warning",
    word: (fields) => ({
      message: `${fields.loss} takes logits, but ${fields.model} ends in a ${fields.activation}`,
      related: ending(fields, `makes probabilities by ${fields.activation}`),
      fixes: fields.fixes ?? [],
    }),
    explain: {
      cause:
        "`from_logits: true` says that the loss has to apply the activation, but the model has already applied it.",
      wrong: program("class", ["Flatten()", "Dense(10, softmax)"], "loss categorical_crossentropy(from_logits: true)"),
      right: program("class", ["Flatten()", "Dense(10, softmax)"], "loss categorical_crossentropy"),
      why: "A softmax of a softmax is nearly flat: the loss falls a little and then stays, and no other library says why. nnc joins softmax and cross-entropy by itself, so nothing is lost without `from_logits`.",
    },
  }),

  NN202: entry<Ends & { readonly range?: Interval | undefined; readonly activation: string }>({
    name: "logits feed a loss that wants probabilities",
    severity: "warning",
    word: (fields) => ({
      message: `${fields.loss} takes probabilities, but ${fields.model} ends in ${fields.layer}, which yields ${intervalText(fields.range)}`,
      related: ending(fields, `yields ${intervalText(fields.range)}`),
      help: [`${fields.activation} makes probabilities of any numbers`],
      fixes: fields.fixes ?? [],
    }),
    explain: {
      cause: "The loss takes the logarithm of what the model yields, but that is not between 0 and 1.",
      wrong: program("class", ["Flatten()", "Dense(10)"], "loss categorical_crossentropy"),
      right: program("class", ["Flatten()", "Dense(10, softmax)"], "loss categorical_crossentropy"),
      why: "Numbers outside of 0 to 1 are cut off, and so are their gradients. The loss stays where it is, or leads nowhere. PyTorch's losses of this name take logits, which is `from_logits: true` here.",
    },
  }),

  NN203: entry<{ readonly layer: string; readonly activation: string; readonly fix?: Fix }>({
    name: "softmax over one unit",
    severity: "warning",
    word: ({ layer, activation, fix }) => ({
      message: `${activation} over a single number is always 1, so ${layer} yields nothing else`,
      label: "one unit",
      help: ["one unit for yes or no takes a sigmoid; a softmax needs a unit for each class"],
      fixes: fix === undefined ? [] : [fix],
    }),
    explain: {
      cause: "A softmax makes numbers add up to 1 along an axis, and this axis has a single one.",
      wrong: "model M(x: f32[8]) {\n  Dense(1, softmax)\n}",
      right: "model M(x: f32[8]) {\n  Dense(1, sigmoid)\n}",
      why: "The result does not depend on any weight: the model predicts 1 for everything, and learns nothing.",
    },
  }),

  NN204: entry<Ends & { readonly activation: string; readonly wants: "classes" | "binary" }>({
    name: "sigmoid head with a multi-class loss",
    severity: "warning",
    word: (fields) => ({
      message:
        fields.wants === "classes"
          ? `${fields.loss} compares shares of classes that add up to 1, but ${fields.model} ends in a ${fields.activation}`
          : `${fields.loss} asks yes or no for each number, but ${fields.model} ends in a ${fields.activation}, whose numbers add up to 1`,
      related: ending(fields, `ends in a ${fields.activation}`),
      fixes: fields.fixes ?? [],
    }),
    explain: {
      cause:
        "A softmax chooses one of several classes, and a sigmoid answers yes or no for each. The loss expects the other one.",
      wrong: program("class", ["Flatten()", "Dense(10, sigmoid)"], "loss categorical_crossentropy"),
      right: program("class", ["Flatten()", "Dense(10, softmax)"], "loss categorical_crossentropy"),
      why: "Such a model trains, and worse than it could: the loss divides the sigmoids by their sum, or asks shares that add up to 1 for several yeses.",
    },
  }),

  NN208: entry<
    Ends & {
      readonly target: string;
      readonly declared: Span;
      readonly range: Interval;
      readonly given: Interval | "centred";
    }
  >({
    name: "bounded head for a regression target",
    severity: "warning",
    word: (fields) => ({
      message: `${fields.model} yields ${intervalText(fields.range)}, but '${fields.target}' ${fields.given === "centred" ? "lies around 0, below and above" : `goes from ${intervalText(fields.given)}`}`,
      related: [
        ...ending(fields, `yields ${intervalText(fields.range)}`),
        { span: fields.declared, message: `'${fields.target}' is declared here` },
      ],
      help: ["leave the activation of the last layer out, or bring the target into its range"],
      fixes: fields.fixes ?? [],
    }),
    explain: {
      cause: "The last activation holds the result between two numbers, and targets lie outside of them.",
      wrong: program("pixels", ["Flatten()", "Dense(784, sigmoid)"], "loss mse"),
      right: program("pixels", ["Flatten()", "Dense(784)"], "loss mse"),
      why: "The model cannot reach such targets, however long it trains. It ends at its bound, where the gradient vanishes.",
    },
  }),

  NN213: entry<Ends & { readonly better: string | undefined }>({
    name: "squared error for classes",
    severity: "warning",
    word: (fields) => ({
      message: `${fields.loss} compares numbers, but ${fields.model} ends in a softmax, which makes probabilities of classes`,
      related: ending(fields, "makes probabilities of classes"),
      ...(fields.better === undefined ? {} : { help: [`the usual loss for shares of classes is ${fields.better}`] }),
      fixes: fields.fixes ?? [],
    }),
    explain: {
      cause: "The model ends in a softmax, so it chooses a class; the loss takes the probabilities for plain numbers.",
      wrong: program("shares", ["Flatten()", "Dense(10, softmax)"], "loss mse"),
      right: program("shares", ["Flatten()", "Dense(10, softmax)"], "loss categorical_crossentropy"),
      why: "Where the model is surely wrong, the gradient of a squared error through a softmax is nearly 0. A cross-entropy pulls hardest there.",
    },
  }),

  NN215: entry<
    Pick<Ends, "model" | "layer" | "made" | "fixes"> & {
      readonly metric: string;
      readonly target: string;
      readonly declared: Span;
    }
  >({
    name: "metric of classes for numbers",
    severity: "warning",
    word: ({ metric, model, layer, made, target, declared, fixes }) => ({
      message: `${metric} counts right answers, but ${model} ends in ${layer} and '${target}' holds numbers`,
      related: [
        { span: made, message: `${layer} yields numbers` },
        { span: declared, message: `'${target}' is declared here` },
      ],
      help: ["a number is hardly ever met exactly; mae and r2_score say how near it is"],
      fixes: fixes ?? [],
    }),
    explain: {
      cause: "A metric of classes stands beside a loss of numbers. Keras shows a number for it and says nothing.",
      wrong: program("pixels", ["Flatten()", "Dense(784)"], "loss mse", { metrics: "metrics accuracy" }),
      right: program("pixels", ["Flatten()", "Dense(784)"], "loss mse", { metrics: "metrics mae" }),
      why: "It counts how often a rounded prediction equals a number, which says nothing of a regression.",
    },
  }),

  NN216: entry<{
    readonly layer: string;
    readonly input: string;
    readonly target: string;
    readonly declared: Span;
    readonly fix?: Fix;
  }>({
    name: "model sees what it predicts",
    severity: "warning",
    word: ({ layer, input, target, declared, fix }) => ({
      message: `${layer} looks at later places of '${input}' too, and '${target}' is what stands there`,
      related: [{ span: declared, message: `'${target}' is further on in the same column` }],
      help: ["let each place see only those before it: use_causal_mask: true, or padding: causal"],
      ...optionalFix(fix),
    }),
    explain: {
      cause: "The target is the next token of the input, and a layer mixes all places of that input.",
      wrong:
        'dataset Text {\n  source text("input.txt")\n  input text: token(65)[32] = characters\n  target next: token(65)[32] = shift(text, 1)\n  split train 90%, validation 10%\n}\n\nmodel Reader(text: token(65)[32]) {\n  Embedding(65, 16)\n  MultiHeadAttention(2, 8)\n  Dense(65, softmax)\n}\n\ntrain Reader on Text {\n  loss categorical_crossentropy\n  optimizer adam()\n}',
      right:
        'dataset Text {\n  source text("input.txt")\n  input text: token(65)[32] = characters\n  target next: token(65)[32] = shift(text, 1)\n  split train 90%, validation 10%\n}\n\nmodel Reader(text: token(65)[32]) {\n  Embedding(65, 16)\n  MultiHeadAttention(2, 8, use_causal_mask: true)\n  Dense(65, softmax)\n}\n\ntrain Reader on Text {\n  loss categorical_crossentropy\n  optimizer adam()\n}',
      why: "The model learns to copy the next place. Its loss falls to nearly 0, and it can write no text, where the next place is not there yet.",
    },
  }),

  NN214: entry<{
    readonly loss: string;
    /** Numbers of a range, or all but 0. */
    readonly takes: Interval | "notZero";
    readonly target: string;
    readonly declared: Span;
    readonly given: Interval | "centred";
    readonly fixes: readonly Fix[];
  }>({
    name: "target outside the range of the loss",
    severity: "warning",
    word: ({ loss, takes, target, declared, given, fixes }) => ({
      message: `${loss} ${takes === "notZero" ? "divides by the target" : `takes targets ${takes[1] === Infinity ? "" : "from "}${intervalText(takes).replace("numbers ", "")}`}, but '${target}' ${given === "centred" ? "lies around 0, below and above" : `goes from ${intervalText(given)}`}`,
      related: [{ span: declared, message: `'${target}' is declared here` }],
      help: [
        takes === "notZero"
          ? "near 0 a difference counts millions of times; a loss of numbers counts all alike: mae or mse"
          : takes[1] === Infinity
            ? "what is below 0 has no logarithm; a loss of numbers takes any: mse or huber"
            : "divide the target so that it lies between 0 and 1, or take a loss of numbers: mse",
      ],
      fixes,
    }),
    explain: {
      cause:
        "A loss of probabilities gets targets that are none, such as pixels from 0 to 255; a loss of logarithms gets numbers below 0, or one of percentages gets 0.",
      wrong: program("pixels", ["Flatten()", "Dense(784, sigmoid)"], "loss binary_crossentropy"),
      right: program("shares of ink", ["Flatten()", "Dense(784, sigmoid)"], "loss binary_crossentropy"),
      why: "The loss goes below 0 and has no lowest value: the model runs into its bounds. With percentages, the few targets near 0 are all that counts.",
    },
  }),

  NN220: entry<Ends & { readonly takes: "logits" | "scores"; readonly range: Interval }>({
    name: "activation holds back logits or scores",
    severity: "warning",
    word: (fields) => ({
      message: `${fields.loss} takes ${fields.takes}, which may be any numbers, but ${fields.model} ends in ${fields.layer}, which yields ${intervalText(fields.range)}`,
      related: ending(fields, `yields ${intervalText(fields.range)}`),
      help: [
        fields.range[0] >= 0
          ? `${fields.takes === "scores" ? "a score below 0 is for the other class" : "logits below 0 are for what is unlikely"}: leave the activation of the last layer out`
          : "numbers so near to 0 are unsure answers: leave the activation of the last layer out",
      ],
      fixes: fields.fixes ?? [],
    }),
    explain: {
      cause:
        "A loss with `from_logits: true`, or a hinge loss, reads any numbers, and the last activation lets only some of them through.",
      wrong: program("class", ["Flatten()", "Dense(10, relu)"], "loss categorical_crossentropy(from_logits: true)"),
      right: program("class", ["Flatten()", "Dense(10)"], "loss categorical_crossentropy(from_logits: true)"),
      why: "Behind a relu, a class whose logit is 0 gets no gradient any more, and a yes-or-no answer is never below one half. Behind a tanh no answer is ever sure.",
    },
  }),

  NN221: entry<Ends>({
    name: "loss of rows for a single number",
    severity: "warning",
    word: (fields) => ({
      message: `${fields.loss} compares the numbers of a row with each other, but ${fields.model} yields a single number`,
      related: ending(fields, "yields one number for each sample"),
      help: [
        "mse is for a number, binary_crossentropy with a sigmoid for yes or no, a unit for each class for classes",
      ],
      fixes: fields.fixes ?? [],
    }),
    explain: {
      cause: "The loss divides by the sum of a row, or by its length, and the row has one number.",
      wrong:
        'dataset D {\n  source csv("houses.csv")\n  input area: f32[1]\n  target price: f32[1]\n}\n\nmodel M(area: f32[1]) {\n  Dense(8, relu)\n  Dense(1)\n}\n\ntrain M on D {\n  loss categorical_crossentropy\n  optimizer adam()\n}',
      right:
        'dataset D {\n  source csv("houses.csv")\n  input area: f32[1]\n  target price: f32[1]\n}\n\nmodel M(area: f32[1]) {\n  Dense(8, relu)\n  Dense(1)\n}\n\ntrain M on D {\n  loss mse\n  optimizer adam()\n}',
      why: "One number divided by itself is 1, whatever it is: the gradient is 0, and nothing is learned.",
    },
  }),

  NN222: entry<{ readonly share: number; readonly classes?: number }>({
    name: "labels smoothed away",
    severity: "warning",
    word: ({ share, classes }) => ({
      message:
        classes === undefined
          ? `label_smoothing: ${share} spreads that share of each label over all classes`
          : `label_smoothing: ${share} leaves ${Number((100 * (1 - share + share / classes)).toPrecision(3))}% for the right one of ${classes} classes`,
      help: ["usual are shares up to 0.2"],
    }),
    explain: {
      cause: "Half of each label or more is spread over all classes.",
      wrong: program(
        "class",
        ["Flatten()", "Dense(10, softmax)"],
        "loss categorical_crossentropy(label_smoothing: 0.9)",
      ),
      right: program(
        "class",
        ["Flatten()", "Dense(10, softmax)"],
        "loss categorical_crossentropy(label_smoothing: 0.1)",
      ),
      why: "The model learns to be unsure of everything. A share of 0.9 is mostly meant as what the right class keeps.",
    },
  }),

  NN223: entry<Ends & { readonly range?: Interval | undefined; readonly activation: string }>({
    name: "logarithm of what may be below 0",
    severity: "warning",
    word: (fields) => ({
      message: `${fields.loss} takes the logarithm of predictions, but ${fields.model} ends in ${fields.layer}, which yields ${intervalText(fields.range)}`,
      related: ending(fields, `yields ${intervalText(fields.range)}`),
      help: [`${fields.activation} and exponential make numbers above 0 of any numbers`],
      fixes: fields.fixes ?? [],
    }),
    explain: {
      cause: "The loss is for counts and rates, which are above 0, and the last layer yields any numbers.",
      wrong: program("shares of ink", ["Flatten()", "Dense(784)"], "loss poisson"),
      right: program("shares of ink", ["Flatten()", "Dense(784, softplus)"], "loss poisson"),
      why: "The logarithm of a number below 0 is NaN, and so is the loss from the first such prediction on.",
    },
  }),

  NN224: entry<{ readonly metric: string; readonly most: number; readonly classes: number }>({
    name: "metric that is always 1",
    severity: "warning",
    word: ({ metric, most, classes }) => ({
      message: `${metric} looks for the right class among the best ${most} of ${classes}, so it is always 1`,
      help: [`write a k below ${classes}, or accuracy, which asks for the best one`],
    }),
    explain: {
      cause: "A metric of the best k classes has a k that is not below the number of classes.",
      wrong: program("class", ["Flatten()", "Dense(10, softmax)"], "loss categorical_crossentropy", {
        metrics: "metrics sparse_top_k_categorical_accuracy(10)",
      }),
      right: program("class", ["Flatten()", "Dense(10, softmax)"], "loss categorical_crossentropy", {
        metrics: "metrics sparse_top_k_categorical_accuracy(3)",
      }),
      why: "The right class is among all of them, whatever the model says.",
    },
  }),

  NN225: entry<{ readonly how: "zero" | "turned" | "classes" | "flat"; readonly loss: string }>({
    name: "loss that nothing lowers",
    severity: "warning",
    word: ({ how, loss }) => ({
      message: {
        zero: `${loss} counts for nothing, so no weight learns from it`,
        turned: `the training makes ${loss} as small as it can, so the loss itself grows without end`,
        classes: "all classes have the weight 0, so no example counts",
        flat: `${loss} is next to 0 for whatever a model predicts, so no weight learns from it`,
      }[how],
      help: [
        how === "turned"
          ? "a training lowers its loss: leave the sign out"
          : how === "flat"
            ? "usual are a delta of about 1, a gamma of 0 to 5 and an alpha above 0: leave the option out for its default"
            : "write a weight above 0 for what shall be learned",
      ],
    }),
    explain: {
      cause:
        "The only loss of a training has the weight 0 or a weight below 0, or all classes have the weight 0, or an option leaves nothing of it.",
      wrong: program("class", ["Flatten()", "Dense(10, softmax)"], "loss -1 * categorical_crossentropy"),
      right: program("class", ["Flatten()", "Dense(10, softmax)"], "loss categorical_crossentropy"),
      why: "A training follows the gradient downwards. With the sign turned it looks for the worst answers, and a weight of 0 leaves no gradient.",
    },
  }),

  NN226: entry<Ends & { readonly activation: string; readonly size: string }>({
    name: "softmax along another axis than the classes",
    severity: "warning",
    word: (fields) => ({
      message: `${fields.loss} compares the ${fields.size} classes along the last axis, but ${fields.layer} makes numbers add up to 1 along another one`,
      related: ending(fields, "works along another axis"),
      help: [`leave its axis out: ${fields.activation} works along the last one by itself`],
    }),
    explain: {
      cause: "The axis of the last softmax is not the one of the classes, but that of steps or of rows.",
      wrong:
        'dataset Text {\n  source text("input.txt")\n  input text: token(65)[32] = characters\n  target next: token(65)[32] = shift(text, 1)\n}\n\nmodel Reader(text: token(65)[32]) {\n  Embedding(65, 16)\n  GRU(32, return_sequences: true)\n  Dense(65)\n  Softmax(1)\n}\n\ntrain Reader on Text {\n  loss categorical_crossentropy\n  optimizer adam()\n}',
      right:
        'dataset Text {\n  source text("input.txt")\n  input text: token(65)[32] = characters\n  target next: token(65)[32] = shift(text, 1)\n}\n\nmodel Reader(text: token(65)[32]) {\n  Embedding(65, 16)\n  GRU(32, return_sequences: true)\n  Dense(65)\n  Softmax()\n}\n\ntrain Reader on Text {\n  loss categorical_crossentropy\n  optimizer adam()\n}',
      why: "The steps of a sequence compete for each class, in place of the classes for each step, and what a step says depends on all later ones.",
    },
  }),
};
