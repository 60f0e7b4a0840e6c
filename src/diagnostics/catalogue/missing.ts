// The words for what is not there (NN010), with what to write.

const plain = {
  axisSize: "the size of this axis",
  data: "a data set: train … on …",
  declaration: "a declaration",
  model: "a model",
  result: "a result: its body yields none",
  size: "a size: nothing infers it here",
  use: "a use before its weights can be read",
  value: "a value",
  yield: "a value to yield",
} as const;

const helpOfPlain: Partial<Record<keyof typeof plain, string>> = {
  axisSize: "write the size, or a name that --set or a data set gives a size to",
  declaration: "a program has a model, a dataset and a train: models/mnist.nn is one",
  model: "model M(image: f32[28, 28, 1]) { … } is one",
};

const helpOfClause = {
  input: undefined,
  loss: "loss mse, or loss categorical_crossentropy for classes",
  optimizer: "optimizer adam()",
  source: "source mnist() reads handwritten digits",
} as const;

export type Missing =
  | keyof typeof plain
  | { readonly kind: "clause"; readonly name: keyof typeof helpOfClause }
  /** Inputs of a layer, by their names where they have some. */
  | {
      readonly kind: "values";
      readonly count: number | string;
      readonly names?: readonly string[];
      readonly call: string;
    }
  | {
      readonly kind: "option";
      readonly name: string;
      /** The first sentence of its documentation. */
      readonly doc?: string;
      /** The command line can give it. */
      readonly settable?: boolean;
    }
  /** The count of `class` or `token`. */
  | { readonly kind: "classes"; readonly of: string }
  | { readonly kind: "target"; readonly dataset: string }
  | { readonly kind: "dimension" | "type"; readonly name: string }
  | { readonly kind: "share"; readonly of: string }
  /** A model that none trains. */
  | { readonly kind: "training"; readonly model: string };

const article = (word: string): string => (/^[aeiou]/.test(word) ? "an" : "a");

export function missingText(missing: Missing): string {
  if (typeof missing === "string") return plain[missing];
  switch (missing.kind) {
    case "clause":
      return `${article(missing.name)} '${missing.name}' clause`;
    case "values": {
      const { count, names = ["a", "b"], call } = missing;
      return `${count === 1 ? "one value" : `${count} values`}: (${names.join(", ")}) -> ${call}`;
    }
    case "option":
      return `its option '${missing.name}'`;
    case "classes":
      return `the number of values: ${missing.of}(10)`;
    case "target":
      return `a 'target' in data set ${missing.dataset}`;
    case "dimension":
      return `the size of '${missing.name}'`;
    case "type":
      return `a type for '${missing.name}'`;
    case "share":
      return `its share: ${missing.of} 10%`;
    case "training":
      return "a training";
  }
}

/** What to write; undefined where the message says it. */
export function missingHelp(missing: Missing): string | undefined {
  if (typeof missing === "string") return helpOfPlain[missing];
  switch (missing.kind) {
    case "clause":
      return helpOfClause[missing.name];
    case "option": {
      const { name, doc, settable } = missing;
      if (settable === true) return `--set ${name}=… gives one`;
      return doc === undefined
        ? undefined
        : `${name}: ${doc.charAt(0).toLowerCase()}${doc.slice(1).replace(/\.$/, "")}`;
    }
    case "dimension":
      return `--set ${missing.name}=… gives it, or a training on a data set with such an input`;
    case "type":
      return `an input: ${missing.name}: f32[28, 28, 1]; an option: ${missing.name}: int = 1`;
    case "training":
      return `train ${missing.model} on … { loss … optimizer … } says how`;
    case "values":
    case "classes":
    case "target":
    case "share":
      return undefined;
  }
}
