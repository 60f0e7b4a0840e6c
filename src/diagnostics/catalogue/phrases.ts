// The words for the parts of a finding: its subject, the expected value and the actual one. A report names them by kind;
// the entries hold the sentences around them.

/** Subjects that have no name of their own. */
const plainSubjects = {
  axis: "the size of an axis",
  body: "this body",
  call: "a call",
  count: "the count of 'repeat'",
  division: "division of whole numbers",
  file: "the file",
  line: "a line of a body",
  loss: "the loss",
  nextLine: "this line",
  number: "this number",
  position: "a position",
  openAxis: "this axis",
  optimizer: "the optimizer",
  place: "this place",
  program: "the program",
  source: "the source",
  split: "the split",
} as const;

/** The subject of a finding. */
export type Subject =
  | keyof typeof plainSubjects
  /** As written: `Conv2D(32, 3x3)`. */
  | { readonly kind: "code"; readonly text: string }
  /** A sign or a word of the language, or a name: `'->'`. */
  | { readonly kind: "quoted"; readonly text: string }
  /** `units of Dense` */
  | { readonly kind: "option"; readonly name: string; readonly of: string }
  | { readonly kind: "constant" | "field" | "parameter"; readonly name: string }
  | { readonly kind: "dataset" | "training" | "step" | "model"; readonly name: string }
  /** An input of a model. */
  | { readonly kind: "modelInput"; readonly name: string; readonly of: string }
  | { readonly kind: "result" | "classes" | "divisor" | "rightSide" | "input" | "share"; readonly of: string }
  /** One of several values, counted from 1. */
  | { readonly kind: "value"; readonly nth: number; readonly of: string }
  | { readonly kind: "weight"; readonly name: string; readonly of: string }
  | { readonly kind: "sharedWeight"; readonly name: string; readonly of: string }
  | { readonly kind: "sharedParameter"; readonly name: string };

export const code = (text: string): Subject & { readonly kind: "code" } => ({ kind: "code", text });
export const quoted = (text: string): Subject & { readonly kind: "quoted" } => ({ kind: "quoted", text });

export function subjectText(subject: Subject): string {
  if (typeof subject === "string") return plainSubjects[subject];
  switch (subject.kind) {
    case "code":
      return subject.text;
    case "quoted":
      return `'${subject.text}'`;
    case "option":
      return `${subject.name} of ${subject.of}`;
    case "constant":
    case "field":
    case "parameter":
      return `the ${subject.kind} '${subject.name}'`;
    case "dataset":
      return `data set ${subject.name}`;
    case "training":
      return `train ${subject.name}`;
    case "step":
    case "model":
      return `${subject.kind} ${subject.name}`;
    case "modelInput":
      return `the input '${subject.name}' of ${subject.of}`;
    case "result":
    case "divisor":
    case "input":
      return `the ${subject.kind} of ${subject.of}`;
    case "classes":
      return `the count of ${subject.of}`;
    case "rightSide":
      return `the right side of ${subject.of}`;
    case "share":
      return `the share of '${subject.of}'`;
    case "value":
      return `value ${subject.nth} of ${subject.of}`;
    case "weight":
      return `the ${subject.name} of ${subject.of}`;
    case "sharedWeight":
      return `the shared ${subject.name} of ${subject.of}`;
    case "sharedParameter":
      return `the shared parameter '${subject.name}'`;
  }
}

const plainExpectations = {
  activation: "an activation",
  axis: "an axis: 1 for the first, -1 for the last, or its name",
  batched: "values of the batch",
  batchedResult: "a value of the batch",
  boolean: "true or false",
  bucketLengths: "lengths of rows, like [10, 20], or a record of them by field",
  callable: "a layer or function",
  callableName: "the name of a layer or function",
  classWeights: "a record of numbers, like { 0: 1, 1: 5 }",
  column: "one column",
  compileTime: "values known while compiling",
  constant: "a value known while compiling",
  datasetName: "the name of a data set",
  decided: "true or false, known while compiling",
  encodedText: "numbers, which an encoder makes of text: vocabulary(name)",
  f32: "f32 elements",
  indexed: "a tensor or a list",
  integer: "a whole number",
  layer: "a layer",
  layerInPlace: "a layer made in place, like Dense(8)",
  layerNames: "the names of layers",
  layerOnRight: "a layer on its right",
  lineOfBody: "a layer or a tensor",
  modelName: "the name of a model",
  namedLayer: "a layer that has a name",
  noCount: "nothing in parentheses",
  noOptions: "no options (it already has them)",
  number: "a number",
  numberColumn: "a column of numbers as it is in the file",
  numberList: "a list of numbers, like [0.1, 0.01]",
  numberOrTensor: "a number or a tensor",
  numbers: "numbers",
  numbersOrTensors: "numbers or tensors",
  oneClassTarget: "one target of classes",
  oneKind: "values of one kind",
  onePosition: "one position",
  oneTensor: "one tensor",
  namedOutputs: "a record with the names of outputs",
  option: "an option; tensors come through the pipe",
  options: "options in its parentheses",
  order: "the word 'order', or hash, stratified or time of a column: hash(id)",
  outermost: "a place in the outermost body",
  owner: "a named layer or a record before it",
  percentage: "a percentage",
  piped: "tensors through the pipe",
  shape: "a list of sizes, like [4, 4, 16]",
  singleNumber: "a single number",
  size: "a size, like 3x3",
  string: "a string",
  stringLike: 'a string, like "stem"',
  tensor: "a tensor",
  tensorOnLeft: "a tensor on its left",
  tensorOrNumber: "a tensor or a number",
  tensorOrRecord: "a tensor, or a record of tensors",
  positiveNumber: "a number that is at least 0",
  ownName: "a name of one thing alone",
  sampleValue: "one number for each sample, or for the batch",
  tensors: "tensors",
  textColumn: "a column of text",
  textColumns: "two columns of text, by position: kept_words(original, compressed)",
  transform: "a column or a transform of it",
  value: "a value",
  valueOrLayer: "a value or a layer",
  weightless: "a transform without weights",
  weightlessLoss: "functions without weights",
  word: "a word",
} as const;

/** The value that fits. */
export type Expectation =
  | keyof typeof plainExpectations
  | { readonly kind: "oneOf"; readonly words: readonly string[] }
  | { readonly kind: "values"; readonly count: number | string }
  /** The name of an activation, a loss …. */
  | { readonly kind: "nameOf"; readonly what: string }
  /** One number for each axis. */
  | { readonly kind: "sizes" | "paddings"; readonly rank: number }
  /** One of two records, by whose name a value is meant. */
  /** A type or shape, as written. */
  | { readonly kind: "written"; readonly text: string };

/** Returns the expectation of a type or shape, as one would write it. */
export const written = (text: string): Expectation & { readonly kind: "written" } => ({ kind: "written", text });

export function expectationText(expected: Expectation): string {
  if (typeof expected === "string") return plainExpectations[expected];
  switch (expected.kind) {
    case "oneOf":
      return `one of ${expected.words.join(", ")}`;
    case "values":
      return expected.count === 1 ? "one value" : `${expected.count} values`;
    case "nameOf":
      return `the name of ${/^[aeiou]/.test(expected.what) ? "an" : "a"} ${expected.what}`;
    case "sizes": {
      const example = Array.from({ length: expected.rank }, () => "3").join("x");
      return expected.rank === 1 ? "a size" : `a number or a size of ${expected.rank} axes, like ${example}`;
    }
    case "paddings":
      return expected.rank === 1 ? "1 or [1, 2]" : "1, [1, 2] or [[1, 0], [2, 1]]";
    case "written":
      return expected.text;
  }
}

const plainActuals = {
  ambiguous: "the name of an output and of a field",
  batchAxis: "0, the batch axis",
  block: "a block",
  batchless: "a parameter, which has no batch axis",
  classes: "classes",
  counted: "a count",
  infinite: "infinite",
  inner: "one inside 'if' or 'repeat'",
  layer: "a layer",
  list: "a list",
  madeInPlace: "one made in place",
  namedLayer: "a named layer",
  notANumber: "not a number",
  nothing: "nothing",
  record: "a record",
  string: "a string",
  tensor: "a tensor",
  textColumn: "a column of text",
  tokens: "tokens",
  twoAxes: "the name of two axes",
  twoOpenAxes: "open at two axes",
  unknown: "something unknown",
} as const;

/** The value that is there. */
export type Actual =
  | keyof typeof plainActuals
  | { readonly kind: "integer"; readonly value: number | undefined }
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "boolean"; readonly value: boolean }
  | { readonly kind: "word"; readonly name: string }
  | { readonly kind: "size"; readonly text: string }
  | { readonly kind: "values"; readonly count: number }
  /** Their number alone. */
  | { readonly kind: "count"; readonly count: number }
  | { readonly kind: "function"; readonly name: string }
  /** A definition of the file. */
  | { readonly kind: "definition"; readonly of: Definition; readonly name: string }
  /** A name and its value. */
  | { readonly kind: "named"; readonly name: string; readonly value: Actual }
  | { readonly kind: "both"; readonly left: Actual; readonly right: Actual }
  /** The shape of each sample's values. */
  | { readonly kind: "forEach"; readonly shape: string }
  | { readonly kind: "columns"; readonly names: readonly string[] }
  | { readonly kind: "quoted"; readonly text: string }
  /** Shares that add up to this percentage. */
  | { readonly kind: "together"; readonly percent: number }
  /** The elements of a tensor: `token(65)`. */
  | { readonly kind: "element"; readonly of: string; readonly text: string }
  | { readonly kind: "code"; readonly text: string };

/** Values that have no order and no size, though they are whole numbers. */
export const isTokens = (actual: Actual): boolean =>
  actual === "tokens" || (typeof actual === "object" && actual.kind === "element" && actual.of === "token");

export function actualText(actual: Actual): string {
  if (typeof actual === "string") return plainActuals[actual];
  switch (actual.kind) {
    case "integer":
      return actual.value === undefined ? "a whole number" : `the whole number ${actual.value}`;
    case "number":
      // `1e9` is a number like 0.5, however round it is.
      return Number.isInteger(actual.value) ? `the real number ${actual.value}` : `the number ${actual.value}`;
    case "boolean":
      return `'${actual.value}'`;
    case "word":
      return `the word '${actual.name}'`;
    case "size":
      return `the size ${actual.text}`;
    case "values":
      return `${actual.count} values`;
    case "count":
      return String(actual.count);
    case "function":
      return `the function '${actual.name}'`;
    case "definition":
      return `the ${definitionWords[actual.of]} '${actual.name}'`;
    case "named":
      return `'${actual.name}', ${actualText(actual.value)}`;
    case "both":
      return `${actualText(actual.left)} and ${actualText(actual.right)}`;
    case "forEach":
      return `${actual.shape} for each`;
    case "columns":
      return `'${actual.names.join("' and '")}'`;
    case "quoted":
      return `'${actual.text}'`;
    case "together":
      return `${actual.percent}% in total`;
    case "element":
    case "code":
      return actual.text;
  }
}

/** Kinds of definitions of a file. */
export type Definition = "const" | "dataset" | "block" | "model";
export const definitionWords = {
  const: "constant",
  dataset: "data set",
  block: "block",
  model: "model",
} as const satisfies Record<Definition, string>;

const namedWords = {
  ...definitionWords,
  column: "column",
  columnAndFunction: "column and a function",
  dimension: "dimension",
  entry: "entry of this record",
  field: "field",
  layer: "layer",
  metric: "metric of this training",
  option: "option",
  param: "parameter",
  parameter: "parameter",
  step: "step of this training",
  value: "value",
} as const;
/** The kind of thing that a name names, in a body or elsewhere. */
export type Named = keyof typeof namedWords;
export const nameWord = (named: Named): string => namedWords[named];
/** `a value`, `an option` */
export const namedText = (named: Named): string => {
  const word = nameWord(named);
  return `${/^[aeiou]/.test(word) ? "an" : "a"} ${word}`;
};

const soughtWords = {
  activation: "activation",
  column: "column",
  constraint: "constraint",
  dataset: "data set",
  field: "field",
  format: "format",
  function: "function",
  initializer: "initializer",
  inputField: "input field",
  layer: "layer",
  layerOrBlock: "layer or block",
  loss: "loss",
  metric: "metric",
  model: "model",
  optimizer: "optimizer",
  schedule: "schedule",
  output: "output",
  regularizer: "regularizer",
  setting: "constant, option or dimension",
  source: "source",
  target: "target",
  targetField: "target",
  type: "type",
  weights: "layer with weights",
} as const;
/** The kind of thing that a name should name. */
export type Sought = keyof typeof soughtWords;
export const soughtText = (sought: Sought): string => soughtWords[sought];

/** The place where the checker looked for a name. */
export type Whereabouts =
  | "record"
  | "source"
  /** A layer by its path, a data set or a model by its name. */
  | { readonly kind: "layer" | "dataset" | "model"; readonly name: string };

export function whereText(where: Whereabouts): string {
  if (where === "record") return "this record";
  if (where === "source") return "the source";
  return `${where.kind === "dataset" ? "data set" : where.kind} ${where.name}`;
}

/** The values that fit, where a number or a word of a fixed set belongs. */
export type Range =
  | "another"
  | "finite"
  | "percentage"
  | "axis"
  | "shapeEntry"
  | "oneOpenAxis"
  | { readonly kind: "oneOf"; readonly words: readonly string[] }
  | { readonly kind: "between"; readonly low?: Bound; readonly high?: Bound; readonly percent?: boolean };
interface Bound {
  readonly value: number;
  /** The bound itself does not fit. */
  readonly open?: boolean;
}

export const atLeast = (value: number): Range => ({ kind: "between", low: { value } });
export const atMost = (value: number): Range => ({ kind: "between", high: { value } });

/** The largest number that a double counts exactly. */
const largest = 2 ** 53;
const boundText = ({ value }: Bound, percent: boolean): string => {
  if (percent) return `${value * 100}%`;
  return value === largest ? `2^53 (${largest.toLocaleString("en-US")})` : String(value);
};

export function rangeText(range: Range): string {
  switch (range) {
    case "another":
      return "a number other than 0";
    case "finite":
      return "a finite number";
    case "percentage":
      return "from 0% to 100%";
    case "axis":
      return "1 for the first axis, or -1 for the last";
    case "shapeEntry":
      return "at least 1, or _";
    case "oneOpenAxis":
      return "open (`_`) at one axis at most";
  }
  if (range.kind === "oneOf") return `one of ${range.words.join(", ")}`;
  const { low, high, percent = false } = range;
  return [
    ...(low === undefined ? [] : [`${low.open === true ? "above" : "at least"} ${boundText(low, percent)}`]),
    ...(high === undefined ? [] : [`${high.open === true ? "below" : "at most"} ${boundText(high, percent)}`]),
  ].join(" and ");
}
