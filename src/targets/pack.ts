// Writes the numbers of a small predictor as text, as src/runtime/core/packed.ts reads them.

import { literal } from "./literal.ts";

/** The characters of src/runtime/core/packed.ts, which a test compares. */
export const packedSigns =
  "!\"#%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_abcdefghijklmnopqrstuvwxyz{|}~";

interface Tree {
  readonly weight: number;
  readonly order: number;
  readonly leaf?: number;
  readonly parts?: readonly [Tree, Tree];
}

/** Returns the length of the Huffman code of each symbol that occurs. */
function codeLengths(counts: readonly number[]): ReadonlyMap<number, number> {
  let trees: Tree[] = counts.flatMap((weight, leaf) => (weight > 0 ? [{ weight, leaf, order: leaf }] : []));
  let order = counts.length;
  // A code of one symbol has a bit, too.
  if (trees.length === 1) return new Map(trees.map(({ leaf = 0 }) => [leaf, 1]));
  while (trees.length > 1) {
    trees = trees.sort((a, b) => a.weight - b.weight || a.order - b.order);
    const [one, other, ...rest] = trees as [Tree, Tree, ...Tree[]];
    trees = [...rest, { weight: one.weight + other.weight, parts: [one, other], order: order++ }];
  }
  const lengths = new Map<number, number>();
  const walk = ({ leaf, parts }: Tree, depth: number): void => {
    if (leaf !== undefined) lengths.set(leaf, depth);
    for (const part of parts ?? []) walk(part, depth + 1);
  };
  for (const tree of trees) walk(tree, 0);
  return lengths;
}

/** The longest code: a reader looks codes up in a table of so many bits. */
export const packedBits = 12;

/** The same with no code longer than that: rare symbols count as less rare until it is so. */
function boundedLengths(counts: readonly number[]): ReadonlyMap<number, number> {
  for (let own = counts; ; own = own.map((count) => (count === 0 ? 0 : Math.floor(count / 2) + 1))) {
    const lengths = codeLengths(own);
    if (Math.max(0, ...lengths.values()) <= packedBits) return lengths;
  }
}

interface Code {
  readonly lengths: readonly number[];
  readonly exponents: readonly number[];
  /** The bits of each exponent's code, the first one first. */
  readonly bits: ReadonlyMap<number, readonly number[]>;
}

/** The canonical code: shorter codes first, within a length by the exponent. */
function canonicalCode(counts: readonly number[]): Code {
  const sorted = [...boundedLengths(counts)].sort(([a, m], [b, n]) => m - n || a - b);
  const longest = sorted.at(-1)?.[1] ?? 0;
  const lengths = Array.from({ length: longest }, (_, i) => sorted.filter(([, length]) => length === i + 1).length);
  const bits = new Map<number, readonly number[]>();
  let [code, before] = [0, 0];
  for (const [exponent, length] of sorted) {
    code *= 2 ** (length - before);
    before = length;
    const own = code;
    bits.set(
      exponent,
      Array.from({ length }, (_, i) => Math.floor(own / 2 ** (length - 1 - i)) % 2),
    );
    code++;
  }
  return { lengths, exponents: sorted.map(([exponent]) => exponent), bits };
}

/** Characters in a line. */
const LINE = 4000;

/** Returns `{ count, half, lengths, exponents, text }` as code, for numbers of 32 or 16 bits each. */
export function packedNumbers(bytes: Uint8Array, half: boolean): string {
  const size = half ? 2 : 4;
  const [fraction, others, mask] = half ? ([10, 11, 31] as const) : ([23, 24, 255] as const);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = bytes.length / size;
  const wordAt = (i: number): number => (half ? view.getUint16(2 * i, true) : view.getUint32(4 * i, true));
  const exponentOf = (word: number): number => Math.floor(word / 2 ** fraction) & mask;
  const counts: number[] = Array.from({ length: mask + 1 }, () => 0);
  for (let i = 0; i < count; i++) counts[exponentOf(wordAt(i))] = (counts[exponentOf(wordAt(i))] ?? 0) + 1;
  const { lengths, exponents, bits } = canonicalCode(counts);
  const pieces: string[] = [];
  let [held, filled] = [0, 0];
  const put = (bit: number): void => {
    held += bit * 2 ** filled++;
    if (filled < 13) return;
    pieces.push((packedSigns[held % 91] ?? "") + (packedSigns[Math.floor(held / 91)] ?? ""));
    [held, filled] = [0, 0];
  };
  for (let i = 0; i < count; i++) {
    const word = wordAt(i);
    const exponent = exponentOf(word);
    for (const bit of bits.get(exponent) ?? []) put(bit);
    const sign = Math.floor(word / 2 ** (8 * size - 1));
    const rest = (word % 2 ** fraction) + sign * 2 ** fraction;
    for (let k = 0; k < others; k++) put(Math.floor(rest / 2 ** k) % 2);
  }
  while (filled > 0) put(0);
  const lines: string[] = [];
  for (let i = 0; i < pieces.length; i += LINE / 2) lines.push(pieces.slice(i, i + LINE / 2).join(""));
  const facts = `count: ${count}, half: ${half}, lengths: ${literal(lengths)}, exponents: ${literal(exponents)}`;
  // Lines are easier on editors; their ends are no characters of the text.
  return `{ ${facts}, text: \`\n${lines.join("\n")}\n\`.replace(/\\n/g, "") }`;
}
