// The outputs of a model as people want them: the class by its name, numbers on the scale of their column.

import { type DataPart, elementsOf, madeOf } from "./dataset.ts";
import { type Encoders, type Learned, type TokenReader, tokenReader } from "./encode.ts";
import { countTexts } from "./frequency.ts";
import type { Manifest, Numbers } from "./program.ts";
import type { Writing } from "./writing.ts";

/** What the model says about one row: names and values, in the order of columns of a table. */
export type Prediction = readonly (readonly [name: string, value: string | number | readonly FoundBox[]])[];

/** A box that a model has found: left, top, right and bottom. */
export interface FoundBox {
  readonly class: string | number;
  readonly score: number;
  readonly box: readonly number[];
}

type Meaning = NonNullable<Manifest["meanings"]>[number];

/**
 * Returns what the training learned of a target. Where the program was compiled without the file, the weights alone tell that its
 * classes have names.
 */
export function learnedOf(
  { column, from, classes }: Meaning,
  learned: Learned,
): readonly (string | number)[] | undefined {
  if (column !== undefined && learned[column] !== undefined) return learned[column];
  if (classes === undefined || from === undefined) return undefined;
  const named = Object.entries(learned)
    .filter(([name]) => name.startsWith(`${from}: `))
    .map(([, known]) => known);
  const [only, ...more] = named.filter(
    (known) => known.length === classes && known.every((one) => typeof one === "string"),
  );
  return more.length > 0 ? undefined : only;
}

/** What the numbers of an output mean: the names of classes, or the scale of the target's column. */
export function meaningOfTarget(
  meaning: Meaning,
  learned: Learned,
): {
  readonly labels?: readonly string[];
  readonly scale?: { readonly mean: readonly number[]; readonly deviation: readonly number[] };
} {
  const known = learnedOf(meaning, learned);
  if (known === undefined) return {};
  const { module = "labelEncoding" } = meaning.encoder ?? {};
  if (module === "labelEncoding") return { labels: known.map(String) };
  if (module !== "normalization") return {};
  const half = known.length / 2;
  return {
    scale: {
      mean: known.slice(0, half).map(Number),
      deviation: known.slice(half).map((variance) => Math.max(Math.sqrt(Number(variance)), 1e-7)),
    },
  };
}

/** Returns the most likely class at each place, of `classes` numbers each. */
export function bestClasses(numbers: ArrayLike<number>, classes: number): readonly number[] {
  return Array.from({ length: numbers.length / classes }, (_, place) => {
    let best = 0;
    for (let k = 1; k < classes; k++)
      if ((numbers[place * classes + k] as number) > (numbers[place * classes + best] as number)) best = k;
    return best;
  });
}

/** The texts of single tokens; undefined where a token has none of its own. */
function textsOfTokens({ text }: TokenReader, count: number): readonly (string | undefined)[] {
  const texts = Array.from({ length: count }, (_, token) => text([token]));
  const counts = countTexts(texts);
  return texts.map((one) => (one === "" || counts.get(one) !== 1 ? undefined : one));
}

/** Returns the function that words the outputs of sample `i` of a batch. */
export function predictionReader(
  { outputs, meanings = [] }: Manifest,
  learned: Learned,
  encoders: Encoders,
): (values: Readonly<Record<string, Numbers>>, i: number) => Prediction {
  const readers = outputs.map(({ name, shape }) => {
    const meaning = meanings.find(({ output }) => output === name);
    const { labels: own, scale } = meaning === undefined ? {} : meaningOfTarget(meaning, learned);
    const tokens = meaning === undefined ? undefined : tokenReader(meaning, learnedOf(meaning, learned), encoders);
    const elements = elementsOf(shape);
    const { classes } = meaning ?? {};
    const labels = tokens !== undefined && classes === elements ? textsOfTokens(tokens, classes) : own;
    const title = meaning?.name ?? name;
    const named = (at: number): string => `${title}[${at}]`;
    return (all: Numbers, i: number): Prediction => {
      const numbers = Array.from(all.subarray(i * elements, (i + 1) * elements));
      const { boxes } = meaning ?? {};
      if (boxes !== undefined) return [[title, boxesOf(numbers, boxes.classes)]];
      if (classes !== undefined && classes > 1 && elements > classes && shape.at(-1) === classes) {
        // A class for each place is one answer: the text of its tokens, or the names in a row.
        const said = bestClasses(numbers, classes);
        return [[title, tokens?.text(said) ?? said.map((k) => own?.[k] ?? k).join(" ")]];
      }
      if (classes !== undefined && elements === classes && classes > 1) {
        const best = numbers.indexOf(Math.max(...numbers));
        const each = numbers.map((value, k) => [`${title}[${labels?.[k] ?? k}]`, value] as const);
        return [[title, labels?.[best] ?? best], ...each];
      }
      // Windows over rows have the scale of a row in each.
      const scaled =
        scale === undefined
          ? numbers
          : numbers.map((value, k) => {
              const at = k % scale.mean.length;
              return value * (scale.deviation[at] as number) + (scale.mean[at] as number);
            });
      return scaled.length === 1
        ? [[title, scaled[0] as number]]
        : scaled.map((value, k) => [named(k), value] as const);
    };
  });
  return (values, i) => outputs.flatMap(({ name }, k) => readers[k]?.(values[name] as Numbers, i) ?? []);
}

/** The numbers of a box, its class and its score. */
const FOUND = 6;

/** Reads rows of boxes, the surest first. Rows with a class below 0 hold none. */
function boxesOf(numbers: readonly number[], names: readonly string[] | undefined): readonly FoundBox[] {
  const rows = Array.from({ length: numbers.length / FOUND }, (_, i) => numbers.slice(i * FOUND, (i + 1) * FOUND));
  return rows
    .flatMap(([left = 0, top = 0, right = 0, bottom = 0, kind = -1, score = 0]) =>
      kind < 0 ? [] : [{ class: names?.[kind] ?? kind, score, box: [left, top, right, bottom] }],
    )
    .sort((a, b) => b.score - a.score);
}

/** The words of a value in a cell of a table. */
export const cellText = (value: Prediction[number][1]): string =>
  typeof value === "object" ? JSON.stringify(value) : String(value);

/** Returns the function that words the texts that a model writes: beside those that it was given, and the data's own. */
export function writtenReader(
  { texts = {} }: DataPart,
  writing: Writing,
  write: (start: number, n: number) => readonly string[],
): (start: number, n: number) => readonly Prediction[] {
  const sources = [...new Set(writing.given.flatMap(madeOf))].filter((name) => texts[name] !== undefined);
  const references = texts[writing.text];
  return (start, n) =>
    write(start, n).map((text, i) => {
      const row = start + i;
      return [
        ...sources.map((name) => [sources.length === 1 ? "source" : name, texts[name]?.[row] ?? ""] as const),
        ...(references === undefined ? [] : [["reference", references[row] ?? ""] as const]),
        ["generated", text] as const,
      ];
    });
}
