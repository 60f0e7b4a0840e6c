// Numbers as files of arrays store them, one after another: read as bytes, whole numbers of 32 bits or floats of 32 bits.

import { FormatError } from "./formatError.ts";

type ElementReader = (view: DataView, at: number, little: boolean) => number | bigint;

const elementReaders: ReadonlyMap<string, ElementReader> = new Map<string, ElementReader>([
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
  ["bf2", (view, at, little) => brainFloat(view.getUint16(at, little))],
  ["f4", (view, at, little) => view.getFloat32(at, little)],
  ["f8", (view, at, little) => view.getFloat64(at, little)],
]);

/** The types of elements: a kind (b truths, u and i whole numbers, f floats, bf bfloat16) and the number of bytes. */
export const elementTypes: ReadonlySet<string> = new Set(elementReaders.keys());

/** Returns the number that IEEE 754's binary16 holds in these bits. */
export function halfFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}

/** Returns the number that bfloat16 holds in these bits: the first half of a float of 32 bits. */
function brainFloat(bits: number): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint16(0, bits);
  return view.getFloat32(0);
}

/** The bytes of an element. */
export const widthOfElement = (type: string): number => Number(/\d+$/.exec(type)?.[0] ?? 1);

/** Returns what elements of a type are read as: bytes and truths u8, whole numbers i32, floats f32. */
export function dtypeOfElements(type: string): "u8" | "i32" | "f32" {
  if (type === "u1" || type === "b1") return "u8";
  return type.startsWith("i") || type.startsWith("u") ? "i32" : "f32";
}

export interface ElementsPlace {
  readonly type: string;
  readonly littleEndian: boolean;
  /** Where the first one begins. */
  readonly at: number;
  readonly count: number;
  /** Tells, call by call, where each one belongs; by default one behind another. */
  readonly places?: () => number;
}

/** Reads elements that lie within the bytes. Throws a FormatError that names the byte of one that does not fit. */
export function storedElements(
  bytes: Uint8Array,
  { type, littleEndian, at: first, count, places }: ElementsPlace,
  where: string,
): Uint8Array | Int32Array | Float32Array {
  const width = widthOfElement(type);
  const reader = elementReaders.get(type) as ElementReader;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const dtype = dtypeOfElements(type);
  const values =
    dtype === "u8" ? new Uint8Array(count) : dtype === "i32" ? new Int32Array(count) : new Float32Array(count);
  for (let i = 0; i < count; i++) {
    const at = first + i * width;
    const stored = reader(view, at, littleEndian);
    const value = Number(stored);
    if (dtype === "i32" && value !== (value | 0))
      throw new FormatError(where, `byte ${at}: ${stored} does not fit into 32 bits with a sign; save it as a float`);
    if (type === "b1" && value > 1) throw new FormatError(where, `byte ${at}: ${value} is neither False nor True`);
    if (type === "f8" && Number.isFinite(value) && !Number.isFinite(Math.fround(value)))
      throw new FormatError(where, `byte ${at}: ${value} does not fit into a float of 32 bits`);
    values[places === undefined ? i : places()] = value;
  }
  return values;
}
