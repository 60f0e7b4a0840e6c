// NN217 to NN219: the lengths of `buckets`, models that cannot have another length, and those for which it makes a difference.

import type { Span } from "../../base/span.ts";
import type { Fix } from "../diagnostic.ts";
import { entry, helpOf, optionalFix } from "./entry.ts";

/** Why fields cannot be made shorter. */
export type BucketFault =
  /** No input of the model is a row of tokens, so the fields must be named. */
  | { readonly kind: "tokenless"; readonly model: string; readonly example: string }
  | { readonly kind: "lengths"; readonly fields: readonly { readonly name: string; readonly steps: number }[] }
  /** A field has no steps, as a class has none. */
  | { readonly kind: "flat"; readonly field: string; readonly type: string }
  /** A field whose steps are not those of its columns, or that no column holds. */
  | { readonly kind: "computed" | "drawn"; readonly field: string }
  | { readonly kind: "counts"; readonly fields: readonly { readonly name: string; readonly count: number }[] };

const quotedNames = (fields: readonly { readonly name: string }[]): string =>
  fields.map(({ name }) => `'${name}'`).join(" and ");

function faultText(fault: BucketFault): { readonly message: string; readonly help: string } {
  switch (fault.kind) {
    case "tokenless":
      return {
        message: `${fault.model} reads no row of tokens, so 'buckets' must name the fields that are shorter`,
        help: `give the lengths by field: buckets { ${fault.example}: [10, 20] }`,
      };
    case "lengths":
      return {
        message: `${quotedNames(fault.fields)} have different lengths, ${fault.fields.map(({ steps }) => steps).join(" and ")}`,
        help: `give each its own: buckets { ${fault.fields.map(({ name, steps }) => `${name}: [${Math.max(1, Math.floor(steps / 2))}]`).join(", ")} }`,
      };
    case "flat":
      return {
        message: `'${fault.field}' is ${fault.type}, which has no steps to leave out`,
        help: "name fields that are rows of steps, such as token(8000)[40] or f32[100, 13]",
      };
    case "computed":
      return {
        message: `the steps of '${fault.field}' are not those of its columns, so nobody knows where its rows end`,
        help: "a field can be shorter if it shows a column as it is, or computes each element from the one at its place",
      };
    case "drawn":
      return {
        message: `'${fault.field}' is drawn anew for each step of training, so its rows have no length`,
        help: "name fields that columns of the data hold",
      };
    case "counts":
      return {
        message: `${quotedNames(fault.fields)} have different numbers of lengths, ${fault.fields.map(({ count }) => count).join(" and ")}`,
        help: "a batch has one length of each field: the first ones belong together, then the second ones",
      };
  }
}

/** What keeps a model from another length. */
export type LengthCause =
  /** Something in the model, or in the training, is wrong with that length. */
  | { readonly kind: "error"; readonly in: "model" | "training"; readonly message: string; readonly span: Span }
  | {
      readonly kind: "weight" | "metric";
      readonly name: string;
      /** Its shape with each length; undefined where it is not there. */
      readonly full: string | undefined;
      readonly short: string | undefined;
      readonly span: Span;
    };

function causeText(cause: LengthCause): string {
  if (cause.kind === "error") return cause.message;
  const what = cause.kind === "weight" ? "the weight" : "the metric";
  return `${what} '${cause.name}' is ${cause.full ?? "not there"}, and would be ${cause.short ?? "not there"}`;
}

function causeHelp(cause: LengthCause, input: string): string {
  if (cause.kind === "error")
    return cause.in === "model"
      ? `let the size follow the input: give it a name, ${input}, and use that name in the model`
      : "name all fields whose lengths belong together, the targets too";
  return cause.kind === "weight"
    ? "steps share all weights: take the mean or the last step where a Flatten stands, or leave 'buckets' out"
    : "choose metrics whose tables do not depend on the length, or leave 'buckets' out";
}

const program = (layers: readonly string[], embedding = "Embedding(8000, 16, mask_zero: true)"): string =>
  [
    'dataset Reviews {\n  source csv("reviews.csv")\n  input  review: token(8000)[40] = words(text)\n  target praise: class(2) = label\n}',
    `model Sentiment(review: token(8000)[40]) {\n  ${embedding}\n${layers.map((layer) => `  ${layer}\n`).join("")}  Dense(2, softmax)\n}`,
    "train Sentiment on Reviews {\n  loss      categorical_crossentropy\n  optimizer adam()\n  buckets   [10, 20]\n}",
  ].join("\n\n");

export const buckets = {
  NN217: entry<{ readonly fault: BucketFault; readonly declared?: Span }>({
    name: "fields without a shorter length",
    severity: "error",
    word: ({ fault, declared }) => {
      const { message, help } = faultText(fault);
      return {
        message,
        ...helpOf(help),
        ...(declared === undefined ? {} : { related: [{ span: declared, message: "it is declared here" }] }),
      };
    },
    explain: {
      cause:
        "`buckets` makes fields shorter for batches of short rows, but a field here has no rows that could be short.",
      wrong: program(["GRU(16)"]).replace("[10, 20]", "{ praise: [10, 20] }"),
      right: program(["GRU(16)"]),
      why: "A batch of short rows takes only their steps, so nnc must know which axis the steps are, and where each row ends.",
    },
  }),

  NN218: entry<{
    readonly model: string;
    readonly field: string;
    readonly steps: number;
    /** The input with a name for its length: `review: token(8000)[steps]`. */
    readonly input: string;
    readonly cause: LengthCause;
  }>({
    name: "model depends on the length",
    severity: "error",
    word: ({ model, field, steps, input, cause }) => ({
      message: `${model} cannot train with ${steps} steps of '${field}': ${causeText(cause)}`,
      related: [{ span: cause.span, message: "this depends on the length" }],
      ...helpOf(causeHelp(cause, input)),
    }),
    explain: {
      cause:
        "With `buckets` the same weights train with rows of several lengths, but something in the model fits one length only.",
      wrong: program(["Flatten()"]),
      right: program(["GRU(16)"]),
      why: "A Flatten before a Dense makes a weight for each step, so a shorter row would need another weight.",
    },
  }),

  NN219: entry<{ readonly model: string; readonly input: string; readonly declared: Span; readonly fix?: Fix }>({
    name: "rows end, and nothing masks what follows",
    severity: "warning",
    word: ({ model, input, declared, fix }) => ({
      message: `${model} masks no step of '${input}', so the zeros behind a row count, and evaluation and predictions see more of them than training`,
      related: [{ span: declared, message: `'${input}' is declared here` }],
      ...helpOf("mask what fills rows up: Embedding(…, mask_zero: true), or Masking() for numbers"),
      ...optionalFix(fix),
    }),
    explain: {
      cause:
        "`buckets` leaves out the zeros at the end of short rows in training, but the model takes them for steps like others.",
      wrong: program(["GRU(16)"], "Embedding(8000, 16)"),
      right: program(["GRU(16)"]),
      why: "Evaluation and predictions take all steps. A model without a mask then reads zeros that it has not been trained on.",
    },
  }),
};
