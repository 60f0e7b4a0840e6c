// The safetensors format: named tensors ↔ bytes. A u64 header length (little-endian), a JSON header, then the data
// without holes. https://huggingface.co/docs/safetensors (format). It does not know which tensors a model has.

import { FormatError } from "./formatError.ts";

/** A tensor to write. */
export interface NamedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array | Int32Array | Uint8Array;
}

/** A tensor from a file; its bytes are a view of the file. */
export interface StoredTensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

export interface Safetensors {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly metadata: ReadonlyMap<string, string>;
}

const safetensorsBits: ReadonlyMap<string, number> = new Map([
  ["BOOL", 8],
  ["U8", 8],
  ["I8", 8],
  ["F8_E5M2", 8],
  ["F8_E4M3", 8],
  ["I16", 16],
  ["U16", 16],
  ["F16", 16],
  ["BF16", 16],
  ["I32", 32],
  ["U32", 32],
  ["F32", 32],
  ["I64", 64],
  ["U64", 64],
  ["F64", 64],
]);

/** Returns the type of elements (elements.ts) that a dtype names; undefined for floats of 8 bits. */
export function elementOfTensor(dtype: string): string | undefined {
  const bits = dtype.startsWith("F8_") ? undefined : safetensorsBits.get(dtype);
  if (bits === undefined) return undefined;
  const kind = dtype === "BOOL" ? "b" : dtype.replace(/\d+$/, "").toLowerCase();
  return `${kind}${bits / 8}`;
}

/** The largest header the format allows. */
const HEADER_LIMIT = 100_000_000;

/** Writes a file with these tensors, in this order, and texts about them. Names must differ. */
export function writeSafetensors(tensors: readonly NamedTensor[], metadata: ReadonlyMap<string, string>): Uint8Array {
  // The header's text is written by hand, because a name may be `__proto__`. Wider elements come first, so data stays aligned.
  const sorted = [...tensors].sort((a, b) => b.values.BYTES_PER_ELEMENT - a.values.BYTES_PER_ELEMENT);
  const entries: string[] = [];
  if (metadata.size > 0) {
    const texts = [...metadata].map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`);
    entries.push(`"__metadata__":{${texts.join(",")}}`);
  }
  let end = 0;
  for (const { name, shape, values } of sorted) {
    const dtype = values instanceof Float32Array ? "F32" : values instanceof Int32Array ? "I32" : "U8";
    const begin = end;
    end += values.byteLength;
    entries.push(
      `${JSON.stringify(name)}:{"dtype":"${dtype}","shape":[${shape.join(",")}],"data_offsets":[${begin},${end}]}`,
    );
  }
  let header = new TextEncoder().encode(`{${entries.join(",")}}`);
  const padding = (8 - (header.length % 8)) % 8;
  if (padding > 0) header = new TextEncoder().encode(`{${entries.join(",")}}${" ".repeat(padding)}`);
  const bytes = new Uint8Array(8 + header.length + end);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true);
  bytes.set(header, 8);
  let at = 8 + header.length;
  for (const { values } of sorted) {
    bytes.set(
      littleEndian(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), values.BYTES_PER_ELEMENT),
      at,
    );
    at += values.byteLength;
  }
  return bytes;
}

/** The place of a tensor in the data behind the header. */
interface Place {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/** The contents of a header, proved against the length of the data behind it. */
export interface SafetensorsLayout {
  readonly places: readonly Place[];
  readonly metadata: ReadonlyMap<string, string>;
}

/** Tells where a file's header ends, from its first eight bytes. `where` names it in errors. Throws FormatError. */
export function safetensorsHeaderEnd(start: Uint8Array, size: number, where: string): number {
  if (start.length < 8) throw new FormatError(where, `is not a safetensors file: ${start.length} bytes are too few`);
  const length = Number(new DataView(start.buffer, start.byteOffset, start.byteLength).getBigUint64(0, true));
  if (length > HEADER_LIMIT) throw new FormatError(where, "is not a safetensors file: its header would be over 100 MB");
  if (8 + length > size)
    throw new FormatError(where, `is truncated: ${size} bytes, but its header ends at ${8 + length}`);
  return 8 + length;
}

/** Reads a header before `dataLength` bytes of data, which its tensors must cover without holes. Throws FormatError. */
export function safetensorsLayout(header: Uint8Array, dataLength: number, where: string): SafetensorsLayout {
  const entries = parseHeader(header);
  if (entries === undefined) throw new FormatError(where, "is corrupt: its header is not a JSON object in UTF-8");
  const metadata = new Map<string, string>();
  const places: Place[] = [];
  for (const [name, entry] of entries) {
    if (!isRecord(entry)) throw new FormatError(where, `is corrupt: the entry of '${name}' is not an object`);
    if (name !== "__metadata__") places.push(placeOf(name, entry, dataLength, where));
    else
      for (const [key, value] of Object.entries(entry)) {
        if (typeof value !== "string") throw new FormatError(where, `is corrupt: metadata '${key}' is not a text`);
        metadata.set(key, value);
      }
  }
  let covered = 0;
  for (const { name, begin, end } of [...places].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== covered) {
      const what = `is corrupt: '${name}' starts at ${begin}, not where the one before it ends (${covered})`;
      throw new FormatError(where, what);
    }
    covered = end;
  }
  if (covered !== dataLength)
    throw new FormatError(where, `is corrupt: ${dataLength - covered} bytes at its end belong to no tensor`);
  return { places, metadata };
}

function placeOf(name: string, entry: Readonly<Record<string, unknown>>, dataLength: number, where: string): Place {
  const fail = (what: string): never => {
    throw new FormatError(where, what);
  };
  const { dtype, shape, data_offsets: offsets } = entry;
  const bits = typeof dtype === "string" ? safetensorsBits.get(dtype) : undefined;
  if (typeof dtype !== "string" || bits === undefined)
    return fail(`is corrupt: '${name}' has dtype ${JSON.stringify(dtype)}`);
  if (!isSizes(shape)) return fail(`is corrupt: '${name}' has no valid shape`);
  if (!isSizes(offsets) || offsets.length !== 2) return fail(`is corrupt: '${name}' has no valid data_offsets`);
  const [begin = 0, end = 0] = offsets;
  const expected = (shape.reduce((product, size) => product * size, 1) * bits) / 8;
  if (begin > end || end > dataLength) return fail(`is truncated or corrupt: '${name}' reaches outside the file`);
  if (end - begin !== expected)
    return fail(`is corrupt: '${name}' has ${end - begin} bytes, but ${dtype} [${shape.join(", ")}] needs ${expected}`);
  return { name, dtype, shape, begin, end };
}

/** Reads a whole file; `where` names it in errors. Checks every offset before it is used. Throws FormatError. */
export function readSafetensors(bytes: Uint8Array, where: string): Safetensors {
  const data = bytes.subarray(safetensorsHeaderEnd(bytes, bytes.length, where));
  const header = bytes.subarray(8, bytes.length - data.length);
  const { places, metadata } = safetensorsLayout(header, data.length, where);
  const tensors = new Map<string, StoredTensor>();
  for (const { name, dtype, shape, begin, end } of places)
    tensors.set(name, { dtype, shape, bytes: data.subarray(begin, end) });
  return { tensors, metadata };
}

/** Copies the numbers of an F32 or I32 tensor; undefined for other dtypes. */
export function storedNumbers(tensor: StoredTensor): Float32Array | Int32Array | undefined {
  if (tensor.dtype !== "F32" && tensor.dtype !== "I32") return undefined;
  // `slice` would make no copy of one of Node's Buffers.
  const copy = new Uint8Array(littleEndian(tensor.bytes, 4));
  return tensor.dtype === "F32" ? new Float32Array(copy.buffer) : new Int32Array(copy.buffer);
}

function parseHeader(bytes: Uint8Array): [string, unknown][] | undefined {
  if (bytes[0] !== 0x7b) return undefined;
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    return isRecord(value) ? Object.entries(value) : undefined;
  } catch {
    return undefined;
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isSizes = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);

/** Returns the same bytes on a little-endian machine, otherwise a copy with each element turned round. */
function littleEndian(bytes: Uint8Array, size: number): Uint8Array {
  if (size === 1 || new Uint8Array(new Uint16Array([1]).buffer)[0] === 1) return bytes;
  const turned = new Uint8Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) turned[i] = bytes[i - (i % size) + (size - 1 - (i % size))] as number;
  return turned;
}
