// The words for missing things (NN010), with the text to write.

const plain = {
  axisSize: "the size of this axis",
  data: "a data set: train … on …",
  declaration: "a declaration",
  model: "a model",
  result: "a result: its body yields nothing",
  size: "a size: nothing here infers it",
  use: "to be used before you can read its weights",
  value: "a value",
  yield: "a value to yield",
} as const;

const helpOfPlain: Partial<Record<keyof typeof plain, string>> = {
  axisSize: "write the size, or a name whose size comes from --set or a data set",
  declaration: "a program has a model, a dataset and a train: see models/mnist.nn",
  model: "for example: model M(image: f32[28, 28, 1]) { … }",
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
  /** The inputs of a layer, by their names where they have names. */
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
  /** The entry for all weights that no other entry names. */
  | { readonly kind: "rest"; readonly weight: string }
  /** The two tensors of a loss that is called. */
  | { readonly kind: "pair"; readonly loss: string }
  | { readonly kind: "dimension" | "type"; readonly name: string }
  | { readonly kind: "share"; readonly of: string }
  /** A field of a column of a file that is not at hand. */
  | { readonly kind: "typeOfColumn"; readonly name: string; readonly file: string }
  /** What an encoder does not know. */
  | { readonly kind: "told"; readonly text: string }
  /** A model that no training names. */
  | { readonly kind: "training"; readonly model: string }
  /** A model without a training that shall predict. */
  | { readonly kind: "rows" };

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
      return `the option '${missing.name}'`;
    case "classes":
      return `the number of values: ${missing.of}(10)`;
    case "target":
      return `a 'target' in data set ${missing.dataset}`;
    case "rest":
      return `an entry for '${missing.weight}'`;
    case "pair":
      return `two tensors: ${missing.loss}(target, prediction)`;
    case "dimension":
      return `the size of '${missing.name}'`;
    case "type":
      return `a type for '${missing.name}'`;
    case "share":
      return `a share: ${missing.of} 10%`;
    case "typeOfColumn":
      return `a type: ${missing.file} is not at hand to tell it`;
    case "told":
      return missing.text;
    case "training":
      return "a training";
    case "rows":
      return "a data set with its inputs, or a training that names one";
  }
}

/** Returns the text to write; undefined where the message already has it. */
export function missingHelp(missing: Missing): string | undefined {
  if (typeof missing === "string") return helpOfPlain[missing];
  switch (missing.kind) {
    case "clause":
      return helpOfClause[missing.name];
    case "option": {
      const { name, doc, settable } = missing;
      if (settable === true) return `set it with --set ${name}=…`;
      return doc === undefined
        ? undefined
        : `${name}: ${doc.charAt(0).toLowerCase()}${doc.slice(1).replace(/\.$/, "")}`;
    }
    case "dimension":
      return `set it with --set ${missing.name}=…, or train on a data set with such an input`;
    case "type":
      return `for an input, write ${missing.name}: f32[28, 28, 1]; for an option, ${missing.name}: int = 1`;
    case "rows":
      return "the inputs of one data set have the names and types of the model's: predictions are about its rows";
    case "training":
      return `write train ${missing.model} on … { loss … optimizer … }`;
    case "rest":
      return "rest is the entry for all other weights: rest: adam()";
    case "typeOfColumn":
      return `write ${missing.name}: f32 for a number; --data DIR names the folder that holds the file`;
    case "target":
      return "write what the model shall predict: target digit: class(10) = label";
    case "values":
    case "pair":
    case "classes":
    case "share":
    case "told":
      return undefined;
  }
}
