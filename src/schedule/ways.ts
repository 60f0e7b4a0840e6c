// Tracks the paths between the nodes of a graph while nodes are merged: fusion asks for every pair it considers. One row of
// bits for each node marks the nodes that lead to it. Nodes are numbered from 0.

export interface Ways {
  /** Whether a path leads from `a` to `b`, over at least one edge. */
  leadsTo(a: number, b: number): boolean;
  /** Merges `b` into `a`, which represents both from now on. */
  merge(a: number, b: number): void;
}

type Row = Uint32Array;

const has = (row: Row, at: number): boolean => ((row[at >>> 5] ?? 0) & (1 << (at & 31))) !== 0;
const set = (row: Row, at: number): void => {
  row[at >>> 5] = (row[at >>> 5] ?? 0) | (1 << (at & 31));
};
const clear = (row: Row, at: number): void => {
  row[at >>> 5] = (row[at >>> 5] ?? 0) & ~(1 << (at & 31));
};

function add(row: Row, more: Row): void {
  for (let i = 0; i < row.length; i++) row[i] = (row[i] ?? 0) | (more[i] ?? 0);
}

/** Words of `more` with bits that `row` lacks. */
function missing(row: Row, more: Row): readonly (readonly [number, number])[] {
  const found: (readonly [number, number])[] = [];
  for (let i = 0; i < row.length; i++) {
    const bits = (more[i] ?? 0) & ~(row[i] ?? 0);
    if (bits !== 0) found.push([i, bits]);
  }
  return found;
}

function addWords(row: Row, words: readonly (readonly [number, number])[]): void {
  for (const [i, bits] of words) row[i] = (row[i] ?? 0) | bits;
}

/** For nodes that each come after those before them: `before` lists these by node. */
export function waysBetween(before: readonly Iterable<number>[]): Ways {
  const words = Math.ceil(before.length / 32);
  const rows: Row[] = [];
  const none = new Uint32Array(words);
  const rowOf = (at: number): Row => rows[at] ?? none;
  for (const earlier of before) {
    const row = new Uint32Array(words);
    for (const at of earlier) {
      set(row, at);
      add(row, rowOf(at));
    }
    rows.push(row);
  }
  const left = rows.map(() => true);
  return {
    leadsTo: (a, b) => has(rowOf(b), a),
    merge(a, b) {
      const [row, theirs] = [rowOf(a), rowOf(b)];
      // Each node after one of the two is now also after the nodes that led to the other. Few of these bits are new.
      const [forAfterA, forAfterB] = [missing(row, theirs), missing(theirs, row)];
      add(row, theirs);
      clear(row, a);
      clear(row, b);
      left[b] = false;
      for (let at = 0; at < rows.length; at++) {
        const other = rows[at];
        if (other === undefined || at === a || left[at] !== true) continue;
        const [afterA, afterB] = [has(other, a), has(other, b)];
        if (!(afterA || afterB)) continue;
        if (!afterB) addWords(other, forAfterA);
        if (!afterA) addWords(other, forAfterB);
        set(other, a);
        clear(other, b);
      }
    },
  };
}
