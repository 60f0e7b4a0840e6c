// Numbers as text in a module: every bit comes back, and weights of a network take less room than base64.

import fc from "fast-check";
import { expect, test } from "vitest";
import { PACKED_BITS, PACKED_SIGNS, type PackedNumbers, unpackNumbers } from "../../src/runtime/core/packed.ts";
import { packedBits, packedNumbers, packedSigns } from "../../src/targets/pack.ts";

/** What a module makes of the text. */
const unpacked = (text: string): Uint8Array => unpackNumbers(new Function(`return ${text};`)() as PackedNumbers);

test.each([
  ["32", false, 4],
  ["16", true, 2],
] as const)("any numbers of %s bits come back", (_, half, size) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 900 }), (all) => {
      const bytes = all.subarray(0, all.length - (all.length % size));
      expect([...unpacked(packedNumbers(bytes, half))]).toEqual([...bytes]);
    }),
  );
});

test("so do numbers of one exponent, none at all, NaN, infinities and both zeros", () => {
  for (const numbers of [[], [1], [1, 1.5, 1.25], [Number.NaN, Infinity, -Infinity, 0, -0, 1e-45, -3e38]]) {
    const bytes = new Uint8Array(Float32Array.from(numbers).buffer);
    expect([...unpacked(packedNumbers(bytes, false))]).toEqual([...bytes]);
  }
});

test("so do exponents of which each is half as frequent as the one before: no code is longer than the table", () => {
  expect(packedBits).toBe(PACKED_BITS);
  const numbers = Array.from({ length: 18 }, (_, i) => Array<number>(2 ** (17 - i)).fill(2 ** i)).flat();
  const bytes = new Uint8Array(Float32Array.from(numbers).buffer);
  const text = packedNumbers(bytes, false);
  const { lengths } = new Function(`return ${text};`)() as PackedNumbers;
  expect(lengths.length).toBeLessThanOrEqual(packedBits);
  expect(Buffer.from(unpacked(text)).equals(Buffer.from(bytes))).toBe(true);
});

test("weights take less than four fifths of base64, in lines of printable characters", () => {
  expect(packedSigns).toBe(PACKED_SIGNS);
  let state = 1;
  const uniform = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const weights = Float32Array.from({ length: 20_000 }, () => (uniform() + uniform() + uniform() - 1.5) / 10);
  const bytes = new Uint8Array(weights.buffer);
  const text = packedNumbers(bytes, false);
  expect(unpacked(text)).toEqual(bytes);
  expect(text.length).toBeLessThan(0.8 * Math.ceil((4 * bytes.length) / 3));
  expect(text).toMatch(/^[!-~ \n]+$/);
  expect(text).not.toMatch(/ \n|\$\{/);
});
