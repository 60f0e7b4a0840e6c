// The encoder TextVectorization: words of a text as tokens, as Keras's layer makes them.

import type { Encoder, EncoderOptions } from "../encode.ts";
import { byFrequency, countTexts } from "../frequency.ts";
import type { Numbers } from "../program.ts";
import { spaced } from "../text.ts";

const START = "[start]";
const END = "[end]";
/** The token of the first word, where texts are tokens in order: after the one that fills up short texts, and that of unknown words. */
const WORDS_FROM = 2;
/** What Keras calls a word that it does not know. */
const UNKNOWN = "[UNK]";
/** The characters that Keras calls punctuation. */
const punctuation = /[!"#$%&()*+,\-./:;<=>?@[\\\]^_`{|}~']/g;

/** Returns the words of a text. */
export function wordsOf(text: string, { standardize, split, ngrams }: EncoderOptions): readonly string[] {
  let plain = text;
  if (standardize === "lower" || standardize === "lower_and_strip_punctuation")
    plain = plain.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
  if (standardize === "strip_punctuation" || standardize === "lower_and_strip_punctuation")
    plain = plain.replace(punctuation, "");
  const words = split === "whitespace" ? spaced(plain) : split === "character" ? [...plain] : [plain];
  const most = Number(ngrams ?? 1);
  const all = [...words];
  for (let length = 2; length <= most; length++)
    for (let at = 0; at + length <= words.length; at++) all.push(words.slice(at, at + length).join(" "));
  return all;
}

function* allWords(texts: Iterable<string>, options: EncoderOptions): Generator<string> {
  for (const text of texts) yield* wordsOf(text, options);
}

const inOrder = ({ output_mode }: EncoderOptions): boolean => output_mode === "int";

export const textVectorizationEncoder: Encoder = {
  learn(texts, options) {
    const marks = [...(options.start === true ? [START] : []), ...(options.end === true ? [END] : [])];
    const counts = countTexts(allWords(texts, options));
    const words = byFrequency(counts).filter((word) => !marks.includes(word));
    return [...marks, ...words].slice(0, Number(options.max_tokens) - (inOrder(options) ? WORDS_FROM : 1));
  },
  writer(learned, options, length) {
    const first = inOrder(options) ? WORDS_FROM : 1;
    const unknown = first - 1;
    const tokens = new Map(learned.map((word, i) => [word, i + first]));
    const tokenOf = (word: string): number => tokens.get(word) ?? unknown;
    if (!inOrder(options))
      return (text, to, at) => {
        for (const word of wordsOf(text, options)) {
          const place = at + tokenOf(word);
          to[place] = options.output_mode === "count" ? (to[place] as number) + 1 : 1;
        }
        return undefined;
      };
    const from = Number(options.shift ?? 0);
    const write = (token: number, place: number, to: Numbers, at: number): void => {
      if (place >= from && place < from + length) to[at + place - from] = token;
    };
    return (text, to, at) => {
      let place = 0;
      if (options.start === true) write(tokenOf(START), place++, to, at);
      for (const word of wordsOf(text, options)) {
        if (place >= from + length) break;
        write(tokenOf(word), place++, to, at);
      }
      if (options.end === true) write(tokenOf(END), place, to, at);
      return undefined;
    };
  },
  reader(learned, options) {
    const first = inOrder(options) ? WORDS_FROM : 1;
    const tokens = new Map(learned.map((word, i) => [word, i + first]));
    const [start, end] = [
      options.start === true ? tokens.get(START) : undefined,
      options.end === true ? tokens.get(END) : undefined,
    ];
    const joint = options.split === "character" ? "" : " ";
    // The marks come first among what is learned.
    const marks = [start, end].filter((mark) => mark !== undefined);
    return {
      ...{ first: first + marks.length, end: first + learned.length, marks: { first: start, last: end }, joint },
      tokens: (text) => wordsOf(text, options).map((word) => tokens.get(word) ?? first - 1),
      text(given) {
        const words: string[] = [];
        for (const token of given) {
          if (token === end) break;
          if (token === first - 1) words.push(UNKNOWN);
          else if (token >= first && token !== start) words.push(learned[token - first] ?? UNKNOWN);
        }
        return words.join(joint);
      },
      words: (text) => wordsOf(text, options),
    };
  },
};
