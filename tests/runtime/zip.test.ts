// ZIP archives: what is read, and what is refused before memory is taken for it.

import fc from "fast-check";
import { zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { FormatError } from "../../src/runtime/core/formats/formatError.ts";
import { unzipEntry, zipEntries } from "../../src/runtime/core/formats/zip.ts";

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
/** Bytes that nothing packs. */
const noise = (length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => (Math.imul(i + 1, 0x9e3779b1) >>> 24) ^ (Math.imul(i + 7, 0x85ebca6b) >>> 23));
const whole = (bytes: Uint8Array): Record<string, number[]> =>
  Object.fromEntries(zipEntries(bytes, "a.zip").map((entry) => [entry.name, [...unzipEntry(bytes, entry, "a.zip")]]));

/** Changes bytes of the directory's entry of a file, counted from its sign. */
function patched(bytes: Uint8Array, at: number, ...values: readonly number[]): Uint8Array {
  const other = Uint8Array.from(bytes);
  for (let i = other.length - 22; i >= 0; i--)
    if (other[i] === 0x50 && other[i + 1] === 0x4b && other[i + 2] === 1 && other[i + 3] === 2) {
      other.set(values, i + at);
      return other;
    }
  throw new Error("no directory");
}

describe("an archive", () => {
  const packed = zipSync({
    "a/b.txt": text("hello hello hello"),
    c: [noise(300), { level: 0 }],
    "d/": new Uint8Array(),
  });

  it("gives its files, packed or stored, and no folders", () => {
    expect(whole(packed)).toEqual({ "a/b.txt": [...text("hello hello hello")], c: [...noise(300)] });
  });

  it.each(["../x", "a/../../x", "/etc/passwd", "C:/x", "a\\b"])("is refused with a file '%s'", (name) => {
    expect(() => zipEntries(zipSync({ [name]: text("x") }), "a.zip")).toThrow(/^a\.zip: '/);
  });

  it("is refused with a bomb, a link, a secret, a lie, or two files of one name", () => {
    expect(() => zipEntries(zipSync({ bomb: new Uint8Array(1_000_000) }), "a.zip")).toThrow("over 100 times as many");
    const one = zipSync({ x: noise(50) });
    expect(() => zipEntries(patched(one, 38, 0, 0, 0xff, 0xa1), "a.zip")).toThrow("'x' is a link");
    expect(() => zipEntries(patched(one, 8, 1), "a.zip")).toThrow("'x' is encrypted");
    expect(() => zipEntries(patched(one, 10, 9), "a.zip")).toThrow("packed by a method (9) that nnc does not read");
    const lie = patched(zipSync({ x: text("hello hello hello hello") }), 24, 10, 0, 0, 0);
    expect(() => whole(lie)).toThrow("'x' is corrupt: it unpacks to more than 10 bytes");
    const long = patched(zipSync({ x: text("hello hello hello hello") }), 24, 200, 0, 0, 0);
    expect(() => whole(long)).toThrow("'x' is corrupt: it unpacks to 23 bytes, not 200");
    const twice = zipSync({ x: [noise(100), { level: 0 }], y: [noise(100), { level: 0 }] });
    const shared = patched(patched(twice, 20, 180, 1, 0, 0), 24, 180, 1, 0, 0);
    expect(() => zipEntries(shared, "a.zip")).toThrow("its files overlap ('y')");
    const double = zipSync({ x: noise(5), y: noise(5) });
    const same = Uint8Array.from(double, (byte) => (byte === 0x79 ? 0x78 : byte));
    expect(() => zipEntries(same, "a.zip")).toThrow("has two files 'x'");
    expect(() => zipEntries(text("no archive at all, but long enough"), "a.zip")).toThrow("is no ZIP archive");
  });

  it("answers every mutation with files or one FormatError", () => {
    const change = fc.tuple(fc.nat(packed.length - 1), fc.nat(255));
    fc.assert(
      fc.property(
        fc.array(change, { minLength: 1, maxLength: 4 }),
        fc.option(fc.nat(packed.length)),
        (changes, cut) => {
          const other = Uint8Array.from(packed);
          for (const [at, to] of changes) other[at] = to;
          try {
            whole(cut === null ? other : other.subarray(0, cut));
          } catch (error) {
            expect(error).toBeInstanceOf(FormatError);
          }
        },
      ),
      { numRuns: 1000 },
    );
  });
});
