// Unpacks the pages of Parquet files. The size that a header says is held to what its method can make of so many bytes before memory
// is taken for it.

import { zstdLibrary } from "../libraries/zstd.generated.ts";
import { INFLATE_RATIO, inflateExactly } from "./inflate.ts";
import { LZ4_RATIO, SNAPPY_RATIO, unpackLz4, unpackSnappy } from "./snappy.ts";

/** The methods by their numbers in a file; `unpack` returns the bytes, or the fault for a sentence that begins with "it". */
interface PageMethod {
  readonly name: string;
  /** The most bytes that it makes of one. */
  readonly ratio?: number;
  readonly unpack?: (data: Uint8Array, size: number) => Uint8Array | string;
}

/** Blocks of equal bytes: 2^17 of them in four. */
const ZSTD_RATIO = 2 ** 15;
/** The largest window into bytes before: `zstd --ultra` has as much. */
const MOST_WINDOW = 2 ** 27;

const methods: readonly PageMethod[] = [
  { name: "no method", ratio: Number.POSITIVE_INFINITY, unpack: (data) => data },
  { name: "Snappy", ratio: SNAPPY_RATIO, unpack: unpackSnappy },
  { name: "gzip", ratio: INFLATE_RATIO, unpack: unpackGzip },
  { name: "LZO" },
  { name: "Brotli" },
  { name: "LZ4 in the frames of Hadoop" },
  { name: "Zstandard", ratio: ZSTD_RATIO, unpack: unpackZstd },
  { name: "LZ4", ratio: LZ4_RATIO, unpack: unpackLz4 },
];

/** Says what is wrong with a method; undefined for one that nnc reads. */
export function methodProblem(codec: number): string | undefined {
  const method = methods[codec];
  if (method?.unpack !== undefined) return undefined;
  const names = methods.flatMap(({ name, unpack }, i) => (unpack === undefined || i === 0 ? [] : [name]));
  const [last = "", ...others] = [...names].reverse();
  return `is packed by ${method?.name ?? `method ${codec}`}, which nnc does not read; write the file with ${others.reverse().join(", ")} or ${last}`;
}

/** Returns the unpacked bytes, or the fault for a sentence that begins with "it". */
export function unpackPage(data: Uint8Array, codec: number, size: number): Uint8Array | string {
  const { ratio = 0, unpack, name } = methods[codec] ?? { name: "" };
  if (unpack === undefined) return methodProblem(codec) ?? "";
  if (size > ratio * data.length + 64)
    return `says that it unpacks to ${size} bytes from ${data.length}, more than ${name} makes of them`;
  const unpacked = unpack(data, size);
  if (typeof unpacked === "string" || unpacked.length === size) return unpacked;
  return `has ${unpacked.length} bytes, not ${size}`;
}

/** Finds the DEFLATE stream in a gzip file (RFC 1952). */
function unpackGzip(data: Uint8Array, size: number): Uint8Array | string {
  const flags = data[3] ?? 0;
  if (data[0] !== 0x1f || data[1] !== 0x8b || data[2] !== 8 || flags & 0xe0) return "is no gzip";
  let at = 10;
  if (flags & 4) at += 2 + (data[at] ?? 0) + 256 * (data[at + 1] ?? 0);
  for (const flag of [8, 16])
    if (flags & flag) {
      const end = data.indexOf(0, at);
      if (end < 0) return "ends too early";
      at = end + 1;
    }
  if (flags & 2) at += 2;
  return inflateExactly(data.subarray(at, Math.max(at, data.length - 8)), size);
}

function unpackZstd(data: Uint8Array, size: number): Uint8Array | string {
  const window = zstdWindow(data);
  if (window === undefined) return "is no Zstandard";
  if (window > MOST_WINDOW) return `needs ${window} bytes of memory to be unpacked`;
  const out = new Uint8Array(size);
  let filled = 0;
  const enough = new Error();
  const stream = new zstdLibrary.Decompress((part) => {
    if (filled + part.length > size) throw enough;
    out.set(part, filled);
    filled += part.length;
  });
  try {
    stream.push(data, true);
  } catch (error) {
    return error === enough ? `unpacks to more than ${size} bytes` : "cannot be unpacked";
  }
  return filled === size ? out : `unpacks to ${filled} bytes, not ${size}`;
}

/** The bytes that a frame needs of what it made before, by its header (RFC 8878); undefined where there is none. */
function zstdWindow(data: Uint8Array): number | undefined {
  if (data[0] !== 0x28 || data[1] !== 0xb5 || data[2] !== 0x2f || data[3] !== 0xfd) return undefined;
  const flags = data[4] ?? 0;
  if ((flags & 32) === 0) {
    const descriptor = data[5] ?? 0;
    const base = 2 ** (10 + (descriptor >> 3));
    return base + (base / 8) * (descriptor & 7);
  }
  const at = 5 + ([0, 1, 2, 4][flags & 3] ?? 0);
  const bytes = [1, 2, 4, 8][flags >> 6] ?? 1;
  let value = bytes === 2 ? 256 : 0;
  for (let i = 0; i < bytes; i++) value += (data[at + i] ?? 0) * 256 ** i;
  return value;
}
