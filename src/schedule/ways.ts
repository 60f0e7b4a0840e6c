// Which node of a graph leads to which, kept while nodes are merged: fusion asks this for every pair it considers. One row of
// bits for each node says which nodes lead to it.

import { CompilerBug } from "../base/compilerBug.ts";

interface Node {
  readonly before: Iterable<Node>;
}

export interface Ways<N> {
  /** Whether a way leads from `a` to `b`, over at least one edge. */
  leadsTo(a: N, b: N): boolean;
  /** `merged` takes the place of both. */
  merge(a: N, b: N, merged: N): void;
}

/** For nodes that come after all those before them. */
export function waysBetween<N extends Node>(nodes: readonly N[]): Ways<N> {
  const places = new Map<Node, number>(nodes.map((node, i) => [node, i]));
  const words = Math.ceil(nodes.length / 32);
  const rows = nodes.map(() => new Uint32Array(words));
  const has = (row: Uint32Array, at: number): boolean => ((row[at >>> 5] ?? 0) & (1 << (at & 31))) !== 0;
  const set = (row: Uint32Array, at: number): void => {
    row[at >>> 5] = (row[at >>> 5] ?? 0) | (1 << (at & 31));
  };
  const clear = (row: Uint32Array, at: number): void => {
    row[at >>> 5] = (row[at >>> 5] ?? 0) & ~(1 << (at & 31));
  };
  const add = (row: Uint32Array, more: Uint32Array): void => {
    for (let i = 0; i < words; i++) row[i] = (row[i] ?? 0) | (more[i] ?? 0);
  };
  /** Words of `more` with bits that `row` lacks. */
  const missing = (row: Uint32Array, more: Uint32Array): readonly (readonly [number, number])[] => {
    const found: (readonly [number, number])[] = [];
    for (let i = 0; i < words; i++) {
      const bits = (more[i] ?? 0) & ~(row[i] ?? 0);
      if (bits !== 0) found.push([i, bits]);
    }
    return found;
  };
  const rowOf = (node: Node): readonly [number, Uint32Array] => {
    const at = places.get(node);
    const row = at === undefined ? undefined : rows[at];
    if (at === undefined || row === undefined) throw new CompilerBug("a kernel that is in no plan");
    return [at, row];
  };
  for (const node of nodes) {
    const [, row] = rowOf(node);
    for (const before of node.before) {
      const [at, theirs] = rowOf(before);
      set(row, at);
      add(row, theirs);
    }
  }
  return {
    leadsTo: (a, b) => has(rowOf(b)[1], rowOf(a)[0]),
    merge(a, b, merged) {
      const [at, row] = rowOf(a);
      const [gone, theirs] = rowOf(b);
      // Whoever comes after one of the two now comes after what led to the other, too: few bits that are new.
      const [forAfterA, forAfterB] = [missing(row, theirs), missing(theirs, row)];
      add(row, theirs);
      clear(row, at);
      clear(row, gone);
      for (const other of rows) {
        if (other === row) continue;
        const [afterA, afterB] = [has(other, at), has(other, gone)];
        if (!afterA && !afterB) continue;
        if (!afterB) for (const [i, bits] of forAfterA) other[i] = (other[i] ?? 0) | bits;
        if (!afterA) for (const [i, bits] of forAfterB) other[i] = (other[i] ?? 0) | bits;
        set(other, at);
        clear(other, gone);
      }
      places.delete(a);
      places.delete(b);
      places.set(merged, at);
    },
  };
}
