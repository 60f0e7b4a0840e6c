// What a trained model makes of examples that it has not seen: how often it takes one class for another, numbers beside the right
// ones, and the examples that it gets most wrong.

import { type Dataset, elementsOf, gatherBatch, newColumn, type Rows } from "./dataset.ts";
import { type Encoders, type Learned, type TokenReader, tokenReader } from "./encode.ts";
import { dataName, type ExampleLook, looksOf, maskLook, sampleOf } from "./looks.ts";
import { bestClasses, learnedOf, predictionReader } from "./predictions.ts";
import type { ColumnInfo, Manifest, Numbers, Program } from "./program.ts";
import { giveTurn } from "./turn.ts";

/** The most classes of a table. */
const MOST_TABLED = 200;
/** The examples whose loss is computed one by one. */
const MOST_LOSSES = 1000;
const MOST_PAIRS = 1000;
const MOST_WORST = 24;

/** What `examineModel` finds; its JSON is examples.json. */
export interface Findings {
  readonly part: keyof Dataset;
  readonly count: number;
  readonly looked: number;
  readonly order: "margin" | "loss";
  readonly confusions: readonly {
    readonly name: string;
    readonly labels: readonly string[];
    readonly counts: readonly number[][];
  }[];
  readonly pairs: readonly {
    readonly name: string;
    readonly right: readonly number[];
    readonly said: readonly number[];
  }[];
  readonly worst: readonly {
    readonly place: string;
    readonly looks: readonly ExampleLook[];
    readonly answers: readonly { readonly name: string; readonly right: string; readonly said: string }[];
    readonly loss?: number;
  }[];
}

/** A target that a finding is about, with the output that says it. */
interface Judged {
  readonly name: string;
  readonly output: string;
  /** The numbers of the output for an example. */
  readonly width: number;
  readonly column: ColumnInfo;
  /** For classes: how many, their names, and the places in an example that each have one. */
  readonly classes?: { readonly count: number; readonly labels: readonly string[]; readonly places: number };
  /** For tokens of a text: how many there are, and what makes a text of them. */
  readonly texts?: { readonly count: number; readonly reader: TokenReader };
}

/** The rows as numbers for the program, and as they lie in the data. */
export interface Seen {
  readonly part: keyof Dataset;
  readonly rows: Rows;
  readonly raw: Rows;
}

/** Returns the targets whose outputs can be set beside them. */
function judgedBy(
  { meanings = [], outputs, columns }: Manifest,
  learned: Learned,
  encoders: Encoders,
): readonly Judged[] {
  return meanings.flatMap((meaning): readonly Judged[] => {
    const column = columns.find(({ name }) => name === meaning.column);
    const output = outputs.find(({ name }) => name === meaning.output);
    if (column === undefined || output === undefined) return [];
    const width = elementsOf(output.shape);
    const places = elementsOf(column.shape);
    const judged = { name: meaning.name, output: output.name, width, column };
    const { classes: count } = meaning;
    if (count === undefined) return column.encoder === undefined || column.encoder.numbers ? [judged] : [];
    const fits = width === places * count || (count === 2 && width === places);
    const reader = column.tokens === true ? tokenReader(column, learned[column.name], encoders) : undefined;
    if (reader !== undefined && output.shape.at(-1) === count && width === places * count)
      return [{ ...judged, texts: { count, reader } }];
    if (column.tokens === true || count < 2 || count > MOST_TABLED || !fits) return [];
    const known = learnedOf(meaning, learned);
    const labels = Array.from({ length: count }, (_, at) => String(known?.[at] ?? at));
    return [{ ...judged, classes: { count, labels, places } }];
  });
}

/** The class that an output says at a place, and by how much the right one is ahead of the best other one. */
function verdict(values: Numbers, at: number, each: number, right: number, threshold: number) {
  if (each === 1) {
    const value = (values[at] as number) - threshold;
    return { said: value > 0 ? 1 : 0, margin: right === 1 ? value : -value };
  }
  let [said, other] = [0, Number.NEGATIVE_INFINITY];
  for (let k = 0; k < each; k++) {
    if ((values[at + k] as number) > (values[at + said] as number)) said = k;
    if (k !== right) other = Math.max(other, values[at + k] as number);
  }
  return { said, margin: (values[at + right] as number) - other };
}

/** All outputs that are needed, of all examples, one after another. */
type Said = ReadonlyMap<string, Float32Array>;

/** The most numbers of outputs that are kept; of larger outputs fewer examples are looked at. */
const MOST_NUMBERS = 50_000_000;

async function outputsOf(program: Program, rows: Rows, count: number, judged: readonly Judged[]): Promise<Said> {
  const { batch, inputs } = program.manifest;
  const said = new Map(judged.map(({ output, width }) => [output, new Float32Array(count * width)]));
  for (let start = 0; start < count; start += batch) {
    const n = Math.min(batch, count - start);
    gatherBatch(rows, undefined, start, n, inputs, program.inputs);
    program.predict(n);
    for (const { output, width } of judged)
      said.get(output)?.set((program.outputs[output] as Numbers).subarray(0, n * width), start * width);
    await giveTurn();
  }
  return said;
}

/** An output of one number says class 1 above a half where it is a share, above 0 where it is none. */
const thresholdOf = (values: Float32Array): number => (values.every((value) => value >= 0 && value <= 1) ? 0.5 : 0);

/** Counts how often each class is taken for each, and returns the margins of examples with one class. */
function judgeClasses(
  { name, output, width, column, classes }: Judged & { readonly classes: NonNullable<Judged["classes"]> },
  { rows }: Seen,
  said: Said,
  count: number,
) {
  const { count: kinds, labels, places } = classes;
  const values = said.get(output) ?? new Float32Array();
  const each = width / places;
  const threshold = each === 1 ? thresholdOf(values) : 0;
  const counts = Array.from({ length: kinds }, () => new Array<number>(kinds).fill(0));
  const margins = new Float32Array(count);
  const right = newColumn(column, 1);
  for (let row = 0; row < count; row++) {
    gatherBatch(rows, undefined, row, 1, [column], { [column.name]: right });
    for (let place = 0; place < places; place++) {
      const wanted = right[place] as number;
      const found = verdict(values, row * width + place * each, each, wanted, threshold);
      const line = counts[wanted];
      if (line !== undefined) line[found.said] = (line[found.said] ?? 0) + 1;
      margins[row] = found.margin;
    }
  }
  return { table: { name, labels, counts }, margins };
}

/** The loss of single examples, as the training computes it. */
async function lossesOf(program: Program, rows: Rows, count: number): Promise<Float32Array> {
  const losses = new Float32Array(count);
  for (let row = 0; row < count; row++) {
    gatherBatch(rows, undefined, row, 1, program.manifest.columns, program.columns);
    program.resetMetrics();
    program.evaluateStep(1);
    losses[row] = Number(program.metrics()[0]);
    if (row % 100 === 99) await giveTurn();
  }
  return losses;
}

const share = (value: number): string => `${(100 * value).toFixed(value > 0.99 && value < 1 ? 2 : 0)} %`;

/** What the training learned of its columns, and what reads it. */
interface Knowledge {
  readonly learned: Learned;
  readonly encoders: Encoders;
}

/** Words what is right and what the model says about one example. */
function answerOf(
  program: Program,
  judged: Judged,
  { rows, raw }: Seen,
  row: number,
  threshold: number,
  { learned, encoders }: Knowledge,
) {
  const { name, output, column, classes, texts, width } = judged;
  const values = program.outputs[output] as Numbers;
  if (texts !== undefined) {
    const { count, reader } = texts;
    const right = newColumn(column, 1);
    gatherBatch(rows, undefined, row, 1, [column], { [column.name]: right });
    return [{ name, right: reader.text(right), said: reader.text(bestClasses(values.subarray(0, width), count)) }];
  }
  if (classes === undefined) {
    const read = predictionReader(program.manifest, learned, encoders)(program.outputs, 0);
    const words = (numbers: readonly number[]): string =>
      numbers
        .slice(0, 6)
        .map((one) => String(Number(one.toPrecision(4))))
        .join(", ");
    const said = read
      .filter(([title]) => title === name || title.startsWith(`${name}[`))
      .map(([, value]) => Number(value));
    return [{ name, right: words(Array.from(sampleOf(raw, row, column))), said: words(said) }];
  }
  if (classes.places > 1) return [];
  const right = newColumn(column, 1);
  gatherBatch(rows, undefined, row, 1, [column], { [column.name]: right });
  const { said } = verdict(values, 0, judged.width, right[0] as number, threshold);
  const shares = Array.from(values.subarray(0, judged.width));
  const total = shares.reduce((sum, one) => sum + one, 0);
  const sure =
    judged.width > 1 && shares.every((one) => one >= 0) && Math.abs(total - 1) < 1e-3
      ? `, ${share(shares[said] ?? 0)}`
      : "";
  const label = (at: number): string => classes.labels[at] ?? String(at);
  return [{ name, right: label(right[0] as number), said: `${label(said)}${sure}` }];
}

/** The masks of classes of one example, right and predicted. */
function masksOf(program: Program, judged: readonly Judged[], { rows }: Seen, row: number): readonly ExampleLook[] {
  return judged.flatMap(({ output, column, classes, width }) => {
    if (classes === undefined || classes.places === 1) return [];
    const right = newColumn(column, 1);
    gatherBatch(rows, undefined, row, 1, [column], { [column.name]: right });
    const each = width / classes.places;
    const values = (program.outputs[output] as Numbers).slice(0, width);
    const threshold = thresholdOf(Float32Array.from(values));
    const said = Array.from(
      { length: classes.places },
      (_, i) => verdict(values, i * each, each, 0, each === 1 ? threshold : 0).said,
    );
    const looks = [
      maskLook(`${dataName(column)}, right`, right, column.shape),
      maskLook(`${dataName(column)}, as the model says`, said, column.shape),
    ];
    return looks.filter((one) => one !== undefined);
  });
}

const examplePlace = ({ part, rows }: Rows, row: number): string => {
  const at = rows[row] ?? 0;
  // Only the name of the file: a page may go to others.
  return part.place === undefined ? `example ${at}` : part.place(at).replace(/^.*[\\/]/, "");
};

/** Looks at the rows with the program's present weights. */
export async function examineModel(
  program: Program,
  seen: Seen,
  learned: Learned,
  encoders: Encoders,
): Promise<Findings> {
  const { manifest } = program;
  const { rows, raw, part } = seen;
  const judged = judgedBy(manifest, learned, encoders);
  // Texts are compared by people alone.
  const counted = judged.filter(({ texts }) => texts === undefined);
  const widest = Math.max(1, ...counted.map(({ width }) => width));
  const all = rows.rows.length;
  const predicted = Math.min(all, Math.floor(MOST_NUMBERS / widest));
  const said = await outputsOf(program, rows, predicted, counted);
  const tables = judged.flatMap((one) =>
    one.classes === undefined ? [] : [judgeClasses({ ...one, classes: one.classes }, seen, said, predicted)],
  );
  const [only] = judged;
  const byMargin = judged.length === 1 && only?.classes?.places === 1;
  const looked = byMargin ? predicted : Math.min(all, MOST_LOSSES);
  const margins = tables[0]?.margins ?? new Float32Array();
  const badness = byMargin ? margins.map((margin) => -margin) : await lossesOf(program, rows, looked);
  const order = Array.from({ length: looked }, (_, row) => row)
    .filter((row) => !byMargin || !((badness[row] as number) < 0))
    .sort((a, b) => (badness[b] as number) - (badness[a] as number) || a - b)
    .slice(0, MOST_WORST);
  const threshold = new Map(judged.map(({ output }) => [output, thresholdOf(said.get(output) ?? new Float32Array())]));
  const worst = order.map((row) => {
    gatherBatch(rows, undefined, row, 1, manifest.inputs, program.inputs);
    program.predict(1);
    return {
      place: examplePlace(raw, row),
      looks: [...looksOf(raw, row, manifest.inputs), ...masksOf(program, judged, seen, row)],
      answers: judged.flatMap((one) =>
        answerOf(program, one, seen, row, threshold.get(one.output) ?? 0, { learned, encoders }),
      ),
      ...(byMargin ? {} : { loss: badness[row] as number }),
    };
  });
  const kind = byMargin ? ("margin" as const) : ("loss" as const);
  const pairs = pairsOf(program, counted, seen, predicted, { learned, encoders });
  return { part, count: all, looked, order: kind, confusions: tables.map(({ table }) => table), pairs, worst };
}

/** Right and predicted numbers, of targets that are one number. */
function pairsOf(
  program: Program,
  judged: readonly Judged[],
  { rows, raw }: Seen,
  count: number,
  { learned, encoders }: Knowledge,
) {
  const wanted = judged.filter(
    ({ classes, width, column }) => classes === undefined && width === 1 && elementsOf(column.shape) === 1,
  );
  const read = predictionReader(program.manifest, learned, encoders);
  const pairs = wanted.map(({ name }) => ({ name, right: [] as number[], said: [] as number[] }));
  for (let row = 0; row < (wanted.length === 0 ? 0 : Math.min(count, MOST_PAIRS)); row++) {
    gatherBatch(rows, undefined, row, 1, program.manifest.inputs, program.inputs);
    program.predict(1);
    const values = new Map(read(program.outputs, 0));
    for (const [i, { name, column }] of wanted.entries()) {
      pairs[i]?.right.push(sampleOf(raw, row, column)[0] as number);
      pairs[i]?.said.push(Number(values.get(name)));
    }
  }
  return pairs;
}
