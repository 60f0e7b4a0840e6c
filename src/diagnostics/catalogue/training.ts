// NN205–NN212: the output of a model, the target of its data, and the loss and metrics between them.

import type { Span } from "../../base/span.ts";
import type { Fix } from "../diagnostic.ts";
import { type Context, inContext } from "./context.ts";
import { entry, helpOf, optionalFix } from "./entry.ts";

/** The difference between the output of a model and the target of its data. Shapes are text, with the number of axes. */
export type Misfit =
  /** The names of the outputs, and the number of targets. */
  | {
      readonly kind: "count";
      readonly outputs: readonly string[];
      readonly targets: number;
      readonly dataset: string;
    }
  | {
      readonly kind: "shape";
      readonly output: Row;
      readonly target: string;
      readonly wanted: Row;
      /** For a target of classes: its type. */
      readonly type?: string;
      /** A type of the target that would fit. */
      readonly meant?: { readonly type: string; readonly as: "class" | "row" };
    };
interface Row {
  readonly text: string;
  readonly axes: number;
}

const counted = (count: number, word: string): string => `${count} ${word}${count === 1 ? "" : "s"}`;
/** Says "a row of" before a single axis, so that nobody reads it as a number. */
const rowText = ({ text, axes }: Row): string => `${axes === 1 ? "a row of " : ""}${text}`;

function misfitText(misfit: Misfit): { readonly gives: string; readonly wants: string } {
  if (misfit.kind === "count") {
    const { outputs, targets, dataset } = misfit;
    return {
      gives: counted(outputs.length, "output"),
      wants:
        outputs.length === targets ? "this clause is for one" : `data set ${dataset} has ${counted(targets, "target")}`,
    };
  }
  const { output, target, wanted, type } = misfit;
  const row = rowText(wanted);
  return {
    gives: rowText(output),
    wants: `'${target}' is ${type === undefined ? row : `${type}, which needs ${row}`}`,
  };
}

function misfitHelp(misfit: Misfit): string | undefined {
  if (misfit.kind === "count") {
    const { outputs } = misfit;
    const [first = "output"] = outputs;
    return outputs.length === 1
      ? `name the output like its target: return { ${first}: … }, and loss { ${first}: mse }`
      : `name the outputs: loss { ${outputs.map((name) => `${name}: mse`).join(", ")} }; each takes the target of its name`;
  }
  if (misfit.meant === undefined) return undefined;
  const { type, as } = misfit.meant;
  const reason = as === "class" ? "class indices have the type class" : `a row of one number is ${type}`;
  return `${reason}: target ${misfit.target}: ${type}`;
}

/** The kinds of labels. */
const labelWords = {
  binary: "yes-or-no labels",
  indices: "class indices",
  numbers: "numbers",
  rows: "one-hot rows",
} as const;

/** The part that does not fit a metric: the numbers of the target, or the output of a model, one number or of a type. */
export type MetricActual =
  | "indices"
  | "numbers"
  | { readonly single: string }
  | { readonly model: string; readonly type: string }
  | { readonly type: string };

/** What metrics compare. */
const metricWants = {
  indices: labelWords.indices,
  numbers: labelWords.numbers,
  rows: "rows of classes",
  sequences: "sequences of tokens",
  boxes: "rows of boxes",
} as const;

/** How to get what a metric compares, where its name alone does not say it. */
const metricAdvice: { readonly [K in keyof typeof metricWants]?: string } = {
  sequences:
    "a prediction is i32[steps] or f32[steps, classes], a target i32[steps], class(n)[steps] or token(n)[steps]",
  boxes: "a prediction is f32[detections, 6], each with a box, its class and its score, a target f32[boxes, 5]",
};

function metricActual(actual: MetricActual, target: string): string {
  if (typeof actual === "object") {
    if ("single" in actual) return `${actual.single} yields one number for each sample`;
    return "model" in actual ? `${actual.model} yields ${actual.type}` : `'${target}' holds ${actual.type}`;
  }
  return `'${target}' holds ${labelWords[actual]}`;
}

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
          message: `${fields.model} ends in ${fields.units} units, but '${fields.target}' has ${fields.classes} classes`,
          label: `${fields.units} units`,
          ...optionalFix(fields.fix),
        },
        [{ span: fields.declared, message: `${fields.classes} classes` }],
      ),
    explain: {
      cause: "A classifier yields one number for each class, but here the counts differ.",
      wrong: "Dense(9, softmax)   // for a target of class(10)",
      right: "Dense(10, softmax)  // for a target of class(10)",
      why: "The model cannot predict a class without a unit; a unit without a class is never right.",
    },
  }),

  NN206: entry<{
    readonly loss: string;
    readonly target: string;
    readonly holds: "indices" | "rows" | "numbers";
    readonly wants: "indices" | "numbers" | "binary";
    readonly declared: Span;
    readonly fix?: Fix;
  }>({
    name: "one-hot and index labels confused",
    severity: "error",
    word: ({ loss, target, holds, wants, declared, fix }) => ({
      message: `${loss} expects ${labelWords[wants]}, but '${target}' holds ${labelWords[holds]}`,
      related: [{ span: declared, message: `'${target}' is declared here` }],
      ...helpOf(wants === "binary" ? `${loss} takes 0 or 1 for each number of the output` : undefined),
      ...optionalFix(fix),
    }),
    explain: {
      cause: "A loss for numbers gets class indices, or a loss for indices gets numbers or one-hot rows.",
      wrong: "loss mse   // for a target of class(10)",
      right: "loss categorical_crossentropy",
      why: "The index of a class is a name: 7 is no nearer to 8 than to 2.",
    },
  }),

  NN207: entry<
    Context & {
      readonly model: string;
      readonly misfit: Misfit;
      readonly declared: Span;
      /** The place that makes the output. */
      readonly made: Span;
    }
  >({
    name: "target shape differs from the output's",
    severity: "error",
    word: (fields) => {
      const { gives, wants } = misfitText(fields.misfit);
      return inContext(
        fields,
        { message: `${fields.model} yields ${gives}, but ${wants}`, ...helpOf(misfitHelp(fields.misfit)) },
        [
          { span: fields.made, message: `yields ${gives}` },
          { span: fields.declared, message: wants },
        ],
      );
    },
    explain: {
      cause: "The loss compares output and target element by element, but their shapes differ.",
      wrong: "Dense(2)   // for a target of f32[1]",
      right: "Dense(1)   // for a target of f32[1]",
      why: "A loss that broadcasts is a well-known way to train on nonsense without noticing.",
    },
  }),

  NN209: entry<{
    readonly metric: string;
    readonly target: string;
    readonly wants: keyof typeof metricWants;
    readonly actual: MetricActual;
    readonly declared: Span;
    readonly fix?: Fix;
  }>({
    name: "metric does not fit the task",
    severity: "error",
    word: ({ metric, target, wants, actual, declared, fix }) => ({
      message: `${metric} compares ${metricWants[wants]}, but ${metricActual(actual, target)}`,
      related: [{ span: declared, message: `'${target}' is declared here` }],
      ...helpOf(metricAdvice[wants]),
      ...optionalFix(fix),
    }),
    explain: {
      cause: "A metric for numbers gets class indices, or a metric for classes gets numbers.",
      wrong: "metrics mae        // for a target of class(10)",
      right: "metrics accuracy   // for a target of class(10)",
      why: "The difference of two class indices means nothing, and a single number for each sample has no largest one.",
    },
  }),

  NN210: entry<{
    readonly model: string;
    readonly reads: "nothing" | "untrained";
    /** What lets no gradient through. */
    readonly stop?: { readonly layer: string; readonly span: Span };
  }>({
    name: "loss does not depend on what it trains",
    severity: "error",
    word: ({ model, reads, stop }) => ({
      message:
        reads === "nothing"
          ? `the loss reads no output of ${model}`
          : stop === undefined
            ? "the loss does not depend on any weight that this step trains"
            : `${stop.layer} lets no gradient through, so no weight learns from this loss`,
      ...(stop === undefined
        ? helpOf("use an output by its name, or 'prediction'")
        : {
            related: [{ span: stop.span, message: "its results jump, or are whole numbers" }],
            help: [`let the loss read what comes before ${stop.layer}`],
          }),
    }),
    explain: {
      cause: "No weight can change this loss, so its gradient is 0 everywhere.",
      wrong: "loss mean(target ** 2)",
      right: "loss mean((prediction - target) ** 2)",
      why: "Such a training would run for hours and leave the model as it is.",
    },
  }),

  NN211: entry<{
    readonly weight: string;
    /** The names of the two steps, or of two entries of `optimizer`. */
    readonly step: string;
    readonly other: string;
    readonly first: Span;
  }>({
    name: "two steps train the same weights",
    severity: "error",
    word: ({ weight, step, other, first }) => ({
      message: `'${step}' trains '${weight}', which '${other}' trains already`,
      related: [{ span: first, message: `'${other}' trains it` }],
      ...helpOf("name the layers of each step: weights critic"),
    }),
    explain: {
      cause: "Two steps, or two optimizers of one step, update one weight.",
      wrong: "step critic { loss …, optimizer adam() }\nstep generator { loss …, optimizer adam() }",
      right:
        "step critic { loss …, optimizer adam(), weights critic }\nstep generator { loss …, optimizer adam(), weights generator }",
      why: "Without a choice a step trains all weights, and the steps of an adversarial training would undo each other.",
    },
  }),

  NN212: entry<{
    /** As it is written. */
    readonly layer: string;
    /** The lowest and the highest number of the pixels, and of those that the layer takes them for. */
    readonly given: readonly [number, number];
    readonly taken: readonly [number, number];
  }>({
    name: "pixels are of another range",
    severity: "warning",
    word: ({ layer, given, taken }) => ({
      message: `${layer} takes pixels for numbers from ${rangeWords(taken)}, but here they go from ${rangeWords(given)}`,
      ...helpOf(`say between which numbers they lie: value_range: [${given.map(shortNumber).join(", ")}]`),
    }),
    explain: {
      cause:
        "Layers of brightness and colour work on pixels from 0 to 255, as in Keras, unless `value_range` says otherwise.",
      wrong: "input picture: f32[64, 64, 3] = pixels / 255 -> RandomBrightness(0.2)",
      right: "input picture: f32[64, 64, 3] = pixels / 255 -> RandomBrightness(0.2, value_range: [0, 1])",
      why: "A brightness that changes by 0.2 of 255 makes every picture from 0 to 1 black or white.",
    },
  }),
};

const shortNumber = (value: number): string => String(Number(value.toPrecision(4)));
const rangeWords = ([low, high]: readonly [number, number]): string => `${shortNumber(low)} to ${shortNumber(high)}`;
