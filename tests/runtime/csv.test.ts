// Tables of text: RFC 4180, in pieces of any size, and files that are no tables.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { csvReader } from "../../src/runtime/core/formats/csv.ts";
import { FormatError } from "../../src/runtime/core/formats/formatError.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Reads a table whose bytes come in pieces of the given lengths, the last one repeated. */
function read(
  data: Uint8Array,
  pieces: readonly number[] = [1 << 20],
  delimiter = ",",
): readonly (readonly string[])[] {
  const reader = csvReader({ path: "t.csv", delimiter });
  const rows: (readonly string[])[] = [];
  for (let at = 0, i = 0; at < data.length; i++) {
    const length = pieces[Math.min(i, pieces.length - 1)] ?? 1;
    rows.push(...reader.push(data.subarray(at, at + length)).map(({ cells }) => cells));
    at += length;
  }
  rows.push(...reader.end().map(({ cells }) => cells));
  return rows;
}

describe("a table of text", () => {
  it.each([
    [
      "a,b\n1,2\n",
      [
        ["a", "b"],
        ["1", "2"],
      ],
    ],
    [
      "a,b\r\n1,2",
      [
        ["a", "b"],
        ["1", "2"],
      ],
    ],
    ["\uFEFFa\n\n", [["a"], [""]]],
    [
      "a,b\n\n1,2\n\n",
      [
        ["a", "b"],
        ["1", "2"],
      ],
    ],
    [
      'a,b\n"1,5","say ""hi"""\n',
      [
        ["a", "b"],
        ["1,5", 'say "hi"'],
      ],
    ],
    [
      'a,b\r\n"two\r\nlines",""\r\n',
      [
        ["a", "b"],
        ["two\r\nlines", ""],
      ],
    ],
    ['"a","b"', [["a", "b"]]],
    [
      "a,b\n,\n",
      [
        ["a", "b"],
        ["", ""],
      ],
    ],
    [
      'a,b\n5" nail,x\n',
      [
        ["a", "b"],
        ['5" nail', "x"],
      ],
    ],
    [
      "größe,名前\n1,é\n",
      [
        ["größe", "名前"],
        ["1", "é"],
      ],
    ],
  ])("reads %j", (text, rows) => {
    const data = bytes(text);
    for (const pieces of [[1 << 20], [1], [2], [3, 1, 7]]) expect(read(data, pieces)).toEqual(rows);
  });

  it("names the line where each row starts", () => {
    const reader = csvReader({ path: "t.csv", delimiter: "\t" });
    const rows = [...reader.push(bytes('a\tb\n"x\ny"\t1\n\nz\t2')), ...reader.end()];
    expect(rows.map(({ line }) => line)).toEqual([1, 2, 5]);
  });

  it.each([
    ["a,b\n1\n", "t.csv: line 2: has 1 cell, but the header has 2"],
    ["a,b\n1,2\n1,2,3\n", "t.csv: line 3: has 3 cells, but the header has 2"],
    ["a,a\n", "t.csv: line 1: the header names 'a' twice"],
    ['a\n"x', "t.csv: line 2: opens a quote that is never closed"],
    ['a\n"x"y\n', "t.csv: line 2: has text after a closing quote"],
    ['"a";"b"\n1;2\n', 'has text after a closing quote; if ";" separates the cells, write delimiter: ";"'],
    ["a\nx\0\n", "has a NUL byte, so this is not a text"],
  ])("refuses %j", (text, message) => {
    expect(() => read(bytes(text))).toThrow(message);
  });

  it("reads rows far longer than a piece, and refuses a quote that is open for too long", () => {
    const long = `${'x""\n,'.repeat(40_000)}`;
    const text = `a,b\n"${long}",1\n2,3\n"${long}",4`;
    const cell = long.replaceAll('""', '"');
    const rows = [
      ["a", "b"],
      [cell, "1"],
      ["2", "3"],
      [cell, "4"],
    ];
    for (const piece of [1000, 70_000]) expect(read(bytes(text), [piece])).toEqual(rows);
    const reader = csvReader({ path: "t.csv", delimiter: "," });
    const piece = bytes(`${"x".repeat(4000)}""\n,`);
    reader.push(bytes('a,b\n"'));
    expect(() => {
      for (;;) reader.push(piece);
    }).toThrow("t.csv: line 2: has no end within 16777216 characters");
  });

  it("refuses other encodings", () => {
    expect(() => read(Uint8Array.of(97, 10, 0xe9, 10))).toThrow("is not UTF-8");
    expect(() => read(Uint8Array.of(0xff, 0xfe, 97, 0))).toThrow("is UTF-16; save it as UTF-8");
  });

  it("gives back what was written, however the bytes are cut", () => {
    const cell = fc.string({ unit: fc.constantFrom("a", ",", '"', "\n", "\r", " ", "é", "7"), maxLength: 6 });
    const table = fc
      .integer({ min: 2, max: 4 })
      .chain((width) =>
        fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 6 }),
      );
    const written = (row: readonly string[]): string => row.map((one) => `"${one.replaceAll('"', '""')}"`).join(",");
    fc.assert(
      fc.property(table, fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 }), (rows, pieces) => {
        const header = (rows[0] ?? []).map((_, i) => `c${i}`);
        const text = [header, ...rows].map(written).join("\r\n");
        expect(read(bytes(text), pieces)).toEqual([header, ...rows]);
      }),
      { numRuns: 300 },
    );
  });

  it("answers every mutation with rows or one FormatError", () => {
    const good = bytes('id,name,price\n1,"a, b",2.5\n2,"say ""no""",3\n3,c,\n');
    const change = fc.record({ at: fc.nat(good.length - 1), to: fc.nat(255), cut: fc.nat(good.length) });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), fc.boolean(), (changes, cuts) => {
        const data = Uint8Array.from(good);
        for (const { at, to } of changes) data[at] = to;
        const given = cuts ? data.subarray(0, changes[0]?.cut) : data;
        let rows: readonly (readonly string[])[] = [];
        try {
          rows = read(given, [5]);
        } catch (error) {
          expect(error).toBeInstanceOf(FormatError);
          expect((error as Error).message).toMatch(/^t\.csv: /);
          return;
        }
        const width = rows[0]?.length;
        expect(rows.every((row) => row.length === width)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});
