// Writes a first program for data: its fields, a network that fits them, and a training. A person goes on from there.

import { findFunction, findLayer } from "../ops/registry.ts";
import { format } from "../syntax/format.ts";
import { type ColumnSurvey, mostDifferent, type Survey } from "./survey.ts";

/** A program, and what was guessed, a sentence each. */
export interface FirstProgram {
  readonly text: string;
  readonly guesses: readonly string[];
}

type Answer = FirstProgram | { readonly problem: string };

/** Returns a first program for the data. `target`: the column to predict; by default it is guessed. */
export function firstProgram(survey: Survey, target?: string): Answer {
  const answer = written(survey, target);
  return "problem" in answer ? answer : { ...answer, text: format(answer.text) ?? answer.text };
}

function written(survey: Survey, target: string | undefined): Answer {
  switch (survey.kind) {
    case "table":
      return forTable(survey, target);
    case "pictures":
      return forPictures(survey);
    case "text":
      return forText(survey);
  }
}

const quote = (text: string): string => JSON.stringify(text);

type Table = Extract<Survey, { readonly kind: "table" }>;

/** Names that the column to predict often has. */
const targetNames = ["target", "label", "class", "y", "outcome", "answer", "price", "species"];
/** Whether a program can name the column: its name means nothing else. */
const namable = ({ name }: ColumnSurvey): boolean =>
  /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && findFunction(name) === undefined && findLayer(name) === undefined;
const fewestToJudge = 20;
/** Nearly all cells of such a column are dates or times. */
const isMoment = ({ kind, moments }: ColumnSurvey): boolean => kind === "text" && moments >= 0.9;
/** Whole numbers that grow from line to line, as the seconds since 1970 do, or years. */
const isClock = ({ name, rising, whole, least, shape }: ColumnSurvey): boolean =>
  shape === undefined &&
  rising &&
  whole &&
  (/^(?:ts|time|timestamp|epoch|unix\w*|datetime|date|year)$/i.test(name) ||
    (least > 1e9 && least < 2e9) ||
    least > 1e12);
/** Whole numbers that grow by one from line to line, or texts of which most rows have their own, and no sentences. */
const identifies = ({ different, kind, whole, least, most, words, shape }: ColumnSurvey, rows: number): boolean =>
  shape === undefined &&
  rows >= fewestToJudge &&
  (kind === "text"
    ? words < 3 && (different > rows / 2 || different > mostDifferent)
    : different >= Math.min(rows, mostDifferent) && whole && most - least === rows - 1);
/** The same text in each row, or none. */
const isConstant = ({ kind, different, shape }: ColumnSurvey): boolean =>
  shape === undefined && kind === "text" && different < 2;
/** Why the network does not see a column of text; undefined for one that it sees. */
function unseenBecause(column: ColumnSurvey, rows: number): string | undefined {
  const name = quote(column.name);
  if (isMoment(column))
    return `Column ${name} holds dates or times, which are no words: it is left out. Write what matters of it, such as the hour, into a column of numbers.`;
  if (isConstant(column)) return `Column ${name} is the same in each row, so the network does not see it.`;
  if (!identifies(column, rows)) return undefined;
  return column.kind === "number" || column.different >= Math.min(rows, mostDifferent)
    ? `Column ${name} only names the rows, so the network does not see it.`
    : `Column ${name} has another text in most rows, so the network does not see it: it could only learn them by heart.`;
}

/** What the program predicts: a class, or a number. */
interface Goal {
  readonly column: ColumnSurvey;
  readonly classes?: number;
  readonly field: string;
}

function goalOf(column: ColumnSurvey, rows: number): Goal | { readonly problem: string } {
  const { name, kind, different, whole, least, most, shape } = column;
  if (shape !== undefined)
    return { problem: `the column ${quote(name)} holds arrays; choose the column to predict: --target NAME` };
  if (!namable(column))
    return {
      problem: `a program cannot name the column ${quote(name)}: give it another name in the first line of the file`,
    };
  if (different < 2)
    return { problem: `the column ${quote(name)} has the same value in each row, so there is nothing to learn` };
  const few = different <= Math.min(50, Math.max(2, rows / 5));
  if (kind === "text")
    return few
      ? { column, classes: different, field: `answer: class(${different}) = ${name}` }
      : {
          problem: `the column ${quote(name)} holds ${different} different texts; choose the column to predict: --target NAME`,
        };
  if (few && whole && least === 0 && most === different - 1)
    return { column, classes: different, field: `answer: class(${different}) = ${name}` };
  return { column, field: `answer: f32[1] = ${name} -> Normalization()` };
}

/** The inputs of a table: fields, inputs of the model, and what stands before the first layer. */
interface Inputs {
  readonly fields: readonly string[];
  readonly parameters: readonly string[];
  readonly joined: readonly string[];
}

function inputsOf(columns: readonly ColumnSurvey[], guesses: string[]): Inputs {
  const [fields, parameters, joined]: [string[], string[], string[]] = [[], [], []];
  const numbers = columns.filter(({ kind, shape }) => kind === "number" && shape === undefined);
  if (numbers.length > 0) {
    fields.push(`input numbers: f32[${numbers.length}] = rest -> Normalization()`);
    parameters.push(`numbers: f32[${numbers.length}]`);
    joined.push("numbers");
  }
  for (const column of columns.filter((one) => !numbers.includes(one))) {
    const { name, different, words, shape } = column;
    if (!namable(column) || name === "numbers" || name === "answer") {
      guesses.push(`Column ${quote(name)} is left out: a program cannot name it as it is called.`);
      continue;
    }
    if (shape !== undefined) {
      const type = `f32[${shape.join(", ")}]`;
      fields.push(`input ${name}: ${type} = ${name} -> Normalization()`);
      parameters.push(`${name}: ${type}`);
      joined.push(shape.length === 1 ? name : `${name} -> Flatten()`);
      continue;
    }
    if (words >= 3) {
      const length = Math.min(200, Math.max(8, Math.ceil(2 * words)));
      fields.push(`input ${name}: token(8000)[${length}] = words(${name})`);
      parameters.push(`${name}: token(8000)[${length}]`);
      joined.push(`${name} -> Embedding(8000, 64, mask_zero: true) -> Dropout(0.5) -> GRU(16)`);
      guesses.push(`Column ${quote(name)} holds sentences: the network reads ${length} words of each.`);
      continue;
    }
    const tokens = Math.min(different, mostDifferent) + 1;
    fields.push(`input ${name}: token(${tokens}) = vocabulary(${name})`);
    parameters.push(`${name}: token(${tokens})`);
    joined.push(`${name} -> Embedding(${tokens}, ${Math.min(16, Math.max(2, Math.ceil(tokens ** 0.5)))})`);
  }
  return { fields, parameters, joined };
}

/** The goal: the column that a person names, or one with a usual name, or the last that is no time and says of no part. */
function chosenGoal(
  { file, columns, rows }: Table,
  target: string | undefined,
  parts: ColumnSurvey | undefined,
): Goal | { readonly problem: string } {
  const names = columns.map(({ name }) => name);
  if (target !== undefined && !names.includes(target))
    return { problem: `${file} has no column ${quote(target)}; it has ${names.map(quote).join(", ")}` };
  const usual = targetNames.flatMap((wanted) => columns.filter(({ name }) => name.toLowerCase() === wanted));
  const last = columns.findLast((one) => one !== parts && !isMoment(one) && !isClock(one));
  const column = target === undefined ? (usual[0] ?? last) : columns.find(({ name }) => name === target);
  if (column !== undefined && columns.length > 1) return goalOf(column, rows);
  return columns.length > 1
    ? { problem: `${file} holds times alone; choose the column to predict: --target NAME` }
    : { problem: `${file} has one column; a program needs one more to learn from` };
}

/** A column that says which rows are to train on. */
const dividesRows = ({ kind, texts = [] }: ColumnSurvey): boolean =>
  kind === "text" &&
  texts.length > 1 &&
  texts.includes("train") &&
  texts.every((text) => /^(?:train|test|val|valid|validation|dev)$/.test(text));

/** A date in each row, in rising order: the rows are a series over time. */
const isTime = ({ kind, different, name }: ColumnSurvey, rows: number): boolean =>
  kind === "text" &&
  different >= Math.min(rows, mostDifferent) &&
  /^(?:date|time|timestamp|datetime|day|month|week)$/i.test(name);

/** The time of a series: a column of dates, or one of rising numbers beside a single other one, which can be named. */
const timeOf = ({ columns, rows }: Table): ColumnSurvey | undefined =>
  columns.find((one) => isTime(one, rows)) ??
  (columns.length === 2 && columns.every(({ kind, shape }) => kind === "number" && shape === undefined)
    ? columns.find((one) => isClock(one) && columns.some((other) => other !== one && namable(other)))
    : undefined);

function forTable(table: Table, target: string | undefined): Answer {
  const { file, delimiter, rows, columns } = table;
  const time = timeOf(table);
  if (time !== undefined && target === undefined && rows >= fewestRows) return forSeries(table, time);
  const parts = columns.find(dividesRows);
  const goal = chosenGoal(table, target, parts);
  if ("problem" in goal) return goal;
  const { column } = goal;
  const guesses = [
    goal.classes === undefined
      ? `Column ${quote(column.name)} is a number to predict.`
      : `Column ${quote(column.name)} is the answer: one of ${goal.classes} classes.`,
  ];
  const others = columns.filter((one) => one !== column && one !== parts);
  const key = others.find((one) => one.kind === "number" && namable(one) && identifies(one, rows));
  const clock = others.find((one) => one !== key && one.kind === "number" && namable(one) && isClock(one));
  const unseen = others.filter((one) => {
    if (one === clock) {
      guesses.push(
        `Column ${quote(one.name)} is the time: the network does not see it, and is tested on what comes last.`,
      );
      return true;
    }
    const why = one.kind === "text" || one === key ? unseenBecause(one, rows) : undefined;
    if (why !== undefined) guesses.push(why);
    return why !== undefined;
  });
  const seen = others.filter((one) => !unseen.includes(one));
  const inputs = inputsOf(seen, guesses);
  if (inputs.fields.length === 0)
    return { problem: `${file}: no column is left to learn from. ${guesses.slice(1).join(" ")}` };
  const gaps = [column, ...seen].some(({ kind, missing }) => kind === "number" && missing > 0);
  if (gaps) guesses.push("Rows without one of their numbers are left out; `missing: 0` would fill in a number.");
  if (parts !== undefined)
    guesses.push(`Column ${quote(parts.name)} says which rows are to train on; the others are to test with.`);
  const options = [
    ...[quote(file), ...separated(delimiter), ...(gaps ? ["missing: drop"] : [])],
    ...(parts === undefined ? [] : [`split: ${quote(parts.name)}`]),
  ];
  const kept = goal.classes === undefined ? "" : `, by stratified(${column.name})`;
  const by = clock !== undefined ? `, by time(${clock.name})` : key === undefined ? kept : `, by hash(${key.name})`;
  const shares = parts === undefined ? "train 80%, validation 10%, test 10%" : "train 90%, validation 10%";
  return { guesses, text: tableProgram(sourceOf(table, options.join(", ")), inputs, goal, `${shares}${by}`, rows) };
}

const sourceOf = ({ form }: Table, options: string): string =>
  form === "table" ? `csv(${options})` : form === "objects" ? `jsonl(${options})` : `parquet(${options})`;

const separated = (delimiter: string | undefined): readonly string[] =>
  delimiter === undefined ? [] : [`delimiter: ${quote(delimiter)}`];

/** A size of batches of which an epoch over so many rows has several. */
const batchFor = (rows: number): number => Math.min(32, 2 ** Math.max(1, Math.floor(Math.log2(rows / 4))));

function tableProgram(
  source: string,
  { fields, parameters, joined }: Inputs,
  goal: Goal,
  split: string,
  rows: number,
): string {
  const [first = ""] = joined;
  const end =
    goal.classes === undefined
      ? { layer: "Dense(1)", clauses: "loss mse\n  optimizer adam(2e-3)\n  metrics mae, r2_score" }
      : {
          layer: `Dense(${goal.classes}, softmax)`,
          clauses: "loss categorical_crossentropy\n  optimizer adam(2e-3)\n  metrics accuracy",
        };
  return `dataset Rows {
  source ${source}
${fields.map((field) => `  ${field}\n`).join("")}  target ${goal.field}
  split ${split}
}

model Network(${parameters.join(", ")}) {
  ${joined.length === 1 ? first : `concatenate(${joined.join(", ")})`}
  Dense(32, relu)
  Dropout(0.2)
  ${end.layer}
}

train Network on Rows {
  ${end.clauses}
  epochs 60
  batch ${batchFor(rows)}
  early_stopping validation.loss patience 8 restore best
}
`;
}

/** The fewest rows of a series that a network learns from, and the rows that it sees and tells. */
const fewestRows = 200;
const [past, future] = [48, 12];

function forSeries(table: Table, time: ColumnSurvey): Answer {
  const { file, delimiter, columns } = table;
  const numbers = columns.filter((one) => one !== time && one.kind === "number" && one.shape === undefined);
  if (numbers.length === 0) return { problem: `${file}: no column of numbers is left to learn from` };
  // A time in numbers would be among the rest, so the other column has its name.
  const [read, more, turn] =
    time.kind === "number"
      ? [numbers[0]?.name ?? "rest", "", ""]
      : ["rest", `, ${numbers.length}`, " -> Permute([2, 1])"];
  const gaps = numbers.filter(({ missing }) => missing > 0).map(({ name }) => quote(name));
  const source = [quote(file), ...separated(delimiter), ...(gaps.length > 0 ? ["missing: 0"] : []), `window: ${past}`];
  return {
    guesses: [
      `Column ${quote(time.name)} is the time, so the rows are a series: the network sees ${past} of them and tells the next ${future}.`,
      ...(gaps.length > 0
        ? [
            `Numbers are missing in ${gaps.join(", ")}; 0 takes their place, which is seldom right: fill them in in the file.`,
          ]
        : []),
      "To predict one column from the others instead, name it: --target COLUMN.",
    ],
    text: `dataset Series {
  source ${sourceOf(table, source.join(", "))}
  input past: f32[${past}${more}] = ${read} -> standardize
  target future: f32[${future}${more}] = ${read} -> shift(${past}) -> standardize
  split train 70%, validation 15%, test 15%
}

model Network(past: f32[${past}${more}]) {
  let level = mean(past, axis: 1, keepdims: true)
  let made = past - level${turn} -> Dense(64, relu) -> Dropout(0.2) -> Dense(${future})${turn}
  made + level
}

train Network on Series {
  loss mse
  optimizer adam(cosine_decay(2e-3))
  metrics mae
  epochs 15
  batch 32
}
`,
  };
}

/** The largest side of pictures that are taken as they are; larger ones become this large. */
const largestSide = 96;

function forPictures({ file, classes, divided, count, size }: Extract<Survey, { readonly kind: "pictures" }>): Answer {
  const [height, width] = size ?? [64, 64];
  const scale = Math.min(1, largestSide / Math.max(height, width));
  // Two poolings by two leave a picture of at least 2 × 2.
  const [high, wide] = [height, width].map((side) => Math.max(16, Math.round((side * scale) / 4) * 4));
  const shape = `f32[${high}, ${wide}, 3]`;
  const split = divided ? "split train 90%, validation 10%" : "split train 80%, validation 10%, test 10%";
  return {
    guesses: [
      `${count} pictures in ${classes.length} classes: ${classes.slice(0, 8).join(", ")}${classes.length > 8 ? " …" : ""}.`,
      `Each is brought to ${high} × ${wide}, and mirrored and moved at random while the network learns.`,
      ...(divided ? ["The folder 'test' is what the network is tested on."] : []),
    ],
    text: `dataset Pictures {
  source images(${quote(file)}, size: ${high}x${wide})
  input picture: ${shape} = pixels / 127.5 - 1 -> RandomFlip(horizontal) -> RandomTranslation(0.1, 0.1)
  target answer: class(${classes.length}) = label
  ${split}
}

block Unit(x: f32[h, w, c], filters: int) {
  x -> Conv2D(filters, 3x3, padding: same, use_bias: false) -> BatchNormalization(momentum: 0.9) -> relu
}

model Network(picture: ${shape}) {
  Unit(16) -> MaxPool2D(2x2)
  Unit(32) -> MaxPool2D(2x2)
  Unit(64) -> Unit(64)
  GlobalAveragePooling2D()
  Dropout(0.3)
  Dense(${classes.length}, softmax)
}

train Network on Pictures {
  loss categorical_crossentropy
  optimizer adam(one_cycle(3e-3))
  metrics accuracy
  epochs 15
  batch ${batchFor(count)}
}
`,
  };
}

/** The fewest characters that give windows to learn from. */
const fewestCharacters = 2000;

function forText({ file, characters, different }: Extract<Survey, { readonly kind: "text" }>): Answer {
  if (characters < fewestCharacters)
    return {
      problem: `${file} has ${characters} characters; a network needs at least ${fewestCharacters} to learn from`,
    };
  if (different > mostDifferent)
    return { problem: `${file} has over ${mostDifferent} different characters: too many for a network of characters` };
  const tokens = different + 1;
  return {
    guesses: [
      `The network learns to go on with the text, character by character; it knows ${different} different ones.`,
    ],
    text: `dataset Text {
  source text(${quote(file)})
  input text: token(${tokens})[64] = characters
  target next: token(${tokens})[64] = shift(text, 1)
  split train 90%, validation 10%
}

model Network(text: token(${tokens})[64]) {
  Embedding(${tokens}, 64)
  GRU(128, return_sequences: true)
  Dense(${tokens})
}

train Network on Text {
  loss categorical_crossentropy(from_logits: true)
  optimizer adam(one_cycle(4e-3))
  metrics perplexity
  epochs 8
  batch 32
}
`,
  };
}
