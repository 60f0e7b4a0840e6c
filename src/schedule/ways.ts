// Tracks the paths between the nodes of a graph while nodes are merged: fusion asks for every pair it considers. One row of
// bits for each node marks the nodes that lead to it. Nodes are numbered from 0.

export interface Ways {
  /** Whether a path leads from `a` to `b`, over at least one edge. */
  leadsTo(a: number, b: number): boolean;
  /** Merges `b` into `a`, which represents both from now on. */
  merge(a: number, b: number): void;
}

/** Bits of some words of a row. */
interface Bits {
  readonly words: readonly number[];
  readonly bits: readonly number[];
}

/** For nodes that each come after those before them: `before` lists these by node. */
export function waysBetween(before: readonly Iterable<number>[]): Ways {
  const size = before.length;
  const words = Math.ceil(size / 32);
  // All rows in one array: a merge looks at one word of each.
  const rows = new Int32Array(size * words);
  const has = (node: number, at: number): boolean => ((rows[node * words + (at >>> 5)] ?? 0) & (1 << (at & 31))) !== 0;
  const set = (node: number, at: number): void => {
    const place = node * words + (at >>> 5);
    rows[place] = (rows[place] ?? 0) | (1 << (at & 31));
  };
  const clear = (node: number, at: number): void => {
    const place = node * words + (at >>> 5);
    rows[place] = (rows[place] ?? 0) & ~(1 << (at & 31));
  };
  const add = (node: number, other: number): void => {
    const [to, from] = [node * words, other * words];
    for (let i = 0; i < words; i++) rows[to + i] = (rows[to + i] ?? 0) | (rows[from + i] ?? 0);
  };
  /** The bits of the row of `other` that the row of `node` lacks. */
  const missing = (node: number, other: number): Bits => {
    const [own, more] = [node * words, other * words];
    const found = { words: [] as number[], bits: [] as number[] };
    for (let i = 0; i < words; i++) {
      const bits = (rows[more + i] ?? 0) & ~(rows[own + i] ?? 0);
      if (bits === 0) continue;
      found.words.push(i);
      found.bits.push(bits);
    }
    return found;
  };
  const addBits = (node: number, more: Bits): void => {
    for (let i = 0; i < more.words.length; i++) {
      const place = node * words + (more.words[i] ?? 0);
      rows[place] = (rows[place] ?? 0) | (more.bits[i] ?? 0);
    }
  };
  before.forEach((earlier, node) => {
    for (const at of earlier) {
      set(node, at);
      add(node, at);
    }
  });
  /** The nodes that are left, in ascending order. */
  const left = Int32Array.from({ length: size }, (_, i) => i);
  let count = size;
  const leave = (node: number): void => {
    const at = left.subarray(0, count).indexOf(node);
    left.copyWithin(at, at + 1, count);
    count--;
  };
  return {
    leadsTo: (a, b) => has(b, a),
    merge(a, b) {
      // Each node after one of the two is now also after the nodes that led to the other. Few of these bits are new.
      const [forAfterA, forAfterB] = [missing(a, b), missing(b, a)];
      add(a, b);
      clear(a, a);
      clear(a, b);
      leave(b);
      const [wordA, bitA, wordB, bitB] = [a >>> 5, 1 << (a & 31), b >>> 5, 1 << (b & 31)];
      for (let i = 0; i < count; i++) {
        const at = left[i] ?? 0;
        const afterA = ((rows[at * words + wordA] ?? 0) & bitA) !== 0;
        const afterB = ((rows[at * words + wordB] ?? 0) & bitB) !== 0;
        if (at === a || !(afterA || afterB)) continue;
        if (!afterB) addBits(at, forAfterA);
        if (!afterA) addBits(at, forAfterB);
        set(at, a);
        clear(at, b);
      }
    },
  };
}
