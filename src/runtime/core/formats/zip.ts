// Reads ZIP archives (PKWARE's APPNOTE 6.3): lists the files of the central directory, and unpacks one at a time. An archive is
// hostile until proved otherwise: names that leave its folder, links, bombs and sizes that lie are refused.

import { crc32 } from "./crc32.ts";
import { FormatError } from "./formatError.ts";
import { inflateExactly } from "./inflate.ts";

export interface ZipEntry {
  /** With `/` between folders. */
  readonly name: string;
  readonly size: number;
  readonly packed: number;
  /** 0 stored, 8 DEFLATE. */
  readonly method: number;
  readonly crc: number;
  /** The place of its own header. */
  readonly at: number;
}

/** The most a file may grow when it is unpacked. */
const MOST_RATIO = 100;
/** The most bytes of one unpacked file. */
const MOST_SIZE = 2 ** 30;
const END_SIGN = 0x06054b50;
const ENTRY_SIGN = 0x02014b50;
const FILE_SIGN = 0x04034b50;

/** Says what is wrong with the name of a file in an archive; undefined if it stays in its folder. */
export function unsafeName(name: string): string | undefined {
  if (name === "" || name.includes("\0")) return "has no name";
  if (/^[/\\]|^[A-Za-z]:/.test(name)) return "has an absolute path";
  if (name.split(/[/\\]/).includes("..")) return "leaves the archive's folder";
  return name.includes("\\") ? "has a backslash in its name" : undefined;
}

/** Lists the files of an archive, without its folders. Throws a FormatError that names the file and the fault. */
export function zipEntries(bytes: Uint8Array, where: string): readonly ZipEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fail = (what: string): never => {
    throw new FormatError(where, what);
  };
  let end = bytes.length - 22;
  for (const least = Math.max(0, end - 65_535); end >= least; end--) if (view.getUint32(end, true) === END_SIGN) break;
  if (end < 0 || view.getUint32(end, true) !== END_SIGN) return fail("is no ZIP archive, or its end is missing");
  const count = view.getUint16(end + 10, true);
  const length = view.getUint32(end + 12, true);
  let at = view.getUint32(end + 16, true);
  if (count === 0xffff || at === 0xffffffff) return fail("is a ZIP64 archive, which nnc does not read");
  if (at + length > end) return fail("is corrupt: its directory lies outside of it");
  const entries: ZipEntry[] = [];
  const names = new Set<string>();
  let packed = 0;
  for (let i = 0; i < count; i++) {
    if (at + 46 > end || view.getUint32(at, true) !== ENTRY_SIGN)
      return fail(`is corrupt: its directory ends after ${i} of ${count} files`);
    const { entry, next, fault, folder } = entryAt(view, bytes, at);
    if (next > end) return fail(`is corrupt: its directory ends after ${i} of ${count} files`);
    at = next;
    if (fault !== undefined) return fail(`'${entry.name}' ${fault}`);
    if (folder) continue;
    if (names.has(entry.name)) return fail(`has two files '${entry.name}'`);
    names.add(entry.name);
    packed += entry.packed;
    // Many files of the same bytes: each is small, and all of them are a bomb.
    if (packed > bytes.length) return fail(`is corrupt: its files overlap ('${entry.name}')`);
    entries.push(entry);
  }
  return entries;
}

function entryAt(view: DataView, bytes: Uint8Array, at: number) {
  const flags = view.getUint16(at + 8, true);
  const method = view.getUint16(at + 10, true);
  const packed = view.getUint32(at + 20, true);
  const size = view.getUint32(at + 24, true);
  const [nameLength, extra, comment] = [28, 30, 32].map((place) => view.getUint16(at + place, true)) as [
    number,
    number,
    number,
  ];
  const next = at + 46 + nameLength + extra + comment;
  const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength));
  const unix = view.getUint32(at + 38, true) >>> 16;
  const entry: ZipEntry = {
    name,
    size,
    packed,
    method,
    crc: view.getUint32(at + 16, true),
    at: view.getUint32(at + 42, true),
  };
  const fault =
    unsafeName(name) ??
    ((unix & 0xf000) === 0xa000
      ? "is a link"
      : flags & 1
        ? "is encrypted"
        : method !== 0 && method !== 8
          ? `is packed by a method (${method}) that nnc does not read`
          : size > MOST_RATIO * packed && size > 0
            ? `unpacks to ${size} bytes from ${packed}: over ${MOST_RATIO} times as many`
            : size > MOST_SIZE
              ? `unpacks to ${size} bytes: over the limit of ${MOST_SIZE}`
              : method === 0 && size !== packed
                ? "is corrupt: it is stored, but its sizes differ"
                : undefined);
  return { entry, next, fault, folder: name.endsWith("/") };
}

/** Returns the bytes of a file of the archive. Throws a FormatError where they do not fit what the directory says. */
export function unzipEntry(bytes: Uint8Array, entry: ZipEntry, where: string): Uint8Array {
  const { name, size, packed, method, at } = entry;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const corrupt = (what: string): FormatError => new FormatError(where, `'${name}' is corrupt: ${what}`);
  if (at + 30 > bytes.length || view.getUint32(at, true) !== FILE_SIGN) throw corrupt("it has no header");
  const start = at + 30 + view.getUint16(at + 26, true) + view.getUint16(at + 28, true);
  if (start + packed > bytes.length) throw corrupt("it reaches beyond the archive");
  const data = bytes.subarray(start, start + packed);
  if (method === 0) {
    if (crc32(data) !== entry.crc) throw corrupt("its checksum does not fit");
    return data;
  }
  const unpacked = inflateExactly(data, size);
  if (typeof unpacked === "string") throw corrupt(`it ${unpacked}`);
  if (crc32(unpacked) !== entry.crc) throw corrupt("its checksum does not fit");
  return unpacked;
}
