// NN205–NN209: what a model gives, what the data asks for, and the loss and metrics between them.

import type { Span } from "../../base/span.ts";
import type { Fix } from "../diagnostic.ts";
import { type Context, inContext } from "./context.ts";
import { entry, helpOf, optionalFix } from "./entry.ts";

export const training = {
  NN205: entry<
    Context & {
      readonly model: string;
      readonly units: string;
      readonly target: string;
      readonly classes: string;
      readonly declared: Span;
      readonly fix?: Fix;
    }
  >({
    name: "units and classes differ",
    severity: "error",
    word: (fields) =>
      inContext(
        fields,
        {
          message: `${fields.model} ends in ${fields.units} units, and ${fields.target} has ${fields.classes} classes`,
          label: `${fields.units} units`,
          ...optionalFix(fields.fix),
        },
        [{ span: fields.declared, message: `${fields.classes} classes` }],
      ),
    explain: {
      cause: "A classifier gives one number for each class, and their counts differ.",
      wrong: "Dense(9, softmax)   // for a target of class(10)",
      right: "Dense(10, softmax)  // for a target of class(10)",
      why: "A class without a unit cannot be predicted; a unit without a class is never right.",
    },
  }),

  NN206: entry<{
    readonly loss: string;
    readonly target: string;
    readonly holds: "indices" | "one-hot rows" | "numbers";
    readonly wants: "indices" | "numbers" | "yes or no";
    readonly declared: Span;
    readonly help?: string;
    readonly fix?: Fix;
  }>({
    name: "one-hot and index labels confused",
    severity: "error",
    word: ({ loss, target, holds, wants, declared, help, fix }) => ({
      message: `${loss} compares with ${wants === "indices" ? "class indices" : wants}, and ${target} holds ${holds === "indices" ? "class indices" : holds}`,
      related: [{ span: declared, message: `${target} is declared here` }],
      ...helpOf(help),
      ...optionalFix(fix),
    }),
    explain: {
      cause: "A loss for numbers meets class indices, or a loss for indices meets numbers or one-hot rows.",
      wrong: "loss mse   // for a target of class(10)",
      right: "loss categorical_crossentropy",
      why: "The index of a class is a name: 7 is not nearer to 8 than to 2.",
    },
  }),

  NN207: entry<
    Context & {
      readonly model: string;
      readonly output: string;
      readonly target: string;
      /** `is 28 × 28 × 1`, `has 1 target` */
      readonly wanted: string;
      readonly declared: Span;
      /** Where the output is made. */
      readonly made: Span;
      readonly help?: string;
    }
  >({
    name: "target shape differs from the output's",
    severity: "error",
    word: (fields) =>
      inContext(
        fields,
        {
          message: `${fields.model} gives ${fields.output}, and ${fields.target} ${fields.wanted}`,
          ...helpOf(fields.help),
        },
        [
          { span: fields.made, message: `makes ${fields.output}` },
          { span: fields.declared, message: `${fields.target} ${fields.wanted}` },
        ],
      ),
    explain: {
      cause: "The loss compares output and target element by element, and their shapes differ.",
      wrong: "Dense(2)   // for a target of f32[1]",
      right: "Dense(1)   // for a target of f32[1]",
      why: "Broadcasting a loss is a well known way to train on nonsense without noticing.",
    },
  }),

  NN209: entry<{
    readonly metric: string;
    readonly target: string;
    readonly wants: "numbers" | "class indices" | "rows of classes";
    /** `'digit' holds class indices`, `Net gives one number a sample` */
    readonly actual: string;
    readonly declared: Span;
    readonly fix?: Fix;
  }>({
    name: "metric does not fit the task",
    severity: "error",
    word: ({ metric, target, wants, actual, declared, fix }) => ({
      message: `${metric} compares ${wants}, and ${actual}`,
      related: [{ span: declared, message: `${target} is declared here` }],
      ...optionalFix(fix),
    }),
    explain: {
      cause: "A metric for numbers meets class indices, or a metric for classes meets numbers.",
      wrong: "metrics mae        // for a target of class(10)",
      right: "metrics accuracy   // for a target of class(10)",
      why: "The difference of two class indices says nothing, and one number a sample has no largest.",
    },
  }),
};
