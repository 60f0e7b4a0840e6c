// Reads NumPy's arrays: `.npy`, and `.npz`, an archive of them. It is strict: header and data must agree to the byte, and nothing that
// Python would have to run (pickled objects) is read. https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html

import { FormatError } from "./formatError.ts";
import { unzipEntry, zipEntries } from "./zip.ts";

export interface NpyArray {
  readonly shape: readonly number[];
  /** In row-major order. Bytes and truths are u8, whole numbers i32, floats f32. */
  readonly values: Uint8Array | Int32Array | Float32Array;
}

/** The contents of a header. */
export interface NpyHeader {
  /** `u1`, `b1`, `i1` … `i8`, `u2` … `u8`, `f2`, `f4`, `f8` */
  readonly type: string;
  readonly littleEndian: boolean;
  /** Whether the first axis runs fastest. */
  readonly columnMajor: boolean;
  readonly shape: readonly number[];
  /** Bytes of the header, and of the whole file. */
  readonly header: number;
  readonly size: number;
}

/** The longest header that nnc reads. */
export const NPY_HEAD = 65_536;
const MOST_AXES = 32;

type NpyReader = (view: DataView, at: number, little: boolean) => number | bigint;

const npyReaders: ReadonlyMap<string, NpyReader> = new Map<string, NpyReader>([
  ["b1", (view, at) => view.getUint8(at)],
  ["u1", (view, at) => view.getUint8(at)],
  ["i1", (view, at) => view.getInt8(at)],
  ["u2", (view, at, little) => view.getUint16(at, little)],
  ["i2", (view, at, little) => view.getInt16(at, little)],
  ["u4", (view, at, little) => view.getUint32(at, little)],
  ["i4", (view, at, little) => view.getInt32(at, little)],
  ["u8", (view, at, little) => view.getBigUint64(at, little)],
  ["i8", (view, at, little) => view.getBigInt64(at, little)],
  ["f2", (view, at, little) => halfFloat(view.getUint16(at, little))],
  ["f4", (view, at, little) => view.getFloat32(at, little)],
  ["f8", (view, at, little) => view.getFloat64(at, little)],
]);

/** Returns the number that IEEE 754's binary16 holds in these bits. */
function halfFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}

// A dictionary as Python writes it, with its keys in any order.
const npyEntry = /\s*'(\w+)'\s*:\s*('[^']*'|True|False|\([\d\s,L]*\))\s*(?:,|(?=\}))/y;

/** Reads the header at the start of a file; `where` names the file in errors. Throws FormatError. */
export function npyHeader(bytes: Uint8Array, where: string): NpyHeader {
  const fail = (what: string): never => {
    throw new FormatError(where, what);
  };
  if (![0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59].every((byte, i) => bytes[i] === byte))
    return fail("is not a NumPy array: it does not start with \\x93NUMPY");
  const version = bytes[6] ?? 0;
  if (version < 1 || version > 3) return fail(`is a NumPy array of version ${version} (byte 6); 1 to 3 are possible`);
  const start = version === 1 ? 10 : 12;
  if (bytes.length < start) return fail(`is truncated: ${bytes.length} bytes are too few for a header`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > NPY_HEAD - start) return fail(`is corrupt: a header of ${length} bytes (byte 8)`);
  const header = start + length;
  if (bytes.length < header) return fail(`is truncated: ${bytes.length} bytes, but its header ends at ${header}`);
  const text = new TextDecoder("latin1").decode(bytes.subarray(start, header));
  if (/'descr'\s*:\s*\[/.test(text)) return fail("holds records; save each of their fields as an array");
  const entries = npyEntries(text);
  const [type, order, shape] = ["descr", "fortran_order", "shape"].map((key) => entries?.get(key));
  if (
    type === undefined ||
    (order !== "True" && order !== "False") ||
    shape?.startsWith("(") !== true ||
    entries?.size !== 3
  )
    return fail(`is corrupt: its header from byte ${start} on is no dictionary of descr, fortran_order and shape`);
  const [, mark = "", kind = ""] = /^'([<>|=]?)(\w+)'$/.exec(type) ?? [];
  if (!npyReaders.has(kind))
    return fail(`holds elements of type ${type}; numbers of at most 8 bytes and bool are possible`);
  const sizes = (shape.match(/\d+/g) ?? []).map(Number);
  if (sizes.length > MOST_AXES) return fail(`is corrupt: ${sizes.length} axes`);
  const count = sizes.reduce((product, size) => product * size, 1);
  const size = header + count * Number(kind.slice(1));
  if (!Number.isSafeInteger(size)) return fail(`is corrupt: ${sizes.join(" × ")} elements`);
  return { type: kind, littleEndian: mark !== ">", columnMajor: order === "True", shape: sizes, header, size };
}

/** Returns the values of a dictionary as texts; undefined if it is none. */
function npyEntries(text: string): ReadonlyMap<string, string> | undefined {
  const trimmed = text.trim();
  if (!trimmed.startsWith("{")) return undefined;
  const entries = new Map<string, string>();
  for (let at = 1; ; ) {
    npyEntry.lastIndex = at;
    const found = npyEntry.exec(trimmed);
    if (found === null) return /^\s*\}$/.test(trimmed.slice(at)) ? entries : undefined;
    const [all, key = "", value = ""] = found;
    if (entries.has(key)) return undefined;
    entries.set(key, value);
    at += all.length;
  }
}

/** Reads a whole `.npy` file; `where` names it in errors. It proves the sizes before it allocates. Throws FormatError. */
export function parseNpy(bytes: Uint8Array, where: string): NpyArray {
  const head = npyHeader(bytes, where);
  const { type, shape, header, size } = head;
  if (bytes.length !== size) {
    const state = bytes.length < size ? "is truncated" : "is corrupt";
    const form = shape.length === 0 ? "one number" : shape.join(" × ");
    throw new FormatError(where, `${state}: ${bytes.length} bytes, but a header of ${form} needs ${size}`);
  }
  return { shape, values: npyValues(bytes, head, where, (size - header) / Number(type.slice(1))) };
}

function npyValues(bytes: Uint8Array, head: NpyHeader, where: string, count: number): NpyArray["values"] {
  const { type, littleEndian, columnMajor, shape, header } = head;
  const width = Number(type.slice(1));
  const reader = npyReaders.get(type) as NpyReader;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const whole = type.startsWith("i") || type.startsWith("u");
  const byte = type === "u1" || type === "b1";
  const values = byte ? new Uint8Array(count) : whole ? new Int32Array(count) : new Float32Array(count);
  const places = columnMajor && shape.length > 1 ? columnPlaces(shape) : undefined;
  for (let i = 0; i < count; i++) {
    const at = header + i * width;
    const stored = reader(view, at, littleEndian);
    const value = Number(stored);
    if (whole && !byte && value !== (value | 0))
      throw new FormatError(where, `byte ${at}: ${stored} does not fit into 32 bits with a sign; save it as a float`);
    if (type === "b1" && value > 1) throw new FormatError(where, `byte ${at}: ${value} is neither False nor True`);
    if (type === "f8" && Number.isFinite(value) && !Number.isFinite(Math.fround(value)))
      throw new FormatError(where, `byte ${at}: ${value} does not fit into a float of 32 bits`);
    values[places === undefined ? i : places()] = value;
  }
  return values;
}

/** Returns a function that tells, call by call, the row-major place of the elements of an array whose first axis runs fastest. */
function columnPlaces(shape: readonly number[]): () => number {
  const steps = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
  const index = shape.map(() => 0);
  let next = 0;
  return () => {
    const place = next;
    for (let axis = 0; axis < shape.length; axis++) {
      const [size, step] = [shape[axis] as number, steps[axis] as number];
      next += step;
      index[axis] = (index[axis] as number) + 1;
      if ((index[axis] as number) < size) break;
      next -= size * step;
      index[axis] = 0;
    }
    return place;
  };
}

/**
 * Lists the arrays of an `.npz` file by their names; each is read when its function is called. Throws FormatError, as the functions
 * do.
 */
export function npzArrays(bytes: Uint8Array, where: string): ReadonlyMap<string, () => NpyArray> {
  const arrays = new Map<string, () => NpyArray>();
  for (const entry of zipEntries(bytes, where)) {
    if (!entry.name.endsWith(".npy")) throw new FormatError(where, `holds '${entry.name}', which is no NumPy array`);
    const name = entry.name.slice(0, -4);
    arrays.set(name, () => parseNpy(unzipEntry(bytes, entry, where), `${where}, array '${name}'`));
  }
  return arrays;
}
