// Byte pair encoding: a text is bytes, and the pair of neighbours that is most frequent becomes one token, again and again. Pairs do not
// cross the borders of words, as those of GPT-2. What is learned is the list of pairs in order.

import { countTexts } from "./frequency.ts";
import { newHeap } from "./heap.ts";

const wordPattern =
  /'(?:s|t|re|ve|m|ll|d)| ?\p{L}+| ?\p{N}+| ?[^\p{White_Space}\p{L}\p{N}]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+/gu;

/** Returns what a text consists of, joined the text itself: words with the blank before them, numbers, signs, blanks. */
function* wordsIn(text: string): Generator<string> {
  for (const [word] of text.matchAll(wordPattern)) yield word;
}

const isPrintable = (byte: number): boolean =>
  (byte > 32 && byte < 127) || (byte > 160 && byte < 173) || (byte > 173 && byte < 256);

const allBytes = Array.from({ length: 256 }, (_, byte) => byte);
/** The bytes in the order of their tokens: those that are characters come first. */
const bytesInOrder = [...allBytes.filter(isPrintable), ...allBytes.filter((byte) => !isPrintable(byte))];
/** Bytes are written as characters that can be seen: `Ġ` is a blank. */
const written = bytesInOrder.map((byte, i) => String.fromCharCode(isPrintable(byte) ? byte : i + 68));
const tokenOfByte = Uint8Array.from(allBytes, (byte) => bytesInOrder.indexOf(byte));

/** The number of tokens that are single bytes. */
export const BYTES = 256;

/** Pairs of tokens as keys of maps. */
const keyOf = (left: number, right: number): number => left * 2 ** 26 + right;

interface TokenPair {
  readonly left: number;
  readonly right: number;
  count: number;
  /** Where it has stood: some places may hold other tokens by now. */
  readonly places: number[];
}

/** Different words as one row of tokens with links, and how often each word comes. */
interface TokenRow {
  /** -1 where a token has become part of the one before. */
  readonly tokens: Int32Array;
  readonly previous: Int32Array;
  readonly next: Int32Array;
  readonly weights: Float64Array;
}

function rowOfWords(texts: Iterable<string>): TokenRow {
  const words = (function* () {
    for (const text of texts) yield* wordsIn(text);
  })();
  const encoder = new TextEncoder();
  const counted = [...countTexts(words)].map(([word, count]) => ({ bytes: encoder.encode(word), count }));
  const size = counted.reduce((sum, { bytes }) => sum + bytes.length, 0);
  const [tokens, previous, next] = [new Int32Array(size), new Int32Array(size), new Int32Array(size)];
  const weights = new Float64Array(size);
  let at = 0;
  for (const { bytes, count } of counted)
    for (let i = 0; i < bytes.length; i++, at++) {
      tokens[at] = tokenOfByte[bytes[i] as number] as number;
      previous[at] = i === 0 ? -1 : at - 1;
      next[at] = i + 1 === bytes.length ? -1 : at + 1;
      weights[at] = count;
    }
  return { tokens, previous, next, weights };
}

/** The pairs of a row of tokens, counted. */
interface PairCounts {
  /** Returns the most frequent pair that comes more than once; of two as frequent the one of lower tokens. */
  top(): TokenPair | undefined;
  /** Makes one token of a pair wherever it stands, from left to right, and counts what is beside it anew. */
  join(pair: TokenPair, token: number): void;
}

/** A pair with what it counted when it was offered. */
interface CountedPair {
  readonly pair: TokenPair;
  readonly count: number;
}

/** The pair that counts more is joined first; of two that count alike, the one of earlier tokens. */
const joinedBefore = (a: CountedPair, b: CountedPair): boolean => {
  if (a.count !== b.count) return a.count > b.count;
  return a.pair.left !== b.pair.left ? a.pair.left < b.pair.left : a.pair.right < b.pair.right;
};

function countPairs({ tokens, previous, next, weights }: TokenRow): PairCounts {
  const pairs = new Map<number, TokenPair>();
  const grown = new Set<TokenPair>();
  const heap = newHeap<CountedPair>(joinedBefore);
  const change = (left: number, right: number, place: number, by: number): void => {
    const key = keyOf(left, right);
    const pair = pairs.get(key) ?? { left, right, count: 0, places: [] };
    pairs.set(key, pair);
    pair.count += by;
    if (by < 0) return;
    pair.places.push(place);
    grown.add(pair);
  };
  for (let at = 0; at < tokens.length; at++) {
    const after = next[at] as number;
    if (after >= 0) change(tokens[at] as number, tokens[after] as number, at, weights[at] as number);
  }
  const joinAt = (at: number, token: number): void => {
    const [before, second] = [previous[at] as number, next[at] as number];
    const after = next[second] as number;
    const [left, right, weight] = [tokens[at] as number, tokens[second] as number, weights[at] as number];
    change(left, right, at, -weight);
    if (before >= 0) {
      change(tokens[before] as number, left, before, -weight);
      change(tokens[before] as number, token, before, weight);
    }
    if (after >= 0) {
      change(right, tokens[after] as number, second, -weight);
      change(token, tokens[after] as number, at, weight);
      previous[after] = at;
    }
    tokens[at] = token;
    tokens[second] = -1;
    next[at] = after;
  };
  const offer = (pair: TokenPair): void => {
    if (pair.count > 1) heap.push({ pair, count: pair.count });
  };
  return {
    top() {
      for (const pair of grown) offer(pair);
      grown.clear();
      for (let first = heap.pop(); first !== undefined; first = heap.pop()) {
        const { pair, count } = first;
        if (pair.count === count) return pair;
        // What counts more by now has been offered again.
        if (pair.count < count) offer(pair);
      }
      return undefined;
    },
    join({ left, right, places }, token) {
      for (const at of Int32Array.from(places.splice(0)).sort()) {
        const after = next[at] as number;
        if (tokens[at] === left && after >= 0 && tokens[after] === right) joinAt(at, token);
      }
    },
  };
}

/**
 * Learns up to `most` tokens, as the pairs that they are joined of. Pairs are counted once; a new token changes the counts beside its
 * places alone.
 */
export function learnPairs(texts: Iterable<string>, most: number): readonly string[] {
  const counts = countPairs(rowOfWords(texts));
  const texted = [...written];
  const known = new Map(texted.map((text, token) => [text, token]));
  const learned: string[] = [];
  while (texted.length < BYTES + most) {
    const pair = counts.top();
    if (pair === undefined) break;
    const [one, other] = [texted[pair.left] ?? "", texted[pair.right] ?? ""];
    // Two pairs may be the same text.
    const token = known.get(one + other) ?? texted.push(one + other) - 1;
    known.set(one + other, token);
    learned.push(`${one} ${other}`);
    counts.join(pair, token);
  }
  return learned;
}

/** Tokens of texts, from 0 on, and back. */
export interface BytePairs {
  /** The number of tokens. */
  readonly count: number;
  /** The tokens of each word of a text. */
  words(text: string): Generator<Int32Array>;
  text(tokens: Iterable<number>): string;
}

/** Words whose tokens are kept at hand. */
const MOST_KEPT = 100_000;
const LONGEST_KEPT = 64;

/** Returns the encoding by these pairs. */
export function bytePairs(learned: readonly string[]): BytePairs {
  const texted = [...written];
  const known = new Map(texted.map((text, token) => [text, token]));
  const joined = new Map<number, { readonly rank: number; readonly token: number }>();
  for (const [rank, line] of learned.entries()) {
    const [one = "", other = ""] = line.split(" ");
    const token = known.get(one + other) ?? texted.push(one + other) - 1;
    known.set(one + other, token);
    joined.set(keyOf(known.get(one) ?? 0, known.get(other) ?? 0), { rank, token });
  }
  const bytes = texted.map((text) => Uint8Array.from(text, (sign) => bytesInOrder[known.get(sign) ?? 0] as number));
  const encoder = new TextEncoder();
  const kept = new Map<string, Int32Array>();
  const tokensOf = (word: string): Int32Array => {
    const found = kept.get(word);
    if (found !== undefined) return found;
    const made = joinedTokens(
      Int32Array.from(encoder.encode(word), (byte) => tokenOfByte[byte] as number),
      (left, right) => joined.get(keyOf(left, right)),
    );
    if (word.length <= LONGEST_KEPT && kept.size < MOST_KEPT) kept.set(word, made);
    return made;
  };
  return {
    count: texted.length,
    *words(text) {
      for (const word of wordsIn(text)) yield tokensOf(word);
    },
    text(tokens) {
      const parts = Array.from(tokens, (token) => bytes[token] ?? new Uint8Array());
      const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
      let at = 0;
      for (const part of parts) {
        all.set(part, at);
        at += part.length;
      }
      return new TextDecoder("utf-8", { ignoreBOM: true }).decode(all);
    },
  };
}

/** Joins the pair that was learned first, from left to right, until none is left. */
function joinedTokens(
  tokens: Int32Array,
  joining: (left: number, right: number) => { readonly rank: number; readonly token: number } | undefined,
): Int32Array {
  const count = tokens.length;
  const previous = Int32Array.from({ length: count }, (_, i) => i - 1);
  const next = Int32Array.from({ length: count }, (_, i) => (i + 1 < count ? i + 1 : -1));
  interface Candidate {
    readonly at: number;
    readonly left: number;
    readonly right: number;
    readonly rank: number;
    readonly token: number;
  }
  const heap = newHeap<Candidate>((a, b) => (a.rank !== b.rank ? a.rank < b.rank : a.at < b.at));
  const offer = (at: number): void => {
    const after = at < 0 ? -1 : (next[at] as number);
    if (after < 0) return;
    const [left, right] = [tokens[at] as number, tokens[after] as number];
    const found = joining(left, right);
    if (found !== undefined) heap.push({ at, left, right, ...found });
  };
  for (let at = 0; at < count; at++) offer(at);
  for (let top = heap.pop(); top !== undefined; top = heap.pop()) {
    const { at, left, right, token } = top;
    const second = next[at] as number;
    if (tokens[at] !== left || second < 0 || tokens[second] !== right) continue;
    const after = next[second] as number;
    tokens[at] = token;
    tokens[second] = -1;
    next[at] = after;
    if (after >= 0) previous[after] = at;
    offer(previous[at] as number);
    offer(at);
  }
  return tokens.filter((token) => token >= 0);
}
