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

/** One row of bits for each node, all in one array: a merge looks at one word of each. */
interface Rows {
  readonly words: number;
  readonly bits: Int32Array;
}

const has = ({ words, bits }: Rows, node: number, at: number): boolean =>
  ((bits[node * words + (at >>> 5)] ?? 0) & (1 << (at & 31))) !== 0;

function set({ words, bits }: Rows, node: number, at: number): void {
  const place = node * words + (at >>> 5);
  bits[place] = (bits[place] ?? 0) | (1 << (at & 31));
}

function clear({ words, bits }: Rows, node: number, at: number): void {
  const place = node * words + (at >>> 5);
  bits[place] = (bits[place] ?? 0) & ~(1 << (at & 31));
}

/** Adds the row of `other` to that of `node`. */
function add({ words, bits }: Rows, node: number, other: number): void {
  const [to, from] = [node * words, other * words];
  for (let i = 0; i < words; i++) bits[to + i] = (bits[to + i] ?? 0) | (bits[from + i] ?? 0);
}

/** The bits of the row of `other` that the row of `node` lacks. */
function missing({ words, bits }: Rows, node: number, other: number): Bits {
  const [own, more] = [node * words, other * words];
  const found = { words: [] as number[], bits: [] as number[] };
  for (let i = 0; i < words; i++) {
    const lacking = (bits[more + i] ?? 0) & ~(bits[own + i] ?? 0);
    if (lacking === 0) continue;
    found.words.push(i);
    found.bits.push(lacking);
  }
  return found;
}

function addBits({ words, bits }: Rows, node: number, more: Bits): void {
  for (let i = 0; i < more.words.length; i++) {
    const place = node * words + (more.words[i] ?? 0);
    bits[place] = (bits[place] ?? 0) | (more.bits[i] ?? 0);
  }
}

/** Merges the row of `b` into that of `a`, and into those of the nodes after them. */
function mergeRows(rows: Rows, a: number, b: number, left: Int32Array): void {
  // Each node after one of the two is now also after the nodes that led to the other. Few of these bits are new.
  const [forAfterA, forAfterB] = [missing(rows, a, b), missing(rows, b, a)];
  add(rows, a, b);
  clear(rows, a, a);
  clear(rows, a, b);
  for (let i = 0; i < left.length; i++) {
    const at = left[i] ?? 0;
    const [afterA, afterB] = [has(rows, at, a), has(rows, at, b)];
    if (at === a || !(afterA || afterB)) continue;
    if (!afterB) addBits(rows, at, forAfterA);
    if (!afterA) addBits(rows, at, forAfterB);
    set(rows, at, a);
    clear(rows, at, b);
  }
}

/** For nodes that each come after those before them: `before` lists these by node. */
export function waysBetween(before: readonly Iterable<number>[]): Ways {
  const words = Math.ceil(before.length / 32);
  const rows: Rows = { words, bits: new Int32Array(before.length * words) };
  before.forEach((earlier, node) => {
    for (const at of earlier) {
      set(rows, node, at);
      add(rows, node, at);
    }
  });
  /** The nodes that are left, in ascending order. */
  let left = Int32Array.from({ length: before.length }, (_, i) => i);
  return {
    leadsTo: (a, b) => has(rows, b, a),
    merge(a, b) {
      const gone = left.indexOf(b);
      left.copyWithin(gone, gone + 1);
      left = left.subarray(0, left.length - 1);
      mergeRows(rows, a, b, left);
    },
  };
}
