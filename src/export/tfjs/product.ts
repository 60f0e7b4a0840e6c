// Plans a sum of products of two tensors, in which each axis is a loop, as one product of stacks of matrices.

/** The layout of a factor for it. */
export interface Factor {
  /** Axes to sum away first, because nothing else has their loops. */
  readonly summed: readonly number[];
  /** The order of the remaining axes. */
  readonly permutation: readonly number[];
  /** Whether the matrices lie transposed already. */
  readonly transposed: boolean;
}

/** Loops by their part in the product, and the origin of the axes of the result. */
export interface ProductPlan {
  readonly left: Factor;
  readonly right: Factor;
  /** Loops of both factors and the result: one matrix for each. */
  readonly stacks: readonly string[];
  readonly rows: readonly string[];
  readonly summed: readonly string[];
  readonly columns: readonly string[];
  /** The order of the axes, from stacks, rows and columns. */
  readonly permutation: readonly number[];
}

/** Returns the axes as they lie if that is one of the orders, otherwise a permutation to the first order. */
function factor(all: readonly string[], kept: readonly string[], order: readonly string[], turned: readonly string[]) {
  const summed = all.flatMap((name, axis) => (kept.includes(name) ? [] : [axis]));
  const places = (names: readonly string[]): readonly number[] => names.map((name) => kept.indexOf(name));
  const asItLies = (names: readonly string[]): boolean => places(names).every((from, to) => from === to);
  const transposed = !asItLies(order) && asItLies(turned);
  return { summed, permutation: places(transposed ? turned : order), transposed };
}

/** Plans `out[…] = Σ left[…] · right[…]` over all loops that `out` lacks. A factor has each loop of `out`. */
export function productPlan(left: readonly string[], right: readonly string[], out: readonly string[]): ProductPlan {
  const l = left.filter((name) => right.includes(name) || out.includes(name));
  const r = right.filter((name) => left.includes(name) || out.includes(name));
  const stacks = l.filter((name) => r.includes(name) && out.includes(name));
  const summed = l.filter((name) => r.includes(name) && !out.includes(name));
  const rows = l.filter((name) => !r.includes(name));
  const columns = r.filter((name) => !l.includes(name));
  const made = [...stacks, ...rows, ...columns];
  return {
    left: factor(left, l, [...stacks, ...rows, ...summed], [...stacks, ...summed, ...rows]),
    right: factor(right, r, [...stacks, ...summed, ...columns], [...stacks, ...columns, ...summed]),
    stacks,
    rows,
    summed,
    columns,
    permutation: out.map((name) => made.indexOf(name)),
  };
}
