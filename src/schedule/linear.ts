// Sums of some locals with known factors, in few operations: rows of a small matrix. Columns and rows that differ only in
// signs share the sums of their equal and of their opposite parts, like the odd and even points of Winograd's transforms.

import type { Expr } from "../ir/loops.ts";
import type { ScalarName } from "../ir/scalar/names.ts";
import { number } from "./task.ts";

type Matrix = readonly (readonly number[])[];
/** Binds a value to a name and returns the local. */
type Bind = (value: Expr) => Expr;

const apply = (fn: ScalarName, ...args: readonly Expr[]): Expr => ({ kind: "apply", fn, args });

/** `Σ factor · term` without the terms times 0, in the given order, except that it starts with a term to subtract from. */
function combination(factors: readonly number[], terms: readonly Expr[]): Expr {
  const used = factors.flatMap((factor, i) => {
    const term = terms[i];
    return factor === 0 || term === undefined ? [] : [{ factor, term }];
  });
  const start = Math.max(
    0,
    used.findIndex(({ factor }) => factor > 0),
  );
  const ordered = [...used.slice(start, start + 1), ...used.slice(0, start), ...used.slice(start + 1)];
  let sum: Expr | undefined;
  for (const { factor, term } of ordered) {
    const size = Math.abs(factor);
    const scaled = size === 1 ? term : apply("mul", term, number(size));
    if (sum === undefined) sum = factor < 0 ? apply("neg", scaled) : scaled;
    else sum = apply(factor < 0 ? "sub" : "add", sum, scaled);
  }
  return sum ?? number(0);
}

/** The places where two lists that differ only in signs agree, and where they do not; undefined for other lists. */
function alike(
  a: readonly number[],
  b: readonly number[],
): { readonly same: readonly boolean[]; readonly count: number; readonly opposite: number } | undefined {
  if (!a.every((x, i) => Math.abs(x) === Math.abs(b[i] ?? 0))) return undefined;
  const same = a.map((x, i) => x === b[i]);
  const count = a.filter((x, i) => x !== 0 && same[i] === true).length;
  const opposite = a.filter((_, i) => same[i] === false).length;
  return count > 0 && opposite > 0 ? { same, count, opposite } : undefined;
}

const columnOf = (matrix: Matrix, at: number): readonly number[] => matrix.map((row) => row[at] ?? 0);

/** Pairs of columns become their sum and their difference. */
function foldColumns(
  matrix: Matrix,
  terms: readonly Expr[],
  bind: Bind,
): { readonly matrix: Matrix; readonly terms: readonly Expr[] } {
  let [rows, inputs] = [matrix, terms];
  for (let i = 0; i < inputs.length; i++)
    for (let j = i + 1; j < inputs.length; j++) {
      const pair = alike(columnOf(rows, i), columnOf(rows, j));
      const [a, b] = [inputs[i], inputs[j]];
      if (pair === undefined || a === undefined || b === undefined) continue;
      // The pair costs two operations, and saves one in each row.
      if (pair.count + pair.opposite < 3) continue;
      const [sum, difference] = [bind(apply("add", a, b)), bind(apply("sub", a, b))];
      rows = rows.map((row, r) => {
        const factor = row[i] ?? 0;
        return row.map((x, k) =>
          k === i ? (pair.same[r] === true ? factor : 0) : k === j ? (pair.same[r] === true ? 0 : factor) : x,
        );
      });
      inputs = inputs.map((term, k) => (k === i ? sum : k === j ? difference : term));
      break;
    }
  return { matrix: rows, terms: inputs };
}

/** The value of each row. It binds shared sums with `bind` before any row that uses them. */
export function combinations(matrix: Matrix, terms: readonly Expr[], bind: Bind): readonly Expr[] {
  const folded = foldColumns(matrix, terms, bind);
  const values: (Expr | undefined)[] = folded.matrix.map(() => undefined);
  for (const [r, row] of folded.matrix.entries()) {
    if (values[r] !== undefined) continue;
    for (let s = r + 1; s < folded.matrix.length && values[r] === undefined; s++) {
      const pair = values[s] === undefined ? alike(row, folded.matrix[s] ?? []) : undefined;
      if (pair === undefined || pair.count + pair.opposite < 3) continue;
      const part = (wanted: boolean): Expr =>
        bind(
          combination(
            row.map((x, i) => (pair.same[i] === wanted ? x : 0)),
            folded.terms,
          ),
        );
      const [even, odd] = [part(true), part(false)];
      values[r] = apply("add", even, odd);
      values[s] = apply("sub", even, odd);
    }
    values[r] ??= combination(row, folded.terms);
  }
  return values.map((value) => value ?? number(0));
}

/** The factor that multiplies the first of two tables and divides the second, so that most of their numbers are 1. */
export function bestScale(first: Matrix, second: Matrix): number {
  const ones = (scale: number): number =>
    [...first.flat().map((x) => x * scale), ...second.flat().map((x) => x / scale)].filter((x) => Math.abs(x) === 1)
      .length;
  const scales = [
    ...new Set([
      1,
      ...second
        .flat()
        .map(Math.abs)
        .filter((x) => x > 0),
    ]),
  ].sort((a, b) => a - b);
  // Powers of two cause no rounding.
  return scales.filter((x) => Number.isInteger(Math.log2(x))).reduce((best, x) => (ones(x) > ones(best) ? x : best), 1);
}
