// A sum of products of two tensors, each axis a loop of its own, as one product of stacks of matrices.

/** How a factor is laid out for it. */
export interface Factor {
  /** Axes that are summed away first: nothing else has their loops. */
  readonly summed: readonly number[];
  /** The order of the axes that are left. */
  readonly permutation: readonly number[];
  /** Whether the matrices lie transposed, as they are. */
  readonly transposed: boolean;
}

/** Loops by their part in the product, and where the axes of the result come from. */
export interface ProductPlan {
  readonly left: Factor;
  readonly right: Factor;
  /** Loops of both factors and the result: one matrix for each. */
  readonly stacks: readonly string[];
  readonly rows: readonly string[];
  readonly summed: readonly string[];
  readonly columns: readonly string[];
  /** Of the axes stacks, rows, columns. */
  readonly permutation: readonly number[];
}

/** The first of the orders if the axes lie in one of them, otherwise a permutation to the first. */
function factor(all: readonly string[], kept: readonly string[], order: readonly string[], turned: readonly string[]) {
  const summed = all.flatMap((name, axis) => (kept.includes(name) ? [] : [axis]));
  const places = (names: readonly string[]): readonly number[] => names.map((name) => kept.indexOf(name));
  const asItLies = (names: readonly string[]): boolean => places(names).every((from, to) => from === to);
  const transposed = !asItLies(order) && asItLies(turned);
  return { summed, permutation: places(transposed ? turned : order), transposed };
}

/** `out[…] = Σ left[…] · right[…]` over all loops that `out` lacks. Every loop of `out` is one of a factor. */
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
