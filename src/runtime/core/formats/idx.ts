// The IDX format of MNIST: bytes ↔ numbers. Strict: what the header says and what is there must agree to the byte.
// http://yann.lecun.com/exdb/mnist (archived): magic 0 0 type rank, then rank sizes and the data, all big-endian.

import { FormatError } from "./formatError.ts";

export interface IdxArray {
  readonly shape: readonly number[];
  /** Bytes stay bytes, as a view of the file; smaller signed numbers become i32, and f64 becomes f32. */
  readonly values: Uint8Array | Int32Array | Float32Array;
}

const idxBytes: ReadonlyMap<number, number> = new Map([
  [0x08, 1],
  [0x09, 1],
  [0x0b, 2],
  [0x0c, 4],
  [0x0d, 4],
  [0x0e, 8],
]);

/** Reads a whole IDX file; `where` names it in errors. Nothing is allocated before the sizes are proved. Throws FormatError. */
export function parseIdx(bytes: Uint8Array, where: string): IdxArray {
  const fail = (what: string): never => {
    throw new FormatError(where, what);
  };
  if (bytes.length < 4) fail(`is not an IDX file: ${bytes.length} bytes are too few for a header`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const type = view.getUint8(2);
  const rank = view.getUint8(3);
  const size = idxBytes.get(type);
  if (view.getUint16(0) !== 0 || size === undefined) {
    const magic = view.getUint32(0).toString(16).padStart(8, "0");
    return fail(`is not an IDX file: it starts with 0x${magic} (images start with 0x00000803, labels with 0x00000801)`);
  }
  if (rank < 1 || rank > 8) fail(`is a corrupt IDX file: ${rank} axes (1 to 8 are possible)`);
  const header = 4 + 4 * rank;
  if (bytes.length < header) fail(`is truncated: ${bytes.length} bytes, but its header alone has ${header}`);
  const shape: number[] = [];
  let count = 1;
  for (let axis = 0; axis < rank; axis++) {
    const length = view.getUint32(4 + 4 * axis);
    shape.push(length);
    count *= length;
  }
  const expected = header + count * size;
  if (bytes.length !== expected) {
    const state = bytes.length < expected ? "is truncated" : "is corrupt";
    fail(`${state}: ${bytes.length} bytes, but a header of ${shape.join(" × ")} needs ${expected}`);
  }
  if (type === 0x08) return { shape, values: new Uint8Array(bytes.buffer, bytes.byteOffset + header, count) };
  if (type === 0x0d || type === 0x0e) {
    const values = new Float32Array(count);
    for (let i = 0; i < count; i++)
      values[i] = size === 4 ? view.getFloat32(header + 4 * i) : view.getFloat64(header + 8 * i);
    return { shape, values };
  }
  const values = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const at = header + size * i;
    values[i] = size === 1 ? view.getInt8(at) : size === 2 ? view.getInt16(at) : view.getInt32(at);
  }
  return { shape, values };
}
