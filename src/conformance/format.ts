// The format of conformance cases: JSON with arrays in base64. It knows the fields, not their meaning.

export interface NamedArray {
  readonly name?: string;
  readonly trainable?: boolean;
  readonly shape: readonly number[];
  readonly dtype: "f32" | "i32";
  readonly values: Float64Array;
}

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** A case file that is wrong in itself. The compiler did not fail, and nothing is unsupported. */
export class FormatError extends Error {}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);

export function objectOf(value: Json | undefined, what: string): JsonObject {
  if (isObject(value)) return value;
  throw new FormatError(`${what} is no object`);
}
export function listOf(value: Json | undefined, what: string): readonly Json[] {
  if (isList(value)) return value;
  throw new FormatError(`${what} is no list`);
}
export function stringOf(value: Json | undefined, what: string): string {
  if (typeof value === "string") return value;
  throw new FormatError(`${what} is no string`);
}
export function numberOf(value: Json | undefined, what: string): number {
  if (typeof value === "number") return value;
  throw new FormatError(`${what} is no number`);
}

/** Little-endian values in base64, row-major. */
export function arrayOf(value: Json | undefined, what: string): NamedArray {
  const { shape, dtype, data, name, trainable } = objectOf(value, what);
  const sizes = listOf(shape, `the shape of ${what}`).map((size) => numberOf(size, `a size of ${what}`));
  if (dtype !== "f32" && dtype !== "i32") throw new FormatError(`the type of ${what} is neither f32 nor i32`);
  const bytes = Uint8Array.from(atob(stringOf(data, `the data of ${what}`)), (character) => character.charCodeAt(0));
  const count = sizes.reduce((product, size) => product * size, 1);
  if (bytes.length !== count * 4) throw new FormatError(`${what} has ${bytes.length} bytes instead of ${count * 4}`);
  const view = new DataView(bytes.buffer);
  const values = Float64Array.from({ length: count }, (_, i) =>
    dtype === "f32" ? view.getFloat32(4 * i, true) : view.getInt32(4 * i, true),
  );
  return {
    shape: sizes,
    dtype,
    values,
    ...(typeof name === "string" ? { name } : {}),
    ...(typeof trainable === "boolean" ? { trainable } : {}),
  };
}

/** One array or a list of them. */
export function arraysOf(value: Json | undefined, what: string): readonly NamedArray[] {
  return isList(value) ? value.map((item, i) => arrayOf(item, `${what} ${i}`)) : [arrayOf(value, what)];
}
