// Goes on with a text: a model of language says how likely each token is next, one of them is drawn, and so on.

import { elementsOf } from "./dataset.ts";
import { type Encoders, type Learned, type TokenReader, tokenReader } from "./encode.ts";
import { RunError } from "./error.ts";
import type { Numbers, Program } from "./program.ts";
import { hashName, threefry } from "./threefry.ts";

export interface GenerationOptions {
  /** The text to go on with, of at least one character. */
  readonly prompt: string;
  /** How many tokens to write: characters, or what an encoder joins. */
  readonly length: number;
  /** 1 draws as the model says; less is surer, 0 takes the likeliest token, more is bolder. */
  readonly temperature: number;
  /** Draws from so many of the likeliest tokens. */
  readonly topK?: number;
  readonly seed: number;
}

/** A model of language, as its program shows it. */
interface LanguageModel {
  readonly reader: TokenReader;
  readonly input: string;
  readonly output: string;
  /** The number of tokens that it sees. */
  readonly context: number;
  /** The numbers that it gives for each. */
  readonly tokens: number;
  readonly probabilities: boolean;
}

/** Returns what writes. Throws a RunError if the model does not say which token follows each one. */
function languageModelIn({ manifest }: Program, learned: Learned, encoders: Encoders): LanguageModel {
  const [input, ...inputs] = manifest.inputs;
  const [output, ...outputs] = manifest.outputs;
  const reader = input === undefined ? undefined : tokenReader(input, learned[input.name], encoders);
  const context = elementsOf(input?.shape ?? []);
  const tokens = elementsOf(output?.shape ?? []) / context;
  const fits = inputs.length === 0 && outputs.length === 0 && reader !== undefined && tokens >= reader.end;
  if (!fits)
    throw new RunError(
      "only a model of language writes text: one input of characters, bpe or words, and for each of its tokens a number for every " +
        "token that may follow; models/char-gpt.nn is one",
    );
  const probabilities = manifest.meanings?.some((one) => one.output === output?.name && one.probabilities === true);
  return {
    ...{ reader, input: input?.name ?? "", output: output?.name ?? "" },
    ...{ context, tokens, probabilities: probabilities === true },
  };
}

/** Returns the tokens of the prompt. Throws a RunError that names a character that the model does not know. */
function tokensOf(prompt: string, { reader }: LanguageModel): number[] {
  try {
    return [...reader.tokens(prompt)];
  } catch (error) {
    throw error instanceof RunError ? new RunError(`the prompt ${error.message}`) : error;
  }
}

/** Draws a token from the numbers for each. */
function drawn(
  numbers: Numbers,
  { probabilities, reader }: LanguageModel,
  options: GenerationOptions,
  step: number,
): number {
  const { temperature, topK = numbers.length, seed } = options;
  const scores = Array.from(numbers.subarray(reader.first, reader.end), (value, i) => ({
    ...{ token: reader.first + i, score: probabilities ? Math.log(value) : value },
  }));
  // Of equal scores the first token counts more, so that a text is the same everywhere.
  scores.sort((a, b) => b.score - a.score || a.token - b.token);
  const [first] = scores;
  if (first === undefined || temperature === 0) return first?.token ?? 0;
  const kept = scores.slice(0, topK).map(({ token, score }) => {
    return { token, weight: Math.exp((score - first.score) / temperature) };
  });
  const sum = kept.reduce((total, { weight }) => total + weight, 0);
  let rest = (threefry(seed, hashName("generate"), step, 0) / 2 ** 32) * sum;
  for (const { token, weight } of kept) {
    rest -= weight;
    if (rest < 0) return token;
  }
  return first.token;
}

/** Bytes of one character at most: a token may hold a part of them. */
const LONGEST_CHARACTER = 4;

/** Goes on with the prompt, token by token. The same options give the same text. Throws a RunError where it cannot begin. */
export function* generated(
  program: Program,
  learned: Learned,
  options: GenerationOptions,
  encoders: Encoders,
): Generator<string> {
  const writer = languageModelIn(program, learned, encoders);
  const { context, tokens, reader } = writer;
  const seen = tokensOf(options.prompt, writer);
  if (seen.length === 0) throw new RunError("a text begins with at least one character: --prompt TEXT");
  const input = program.inputs[writer.input] as Numbers;
  let begun: number[] = [];
  for (let step = 0; step < options.length; step++) {
    const window = seen.slice(-context);
    // What stands after the last token does not change what the model says about it: it looks back alone.
    input.fill(0, 0, context);
    for (const [i, token] of window.entries()) input[i] = token;
    program.predict(1);
    const at = (window.length - 1) * tokens;
    const numbers = (program.outputs[writer.output] as Numbers).subarray(at, at + tokens);
    const token = drawn(numbers, writer, options, step);
    seen.push(token);
    begun.push(token);
    const piece = reader.text(begun);
    // The bytes of a character may be several tokens.
    if (piece.endsWith("\ufffd") && begun.length < LONGEST_CHARACTER && step + 1 < options.length) continue;
    yield reader.joint + piece;
    begun = [];
  }
}
