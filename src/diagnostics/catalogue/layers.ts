// NN301–NN317: layers that have no effect, or another one than their place suggests.

import type { Span } from "../../base/span.ts";
import type { Fix } from "../diagnostic.ts";
import { entry, optionalFix } from "./entry.ts";
import { program } from "./networks.ts";

/** A layer, and the one before it that it does not go with. */
export interface Pair {
  readonly layer: string;
  readonly before: string;
  readonly first: Span;
  readonly fix?: Fix;
}

const counted = (count: number): string => count.toLocaleString("en-US");

export const layers = {
  NN301: entry<Pair>({
    name: "linear layers in a row collapse",
    severity: "warning",
    word: ({ layer, before, first, fix }) => ({
      message: `${layer} follows ${before} without an activation between them, so both are one linear layer`,
      related: [{ span: first, message: "this layer has no activation" }],
      ...optionalFix(fix),
    }),
    explain: {
      cause: "Two layers of the same kind follow each other, and the first has no activation.",
      wrong: "model M(x: f32[8]) {\n  Dense(32)\n  Dense(3)\n}",
      right: "model M(x: f32[8]) {\n  Dense(32, relu)\n  Dense(3)\n}",
      why: "A linear function of a linear function is linear: the first layer adds parameters and no power. Keras has no activation unless one is given. A first layer that is narrower than both its sides gets no report, because it may be meant as a bottleneck.",
    },
  }),

  NN302: entry<Pair & { readonly how: "same" | "bounded"; readonly other: string }>({
    name: "activation applied twice",
    severity: "warning",
    word: ({ layer, before, first, how, other, fix }) => ({
      message:
        how === "same"
          ? `${layer} stands right after ${before}, which has applied it already`
          : `${layer} stands right after ${before}, whose ${other} leaves it only a part of its range`,
      related: [{ span: first, message: `applies ${other}` }],
      ...optionalFix(fix),
    }),
    explain: {
      cause: "An activation follows another one, with no weights between them.",
      wrong: "model M(x: f32[8]) {\n  Dense(10, relu)\n  softmax\n}",
      right: "model M(x: f32[8]) {\n  Dense(10)\n  softmax\n}",
      why: "The second relu changes nothing; a softmax of a softmax is nearly flat; a sigmoid of what is never negative is never below 0.5.",
    },
  }),

  NN303: entry<Pair>({
    name: "bias before a normalisation has no effect",
    severity: "hint",
    word: ({ layer, before, first, fix }) => ({
      message: `${layer} takes the mean off again, so the bias of ${before} has no effect`,
      related: [{ span: first, message: "has a bias" }],
      ...optionalFix(fix),
    }),
    explain: {
      cause:
        "A layer adds a number to each channel, and the normalisation after it takes the mean of each channel off.",
      wrong: "model M(x: f32[8, 8, 3]) {\n  Conv2D(16, 3x3)\n  BatchNormalization()\n  relu\n}",
      right: "model M(x: f32[8, 8, 3]) {\n  Conv2D(16, 3x3, use_bias: false)\n  BatchNormalization()\n  relu\n}",
      why: "The weights are computed and stored for nothing. The `beta` of the normalisation is the bias.",
    },
  }),

  NN304: entry<Pair>({
    name: "dropout right before batch normalisation",
    severity: "hint",
    word: ({ layer, before, first }) => ({
      message: `${layer} measures the spread that ${before} makes in training, and inference has another one`,
      related: [{ span: first, message: "makes numbers vary more in training" }],
      help: ["let the dropout follow the normalisation"],
    }),
    explain: {
      cause: "Dropout makes numbers vary more while training, and the normalisation keeps that variance for inference.",
      wrong: "model M(x: f32[8]) {\n  Dense(16, relu)\n  Dropout(0.3)\n  BatchNormalization()\n  Dense(3)\n}",
      right: "model M(x: f32[8]) {\n  Dense(16, relu)\n  BatchNormalization()\n  Dropout(0.3)\n  Dense(3)\n}",
      why: "Inference divides by a variance that no longer fits (Li et al. 2019, Understanding the disharmony between dropout and batch normalization).",
    },
  }),

  NN305: entry<
    | { readonly how: "output" | "noise"; readonly layer: string; readonly model: string }
    | { readonly how: "rate"; readonly layer: string; readonly rate: number; readonly fix?: Fix }
  >({
    name: "dropout rate far above 0.5, or dropout on the output",
    severity: "warning",
    word: (fields) =>
      fields.how !== "rate"
        ? {
            message:
              fields.how === "noise"
                ? `${fields.layer} changes the result of ${fields.model} itself by chance, in training alone`
                : `${fields.layer} leaves out numbers of the result of ${fields.model} itself`,
            help: [
              fields.how === "noise"
                ? "chance belongs between layers, or on the inputs"
                : "dropout belongs between layers: put it in front of the last one",
            ],
          }
        : {
            message: `${fields.layer} leaves out ${Number((fields.rate * 100).toPrecision(3))}% of the numbers`,
            help: ["the rate is the share that is left out; TensorFlow 1 wrote the share that is kept"],
            ...optionalFix(fields.fix),
          },
    explain: {
      cause: "Dropout sets outputs of the model to 0 while training, or leaves out nearly everything.",
      wrong: "model M(x: f32[8]) {\n  Dense(32, relu)\n  Dense(3)\n  Dropout(0.5)\n}",
      right: "model M(x: f32[8]) {\n  Dense(32, relu)\n  Dropout(0.5)\n  Dense(3)\n}",
      why: "A target cannot be met by a 0 that chance has put there. A rate of 0.9 was the share to keep in TensorFlow 1, and is the share to drop here.",
    },
  }),

  NN306: entry<{ readonly layer: string; readonly initializer: string; readonly fix?: Fix }>({
    name: "weights all start equal",
    severity: "warning",
    word: ({ layer, initializer, fix }) => ({
      message: `all units of ${layer} start from equal weights (${initializer}) and so stay equal`,
      help: ["random weights make units learn different things; the default is glorot_uniform"],
      ...optionalFix(fix),
    }),
    explain: {
      cause: "An initializer gives all units of a hidden layer the same weights.",
      wrong: "model M(x: f32[8]) {\n  Dense(32, relu, kernel_initializer: zeros)\n  Dense(3)\n}",
      right: "model M(x: f32[8]) {\n  Dense(32, relu, kernel_initializer: he_normal)\n  Dense(3)\n}",
      why: "Equal units get equal gradients for ever: the layer has as much power as one unit, and with zeros behind relu it has none.",
    },
  }),

  NN307: entry<{
    readonly layer: string;
    readonly activation: string;
    readonly initializer: string;
    readonly suits: readonly string[];
  }>({
    name: "initializer does not fit the activation",
    severity: "hint",
    word: ({ layer, activation, initializer, suits }) => ({
      message: `${activation} keeps mean and variance from layer to layer only with ${suits.join(" or ")}, but ${layer} starts from ${initializer}`,
    }),
    explain: {
      cause: "The activation works as its authors say only with weights of a certain spread at the start.",
      wrong: "model M(x: f32[8]) {\n  Dense(32, selu)\n  Dense(3)\n}",
      right: "model M(x: f32[8]) {\n  Dense(32, selu, kernel_initializer: lecun_normal)\n  Dense(3)\n}",
      why: "A network of selu normalises itself, but only from lecun_normal on (Klambauer et al. 2017).",
    },
  }),

  NN308: entry<{ readonly layer: string; readonly made: Span }>({
    name: "batch normalisation with a batch of one",
    severity: "warning",
    word: ({ layer, made }) => ({
      message: `with a batch of 1, ${layer} normalises each example by itself in training, and by averages afterwards`,
      related: [{ span: made, message: "normalises by the batch" }],
      help: ["take a larger batch, or LayerNormalization or GroupNormalization, which ignore the batch"],
    }),
    explain: {
      cause: "Batch normalisation takes its mean and variance from the batch, and this batch has one example.",
      wrong: program(
        "class",
        ["Flatten()", "Dense(32, use_bias: false)", "BatchNormalization() -> relu", "Dense(10, softmax)"],
        "loss categorical_crossentropy",
        { batch: "1" },
      ),
      right: program(
        "class",
        ["Flatten()", "Dense(32, use_bias: false)", "BatchNormalization() -> relu", "Dense(10, softmax)"],
        "loss categorical_crossentropy",
        { batch: "32" },
      ),
      why: "One number less its mean is 0. After a Dense, nothing of the example is left; after a convolution, training and inference compute different things.",
    },
  }),

  NN309: entry<{ readonly layer: string; readonly weights: number; readonly made: Span; readonly optimized: Span }>({
    name: "parameter gets no gradient",
    severity: "warning",
    word: ({ layer, weights, made }) => ({
      message: `no gradient of the loss reaches '${layer}' (${counted(weights)} ${weights === 1 ? "weight" : "weights"}), so it learns nothing`,
      related: [{ span: made, message: "is not trained" }],
      help: ["let the loss read what it makes, or set trainable: false"],
    }),
    explain: {
      cause:
        "A layer leads only to outputs that no loss reads, or everything after it is a count, a choice or a stop of gradients.",
      wrong:
        "dataset D {\n  source mnist()\n  input x: f32[28, 28, 1] = pixels / 255\n  target y: class(10) = label\n}\n\nmodel M(x: f32[28, 28, 1]) {\n  let h = x -> Flatten() -> Dense(32, relu)\n  return { y: h -> Dense(10, softmax), extra: h -> Dense(4) }\n}\n\ntrain M on D {\n  loss { y: categorical_crossentropy }\n  optimizer adam()\n}",
      right:
        "dataset D {\n  source mnist()\n  input x: f32[28, 28, 1] = pixels / 255\n  target y: class(10) = label\n}\n\nmodel M(x: f32[28, 28, 1]) {\n  let h = x -> Flatten() -> Dense(32, relu)\n  return { y: h -> Dense(10, softmax), hidden: h }\n}\n\ntrain M on D {\n  loss { y: categorical_crossentropy }\n  optimizer adam()\n}",
      why: "Its weights are the random numbers that they started from, however long the training is.",
    },
  }),

  NN310: entry<
    | { readonly how: "window"; readonly layer: string; readonly input: string; readonly window: string }
    | { readonly how: "steps" | "attends"; readonly layer: string }
  >({
    name: "window or sequence of a single place",
    severity: "warning",
    word: (fields) => {
      if (fields.how === "window")
        return {
          message: `${fields.layer} looks at ${fields.input}: all of its window of ${fields.window} but one place is padding`,
          label: "only one place is left here",
          help: ["pool less before it, or write a window of 1"],
        };
      const { layer } = fields;
      return fields.how === "steps"
        ? {
            message: `${layer} goes through a single step, so nothing of it ever remembers`,
            label: "a sequence of one",
            help: ["the first axis counts the steps: give it a sequence, or take a Dense for a row of numbers"],
          }
        : {
            message: `${layer} chooses among a single place, which always gets all of its attention`,
            label: "a sequence of one",
            help: ["the first axis counts the places: attention is for sequences, a Dense for a row of numbers"],
          };
    },
    explain: {
      cause:
        "Pooling and strides have left a single place of the image, and a larger window slides over it; or a recurrent layer or attention gets a sequence of one.",
      wrong: "model M(x: f32[2, 2, 8]) {\n  MaxPool2D(2x2)\n  Conv2D(16, 3x3, padding: same)\n  relu\n}",
      right: "model M(x: f32[2, 2, 8]) {\n  Conv2D(16, 3x3, padding: same)\n  relu\n  MaxPool2D(2x2)\n}",
      why: "Eight of the nine weights of such a 3x3 window never meet anything but zeros, and so do all recurrent weights in a single step.",
    },
  }),

  NN311: entry<{ readonly layer: string; readonly momentum: number; readonly fix?: Fix }>({
    name: "momentum counted the other way round",
    severity: "warning",
    word: ({ layer, momentum, fix }) => ({
      message:
        momentum === 1
          ? `the averages of ${layer} never change, so predictions are normalised by where they start, 0 and 1`
          : `the averages of ${layer} forget ${Number(((1 - momentum) * 100).toPrecision(3))}% in each step`,
      help: [
        "momentum is the share of the old average that stays, as in Keras; PyTorch's momentum is the share of the new one",
      ],
      ...optionalFix(fix),
    }),
    explain: {
      cause: "The momentum of moving averages is the share that stays. In PyTorch it is the share that is replaced.",
      wrong: "model M(x: f32[8]) {\n  Dense(32, use_bias: false)\n  BatchNormalization(momentum: 0.1)\n  relu\n}",
      right: "model M(x: f32[8]) {\n  Dense(32, use_bias: false)\n  BatchNormalization(momentum: 0.9)\n  relu\n}",
      why: "With 0.1 the averages are nearly those of the last batch, and predictions jump from step to step.",
    },
  }),

  NN312: entry<{
    readonly layer: string;
    readonly activation: string;
    readonly next: string;
    readonly reader: Span;
    readonly fix?: Fix;
  }>({
    name: "softmax in a hidden layer",
    severity: "warning",
    word: ({ layer, activation, next, reader, fix }) => ({
      message: `${layer} ends in a ${activation}, and ${next} reads it as features`,
      related: [{ span: reader, message: "reads the shares" }],
      help: ["between layers an activation treats each number by itself: relu"],
      ...optionalFix(fix),
    }),
    explain: {
      cause: "A softmax stands between two layers of the same kind, where it makes the numbers add up to 1.",
      wrong: "model M(x: f32[8]) {\n  Dense(32, softmax)\n  Dense(3)\n}",
      right: "model M(x: f32[8]) {\n  Dense(32, relu)\n  Dense(3)\n}",
      why: "The units of the layer compete: one that grows makes all others smaller, so the next layer sees little more than which is the largest.",
    },
  }),

  NN313: entry<{ readonly layer: string; readonly penalty: string; readonly factor: number }>({
    name: "penalty outweighs the loss",
    severity: "warning",
    word: ({ layer, penalty, factor }) => ({
      message: `${layer} has ${penalty} with a factor of ${factor}, which outweighs the loss by far`,
      help: ["usual factors go from 0.00001 to 0.01"],
    }),
    explain: {
      cause: "A penalty on weights, or on results, is so large that training lowers it and nothing else.",
      wrong: program(
        "class",
        ["Flatten()", "Dense(32, relu, kernel_regularizer: l2(10))", "Dense(10, softmax)"],
        "loss categorical_crossentropy",
      ),
      right: program(
        "class",
        ["Flatten()", "Dense(32, relu, kernel_regularizer: l2(0.001))", "Dense(10, softmax)"],
        "loss categorical_crossentropy",
      ),
      why: "The weights go to 0, and the model gives the same answer to everything. A factor of scikit-learn, `alpha` or `1 / C`, is divided by the number of examples there.",
    },
  }),

  NN314: entry<{
    readonly layer: string;
    readonly initializer: string;
    readonly size: number;
    readonly inputs: number;
  }>({
    name: "weights start far too large",
    severity: "warning",
    word: ({ layer, initializer, size, inputs }) => ({
      message:
        inputs === 1
          ? `${layer} starts with numbers of about ${Number(size.toPrecision(2))} (${initializer})`
          : `${layer} starts from weights of about ${Number(size.toPrecision(2))} (${initializer}), so ${counted(inputs)} inputs add up to about ${Number((size * Math.sqrt(inputs)).toPrecision(2))} times their size`,
      help: [
        inputs === 1
          ? "the default, uniform from -0.05 to 0.05, starts small"
          : `weights of about ${Number((1 / Math.sqrt(inputs)).toPrecision(2))} keep the size; glorot_uniform and he_normal find it by themselves`,
      ],
    }),
    explain: {
      cause: "An initializer draws numbers without regard to how many inputs a unit adds up.",
      wrong: "model M(x: f32[64]) {\n  Dense(32, tanh, kernel_initializer: random_normal(stddev: 5))\n  Dense(3)\n}",
      right: "model M(x: f32[64]) {\n  Dense(32, tanh, kernel_initializer: glorot_normal)\n  Dense(3)\n}",
      why: "Activations start where they are flat, and their gradients are 0; without them the first losses are in the thousands.",
    },
  }),

  NN315: entry<{
    readonly layer: string;
    readonly because: "centred" | "itself" | "range" | "zero" | "constraint";
    readonly value: number;
  }>({
    name: "result always the same",
    severity: "warning",
    word: ({ layer, because, value }) => ({
      message: {
        centred: `${layer} takes the mean of a single number off it, so nothing of it is left`,
        itself: `${layer} takes a value off itself, which always leaves 0`,
        range: `${layer} yields ${value}, whatever comes in`,
        zero: `${layer} is always 0`,
        constraint: `${layer} has weights whose constraint lets none be larger than ${value}`,
      }[because],
      help: [
        because === "constraint"
          ? "a norm is the length of all weights of a unit: usual limits are 1 to 5"
          : "what comes after it learns nothing of the inputs",
      ],
    }),
    explain: {
      cause:
        "A layer yields the same number for every example: the axis that it normalises has one number, it multiplies by 0, or a constraint keeps its weights at 0.",
      wrong: "model M(x: f32[8]) {\n  Dense(1)\n  LayerNormalization()\n  Dense(3)\n}",
      right: "model M(x: f32[8]) {\n  Dense(16)\n  LayerNormalization()\n  Dense(3)\n}",
      why: "No weight before it gets a gradient, and the model gives the same answer to everything.",
    },
  }),

  NN316: entry<{ readonly layer: string; readonly count: number; readonly first: Span }>({
    name: "gradient vanishes behind sigmoids",
    severity: "warning",
    word: ({ layer, count, first }) => ({
      message: `${layer} is the ${count}th sigmoid in a row, and each leaves a quarter of the gradient at most`,
      related: [
        { span: first, message: `gets less than ${Number(((100 / 4) * 4 ** (1 - count)).toPrecision(2))}% of it` },
      ],
      help: ["between layers relu passes gradients on whole; sigmoid is for the last layer"],
    }),
    explain: {
      cause: "Four layers or more behind each other end in a sigmoid, without a normalisation or a skip between them.",
      wrong:
        "model M(x: f32[8]) {\n  Dense(32, sigmoid)\n  Dense(32, sigmoid)\n  Dense(32, sigmoid)\n  Dense(32, sigmoid)\n  Dense(3)\n}",
      right:
        "model M(x: f32[8]) {\n  Dense(32, relu)\n  Dense(32, relu)\n  Dense(32, relu)\n  Dense(32, relu)\n  Dense(3)\n}",
      why: "The slope of a sigmoid is 1/4 at most. The first layers hardly change, and the model stays at the mean of its targets for very long.",
    },
  }),

  NN317: entry<{ readonly layer: string; readonly slope: number; readonly fix?: Fix }>({
    name: "leaky activation without a bend",
    severity: "warning",
    word: ({ layer, slope, fix }) => ({
      message:
        slope === 1
          ? `${layer} passes all numbers on as they are`
          : `${layer} makes numbers below 0 ${slope} times as large`,
      help: ["the slope below 0 is small: 0.01 to 0.3"],
      ...optionalFix(fix),
    }),
    explain: {
      cause: "The slope below 0 is 1 or more. Above 0 it is 1.",
      wrong: "model M(x: f32[8]) {\n  Dense(32) -> LeakyReLU(1)\n  Dense(3)\n}",
      right: "model M(x: f32[8]) {\n  Dense(32) -> LeakyReLU(0.1)\n  Dense(3)\n}",
      why: "With a slope of 1 there is no activation, and linear layers in a row are one linear layer.",
    },
  }),

  NN318: entry<{ readonly layer: string; readonly loss: string; readonly made: Span }>({
    name: "batch normalisation of the result",
    severity: "hint",
    word: ({ layer, loss, made }) => ({
      message: `${layer} normalises by the batch what ${loss} judges`,
      related: [{ span: made, message: "should end the model" }],
      help: ["normalise between layers, and let the last one end the model"],
    }),
    explain: {
      cause: "A batch normalisation stands between the last layer with weights and the loss.",
      wrong: program(
        "class",
        ["Flatten()", "Dense(10)", "BatchNormalization()"],
        "loss categorical_crossentropy(from_logits: true)",
      ),
      right: program(
        "class",
        ["Flatten()", "BatchNormalization()", "Dense(10)"],
        "loss categorical_crossentropy(from_logits: true)",
      ),
      why: "While training, the mean and the spread of each output are fixed for each batch, whatever its labels are. Evaluation uses other statistics, and its loss is often far worse.",
    },
  }),
};
