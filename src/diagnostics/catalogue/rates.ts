// NN401–NN405 and NN409: how a training steps, and what its data holds.

import type { Span } from "../../base/span.ts";
import type { Fix } from "../diagnostic.ts";
import { entry, optionalFix } from "./entry.ts";
import { type Interval, intervalText, program } from "./networks.ts";

export const rates = {
  NN401: entry<{ readonly optimizer: string; readonly rate: number; readonly usual: Interval }>({
    name: "learning rate out of the optimizer's usual range",
    severity: "warning",
    word: ({ optimizer, rate, usual: [low, high] }) => ({
      message: `a learning rate of ${rate} is far too ${rate > high ? "large" : "small"} for ${optimizer}`,
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
};
