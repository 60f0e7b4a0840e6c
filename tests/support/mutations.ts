// Damaged files: a reader answers each with data or with one FormatError that names the file.

import fc from "fast-check";
import { expect } from "vitest";
import { RunError } from "../../src/runtime/core/error.ts";
import { FormatError } from "../../src/runtime/core/formats/formatError.ts";

/** Damaged copies of a good file: changed, cut and lengthened. */
function damaged(good: Uint8Array): fc.Arbitrary<Uint8Array> {
  const change = fc.tuple(fc.nat(good.length - 1), fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 0x7f, 0x80, 0xff)));
  const changes = fc.array(change, { maxLength: 6 });
  const ends = fc.record({ cut: fc.option(fc.nat(good.length)), more: fc.uint8Array({ maxLength: 8 }) });
  return fc.tuple(changes, ends).map(([list, { cut, more }]) => {
    const bytes = new Uint8Array((cut ?? good.length) + more.length);
    bytes.set(good.subarray(0, cut ?? good.length));
    bytes.set(more, cut ?? good.length);
    for (const [at, to] of list) if (at < bytes.length) bytes[at] = to;
    return bytes;
  });
}

/** Changes, cuts and lengthens a good file a thousand times, and gives each to `read`, which may check what it gets. */
export function mutated(good: Uint8Array, where: string, read: (bytes: Uint8Array) => void): void {
  let refused = 0;
  fc.assert(
    fc.property(damaged(good), (bytes) => {
      try {
        read(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(FormatError);
        expect((error as FormatError).where.startsWith(where)).toBe(true);
        refused++;
      }
    }),
    { numRuns: 1000 },
  );
  expect(refused).toBeGreaterThan(100);
}

/** The same for a source of data, whose errors start with the name of a file. */
export async function mutatedData(
  good: Uint8Array,
  where: string,
  read: (bytes: Uint8Array) => Promise<void>,
  runs = 1000,
) {
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(damaged(good), async (bytes) => {
      try {
        await read(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(RunError);
        expect((error as RunError).message.startsWith(where)).toBe(true);
        refused++;
      }
    }),
    { numRuns: runs },
  );
  expect(refused).toBeGreaterThan(runs / 10);
}
