// Tracks the paths between the nodes of a graph while nodes are merged: fusion asks for every pair it considers. One row of
// bits for each node marks the nodes that lead to it. Nodes are numbered from 0.

export interface Ways {
  /** Whether a path leads from `a` to `b`, over at least one edge. */
  leadsTo(a: number, b: number): boolean;
  /** Merges `b` into `a`, which represents both from now on. */
  merge(a: number, b: number): void;
}

/** One row of bits for each node, all in one array. */
interface Rows {
  readonly words: number;
  readonly bits: Int32Array;
}

const rowsFor = (count: number): Rows => {
  const words = Math.ceil(count / 32);
  return { words, bits: new Int32Array(count * words) };
};

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

/** Bits of some words of a row. */
interface Bits {
  readonly words: readonly number[];
  readonly bits: readonly number[];
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

function nodesOf({ words, bits }: Bits): readonly number[] {
  const nodes: number[] = [];
  words.forEach((word, i) => {
    for (let left = bits[i] ?? 0; left !== 0; left &= left - 1) nodes.push(word * 32 + 31 - Math.clz32(left & -left));
  });
  return nodes;
}

/** For nodes that each come after those before them: `before` lists these by node. */
export function waysBetween(before: readonly Iterable<number>[]): Ways {
  const count = before.length;
  /** The nodes that lead to each node, and the nodes that each node leads to. */
  const [sources, ends] = [rowsFor(count), rowsFor(count)];
  before.forEach((earlier, node) => {
    for (const at of earlier) {
      set(sources, node, at);
      add(sources, node, at);
    }
  });
  for (let node = count - 1; node >= 0; node--)
    for (const at of before[node] ?? []) {
      set(ends, at, node);
      add(ends, at, node);
    }
  return {
    leadsTo: (a, b) => has(sources, b, a),
    merge(a, b) {
      // Nodes after both come after all that led to either already, and so for nodes before both. The others are few, and
      // few of the bits that they get are new.
      const [toA, toB] = [missing(sources, a, b), missing(sources, b, a)];
      const [fromA, fromB] = [missing(ends, a, b), missing(ends, b, a)];
      const spread = (rows: Rows, nodes: Bits, more: Bits): void => {
        for (const node of nodesOf(nodes)) {
          if (node === a || node === b) continue;
          addBits(rows, node, more);
          set(rows, node, a);
        }
      };
      spread(sources, fromB, toA);
      spread(sources, fromA, toB);
      spread(ends, toB, fromA);
      spread(ends, toA, fromB);
      for (const rows of [sources, ends]) {
        add(rows, a, b);
        clear(rows, a, a);
        clear(rows, a, b);
      }
    },
  };
}
