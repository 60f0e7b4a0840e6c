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

/** The bits that only one of two rows has, as numbers of nodes. */
function difference({ words, bits }: Rows, a: number, b: number): readonly number[] {
  const nodes: number[] = [];
  for (let i = 0; i < words; i++) {
    let left = (bits[a * words + i] ?? 0) ^ (bits[b * words + i] ?? 0);
    while (left !== 0) {
      const lowest = 31 - Math.clz32(left & -left);
      nodes.push(i * 32 + lowest);
      left &= left - 1;
    }
  }
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
  const join = (rows: Rows, a: number, b: number): void => {
    add(rows, a, b);
    clear(rows, a, a);
    clear(rows, a, b);
  };
  return {
    leadsTo: (a, b) => has(sources, b, a),
    merge(a, b) {
      // Nodes after both come after all that led to either already, and so for nodes before both. The others are few.
      const [after, earlier] = [difference(ends, a, b), difference(sources, a, b)];
      join(sources, a, b);
      join(ends, a, b);
      for (const node of after) {
        if (node === a || node === b) continue;
        add(sources, node, a);
        set(sources, node, a);
      }
      for (const node of earlier) {
        if (node === a || node === b) continue;
        add(ends, node, a);
        set(ends, node, a);
      }
    },
  };
}
