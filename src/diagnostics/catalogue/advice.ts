// Advice on a value of a wrong kind (NN009), and the faults of a value that no range describes (NN007).

import { departureText } from "./departures.ts";

const plain = {
  nameLayer: "name it first: layer embed = Embedding(…)",
  oneLoss: departureText("oneLoss"),
  ownLine: "write each clause on its own line",
  noMethods:
    "a tensor has no methods: functions take it in parentheses, layers through the pipe: relu(x), x -> Flatten()",
  namedSizes: "a size has its name in the type of the input: model M(x: f32[n, c]), and then n and c are numbers",
  pixels: "a number of pixels is a layer in front: ZeroPadding2D(1)",
  pipe: "tensors come through the pipe: x -> …",
  placeholder: "`_` is the piped value, for a value that is built from it",
} as const;

export type Advice =
  | keyof typeof plain
  /** A layer that already has its options. */
  | { readonly kind: "apply"; readonly layer: string }
  /** A `let` of a layer. */
  | { readonly kind: "letOfLayer"; readonly name: string };

export function adviceText(advice: Advice): string {
  if (typeof advice === "string") return plain[advice];
  if (advice.kind === "apply") return `apply it with x -> ${advice.layer}`;
  return `write layer ${advice.name} = … to name a layer, let ${advice.name} = _ -> … to name its result`;
}

export type Fact =
  /** Of `reduction` of a loss within an expression. */
  | { readonly kind: "withinExpression" }
  /** Of layers. */
  | { readonly kind: "frozen" }
  /** Of a layer within another: its penalty has no place. */
  | { readonly kind: "innerPenalty" }
  | { readonly kind: "rest"; readonly left: number; readonly right: number }
  /** A split that leaves no share for training. */
  | { readonly kind: "untrained" }
  | { readonly kind: "empty" }
  /** A split with shares and with numbers of rows. */
  | { readonly kind: "units" }
  /** Of a part of a split. */
  | { readonly kind: "wholeRows" }
  /** A split by numbers of rows in an order that has shares alone. */
  | { readonly kind: "rowsBy"; readonly order: string }
  /** Of a split whose examples follow each other. */
  | { readonly kind: "inARow"; readonly source: string }
  | { readonly kind: "ownTestPart"; readonly source: string }
  /** Of a learning rate: it follows a result of validation, or a metric with several numbers. */
  | { readonly kind: "unvalidated"; readonly dataset: string }
  | { readonly kind: "listed"; readonly metric: string }
  /** A sentence of the definition on its own options. */
  | { readonly kind: "told"; readonly text: string };

export function factText(fact: Fact): string {
  switch (fact.kind) {
    case "withinExpression":
      return "a loss within an expression has a value for each sample; sum or mean reduces them";
    case "innerPenalty":
      return "a layer within a layer has no penalty on its result";
    case "frozen":
      return "none of its weights is trainable";
    case "rest":
      return `${fact.left} / ${fact.right} leaves a remainder of ${fact.left % fact.right}`;
    case "empty":
      return "it is empty";
    case "units":
      return "it has shares and numbers of rows; all parts are of one kind";
    case "wholeRows":
      return "a number of rows is whole and not below 0";
    case "rowsBy":
      return `by ${fact.order} divides by shares, not by numbers of rows`;
    case "inARow":
      return `the examples of ${fact.source} follow each other, so the parts are in a row`;
    case "untrained":
      return "it leaves no examples to train on";
    case "ownTestPart":
      return `${fact.source} has its own test part, and that is the test set`;
    case "unvalidated":
      return `${fact.dataset} has no share for validation`;
    case "listed":
      return `'${fact.metric}' has several numbers, and a rate follows a single one`;
    case "told":
      return fact.text;
  }
}

export function factHelp(fact: Fact): string | undefined {
  switch (fact.kind) {
    case "rest":
      return `for a number with decimals, write one of them with a point: ${fact.left}.0 / ${fact.right}`;
    case "untrained":
      return "write the share of training too: split train 90%, validation 10%";
    case "ownTestPart":
      return "split divides the training part: split train 90%, validation 10%";
    case "unvalidated":
      return "give it one: split train 90%, validation 10%";
    case "units":
    case "rowsBy":
      return "write shares: split train 80%, validation 10%, test 10%";
    case "inARow":
      return "leave the order out: split train 80%, validation 10%, test 10%";
    case "wholeRows":
    case "listed":
    case "empty":
    case "frozen":
    case "innerPenalty":
    case "withinExpression":
    case "told":
      return undefined;
  }
}
