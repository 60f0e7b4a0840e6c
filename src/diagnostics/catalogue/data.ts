// NN406–NN408 and NN415–NN417: what a data set, and the first rows of its file, say of its targets and parts.

import type { Span } from "../../base/span.ts";
import { entry } from "./entry.ts";

export const data = {
  NN406: entry<{
    readonly input: string;
    readonly target: string;
    readonly declared: Span;
    /** The same column, or another one that has one value for each value of the target, in so many first rows. */
    readonly how:
      | { readonly kind: "same" }
      | { readonly kind: "tells"; readonly column: string; readonly rows: number };
  }>({
    name: "target is among the inputs",
    severity: "warning",
    word: ({ input, target, declared, how }) => ({
      message:
        how.kind === "same"
          ? `the input '${input}' reads the column of the target '${target}'`
          : `'${how.column}' in the input '${input}' tells the target '${target}': in the first ${how.rows} rows each value of one stands beside one value of the other`,
      related: [{ span: declared, message: `'${target}' is declared here` }],
      help: ["take the column out of the inputs, unless it is known before the target is"],
    }),
    explain: {
      cause: "An input reads the column that is to be predicted, or one that says the same in other words.",
      wrong:
        'dataset Houses {\n  source csv("houses.csv")\n  input  area: f32\n  input  price: f32\n  target worth: f32 = price\n}',
      right: 'dataset Houses {\n  source csv("houses.csv")\n  input  area: f32\n  target worth: f32 = price\n}',
      why: "The model learns to copy that column. It looks perfect in training and in the test, and knows nothing where the target is not known.",
    },
  }),

  NN417: entry<{
    readonly dataset: string;
    readonly train: number;
    readonly validation: number;
    /** Whether these are numbers of rows, not shares. */
    readonly rows: boolean;
  }>({
    name: "more to validate on than to train on",
    severity: "warning",
    word: ({ dataset, train, validation, rows }) => {
      const text = (part: number): string => (rows ? `${part} rows` : `${Number((part * 100).toPrecision(3))}%`);
      return {
        message: `${dataset} keeps ${text(validation)} for validation and only ${text(train)} to train on`,
        help: ["the shares seem to be swapped: split train 80%, validation 20%"],
      };
    },
    explain: {
      cause: "The share for validation is larger than the one for training.",
      wrong:
        'dataset D {\n  source csv("houses.csv")\n  input area: f32\n  target price: f32\n  split train 20%, validation 80%\n}',
      right:
        'dataset D {\n  source csv("houses.csv")\n  input area: f32\n  target price: f32\n  split train 80%, validation 20%\n}',
      why: "Examples for validation teach nothing. A fifth of them says well enough how good a model is.",
    },
  }),

  NN416: entry<{
    /** The target does not move, or by other numbers. */
    readonly how: "stays" | "apart";
    readonly layer: string;
    readonly input: string;
    readonly target: string;
    readonly declared: Span;
  }>({
    name: "picture moves without its target",
    severity: "warning",
    word: ({ how, layer, input, target, declared }) => ({
      message: `${layer} moves what is in '${input}', but '${target}', which has a place for each pixel, ${how === "stays" ? "stays" : "moves by other numbers"}`,
      related: [{ span: declared, message: how === "stays" ? "does not move" : "moves by numbers of its own" }],
      help: ["write the same layer with the same seed in both fields: they draw the same numbers for a row"],
    }),
    explain: {
      cause: "A layer turns, flips or moves pictures in training, and the masks that belong to them stay as they are.",
      wrong:
        'dataset D {\n  source npy("scenes.npz")\n  input photo: f32[64, 64, 3] = photo / 255 -> RandomFlip(horizontal)\n  target mask: f32[64, 64, 1] = mask / 255\n}',
      right:
        'dataset D {\n  source npy("scenes.npz")\n  input photo: f32[64, 64, 3] = photo / 255 -> RandomFlip(horizontal, seed: 1)\n  target mask: f32[64, 64, 1] = mask / 255 -> RandomFlip(horizontal, seed: 1)\n}',
      why: "Half of the examples then have the mask of the mirrored picture, and the model learns that both sides are alike.",
    },
  }),

  NN407: entry<{
    readonly how:
      | { readonly kind: "file"; readonly file: string }
      | { readonly kind: "repeats"; readonly rows: number; readonly repeated: number };
  }>({
    name: "splits overlap",
    severity: "warning",
    word: ({ how }) =>
      how.kind === "file"
        ? {
            message: `'${how.file}' is both the file to train on and the file to test with`,
            help: ["name another file to test with, or none, and divide this one: split train 80%, test 20%"],
          }
        : {
            message: `${how.repeated} of the first ${how.rows} rows are there already, so the parts of this split share rows`,
            help: ["take repeats out of the file, or keep them in one part: by hash(…) of a column that they share"],
          },
    explain: {
      cause: "Rows that the model trains on are in the part for validation or test, too.",
      wrong: 'dataset Houses {\n  source csv("houses.csv", "houses.csv")\n  input  area: f32\n  target price: f32\n}',
      right:
        'dataset Houses {\n  source csv("houses.csv")\n  input  area: f32\n  target price: f32\n  split  train 80%, test 20%\n}',
      why: "The result on rows that the model has seen is too good, and hides overfitting. nnc data check counts such rows in the whole file.",
    },
  }),

  NN408: entry<{
    readonly target: string;
    readonly declared: Span;
    readonly column: string;
    readonly rows: number;
    /** How many classes these rows have. */
    readonly values: number;
  }>({
    name: "labels sorted and not shuffled",
    severity: "warning",
    word: ({ target, declared, column, rows, values }) => ({
      message:
        values === 1
          ? `the first ${rows} rows all have one class of '${target}', and the split keeps their order`
          : `the rows are sorted by '${target}', and the split keeps their order`,
      related: [{ span: declared, message: `'${target}' is declared here` }],
      help: [`divide each class alike, by stratified(${column}), or leave 'by order' out`],
    }),
    explain: {
      cause: "The rows of a file come class by class, and a split by order cuts it into parts one after another.",
      wrong: "split train 80%, test 20%, by order   // rows 1 to 50 are of class 0, 51 to 100 of class 1 …",
      right: "split train 80%, test 20%, by stratified(label)",
      why: "The test part then has classes that the model has never seen, and the training part has none of them.",
    },
  }),

  NN415: entry<{ readonly layer: string; readonly mixed: string; readonly target: string; readonly declared: Span }>({
    name: "rows are mixed and their target is not",
    severity: "warning",
    word: ({ layer, mixed, target, declared }) => ({
      message: `${layer} mixes '${mixed}' of each row with that of another, but its target '${target}' stays that of one row`,
      related: [{ span: declared, message: "is not mixed" }],
      help: [
        "give both the same layer with the same seed, and the target shares of classes: one_hot(label, 10) -> MixUp(0.2, seed: 1)",
      ],
    }),
    explain: {
      cause:
        "Two rows become one, and its target names only the first of them. Layers mix alike if they have the same seed and options.",
      wrong:
        "dataset D {\n  source mnist()\n  input  x: f32[28, 28, 1] = pixels / 255 -> MixUp(0.2)\n  target y: class(10) = label\n}",
      right:
        "dataset D {\n  source mnist()\n  input  x: f32[28, 28, 1] = pixels / 255 -> MixUp(0.2, seed: 1)\n  target y: f32[10] = one_hot(label, 10) -> MixUp(0.2, seed: 1)\n}",
      why: "A picture that is half a 3 and half an 8 is called a 3: the model learns from wrong answers.",
    },
  }),
};
