// What to do about a value of a wrong kind (NN009), and what is wrong with one that no range describes (NN007).

const plain = {
  nameLayer: "layer embed = Embedding(…) names it",
  ownLine: "each clause stands on a line of its own",
  pipe: "tensors come through the pipe: x -> …",
  placeholder: "a value that is built from the piped one reads it as `_`",
} as const;

export type Advice =
  | keyof typeof plain
  /** A layer that has its options already. */
  | { readonly kind: "apply"; readonly layer: string }
  /** A `let` of a layer. */
  | { readonly kind: "letOfLayer"; readonly name: string };

export function adviceText(advice: Advice): string {
  if (typeof advice === "string") return plain[advice];
  if (advice.kind === "apply") return `x -> ${advice.layer} applies it`;
  return `layer ${advice.name} = … names a layer; let ${advice.name} = _ -> … names its result`;
}

export type Fact =
  | { readonly kind: "rest"; readonly left: number; readonly right: number }
  /** A split without a share of training. */
  | { readonly kind: "untrained" }
  | { readonly kind: "ownTestPart"; readonly source: string }
  /** What a definition says of its own options. */
  | { readonly kind: "told"; readonly text: string };

export function factText(fact: Fact): string {
  switch (fact.kind) {
    case "rest":
      return `${fact.left} / ${fact.right} leaves a rest of ${fact.left % fact.right}`;
    case "untrained":
      return "it leaves nothing to train on";
    case "ownTestPart":
      return `${fact.source} has a test part of its own, which is the test set`;
    case "told":
      return fact.text;
  }
}

export function factHelp(fact: Fact): string | undefined {
  switch (fact.kind) {
    case "untrained":
      return "the share of training is written too: split train 90%, validation 10%";
    case "ownTestPart":
      return "split divides the training part: split train 90%, validation 10%";
    case "rest":
    case "told":
      return undefined;
  }
}
