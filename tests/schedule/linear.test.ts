// Rows of a small matrix in few operations: the same values, and shared sums are computed once.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Expr } from "../../src/ir/loops.ts";
import { scalarFunction } from "../../src/ir/scalar.ts";
import { transformsFor } from "../../src/passes/winograd.ts";
import { bestScale, combinations } from "../../src/schedule/linear.ts";

interface Made {
  readonly values: readonly Expr[];
  readonly shared: readonly Expr[];
}

function make(matrix: readonly (readonly number[])[]): Made {
  const shared: Expr[] = [];
  const terms = (matrix[0] ?? []).map((_, i): Expr => ({ kind: "local", name: `x${i}` }));
  const values = combinations(matrix, terms, (value) => {
    shared.push(value);
    return { kind: "local", name: `s${shared.length - 1}` };
  });
  return { values, shared };
}

function valuesOf({ values, shared }: Made, inputs: readonly number[]): readonly number[] {
  const known = new Map(inputs.map((x, i) => [`x${i}`, x]));
  const value = (e: Expr): number => {
    if (e.kind === "number") return e.value;
    if (e.kind === "local") return known.get(e.name) ?? Number.NaN;
    if (e.kind !== "apply") throw new Error(e.kind);
    return scalarFunction(e.fn).evaluate(...e.args.map(value));
  };
  shared.forEach((e, i) => {
    known.set(`s${i}`, value(e));
  });
  return values.map(value);
}

function operations({ values, shared }: Made): number {
  const count = (e: Expr): number => (e.kind === "apply" ? 1 + e.args.reduce((n, arg) => n + count(arg), 0) : 0);
  return [...values, ...shared].reduce((n, e) => n + count(e), 0);
}

test("values are those of the matrix", () => {
  const factor = fc.constantFrom(-4, -2, -1, 0, 0, 1, 2, 4);
  const matrices = fc
    .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }))
    .chain(([rows, columns]) =>
      fc.array(fc.array(factor, { minLength: columns, maxLength: columns }), { minLength: rows, maxLength: rows }),
    );
  fc.assert(
    fc.property(matrices, fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 6, maxLength: 6 }), (matrix, x) => {
      const expected = matrix.map((row) => row.reduce((sum: number, factor, i) => sum + factor * (x[i] ?? 0), 0));
      // Whole numbers: exact in any order. -0 is 0.
      expect(valuesOf(make(matrix), x).map((v) => v + 0)).toEqual(expected.map((v) => v + 0));
    }),
    { numRuns: 500 },
  );
});

describe("transforms over tiles of 4", () => {
  const { input, result } = transformsFor(4);
  const plain = (matrix: readonly (readonly number[])[]): number =>
    matrix.reduce((n, row) => n + row.filter((x) => Math.abs(x) > 1).length + row.filter((x) => x !== 0).length - 1, 0);

  // Lavin and Gray's counts for one row or column: rows that differ in signs share their halves.
  test.each([
    ["inputs", input, 20],
    ["results", result, 16],
  ])("%s take few operations", (_name, matrix, most) => {
    const count = operations(make(matrix));
    expect(count).toBeLessThanOrEqual(most);
    expect(count).toBeLessThan(plain(matrix));
  });
});

test("a product's scale makes most factors 1", () => {
  const { input } = transformsFor(4);
  const quarter = input.map((row) => row.map((x) => x / 4));
  const fourfold = input.map((row) => row.map((x) => x * 4));
  expect(bestScale(quarter, fourfold)).toBe(4);
  expect(bestScale(input, input)).toBe(1);
});
