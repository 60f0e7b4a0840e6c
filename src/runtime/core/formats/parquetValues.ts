// The encodings of a Parquet page: bytes become values one by one, as they are asked for. A count in a file takes no memory, so a run of
// 2^30 equal values costs what is read of it.

import type { PhysicalType, StoredValue } from "./parquetForms.ts";

/** Gives the next value. Throws a PageFault where the bytes end. */
export type NextValue<T> = () => T;

/** What is wrong with a page, for a sentence that begins with it. */
export class PageFault extends Error {
  override readonly name: string = "PageFault";
}

const endsEarlier = (): PageFault => new PageFault("has fewer values than it says");

const viewOver = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Runs of equal numbers and packed ones, each of `width` bits. */
export function hybridValues(bytes: Uint8Array, width: number): NextValue<number> {
  if (width > 32) throw new PageFault(`has numbers of ${width} bits`);
  let at = 0;
  let equal = 0;
  let packed = 0;
  let bit = 0;
  let value = 0;
  const byte = (): number => {
    const next = bytes[at++];
    if (next === undefined) throw endsEarlier();
    return next;
  };
  const begin = (): void => {
    let header = 0;
    for (let scale = 1; ; scale *= 128) {
      const part = byte();
      header += (part & 127) * scale;
      if (part < 128) break;
      if (scale > 2 ** 28) throw new PageFault("has a run of a length over 32 bits");
    }
    const count = Math.floor(header / 2);
    if (header % 2 === 0) {
      equal = count;
      value = 0;
      for (let i = 0; i < width; i += 8) value += byte() * 2 ** i;
      return;
    }
    bit = 8 * at;
    // The last group may be cut where its values end.
    packed = width === 0 ? 8 * count : Math.min(8 * count, Math.floor((8 * (bytes.length - at)) / width));
    value = 0;
    at = Math.min(bytes.length, at + count * width);
  };
  return () => {
    while (equal === 0 && packed === 0) begin();
    if (equal > 0) {
      equal--;
      return value;
    }
    packed--;
    const from = bit;
    bit += width;
    return bitsAt(bytes, from, width);
  };
}

/** The number of `width` bits from a bit on, the lowest bit first. */
function bitsAt(bytes: Uint8Array, bit: number, width: number): number {
  if (width === 0) return 0;
  // A page has less than 2^32 bits.
  const at = bit >>> 3;
  const shift = bit & 7;
  const low =
    (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24);
  const high = shift + width > 32 ? (bytes[at + 4] ?? 0) << (32 - shift) : 0;
  return (((low >>> shift) | high) & (0xffffffff >>> (32 - width))) >>> 0;
}

/** A whole number of 64 bits, as a number where that is exact. */
function wholeOf64(view: DataView, at: number): number | bigint {
  const high = view.getInt32(at + 4, true);
  if (high >= -(2 ** 21) && high < 2 ** 21) return high * 2 ** 32 + view.getUint32(at, true);
  return view.getBigInt64(at, true);
}

const exactOf = (value: bigint): number | bigint =>
  value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;

/** The bytes of a value; 0 where they differ. */
const widths: Readonly<Record<PhysicalType, number>> = {
  BOOLEAN: 0,
  INT32: 4,
  INT64: 8,
  INT96: 12,
  FLOAT: 4,
  DOUBLE: 8,
  BYTE_ARRAY: 0,
  FIXED_LEN_BYTE_ARRAY: 0,
};

const widthOf = (type: PhysicalType, length: number): number =>
  type === "FIXED_LEN_BYTE_ARRAY" ? length : widths[type];

function fixedValue(bytes: Uint8Array, view: DataView, at: number, type: PhysicalType, width: number): StoredValue {
  switch (type) {
    case "INT32":
      return view.getInt32(at, true);
    case "INT64":
      return wholeOf64(view, at);
    case "FLOAT":
      return view.getFloat32(at, true);
    case "DOUBLE":
      return view.getFloat64(at, true);
    default:
      return bytes.subarray(at, at + width);
  }
}

/** Values one behind another. */
export function plainValues(bytes: Uint8Array, type: PhysicalType, length: number): NextValue<StoredValue> {
  const view = viewOver(bytes);
  let at = 0;
  if (type === "BOOLEAN")
    return () => {
      const byte = bytes[at >> 3];
      if (byte === undefined) throw endsEarlier();
      return ((byte >> (at++ & 7)) & 1) === 1;
    };
  if (type === "BYTE_ARRAY")
    return () => {
      if (at + 4 > bytes.length) throw endsEarlier();
      const size = view.getUint32(at, true);
      if (size > bytes.length - at - 4) throw new PageFault(`has a text of ${size} bytes, which reaches beyond it`);
      at += 4 + size;
      return bytes.subarray(at - size, at);
    };
  const width = widthOf(type, length);
  return () => {
    if (at + width > bytes.length) throw endsEarlier();
    at += width;
    return fixedValue(bytes, view, at - width, type, width);
  };
}

/** The first bytes of all values, then the second ones. */
export function splitValues(bytes: Uint8Array, type: PhysicalType, length: number): NextValue<StoredValue> {
  const width = widthOf(type, length);
  if (width === 0 || type === "INT96") throw new PageFault(`splits the bytes of ${type}, which nnc does not read`);
  // Values that are missing take no bytes.
  const count = Math.floor(bytes.length / width);
  let at = 0;
  return () => {
    if (at >= count) throw endsEarlier();
    const own = new Uint8Array(width);
    for (let i = 0; i < width; i++) own[i] = bytes[i * count + at] as number;
    at++;
    return fixedValue(own, viewOver(own), 0, type, width);
  };
}

/** The most values of a block of differences. */
const MOST_BLOCK = 2 ** 20;

interface DeltaValues {
  readonly next: NextValue<bigint>;
  readonly count: number;
  /** Where the bytes after all values begin; to be asked when all of them are read. */
  readonly end: () => number;
}

/** Differences between whole numbers of so many bits, packed in blocks. */
function deltaNumbers(bytes: Uint8Array, bits: 32 | 64): DeltaValues {
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[at++];
      if (byte === undefined) throw endsEarlier();
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
    throw new PageFault("has a number of more than ten bytes");
  };
  const signed = (): bigint => {
    const value = varint();
    return value & 1n ? -((value + 1n) >> 1n) : value >> 1n;
  };
  const [block, minis, count] = [Number(varint()), Number(varint()), Number(varint())];
  const size = block / minis;
  if (minis < 1 || minis > 1024 || block > MOST_BLOCK || !Number.isInteger(size) || size % 8 !== 0 || size < 8)
    throw new PageFault(`has blocks of ${block} differences in ${minis} parts`);
  let value = BigInt.asIntN(bits, signed());
  let done = 0;
  let least = 0n;
  let mini = minis;
  let inMini = size;
  let widthsAt = 0;
  let width = 0;
  let first = 0;
  const step = (): bigint => {
    if (inMini === size) {
      if (++mini >= minis) {
        least = signed();
        widthsAt = at;
        at += minis;
        mini = 0;
      }
      width = bytes[widthsAt + mini] ?? 256;
      if (width > 64) throw width === 256 ? endsEarlier() : new PageFault(`has differences of ${width} bits`);
      first = 8 * at;
      at += (size * width) / 8;
      if (at > bytes.length) throw endsEarlier();
      inMini = 0;
    }
    const bit = first + inMini++ * width;
    const low = BigInt(bitsAt(bytes, bit, Math.min(32, width)));
    return width <= 32 ? low : low | (BigInt(bitsAt(bytes, bit + 32, width - 32)) << 32n);
  };
  return {
    count,
    end: () => Math.min(at, bytes.length),
    next() {
      if (done++ >= count) throw endsEarlier();
      if (done > 1) {
        const more = step();
        value = BigInt.asIntN(bits, value + least + more);
      }
      return value;
    },
  };
}

/** Whole numbers by their differences. */
export function deltaValues(bytes: Uint8Array, type: PhysicalType): NextValue<StoredValue> {
  if (type !== "INT32" && type !== "INT64") throw new PageFault(`has differences of ${type}`);
  const { next } = deltaNumbers(bytes, type === "INT32" ? 32 : 64);
  return () => exactOf(next());
}

/** The most texts of a page whose lengths stand before them. */
const MOST_LENGTHS = 2 ** 24;

/** The lengths of texts, which stand before these. */
function deltaLengths(bytes: Uint8Array, most: number): { readonly lengths: Int32Array; readonly after: Uint8Array } {
  const { next, count, end } = deltaNumbers(bytes, 32);
  if (count > most || count > MOST_LENGTHS) throw new PageFault(`has ${count} lengths for ${most} values`);
  const lengths = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const length = Number(next());
    if (length < 0) throw new PageFault(`has a text of ${length} bytes`);
    lengths[i] = length;
  }
  return { lengths, after: bytes.subarray(end()) };
}

/** Texts whose lengths stand before them. */
export function deltaTexts(bytes: Uint8Array, count: number): NextValue<Uint8Array> {
  const { lengths, after } = deltaLengths(bytes, count);
  let [i, at] = [0, 0];
  return () => {
    const length = lengths[i++] ?? Number.POSITIVE_INFINITY;
    if (at + length > after.length) throw endsEarlier();
    at += length;
    return after.subarray(at - length, at);
  };
}

/** Texts that begin as the one before: how many bytes, and what comes then. */
export function prefixedTexts(bytes: Uint8Array, count: number): NextValue<Uint8Array> {
  const { lengths, after } = deltaLengths(bytes, count);
  const rest = deltaTexts(after, count);
  let before: Uint8Array = new Uint8Array();
  let i = 0;
  return () => {
    const suffix = rest();
    const shared = lengths[i++] ?? 0;
    if (shared > before.length) throw new PageFault("has a text that begins with more than the one before has");
    const text = new Uint8Array(shared + suffix.length);
    text.set(before.subarray(0, shared));
    text.set(suffix, shared);
    before = text;
    return text;
  };
}
