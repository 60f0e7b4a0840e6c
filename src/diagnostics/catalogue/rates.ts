// NN401, NN402, NN404, NN405 and NN409–NN414: how a training steps, and what its data holds.

import type { Span } from "../../base/span.ts";
import type { Fix } from "../diagnostic.ts";
import { entry, optionalFix } from "./entry.ts";
import { type Interval, intervalText, program } from "./networks.ts";

/** What makes a schedule useless in a training. */
export type RateFault =
  | { readonly kind: "warmup"; readonly warmup: number; readonly steps: number }
  | { readonly kind: "over"; readonly step: number; readonly steps: number }
  /** Without `to` it rises without end. */
  | { readonly kind: "rises"; readonly from: number; readonly to?: number }
  /** It stays where it is. */
  | { readonly kind: "still"; readonly rate: number; readonly steps: number }
  /** The warm-up falls. */
  | { readonly kind: "cools"; readonly from: number; readonly to: number }
  /** It follows a result the wrong way. */
  | { readonly kind: "turned"; readonly monitor: string; readonly higherIsBetter: boolean }
  | { readonly kind: "waits"; readonly patience: number; readonly epochs: number };

const short = (value: number): string => String(Number(value.toPrecision(3)));
const counted = (count: number, word: string): string =>
  `${count.toLocaleString("en-US")} ${word}${count === 1 ? "" : "s"}`;

function faultText(fault: RateFault): { readonly message: string; readonly help: string } {
  switch (fault.kind) {
    case "warmup":
      return {
        message: `warms up for ${counted(fault.warmup, "step")}, but the training has ${counted(fault.steps, "step")}`,
        help: "the rate never gets where it should: write fewer warmup_steps, a twentieth of the training or so",
      };
    case "over":
      return {
        message: `is near 0 from step ${fault.step.toLocaleString("en-US")} on, but the training has ${counted(fault.steps, "step")}`,
        help:
          fault.step <= 1
            ? "it falls at once: decay_rate is the share of the rate that stays after decay_steps"
            : "a schedule counts steps, of which an epoch has many: leave decay_steps out, or write the steps of the whole training",
      };
    case "rises":
      return {
        message: `rises ${fault.to === undefined ? `from ${short(fault.from)} without end` : `from ${short(fault.from)} to ${short(fault.to)} until the end`}`,
        help: "a rate falls towards the end; a decay_rate below 1 makes it fall",
      };
    case "still":
      return {
        message: `stays at ${short(fault.rate)} through the whole training of ${counted(fault.steps, "step")}`,
        help: "what it changes comes after the end, or is no change: its steps count batches, so write fewer, or leave decay_steps out",
      };
    case "cools":
      return {
        message: `warms up from ${short(fault.from)} down to ${short(fault.to)}`,
        help: "initial_learning_rate is where the warm-up starts, and warmup_target where it ends: they seem to be swapped",
      };
    case "turned":
      return {
        message: `takes a ${fault.higherIsBetter ? "lower" : "higher"} ${fault.monitor} for better, so it falls while the training gets on`,
        help: `${fault.monitor} is better the ${fault.higherIsBetter ? "higher" : "lower"} it is: leave mode out`,
      };
    case "waits":
      return {
        message: `waits ${counted(fault.patience, "epoch")} for a better result, but the training has ${counted(fault.epochs, "epoch")}`,
        help: "let it wait for less, or train for more epochs",
      };
  }
}

/** What a setting of an optimizer does. */
export type SettingEffect =
  | { readonly kind: "decays"; readonly share: number }
  | { readonly kind: "clips" }
  | { readonly kind: "divides" }
  | { readonly kind: "lasts"; readonly steps: number }
  | { readonly kind: "swapped"; readonly other: number }
  | { readonly kind: "forgets" }
  | { readonly kind: "remembers"; readonly left: number }
  | { readonly kind: "collects"; readonly steps: number }
  | { readonly kind: "idle"; readonly without: string };

const percent = (share: number): string => `${short(share * 100)}%`;

function effectText(effect: SettingEffect): { readonly message: string; readonly help: string } {
  switch (effect.kind) {
    case "decays":
      return {
        message: `takes ${percent(effect.share)} off each weight in every step`,
        help: "usual decays go from 0.0001 to 0.1: a step takes that share times the learning rate",
      };
    case "clips":
      return {
        message: "leaves next to nothing of any gradient",
        help: "clipping is for the few gradients that are far too long: 1 or 5 for a norm, 0.5 for a value",
      };
    case "divides":
      return {
        message: "makes every step far smaller than the learning rate says",
        help: "it only keeps divisors from 0: usual are numbers from 1e-8 to 0.1",
      };
    case "lasts":
      return {
        message: `lets each gradient work on for some ${counted(effect.steps, "step")}, which add up`,
        help: "usual are 0.9 and 0.99",
      };
    case "swapped":
      return {
        message: `is above beta_2, ${effect.other}, so the mean of gradients lasts longer than that of their squares`,
        help: "they seem to be swapped: usual are beta_1: 0.9, beta_2: 0.999",
      };
    case "forgets":
      return {
        message: "keeps so little that the mean is hardly more than the last weights",
        help: "it is the share of the mean that stays in each step: usual are 0.99 and 0.999",
      };
    case "remembers":
      return {
        message: `leaves ${percent(effect.left)} of the first weights in the mean that replaces them at the end`,
        help: "it is the share of the mean that stays in each step: take a smaller one for a short training",
      };
    case "idle":
      return {
        message: `has no effect without ${effect.without}`,
        help: `add ${effect.without}, or leave it out`,
      };
    case "collects":
      return {
        message: `collects gradients for longer than the training, which has ${counted(effect.steps, "step")}`,
        help: "the weights change once in so many steps: collect fewer",
      };
  }
}

export const rates = {
  NN401: entry<{ readonly optimizer: string; readonly rate: number; readonly usual: Interval }>({
    name: "learning rate out of the optimizer's usual range",
    severity: "warning",
    word: ({ optimizer, rate, usual: [low, high] }) => ({
      message:
        rate === 0
          ? `with a learning rate of 0, ${optimizer} changes no weight`
          : `a learning rate of ${rate} is far too ${rate > high ? "large" : "small"} for ${optimizer}`,
      help: [`${optimizer} is mostly used with rates from ${low} to ${high}`],
    }),
    explain: {
      cause: "The learning rate is outside of all that people use with this optimizer.",
      wrong: program("class", ["Flatten()", "Dense(10, softmax)"], "loss categorical_crossentropy", {
        optimizer: "adam(5)",
      }),
      right: program("class", ["Flatten()", "Dense(10, softmax)"], "loss categorical_crossentropy", {
        optimizer: "adam(0.001)",
      }),
      why: "Far too large a rate makes the loss jump or become NaN, far too small a one leaves the weights where they are. A rate for sgd is often a hundred times too large for adam.",
    },
  }),

  NN404: entry<{
    readonly input: string;
    readonly layer: string;
    readonly made: Span;
    readonly range: Interval;
    /** The column with the largest numbers, of a table. */
    readonly column?: string;
    readonly fix?: Fix;
  }>({
    name: "input not normalised",
    severity: "warning",
    word: ({ input, layer, made, range, column, fix }) => ({
      message: `'${input}' goes into ${layer} with numbers from ${intervalText(range)}${column === undefined ? "" : `, those of '${column}'`}`,
      related: [{ span: made, message: "takes them as they are" }],
      help: [
        column === undefined
          ? Math.max(Math.abs(range[0]), Math.abs(range[1])) < 1
            ? "they seem to be divided twice: in the data set and in the model"
            : range[1] - range[0] < 1
              ? "they seem to be scaled twice: divided by 255, and by a mean and a spread of numbers up to 255"
              : "bring pixels to 0 to 1: pixels / 255"
          : "bring each column to mean 0 and variance 1: -> Normalization()",
      ],
      ...optionalFix(fix),
    }),
    explain: {
      cause:
        "Numbers in the hundreds or thousands reach the first layer as they are, or pixels that are divided twice.",
      wrong: program("class", ["Flatten()", "Dense(10, softmax)"], "loss categorical_crossentropy", {
        input: "pixels",
      }),
      right: program("class", ["Flatten()", "Dense(10, softmax)"], "loss categorical_crossentropy"),
      why: "Weights start with outputs of about 1 for inputs of about 1. With pixels up to 255 the first steps are a hundred times too large, and columns of other sizes drown each other.",
    },
  }),

  NN405: entry<{
    readonly field: string;
    readonly column: string;
    readonly rows: number;
    readonly missing: number;
    readonly infinite: number;
  }>({
    name: "data holds NaN or infinity",
    severity: "warning",
    word: ({ field, column, rows, missing, infinite }) => {
      const parts = [
        ...(missing === 0 ? [] : [`${missing} without a number`]),
        ...(infinite === 0 ? [] : [`${infinite} with a number that f32 cannot hold`]),
      ];
      return {
        message: `of the first ${rows} cells of '${column}' there are ${parts.join(" and ")}`,
        help: [`fill these cells, or take the rows or the column out of '${field}'; nnc data check names the rows`],
      };
    },
    explain: {
      cause: "A column of numbers has empty cells, cells like `NaN`, or numbers too large for f32.",
      wrong: "area,price\n52,\n61,1.2e99",
      right: "area,price\n52,210000\n61,245000",
      why: "A single NaN makes the loss NaN, and then all weights.",
    },
  }),

  NN409: entry<{ readonly dataset: string }>({
    name: "no validation data",
    severity: "hint",
    word: ({ dataset }) => ({
      message: `${dataset} sets no examples aside, so no result shows whether the model only remembers`,
      help: ["give it a share: split train 80%, validation 20%"],
    }),
    explain: {
      cause: "The data has no test part, and no `split` makes one or keeps a share for validation.",
      wrong:
        'dataset Digits {\n  source idx("images", "labels")\n  input image: f32[28, 28, 1] = pixels / 255\n  target digit: class(10) = label\n}\n\nmodel M(image: f32[28, 28, 1]) {\n  Flatten()\n  Dense(10, softmax)\n}\n\ntrain M on Digits {\n  loss categorical_crossentropy\n  optimizer adam()\n}',
      right:
        'dataset Digits {\n  source idx("images", "labels")\n  input image: f32[28, 28, 1] = pixels / 255\n  target digit: class(10) = label\n  split train 80%, validation 20%\n}\n\nmodel M(image: f32[28, 28, 1]) {\n  Flatten()\n  Dense(10, softmax)\n}\n\ntrain M on Digits {\n  loss categorical_crossentropy\n  optimizer adam()\n}',
      why: "A model that has learned its examples by heart has the best results on them.",
    },
  }),

  NN402: entry<{ readonly schedule: string; readonly fault: RateFault }>({
    name: "schedule does not go with the training",
    severity: "warning",
    word: ({ schedule, fault }) => {
      const { message, help } = faultText(fault);
      return { message: `${schedule} ${message}`, help: [help] };
    },
    explain: {
      cause:
        "A schedule counts steps. Its warm-up is longer than the whole training, it is over long before the end, or it makes the rate rise.",
      wrong: program("class", ["Flatten()", "Dense(10, softmax)"], "loss categorical_crossentropy", {
        optimizer: "adam(exponential_decay(0.001, decay_steps: 100, decay_rate: 1.5))",
      }),
      right: program("class", ["Flatten()", "Dense(10, softmax)"], "loss categorical_crossentropy", {
        optimizer: "adam(exponential_decay(0.001, decay_rate: 0.1))",
      }),
      why: "A rate that is still warming up at the end, or has long been 0, trains nothing. One that rises ends in NaN. An epoch of 60,000 examples in batches of 32 has 1,875 steps.",
    },
  }),

  NN410: entry<{
    readonly optimizer: string;
    readonly setting: string;
    readonly value: number | boolean;
    readonly effect: SettingEffect;
  }>({
    name: "optimizer setting that works against the training, or not at all",
    severity: "warning",
    word: ({ optimizer, setting, value, effect }) => {
      const { message, help } = effectText(effect);
      return { message: `${setting}: ${value} of ${optimizer} ${message}`, help: [help] };
    },
    explain: {
      cause: "A setting of the optimizer is far from all that people use, so the weights do not follow the loss.",
      wrong: program("class", ["Flatten()", "Dense(10, softmax)"], "loss categorical_crossentropy", {
        optimizer: "adamw(0.001, weight_decay: 5)",
      }),
      right: program("class", ["Flatten()", "Dense(10, softmax)"], "loss categorical_crossentropy", {
        optimizer: "adamw(0.001, weight_decay: 0.01)",
      }),
      why: "With a learning rate of 0.001, a weight decay of 5 halves all weights every 139 steps, whatever the examples say.",
    },
  }),

  NN411: entry<{ readonly batch: number; readonly examples: number; readonly dataset: string }>({
    name: "batch larger than the training data",
    severity: "warning",
    word: ({ batch, examples, dataset }) => ({
      message: `${dataset} has ${counted(examples, "example")} to train on, so no batch gets ${batch.toLocaleString("en-US")}`,
      help: [
        "each epoch is a single step over all of them: a smaller batch makes more steps, and a fair share of them is 32",
      ],
    }),
    explain: {
      cause: "The batch is larger than all examples together, so an epoch has one step.",
      wrong: program("class", ["Flatten()", "Dense(10, softmax)"], "loss categorical_crossentropy", {
        batch: "100000",
      }),
      right: program("class", ["Flatten()", "Dense(10, softmax)"], "loss categorical_crossentropy", { batch: "128" }),
      why: "With one step an epoch, a training of 10 epochs changes the weights ten times.",
    },
  }),

  NN412: entry<{ readonly model: string; readonly layers: number; readonly first: Span }>({
    name: "all layers are frozen",
    severity: "warning",
    word: ({ model, layers, first }) => ({
      message: `every layer of ${model} with weights is frozen, so this training changes nothing`,
      related: [{ span: first, message: layers === 1 ? "is frozen" : "is frozen, as all others are" }],
      help: ["leave trainable: false out of the layers that shall learn, of the last one as a rule"],
    }),
    explain: {
      cause: "All layers with weights have `trainable: false`.",
      wrong: program("class", ["Flatten()", "Dense(10, softmax, trainable: false)"], "loss categorical_crossentropy"),
      right: program(
        "class",
        ["Flatten()", "Dense(32, relu, trainable: false)", "Dense(10, softmax)"],
        "loss categorical_crossentropy",
      ),
      why: "The loss is the same in each epoch but for chance, and the model ends as it began.",
    },
  }),

  NN413: entry<
    | {
        readonly how: "late";
        readonly patience: number;
        readonly start: number;
        readonly epochs: number;
        readonly restore: boolean;
      }
    | { readonly how: "delta"; readonly delta: number; readonly monitor: string }
  >({
    name: "early stopping comes after the end, or at once",
    severity: "warning",
    word: (fields) => {
      if (fields.how === "delta")
        return {
          message: `${fields.monitor} goes from 0 to 1, so hardly any epoch is better by ${fields.delta}`,
          help: ["write how much better a result must be: min_delta 0.001"],
        };
      const { patience, start, epochs, restore } = fields;
      return {
        message: `early_stopping ${start === 0 ? "" : `starts after ${counted(start, "epoch")} and `}waits ${counted(patience, "epoch")} for a better result, but the training has ${counted(epochs, "epoch")}`,
        help: [
          restore
            ? "it never stops: checkpoint best validation.loss keeps the best weights by itself"
            : "it never stops: let it wait for less, or train for more epochs",
        ],
      };
    },
    explain: {
      cause: "The training is over before early stopping has waited long enough. Without `epochs` a training has one.",
      wrong:
        "dataset D {\n  source mnist()\n  input x: f32[28, 28, 1] = pixels / 255\n  target y: class(10) = label\n  split train 90%, validation 10%\n}\n\nmodel M(x: f32[28, 28, 1]) {\n  Flatten()\n  Dense(10, softmax)\n}\n\ntrain M on D {\n  loss categorical_crossentropy\n  optimizer adam()\n  early_stopping validation.loss patience 10\n  epochs 10\n}",
      right:
        "dataset D {\n  source mnist()\n  input x: f32[28, 28, 1] = pixels / 255\n  target y: class(10) = label\n  split train 90%, validation 10%\n}\n\nmodel M(x: f32[28, 28, 1]) {\n  Flatten()\n  Dense(10, softmax)\n}\n\ntrain M on D {\n  loss categorical_crossentropy\n  optimizer adam()\n  early_stopping validation.loss patience 10\n  epochs 100\n}",
      why: "The clause promises a training that ends at its best, and this one always takes all of its epochs.",
    },
  }),

  NN414: entry<{ readonly by: string; readonly high: number; readonly fix?: Fix }>({
    name: "pixels divided by a number near 255",
    severity: "warning",
    word: ({ by, high, fix }) => ({
      message: `pixels go from 0 to 255, so ${by} leaves them from 0 to ${short(high)}`,
      help: ["divided by 255 they go from 0 to 1"],
      ...optionalFix(fix),
    }),
    explain: {
      cause: "A slip of the pen in the number that brings pixels to 1: 225 for 255.",
      wrong: program("class", ["Flatten()", "Dense(10, softmax)"], "loss categorical_crossentropy", {
        input: "pixels / 225",
      }),
      right: program("class", ["Flatten()", "Dense(10, softmax)"], "loss categorical_crossentropy"),
      why: "The training hardly shows it, but pictures that another program divides by 255 are darker than those that the model knows, and layers that take pixels from 0 to 1 cut the brightest off.",
    },
  }),
};
