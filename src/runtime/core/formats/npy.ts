// Reads NumPy's arrays, `.npy`. It is strict: header and data must agree to the byte, and nothing that
// Python would have to run (pickled objects) is read. https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html

import { elementTypes, storedElements } from "./elements.ts";
import { FormatError } from "./formatError.ts";

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
  if (!elementTypes.has(kind))
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
  const places = columnMajor && shape.length > 1 ? { places: columnPlaces(shape) } : {};
  return storedElements(bytes, { type, littleEndian, at: header, count, ...places }, where);
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
