// Splits calls over many axes into calls over at most four, one run of neighbouring axes after the other. The caller makes
// these calls, as nodes of a graph or of a file.

import { product, type Size, sameSize } from "../ir/size.ts";

/** The steps that a maker of nodes and a writer of files can both take with a value. */
export interface Maker<V> {
  shape(x: V): readonly Size[];
  reshape(x: V, shape: readonly Size[]): V;
}

/** A run of neighbouring axes, from the first to before the last. */
export interface Run {
  readonly from: number;
  readonly to: number;
}

/** Neighbouring axes of one kind. */
export function runsOf(rank: number, kindOf: (axis: number) => string): readonly (Run & { readonly kind: string })[] {
  const runs: { from: number; to: number; kind: string }[] = [];
  for (let axis = 0; axis < rank; axis++) {
    const kind = kindOf(axis);
    const last = runs.at(-1);
    if (last?.kind === kind) last.to = axis + 1;
    else runs.push({ from: axis, to: axis + 1, kind });
  }
  return runs;
}

/** Makes `run` the second of three axes, applies `call`, and gives the result the axes around it back. */
function along<V>(m: Maker<V>, x: V, run: Run, instead: readonly Size[], call: (view: V) => V): V {
  const shape = m.shape(x);
  const [before, inside, after] = [shape.slice(0, run.from), shape.slice(run.from, run.to), shape.slice(run.to)];
  const view = m.reshape(x, [before, inside, after].map(product));
  return m.reshape(call(view), [...before, ...instead, ...after]);
}

/** The runs, last first, so that those before keep their places. */
const lastFirst = (runs: readonly Run[]): readonly Run[] => runs.toReversed();

/** Reduces over `axes`, which vanish; `call` reduces over the second of three. */
export function reduceRuns<V>(m: Maker<V>, x: V, axes: readonly number[], call: (view: V) => V): V {
  const runs = runsOf(m.shape(x).length, (axis) => (axes.includes(axis) ? "reduced" : "kept"));
  return lastFirst(runs.filter(({ kind }) => kind === "reduced")).reduce(
    (inner, run) => along(m, inner, run, [], call),
    x,
  );
}

/** Spreads axes of size 1 to the sizes of `shape`; `call` gives the shape to a value of three axes. */
export function spreadRuns<V>(
  m: Maker<V>,
  x: V,
  shape: readonly Size[],
  call: (view: V, shape: readonly Size[]) => V,
): V {
  const from = m.shape(x);
  const runs = runsOf(shape.length, (axis) => (sameSize(from[axis] ?? 1, shape[axis] ?? 1) ? "kept" : "spread"));
  return lastFirst(runs.filter(({ kind }) => kind === "spread")).reduce((inner, run) => {
    const sizes = shape.slice(run.from, run.to);
    return along(m, inner, run, sizes, (view) => {
      const [before = 1, , after = 1] = m.shape(view);
      return call(view, [before, product(sizes), after]);
    });
  }, x);
}

/** Changes each axis for which `size` returns a new length; `call` changes the second of three. */
export function changeAxes<V>(
  m: Maker<V>,
  x: V,
  size: (axis: number) => Size | undefined,
  call: (view: V, axis: number, shape: readonly Size[]) => V,
): V {
  return m.shape(x).reduceRight<V>((inner, _, axis) => {
    const changed = size(axis);
    if (changed === undefined) return inner;
    return along(m, inner, { from: axis, to: axis + 1 }, [changed], (view) => {
      const [before = 1, , after = 1] = m.shape(view);
      return call(view, axis, [before, changed, after]);
    });
  }, x);
}

/** Permutes the axes; axes that stay neighbours count as one. `call` permutes up to `most` axes, at least four. */
export function transposeRuns<V>(
  m: Maker<V>,
  x: V,
  permutation: readonly number[],
  most: number,
  call: (view: V, permutation: readonly number[]) => V,
): V {
  const shape = m.shape(x);
  const starts = permutation.filter((from, to) => from === 0 || permutation[to - 1] !== from - 1);
  const inOrder = starts.toSorted((a, b) => a - b);
  const sizes = inOrder.map((start, i) => product(shape.slice(start, inOrder[i + 1])));
  const order = starts.map((start) => inOrder.indexOf(start));
  const merged = m.reshape(x, sizes);
  const made = order.length <= most ? call(merged, order) : swapped(m, merged, order, call);
  return m.reshape(
    made,
    permutation.map((axis) => shape[axis] ?? 1),
  );
}

/** Moves one axis after the other to its place: two neighbouring blocks change places among four. */
function swapped<V>(
  m: Maker<V>,
  x: V,
  order: readonly number[],
  call: (view: V, permutation: readonly number[]) => V,
): V {
  const sizes = m.shape(x);
  const now = sizes.map((_, axis) => axis);
  const size = (axes: readonly number[]): Size => product(axes.map((axis) => sizes[axis] ?? 1));
  return order.reduce((inner, axis, to) => {
    const from = now.indexOf(axis);
    if (from === to) return inner;
    const blocks = [now.slice(0, to), now.slice(to, from), [axis], now.slice(from + 1)];
    now.splice(to, 0, ...now.splice(from, 1));
    return call(m.reshape(inner, blocks.map(size)), [0, 2, 1, 3]);
  }, x);
}
