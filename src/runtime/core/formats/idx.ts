// The IDX format of MNIST: bytes ↔ numbers. It is strict: header and data must agree to the byte.
// http://yann.lecun.com/exdb/mnist (archived): magic 0 0 type rank, then rank sizes and the data, all big-endian.

import { FormatError } from "./formatError.ts";

export interface IdxArray {
  readonly shape: readonly number[];
  /** Bytes stay bytes, as a view of the file; smaller signed numbers become i32, and f64 becomes f32. */
  readonly values: Uint8Array | Int32Array | Float32Array;
}

const idxTypes: ReadonlyMap<number, { readonly name: string; readonly bytes: number }> = new Map([
  [0x08, { name: "u8", bytes: 1 }],
  [0x09, { name: "i8", bytes: 1 }],
  [0x0b, { name: "i16", bytes: 2 }],
  [0x0c, { name: "i32", bytes: 4 }],
  [0x0d, { name: "f32", bytes: 4 }],
  [0x0e, { name: "f64", bytes: 8 }],
]);

/** The longest possible header: eight axes. */
export const IDX_HEAD = 4 + 4 * 8;

/** The contents of an IDX file's header. */
export interface IdxHeader {
  /** `u8`, `i8`, `i16`, `i32`, `f32`, `f64` */
  readonly type: string;
  readonly shape: readonly number[];
  /** Bytes of the header, and of the whole file. */
  readonly header: number;
  readonly size: number;
}

/** Reads the header at the start of a file; `where` names the file in errors. Throws FormatError. */
export function idxHeader(bytes: Uint8Array, where: string): IdxHeader {
  const fail = (what: string): never => {
    throw new FormatError(where, what);
  };
  if (bytes.length < 4) fail(`is not an IDX file: ${bytes.length} bytes are too few for a header`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const type = idxTypes.get(view.getUint8(2));
  const rank = view.getUint8(3);
  if (view.getUint16(0) !== 0 || type === undefined) {
    const magic = view.getUint32(0).toString(16).padStart(8, "0");
    return fail(`is not an IDX file: it starts with 0x${magic} (images start with 0x00000803, labels with 0x00000801)`);
  }
  if (rank < 1 || rank > 8) fail(`is a corrupt IDX file: ${rank} axes (1 to 8 are possible)`);
  const header = 4 + 4 * rank;
  if (bytes.length < header) fail(`is truncated: ${bytes.length} bytes, but its header alone has ${header}`);
  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
  const count = shape.reduce((product, size) => product * size, 1);
  return { type: type.name, shape, header, size: header + count * type.bytes };
}

/** Reads a whole IDX file; `where` names it in errors. It proves the sizes before it allocates. Throws FormatError. */
export function parseIdx(bytes: Uint8Array, where: string): IdxArray {
  const { type, shape, header, size } = idxHeader(bytes, where);
  if (bytes.length !== size) {
    const state = bytes.length < size ? "is truncated" : "is corrupt";
    throw new FormatError(where, `${state}: ${bytes.length} bytes, but a header of ${shape.join(" × ")} needs ${size}`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = shape.reduce((product, length) => product * length, 1);
  if (type === "u8") return { shape, values: new Uint8Array(bytes.buffer, bytes.byteOffset + header, count) };
  if (type === "f32" || type === "f64") {
    const values = new Float32Array(count);
    for (let i = 0; i < count; i++)
      values[i] = type === "f32" ? view.getFloat32(header + 4 * i) : view.getFloat64(header + 8 * i);
    return { shape, values };
  }
  const values = new Int32Array(count);
  for (let i = 0; i < count; i++)
    values[i] =
      type === "i8"
        ? view.getInt8(header + i)
        : type === "i16"
          ? view.getInt16(header + 2 * i)
          : view.getInt32(header + 4 * i);
  return { shape, values };
}
