// The scalar tables: rounding, signs and overflow, error functions against their series, and the random numbers against
// published vectors.

import { describe, expect, test } from "vitest";
import { erf, erfinv } from "../../src/ir/scalar/errorFunctions.ts";
import { scalarFunction } from "../../src/ir/scalar.ts";
import { streamOf, threefry2x32, uniform } from "../../src/ir/threefry.ts";

test("round takes a half to the even neighbour", () => {
  const { evaluate } = scalarFunction("round");
  expect([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 2.4, 2.6].map((x) => evaluate(x) + 0)).toEqual([-2, -2, 0, 0, 2, 2, 2, 3]);
});

test("mod has the sign of the divisor", () => {
  const { evaluate } = scalarFunction("mod");
  expect([evaluate(7, 3), evaluate(-7, 3), evaluate(7, -3), evaluate(-7, -3)]).toEqual([1, 2, -2, -1]);
});

test("functions that overflow easily stay finite", () => {
  expect(scalarFunction("softplus").evaluate(1000)).toBe(1000);
  expect(scalarFunction("softplus").evaluate(-1000)).toBe(0);
  expect(scalarFunction("sigmoid").evaluate(-1000)).toBe(0);
  expect(scalarFunction("sigmoid").evaluate(-30) / Math.exp(-30)).toBeCloseTo(1, 12);
});

/** `2/√π exp(-x²) Σ 2ⁿ x²ⁿ⁺¹ / (2n+1)!!`: all terms have one sign. */
function erfBySeries(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; n < 400; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (sum * 2 * Math.exp(-x * x)) / Math.sqrt(Math.PI);
}

test("erf to the last digits, erfinv is its inverse", () => {
  for (let x = -5.9; x < 5.9; x += 0.0137) {
    expect(Math.abs(erf(x) / erfBySeries(x) - 1)).toBeLessThan(1e-14);
    if (Math.abs(x) < 3) expect(Math.abs(erfinv(erf(x)) / x - 1)).toBeLessThan(1e-10);
  }
  expect([erf(0), erf(10), erf(-10), erfinv(0)]).toEqual([0, 1, -1, 0]);
  expect(erf(Number.NaN)).toBeNaN();
  expect(erfinv(1)).toBe(Number.POSITIVE_INFINITY);
});

describe("Threefry-2x32-20", () => {
  test("the vectors of Random123", () => {
    expect(threefry2x32([0, 0], [0, 0])).toEqual([0x6b200159, 0x99ba4efe]);
    expect(threefry2x32([0xffffffff, 0xffffffff], [0xffffffff, 0xffffffff])).toEqual([0x1cb996fc, 0xbb002be7]);
    expect(threefry2x32([0x13198a2e, 0x03707344], [0x243f6a88, 0x85a308d3])).toEqual([0xc4923a9c, 0x483df7a0]);
  });
  test("uniform numbers are multiples of 2^-24 in [0, 1), with the mean and variance of uniform numbers", () => {
    const numbers = Array.from({ length: 20_000 }, (_, i) => uniform(3, 5, 7, i));
    expect(numbers.every((x) => x >= 0 && x < 1 && Number.isInteger(x * 2 ** 24))).toBe(true);
    const mean = numbers.reduce((a, b) => a + b) / numbers.length;
    const variance = numbers.reduce((a, b) => a + (b - mean) ** 2, 0) / numbers.length;
    expect(Math.abs(mean - 1 / 2)).toBeLessThan(0.01);
    expect(Math.abs(variance - 1 / 12)).toBeLessThan(0.005);
  });
  test("streams are FNV-1a of the path", () => {
    expect(streamOf("")).toBe(0x811c9dc5);
    expect(streamOf("a")).toBe(0xe40c292c);
    expect(streamOf("foobar")).toBe(0xbf9cf968);
  });
});
