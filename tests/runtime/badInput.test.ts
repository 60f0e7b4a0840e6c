// A thousand damaged copies of a file of each format that has no tests of this kind beside its reader: each gives data, or one error
// that names the file; no row is lost in silence. (Recordings, archives, arrays, tensors, JSON Lines, pairs and boxes have theirs
// beside their readers.)

import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { encode as encodePng } from "fast-png";
import { encode as encodeJpeg } from "jpeg-js";
import { expect, test } from "vitest";
import { decodePicture } from "../../src/runtime/core/formats/pictures.ts";
import { loadSource as csv } from "../../src/runtime/core/sources/csv.ts";
import { loadSource as text } from "../../src/runtime/core/sources/text.ts";
import { dataFilesIn } from "../../src/runtime/node/files.ts";
import { dataFilesOf } from "../support/dataFiles.ts";
import { amount } from "../support/extent.ts";
import { mutated, mutatedData } from "../support/mutations.ts";

const bytes = (value: string): Uint8Array => new TextEncoder().encode(value);

const pixels = Uint8Array.from({ length: 9 * 7 * 3 }, (_, i) => (i * 37) % 256);
const rgba = Uint8Array.from({ length: 9 * 7 * 4 }, (_, i) => (i % 4 === 3 ? 255 : (i * 37) % 256));

test.each([
  ["PNG", encodePng({ width: 9, height: 7, data: pixels, channels: 3 })],
  ["JPEG", Uint8Array.from(encodeJpeg({ width: 9, height: 7, data: rgba }, 80).data)],
])("a damaged %s picture", (_, good) => {
  mutated(good, "p", (changed) => {
    const { width, height, channels, pixels: decoded } = decodePicture(changed, "p");
    expect(decoded.length).toBe(width * height * channels);
  });
});

const rows = (count: number): string =>
  `a,b,name\n${Array.from({ length: count }, (_, i) => `${i},${i / 8},row ${i}`).join("\n")}\n`;
const asked = {
  name: "csv",
  options: { file: "t.csv", missing: "error" },
  columns: [
    { name: "a", dtype: "f32", shape: [] },
    { name: "name", dtype: "i32", shape: [1], encoder: { module: "words", options: {} } },
  ],
  seed: 0,
} as const;

/** The records of a table without quotes and returns: lines that hold something, but for the header. */
const recordsOf = (table: Uint8Array): number =>
  new TextDecoder()
    .decode(table)
    .split("\n")
    .filter((line) => line !== "").length - 1;

test("a damaged table: all of its rows, or an error", async () => {
  await mutatedData(bytes(rows(40)), "/data/t.csv", async (changed) => {
    const { train } = await csv(asked, dataFilesOf({ "t.csv": changed }));
    if (!changed.includes(0x22) && !changed.includes(0x0d)) expect(train.count).toBe(recordsOf(changed));
    expect(train.columns.a?.length).toBe(train.count);
    expect(train.texts?.name?.length).toBe(train.count);
  });
});

test("a damaged gzip file: what was packed, or an error", async () => {
  const folder = mkdtempSync(join(tmpdir(), "nnc-gzip-"));
  const path = join(folder, "t.csv.gz");
  const table = rows(40);
  const read = async (changed: Uint8Array): Promise<void> => {
    writeFileSync(path, changed);
    const { train } = await csv(
      asked,
      dataFilesIn({ data: [folder], source: "csv" }, () => {}),
    );
    // Names, times and systems in a header may change; the rows may not, because a checksum covers them.
    expect(train.count).toBe(40);
    expect(train.texts?.name?.[39]).toBe("row 39");
  };
  await mutatedData(new Uint8Array(gzipSync(table)), path, read, amount(60, 1000));
});

test("a damaged text: all of its characters, or an error", async () => {
  const good = bytes("Die Straße hört auf. — Тихо. 静か。\n".repeat(30));
  const characters = { module: "characters", options: {} };
  const request = {
    name: "text",
    options: { file: "t.txt" },
    columns: [{ name: "text", dtype: "i32", shape: [8], encoder: characters }],
    seed: 0,
  } as const;
  await mutatedData(good, "/data/t.txt", async (changed) => {
    const { train } = await text(request, dataFilesOf({ "t.txt": changed }));
    const all = [...new TextDecoder("utf-8", { fatal: true }).decode(changed).replaceAll("\r\n", "\n")];
    expect(train.count).toBe(Math.floor((all.length - 8) / 8) + 1);
    expect(train.texts?.text?.join("")).toBe(all.slice(0, 8 * train.count).join(""));
  });
});
