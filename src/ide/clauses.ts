// The words that begin a clause of a data set or training, with what the editor says of each.

import { words } from "../syntax/tokens.ts";

export interface ClauseWord {
  readonly word: string;
  readonly doc: string;
}

/** By the kind of the declaration around them. */
export const clauseWords: Readonly<Record<"train" | "dataset", readonly ClauseWord[]>> = {
  train: [
    { word: "loss", doc: "What is made small: `loss mse`." },
    { word: "optimizer", doc: "How weights follow their gradients: `optimizer adam(1e-3)`." },
    { word: "metrics", doc: "What is measured beside the loss: `metrics accuracy`." },
    { word: "epochs", doc: "How often all training examples are seen; 1 unless given." },
    { word: "batch", doc: "How many examples make one step; 32 unless given." },
    { word: "seed", doc: "Where all random numbers begin; 0 unless given." },
  ],
  dataset: [
    { word: "source", doc: words.source.doc },
    { word: "input", doc: words.input.doc },
    { word: "target", doc: words.target.doc },
    { word: "split", doc: "Shares of the training part: `split train 80%, validation 20%`." },
  ],
};
