// Goes on with a text: a model of language says how likely each character is next, one of them is drawn, and so on.

import { elementsOf } from "./dataset.ts";
import type { Learned } from "./encode.ts";
import { charactersEncoder } from "./encoders/characters.ts";
import { RunError } from "./error.ts";
import type { Numbers, Program } from "./program.ts";
import { hashName, threefry } from "./threefry.ts";
import { listText, valueText } from "./values.ts";

export interface GenerationOptions {
  /** The text to go on with, of at least one character. */
  readonly prompt: string;
  /** How many characters to write. */
  readonly length: number;
  /** 1 draws as the model says; less is surer, 0 takes the likeliest character, more is bolder. */
  readonly temperature: number;
  /** Draws from so many of the likeliest characters. */
  readonly topK?: number;
  readonly seed: number;
}

/** A model of language, as its program shows it. */
interface LanguageModel {
  readonly characters: readonly string[];
  readonly input: string;
  readonly output: string;
  /** The number of characters that it sees. */
  readonly context: number;
  readonly tokens: number;
  readonly probabilities: boolean;
}

/** Returns what writes. Throws a RunError if the model does not say which character follows each one. */
function languageModelIn({ manifest }: Program, learned: Learned): LanguageModel {
  const [input, ...inputs] = manifest.inputs;
  const [output, ...outputs] = manifest.outputs;
  const characters = input === undefined ? undefined : learned[input.name];
  const context = elementsOf(input?.shape ?? []);
  const tokens = Number(input?.encoder?.options.tokens ?? 0);
  const fits =
    inputs.length === 0 &&
    outputs.length === 0 &&
    input?.encoder?.module === "characters" &&
    characters !== undefined &&
    elementsOf(output?.shape ?? []) === context * tokens;
  if (!fits)
    throw new RunError(
      "only a model of language writes text: one input of characters, and for each of them a number for every character that may " +
        "follow; models/char-gpt.nn is one",
    );
  const probabilities = manifest.meanings?.some((one) => one.output === output?.name && one.probabilities === true);
  return {
    ...{ characters: characters.map(String), input: input.name, output: output?.name ?? "" },
    ...{ context, tokens, probabilities: probabilities === true },
  };
}

/** Returns the token of each character. Throws a RunError that names one that the model does not know. */
function tokensOf(text: string, { characters, tokens }: LanguageModel): number[] {
  const list = [...text];
  const to = new Int32Array(list.length);
  const wrong = charactersEncoder.writer(characters, { tokens }, list.length)(text, to, 0);
  if (wrong === undefined) return [...to];
  const stranger = list.find((character) => !characters.includes(character));
  throw new RunError(`the prompt has the character ${valueText(stranger)}; the model knows ${listText(characters)}`);
}

/** Draws a token from the numbers for each. */
function drawn(numbers: Numbers, { probabilities }: LanguageModel, options: GenerationOptions, step: number): number {
  const { temperature, topK = numbers.length, seed } = options;
  const scores = Array.from(numbers, (value, token) => ({ token, score: probabilities ? Math.log(value) : value }));
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

/** Goes on with the prompt, character by character. The same options give the same text. Throws a RunError where it cannot begin. */
export function* generated(program: Program, learned: Learned, options: GenerationOptions): Generator<string> {
  const writer = languageModelIn(program, learned);
  const { context, tokens, characters } = writer;
  if (options.prompt === "") throw new RunError("a text begins with at least one character: --prompt TEXT");
  const seen = tokensOf(options.prompt, writer);
  const input = program.inputs[writer.input] as Numbers;
  for (let step = 0; step < options.length; step++) {
    const window = seen.slice(-context);
    // What stands after the last character does not change what the model says about it: it looks back alone.
    input.fill(0, 0, context);
    for (const [i, token] of window.entries()) input[i] = token;
    program.predict(1);
    const at = (window.length - 1) * tokens;
    const numbers = (program.outputs[writer.output] as Numbers).subarray(at, at + Math.min(tokens, characters.length));
    const token = drawn(numbers, writer, options, step);
    seen.push(token);
    yield characters[token] ?? "";
  }
}
