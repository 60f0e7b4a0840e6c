// Writes texts token by token: a model that learned the next token of a text, a word or a part of one, reads what it has written so
// far, and the likeliest token goes on. A field for the text so far and a target one token further on say that a model does so.

import { elementsOf, gatherBatch, type Rows } from "./dataset.ts";
import { type Encoders, type Learned, type TokenReader, tokenKind, tokenReader } from "./encode.ts";
import { RunError } from "./error.ts";
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
  /** The most tokens of a text, with the one that ends it. */
  readonly steps: number;
  /** The numbers of the output for each token. */
  readonly classes: number;
}

type Parts = Pick<Manifest, "inputs" | "outputs" | "meanings">;

/** Returns how a program over rows of data writes texts; undefined if it does not. */
export function writingIn({ inputs, outputs, meanings = [] }: Parts): Writing | undefined {
  for (const { output, from, encoder } of meanings) {
    if (encoder?.options.shift !== 1) continue;
    const { output_mode = "int", ngrams = 1, split, start } = encoder.options;
    const whole = output_mode === "int" && ngrams === 1 && split !== "none";
    const [steps = 0, classes, ...more] = outputs.find(({ name }) => name === output)?.shape ?? [];
    const soFar = inputs.find(
      (info) =>
        info.encoder !== undefined &&
        info.from?.join() === from &&
        (info.encoder.options.shift ?? 0) === 0 &&
        tokenKind(info.encoder) === tokenKind(encoder),
    );
    const given = inputs.filter((info) => info !== soFar);
    const fits = whole && start === true && classes !== undefined && more.length === 0;
    if (!fits || soFar === undefined || from === undefined || given.length === 0) continue;
    const most = Math.min(steps, elementsOf(soFar.shape));
    return { soFar, text: from, given, output, steps: most, classes };
  }
  return undefined;
}

/** Returns what makes texts of the tokens that a model writes. Throws a RunError where the weights do not say which tokens there are. */
export function writtenTokens({ soFar }: Writing, learned: Learned, encoders: Encoders): TokenReader {
  const reader = tokenReader(soFar, learned[soFar.name], encoders);
  if (reader === undefined) throw new RunError(`the weights do not say which tokens the field '${soFar.name}' has`);
  return reader;
}

/** The token that fills up short texts, and ends one in a field without a mark for that. */
const PADDING = 0;

/** The likeliest token that may stand in a text, or the one that ends it; the first of equals. */
function likeliest(numbers: Numbers, at: number, classes: number, { first, end, marks }: TokenReader): number {
  let best = marks.last ?? PADDING;
  for (let token = first; token < Math.min(classes, end); token++)
    if ((numbers[at + token] as number) > (numbers[at + best] as number)) best = token;
  return best;
}

/** What a model reads and says while it writes. */
export type TextModel = Pick<Program, "inputs" | "outputs" | "predict">;

/**
 * Writes a text for each of `n` rows: at each step the likeliest token. It never writes the mark of an unknown word; the likeliest known one
 * stands there. `fill` puts what the model reads besides into its inputs, because a program may use the memory of these.
 */
export function writtenTexts(
  model: TextModel,
  { soFar, output, steps, classes }: Omit<Writing, "given" | "text">,
  reader: TokenReader,
  n: number,
  fill: () => void,
): readonly string[] {
  const length = elementsOf(soFar.shape);
  const rows = (model.inputs[soFar.name] as Numbers).length / length;
  const places = (model.outputs[output] as Numbers).length / (rows * classes);
  const { first = PADDING, last = PADDING } = reader.marks;
  const texts = Array.from({ length: n }, (): number[] => [first]);
  const open = new Set(texts.keys());
  for (let step = 0; step < steps && open.size > 0; step++) {
    fill();
    const input = model.inputs[soFar.name] as Numbers;
    input.fill(PADDING, 0, n * length);
    for (const [i, text] of texts.entries()) input.set(text.slice(0, length), i * length);
    model.predict(n);
    const numbers = model.outputs[output] as Numbers;
    for (const i of open) {
      const token = likeliest(numbers, (i * places + step) * classes, classes, reader);
      if (token === last) open.delete(i);
      else texts[i]?.push(token);
    }
  }
  return texts.map((text) => reader.text(text.slice(1)));
}

/** Writes a text for each of `n` rows from `start` on, at most as many as the batch has. */
export const writeTexts = (
  program: Program,
  writing: Writing,
  reader: TokenReader,
  rows: Rows,
  start: number,
  n: number,
): readonly string[] =>
  writtenTexts(program, writing, reader, n, () =>
    gatherBatch(rows, undefined, start, n, writing.given, program.inputs),
  );
