// Parquet files: all types and encodings beside another reader, pages of each packing, and files that hold something else.

import { deflateRawSync, gzipSync } from "node:zlib";
import { parquetReadObjects } from "hyparquet";
import { parquetWriteBuffer, schemaFromColumnData } from "hyparquet-writer";
import { describe, expect, it, test } from "vitest";
import { parquetFooter } from "../../src/runtime/core/formats/parquet.ts";
import { type ParquetRow, parquetRows } from "../../src/runtime/core/formats/parquetPages.ts";
import { unpackLz4, unpackSnappy } from "../../src/runtime/core/formats/snappy.ts";
import { unpackPage } from "../../src/runtime/core/formats/unpackPage.ts";
import type { ColumnInfo } from "../../src/runtime/core/program.ts";
import { loadSource } from "../../src/runtime/core/sources/parquet.ts";
import { dataFilesOf } from "../support/dataFiles.ts";
import { mutated, mutatedData } from "../support/mutations.ts";

type Written = Parameters<typeof parquetWriteBuffer>[0];

/** Writes a file; columns of arrays are lists of numbers. */
function fileOf(written: Written): Uint8Array {
  const lists = new Set(
    written.columnData.flatMap(({ name, data }) => (Array.from(data as unknown[]).some(Array.isArray) ? [name] : [])),
  );
  const schema = schemaFromColumnData({ columnData: written.columnData }).flatMap((element) => {
    if (!lists.has(element.name)) return [element];
    const { name } = element;
    return [
      { name, repetition_type: "OPTIONAL" as const, converted_type: "LIST" as const, num_children: 1 },
      { name: "list", repetition_type: "REPEATED" as const, num_children: 1 },
      { name: "element", repetition_type: "OPTIONAL" as const, type: "DOUBLE" as const },
    ];
  });
  const columnData = written.columnData.map(({ type: _, nullable: __, ...column }) => column);
  return new Uint8Array(parquetWriteBuffer({ ...written, columnData, schema }));
}

/** The rows of a file, with the cells of all columns. */
function read(bytes: Uint8Array): readonly ParquetRow[] {
  const file = { path: "t", size: bytes.length, read: (at: number, n: number) => bytes.slice(at, at + n) };
  const footer = parquetFooter(file);
  const names = new Set(footer.columns.map(({ name }) => name));
  return [...parquetRows(file, footer, { names })].flat();
}

const cells = (bytes: Uint8Array): readonly unknown[] => read(bytes).map((row) => row.cells);

const count = 3000;
const rows = Array.from({ length: count }, (_, i) => i);

/** A column of each kind, with gaps; in several row groups and pages. */
const columns: Written["columnData"] = [
  { name: "truth", data: rows.map((i) => (i % 7 === 0 ? null : i % 3 === 0)), type: "BOOLEAN" },
  { name: "truths", data: rows.map((i) => i % 5 < 2), type: "BOOLEAN", nullable: false, encoding: "RLE" },
  { name: "int", data: rows.map((i) => i * 7 - 5000), type: "INT32", nullable: false },
  { name: "delta", data: rows.map((i) => i * i - 99_999), type: "INT32", encoding: "DELTA_BINARY_PACKED" },
  { name: "wide", data: rows.map((i) => BigInt(i) ** 3n - 7n), type: "INT64", encoding: "DELTA_BINARY_PACKED" },
  { name: "long", data: rows.map((i) => (i % 4 === 1 ? null : BigInt(i) * 5n)), type: "INT64" },
  { name: "float", data: rows.map((i) => i / 8), type: "FLOAT", encoding: "BYTE_STREAM_SPLIT" },
  { name: "double", data: rows.map((i) => (i % 11 === 0 ? null : i / 3)), type: "DOUBLE" },
  { name: "few", data: rows.map((i) => (i % 13 === 0 ? null : `kind ${i % 5}`)), type: "STRING" },
  { name: "texts", data: rows.map((i) => `größer als ${i}`), type: "STRING", encoding: "DELTA_BYTE_ARRAY" },
  { name: "parts", data: rows.map((i) => "x".repeat(i % 9)), type: "STRING", encoding: "DELTA_LENGTH_BYTE_ARRAY" },
  { name: "list", data: rows.map((i) => (i % 17 === 0 ? null : [i, i / 2])) },
  { name: "none", data: rows.map(() => null), type: "DOUBLE" },
];

/** What another reader makes of a file, as cells. */
async function others(bytes: Uint8Array): Promise<readonly unknown[]> {
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
  const objects = await parquetReadObjects({ file: buffer });
  const cellOf = (value: unknown): unknown => {
    if (value === null || value === undefined) return "";
    if (Array.isArray(value)) return { shape: [value.length], values: value };
    return typeof value === "bigint" || typeof value === "boolean" ? Number(value) : value;
  };
  return objects.map((row) => Object.values(row).map(cellOf));
}

test("columns of each type and encoding, as another reader reads them", async () => {
  const bytes = fileOf({ columnData: columns, rowGroupSize: [1000, 1500], pageSize: 2000 });
  const own = read(bytes);
  expect(own.map(({ line }) => line)).toEqual(rows.map((i) => i + 1));
  expect(own.map((row) => row.cells)).toEqual(await others(bytes));
  expect(own[1]?.cells.slice(0, 4)).toEqual([0, 1, -4993, -99_998]);
});

test.each(["UNCOMPRESSED", "SNAPPY", "GZIP"] as const)("pages packed by %s", async (codec) => {
  const compressors = { GZIP: (bytes: Uint8Array) => new Uint8Array(gzipSync(bytes)) };
  const bytes = fileOf({ columnData: columns, codec, compressors, pageSize: 4000 });
  const plain = fileOf({ columnData: columns, codec: "UNCOMPRESSED" });
  expect(cells(bytes)).toEqual(cells(plain));
});

describe("blocks", () => {
  const text = new TextEncoder().encode("abcabcabcabcabcabc");
  it("Snappy: literals, and copies that overlap", () => {
    const packed = Uint8Array.of(18, 2 << 2, 97, 98, 99, ((15 - 1) << 2) | 2, 3, 0);
    expect(unpackSnappy(packed, 18)).toEqual(text);
    expect(unpackSnappy(packed, 17)).toBe("says that it unpacks to 18 bytes, not 17");
    expect(unpackSnappy(Uint8Array.of(18, ((15 - 1) << 2) | 2, 3, 0), 18)).toBe("refers to bytes before its start");
    expect(unpackSnappy(packed.subarray(0, 4), 18)).toBe("ends too early");
    expect(unpackSnappy(packed.subarray(0, 5), 18)).toBe("unpacks to 3 bytes, not 18");
  });
  it("LZ4: literals, and matches that overlap", () => {
    const packed = Uint8Array.of(0x3b, 97, 98, 99, 3, 0, 0);
    expect(unpackLz4(packed, 18)).toEqual(text);
    expect(unpackLz4(packed, 17)).toBe("unpacks to more than 17 bytes");
    expect(unpackLz4(Uint8Array.of(0x0b, 3, 0, 0), 15)).toBe("refers to bytes before its start");
    expect(unpackLz4(Uint8Array.of(0xff, 255, 255), 15)).toBe("ends too early");
  });
  it("Zstandard: a block as it is, and one of equal bytes", () => {
    const head = [0x28, 0xb5, 0x2f, 0xfd, 0x20];
    expect(unpackPage(Uint8Array.of(...head, 18, (18 << 3) | 1, 0, 0, ...text), 6, 18)).toEqual(text);
    expect(unpackPage(Uint8Array.of(...head, 4, (4 << 3) | 3, 0, 0, 97), 6, 4)).toEqual(new Uint8Array(4).fill(97));
    expect(unpackPage(Uint8Array.of(...head, 4, (4 << 3) | 3, 0, 0, 97), 6, 3)).toBe("unpacks to more than 3 bytes");
    expect(unpackPage(Uint8Array.of(...head, 4, (4 << 3) | 5, 0, 0, 97), 6, 4)).toBe("cannot be unpacked");
    const window = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0, 0xff, 1, 0, 0);
    expect(unpackPage(window, 6, 3)).toBe("needs 4123168604160 bytes of memory to be unpacked");
  });
  it("a size that no packing makes of so few bytes", () => {
    const most = "says that it unpacks to 100000 bytes from 3, more than";
    for (const codec of [1, 2, 7]) expect(unpackPage(Uint8Array.of(1, 2, 3), codec, 100_000)).toContain(most);
  });
  it("gzip with all that its header may have", () => {
    const packed = deflateRawSync(text);
    const bytes = Uint8Array.of(
      31,
      139,
      8,
      31,
      0,
      0,
      0,
      0,
      0,
      3,
      2,
      0,
      9,
      9,
      97,
      0,
      98,
      0,
      1,
      2,
      ...packed,
      ...new Array(8).fill(0),
    );
    expect(unpackPage(bytes, 2, 18)).toEqual(text);
  });
});

const info = (name: string, more: Partial<ColumnInfo> = {}): ColumnInfo => ({ name, dtype: "f32", shape: [], ...more });
const word = (name: string): ColumnInfo =>
  info(name, { dtype: "i32", shape: [1], encoder: { module: "words", options: {} } });

const load = (bytes: Uint8Array, wanted: readonly ColumnInfo[], options = {}) =>
  loadSource(
    { name: "parquet", options: { file: "t.parquet", missing: "error", ...options }, columns: wanted, seed: 0 },
    dataFilesOf({ "t.parquet": bytes }),
  );

describe("source", () => {
  const bytes = fileOf({
    columnData: [
      { name: "a", data: [1, 2, Number.NaN, 4], type: "DOUBLE" },
      { name: "b", data: [10, 20, 30, 40], type: "INT32" },
      { name: "id", data: [9007199254740993n, 9007199254740995n, 7n, null], type: "INT64" },
      { name: "when", data: [0, 1.5e12, -1, 86_400_000].map((one) => new Date(one)), type: "TIMESTAMP" },
      { name: "part", data: ["train", "test", "train", "train"], type: "STRING" },
      {
        name: "pair",
        data: [
          [1, 2],
          [3, 4],
          [5, 6],
          [7, 8],
        ],
      },
    ],
  });
  it("numbers, texts, keys to the last digit, moments and lists", async () => {
    const wanted = [info("b"), word("id"), word("when"), info("pair", { shape: [2] })];
    const { train } = await load(bytes, wanted);
    expect(train.columns).toEqual({
      b: Float32Array.of(10, 20, 30, 40),
      pair: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8),
    });
    expect(train.texts).toEqual({
      id: ["9007199254740993", "9007199254740995", "7", ""],
      when: ["1970-01-01T00:00:00", "2017-07-14T02:40:00", "1969-12-31T23:59:59.999", "1970-01-02T00:00:00"],
    });
    expect(train.place?.(2)).toBe("/data/t.parquet, row 3");
  });
  it("missing numbers, as the program says", async () => {
    await expect(load(bytes, [info("a")])).rejects.toThrow(
      "/data/t.parquet, row 3: 'a' is missing; leave such rows out with parquet(…, missing: drop), or fill in a number: missing: 0",
    );
    expect((await load(bytes, [info("a")], { missing: "drop" })).train.dropped).toBe(1);
    expect((await load(bytes, [info("a")], { missing: 7 })).train.columns.a).toEqual(Float32Array.of(1, 2, 7, 4));
  });
  it("all numbers side by side, and a part to test with", async () => {
    const rest = info("rest", { shape: [3], from: [], except: [] });
    const { train } = await load(bytes, [rest], { missing: 0 });
    expect(train.made).toEqual({ rest: ["a", "b", "id"] });
    const { train: own, test } = await load(bytes, [info("b")], { split: "part" });
    expect([own.columns.b, test?.columns.b]).toEqual([Float32Array.of(10, 30, 40), Float32Array.of(20)]);
  });
  it("names what does not fit", async () => {
    await expect(load(bytes, [info("c")])).rejects.toThrow("has no column 'c'; it has 'a', 'b'");
    await expect(load(bytes, [info("part")])).rejects.toThrow("row 1: 'part' is 'train', but must be a number");
    await expect(load(bytes, [info("pair", { shape: [3] })])).rejects.toThrow("'pair' is an array of 2, but must be");
    await expect(load(fileOf({ columnData: [{ name: "s", data: [{ x: 1 }] }] }), [info("s")])).rejects.toThrow(
      "row 1: 's' is",
    );
  });
});

describe("refuses", () => {
  const good = fileOf({ columnData: [{ name: "a", data: [1, 2, 3], type: "DOUBLE" }] });
  it.each([
    ["an empty file", new Uint8Array(), "is empty"],
    ["a text", new TextEncoder().encode("a,b\n1,2\n"), "is no Parquet file: it does not begin with PAR1"],
    ["a packed file", new Uint8Array(gzipSync(good)), "is packed by gzip"],
    ["half a file", good.subarray(0, good.length / 2), "is truncated: it does not end with PAR1"],
    ["a footer that lies about its length", good.with(good.length - 6, 255), "is corrupt: its footer has"],
    ["an encrypted file", Uint8Array.of(...new TextEncoder().encode("PARE"), ...good.subarray(4)), "is encrypted"],
  ])("%s", (_, bytes, message) => {
    expect(() => read(bytes)).toThrow(`t: ${message}`);
  });
  it("packings that it does not read, and says which it does", () => {
    const compressors = { BROTLI: (bytes: Uint8Array) => bytes };
    const bytes = fileOf({ columnData: [{ name: "a", data: [1, 2] }], codec: "BROTLI", compressors });
    expect(() => read(bytes)).toThrow(
      "t: row group 1, column 'a': is packed by Brotli, which nnc does not read; write the file with Snappy, gzip, Zstandard or LZ4",
    );
  });
});

describe("a damaged file: all of its rows, or an error", () => {
  const small = rows.slice(0, 40);
  const some = columns.map(({ data, ...column }) => ({
    ...column,
    data: small.map((i) => (data as unknown[])[i + 1]),
  }));
  it.each(["UNCOMPRESSED", "SNAPPY"] as const)("%s", (codec) => {
    const bytes = fileOf({ columnData: some as Written["columnData"], codec, rowGroupSize: [15, 25] });
    mutated(bytes, "t", (changed) => {
      const found = read(changed);
      expect(found.map(({ line }) => line)).toEqual(small.map((i) => i + 1));
    });
  });
  it("through the source", async () => {
    const bytes = fileOf({ columnData: some as Written["columnData"], codec: "SNAPPY", statistics: false });
    await mutatedData(bytes, "/data/t.parquet", async (changed) => {
      const { train } = await load(changed, [info("int"), word("texts")]);
      expect(train.count).toBe(40);
      expect(train.texts?.texts?.length).toBe(40);
    });
  });
});
