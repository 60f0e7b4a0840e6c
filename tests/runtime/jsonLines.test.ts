// JSON Lines: objects in pieces of any size, and files that hold something else.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type JsonRow, jsonLinesReader } from "../../src/runtime/core/formats/jsonLines.ts";
import { mutated } from "../support/mutations.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function read(data: Uint8Array, piece = 1 << 20): readonly JsonRow[] {
  const reader = jsonLinesReader({ path: "t.jsonl" });
  const rows: JsonRow[] = [];
  for (let at = 0; at < data.length; at += piece) rows.push(...reader.push(data.subarray(at, at + piece)));
  return [...rows, ...reader.end()];
}

describe("JSON Lines", () => {
  it.each([
    [
      '{"a":1}\n{"a":2}\n',
      [
        [{ a: 1 }, 1],
        [{ a: 2 }, 2],
      ],
    ],
    [
      '\uFEFF{"a":"é\\n"}\r\n\r\n {"a":null} ',
      [
        [{ a: "é\n" }, 1],
        [{ a: null }, 3],
      ],
    ],
    ["", []],
    ["\n\n", []],
  ])("reads %j", (text, rows) => {
    for (const piece of [1, 2, 3, 1 << 20])
      expect(read(bytes(text), piece).map(({ values, line }) => [values, line])).toEqual(rows);
  });

  it("takes '__proto__' for a name like any other", () => {
    const [row] = read(bytes('{"__proto__":{"x":1}}'));
    expect(Object.keys(row?.values ?? {})).toEqual(["__proto__"]);
  });

  it.each([
    ['{"a":1}\n{"a":', 't.jsonl: line 2: is not JSON: {"a":'],
    ['{"a":1}\n\n[1]\n', "t.jsonl: line 3: is no object in braces: [1]"],
    ["null", "line 1: is no object in braces: null"],
    ['{"a":1} {"a":2}', "line 1: is not JSON"],
    ['{"a":1}\n\0', "line 2: is not JSON"],
    [`{"a":"${"x".repeat(100)}`, "xxx…"],
  ])("refuses %j", (text, message) => {
    expect(() => read(bytes(text))).toThrow(message);
  });

  it("refuses a million brackets", () => {
    expect(() => read(bytes("[".repeat(1_000_000)))).toThrow("line 1: is not JSON");
  });

  it("refuses other encodings, and a line without an end", () => {
    expect(() => read(Uint8Array.of(0x7b, 0x22, 0xe9, 0x22))).toThrow("is not UTF-8");
    expect(() => read(Uint8Array.of(0xff, 0xfe, 97, 0))).toThrow("is UTF-16; save it as UTF-8");
    const reader = jsonLinesReader({ path: "t.jsonl" });
    const much = new Uint8Array(1 << 20).fill(0x5b);
    expect(() => {
      for (;;) reader.push(much);
    }).toThrow("line 1: has more than 16777216 characters");
  });

  it("gives back what was written, however the bytes are cut", () => {
    const row = fc.dictionary(fc.string({ unit: "binary", maxLength: 4 }), fc.jsonValue({ maxDepth: 2 }), {
      maxKeys: 3,
    });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 5 }), fc.integer({ min: 1, max: 9 }), (rows, piece) => {
        const lines = rows.map((one) => JSON.stringify(one));
        expect(read(bytes(lines.join("\n")), piece).map(({ values }) => JSON.stringify(values))).toEqual(lines);
      }),
    );
  });

  it("answers every mutation with objects or one FormatError", () => {
    mutated(bytes('{"id":1,"text":"a, \\"b\\""}\n{"id":2,"text":"é"}\r\n{"id":3}'), "t.jsonl", (data) => {
      for (const { values } of read(data, 5)) expect(typeof values).toBe("object");
    });
  });
});
