// Writes texts word by word: a model that learned the next word of a text reads what it has written so far, and the likeliest word
// goes on. A field for the text so far and a target one word further on say that a model does so.

import { elementsOf, gatherBatch, type Rows } from "./dataset.ts";
import type { EncoderOptions, Learned } from "./encode.ts";
import { END, PADDING, START, WORDS_FROM, wordsOf } from "./encoders/textVectorization.ts";
import type { ColumnInfo, Manifest, Numbers, Program } from "./program.ts";

/** How a program writes texts. */
export interface Writing {
  /** The input that holds the text so far. */
  readonly soFar: ColumnInfo;
  /** The column of the source with the texts that it has learned to write. */
  readonly text: string;
  /** What the model reads besides. */
  readonly given: readonly ColumnInfo[];
  readonly output: string;
  /** The most words of a text, with the one that ends it. */
  readonly steps: number;
  /** The numbers of the output for each word. */
  readonly classes: number;
  /** How texts become words. */
  readonly options: EncoderOptions;
}

type Parts = Pick<Manifest, "inputs" | "outputs" | "meanings">;

/** The options that say which words a text has. */
const wordOptions = ({ shift: _, output_sequence_length: __, ...options }: EncoderOptions): string =>
  JSON.stringify(Object.entries(options).sort(([a], [b]) => (a < b ? -1 : 1)));

/** Returns how a program over rows of data writes texts; undefined if it does not. */
export function writingIn({ inputs, outputs, meanings = [] }: Parts): Writing | undefined {
  for (const { output, from, encoder } of meanings) {
    if (encoder?.module !== "textVectorization" || encoder.options.shift !== 1) continue;
    const { options } = encoder;
    const whole = options.output_mode === "int" && options.ngrams === 1 && options.split !== "none";
    const [steps = 0, classes, ...more] = outputs.find(({ name }) => name === output)?.shape ?? [];
    const soFar = inputs.find(
      (info) =>
        info.encoder?.module === encoder.module &&
        info.from?.join() === from &&
        (info.encoder.options.shift ?? 0) === 0 &&
        wordOptions(info.encoder.options) === wordOptions(options),
    );
    const given = inputs.filter((info) => info !== soFar);
    const fits = whole && options.start === true && classes !== undefined && more.length === 0;
    if (!fits || soFar === undefined || from === undefined || given.length === 0) continue;
    const most = Math.min(steps, elementsOf(soFar.shape));
    return { soFar, text: from, given, output, steps: most, classes, options };
  }
  return undefined;
}

/** The words of a text as it counts: what the training made of it before it counted words. */
export const writtenWords = (text: string, { options }: Writing): readonly string[] => wordsOf(text, options);

/** Puts words together. */
export const joined = (words: readonly string[], { options }: Writing): string =>
  words.join(options.split === "character" ? "" : " ");

/** Where the tokens of words begin, and which ones may stand in a text. */
interface Tokens {
  readonly words: readonly string[];
  readonly start: number;
  /** The token that ends a text. */
  readonly end: number;
  readonly first: number;
  readonly last: number;
}

function tokensIn({ soFar, classes, options }: Writing, learned: Learned): Tokens {
  const words = (learned[soFar.name] ?? []).map(String);
  const tokenOf = (word: string): number => words.indexOf(word) + WORDS_FROM;
  // The marks come first among what is learned.
  const first = WORDS_FROM + 1 + (options.end === true ? 1 : 0);
  const last = Math.min(classes, words.length + WORDS_FROM) - 1;
  return { words, start: tokenOf(START), end: options.end === true ? tokenOf(END) : PADDING, first, last };
}

/** The likeliest token that may stand in a text, or the one that ends it; the first of equals. */
function likeliest(numbers: Numbers, at: number, { end, first, last }: Tokens): number {
  let best = end;
  for (let token = first; token <= last; token++)
    if ((numbers[at + token] as number) > (numbers[at + best] as number)) best = token;
  return best;
}

/**
 * Writes a text for each of `n` rows from `start` on, at most as many as the batch has: at each step the likeliest word. It never
 * writes the mark of an unknown word; the likeliest known one stands there.
 */
export function writeTexts(
  program: Program,
  writing: Writing,
  learned: Learned,
  rows: Rows,
  start: number,
  n: number,
): readonly (readonly string[])[] {
  const { soFar, given, output, steps, classes } = writing;
  const tokens = tokensIn(writing, learned);
  const length = elementsOf(soFar.shape);
  const places = (program.outputs[output] as Numbers).length / (program.manifest.batch * classes);
  const texts = Array.from({ length: n }, (): number[] => [tokens.start]);
  const open = new Set(texts.keys());
  for (let step = 0; step < steps && open.size > 0; step++) {
    // A program may use the memory of its inputs.
    gatherBatch(rows, undefined, start, n, given, program.inputs);
    const input = program.inputs[soFar.name] as Numbers;
    input.fill(PADDING, 0, n * length);
    for (const [i, text] of texts.entries()) input.set(text.slice(0, length), i * length);
    program.predict(n);
    const numbers = program.outputs[output] as Numbers;
    for (const i of open) {
      const token = likeliest(numbers, (i * places + step) * classes, tokens);
      if (token === tokens.end) open.delete(i);
      else texts[i]?.push(token);
    }
  }
  return texts.map((text) => text.slice(1).map((token) => tokens.words[token - WORDS_FROM] ?? ""));
}
