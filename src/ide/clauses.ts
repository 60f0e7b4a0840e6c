// The words that begin a clause of a data set or training, each with the editor's text about it.

import { words } from "../syntax/tokens.ts";

export interface ClauseWord {
  readonly word: string;
  readonly doc: string;
}

/** The words, by the kind of the declaration around them. */
export const clauseWords: Readonly<Record<"train" | "dataset", readonly ClauseWord[]>> = {
  train: [
    { word: "loss", doc: "The value that training minimizes: `loss mse`." },
    { word: "optimizer", doc: "The rule that updates weights from their gradients: `optimizer adam(1e-3)`." },
    {
      word: "weights",
      doc: 'The layers that training changes; default all: `weights critic`. With a file, it begins with its weights: `weights "digits.safetensors"`.',
    },
    { word: "step", doc: words.step.doc },
    { word: "metrics", doc: "The values to measure besides the loss: `metrics accuracy`." },
    { word: "weighted_metrics", doc: "Metrics in which samples count by their weights: `weighted_metrics accuracy`." },
    { word: "class_weight", doc: "How much the samples of each class count: `class_weight { 0: 1, 1: 5 }`." },
    {
      word: "early_stopping",
      doc: "Ends the training once a result gets no better: validation.loss patience 5 restore best.",
    },
    { word: "checkpoint", doc: "Ends the training with its best weights: best validation.accuracy." },
    { word: "epochs", doc: "The number of passes over all training examples; default 1." },
    { word: "batch", doc: "The number of examples in one step; default 32." },
    {
      word: "buckets",
      doc: "Lengths of rows that make batches of their own, which take only so many steps: `buckets [10, 20]`.",
    },
    { word: "seed", doc: "The seed of all random numbers; default 0." },
  ],
  dataset: [
    { word: "source", doc: words.source.doc },
    { word: "input", doc: words.input.doc },
    { word: "target", doc: words.target.doc },
    { word: "weight", doc: words.weight.doc },
    { word: "split", doc: "Shares of the training part: `split train 80%, validation 20%`." },
  ],
};
