// A form of the module as edits of another.

import fc from "fast-check";
import { expect, test } from "vitest";
import { editsFrom } from "../../../src/targets/wasm/edits.ts";

/** As runtime/core/wasm.ts puts a form together. */
function applied(base: Uint8Array, { edits, own }: ReturnType<ReturnType<typeof editsFrom>>): readonly number[] {
  let taken = 0;
  return edits.flatMap(([from, count, more]) => {
    const bytes = [...base.subarray(from, from + count), ...own.subarray(taken, taken + more)];
    taken += more;
    return bytes;
  });
}
const numbers = (length: number, step: number): readonly number[] =>
  Array.from({ length }, (_, i) => (i * i * step + i * 7) % 251);

test("what both have is copied", () => {
  const [a, b, c] = [numbers(100, 3), numbers(41, 5).slice(1), numbers(100, 11)];
  const { edits, own } = editsFrom(Uint8Array.from([...a, ...c]))(Uint8Array.from([...a, ...b, ...c]));
  expect(edits).toEqual([
    [0, 100, 40],
    [100, 100, 0],
  ]);
  expect([...own]).toEqual(b);
});
test("any bytes come back", () => {
  const piece = fc.oneof(
    fc.constantFrom(numbers(60, 3), numbers(45, 5), numbers(30, 11)),
    fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 9 }),
  );
  const bytes = fc.array(piece, { maxLength: 8 }).map((pieces) => Uint8Array.from(pieces.flat()));
  fc.assert(
    fc.property(bytes, bytes, (base, form) => {
      expect(applied(base, editsFrom(base)(form))).toEqual([...form]);
    }),
  );
});
