// Says which numbers a column can hold, and names values in messages. It knows neither files nor models.

import type { ColumnInfo, Manifest, MetricValue } from "./program.ts";
import { safeText } from "./text.ts";

/** Returns results of metrics as numbers, lists and tables, from the memory of each. */
export const metricValues = (
  { metrics, metricShapes }: Pick<Manifest, "metrics" | "metricShapes">,
  memory: readonly ArrayLike<number>[],
): readonly MetricValue[] => metrics.map((_, i) => shapedValue(memory[i] ?? [], metricShapes?.[i] ?? []));

function shapedValue(values: ArrayLike<number>, [count, ...inner]: readonly number[]): MetricValue {
  if (count === undefined) return values[0] ?? Number.NaN;
  const length = inner.reduce((a, b) => a * b, 1);
  const parts = Array.from({ length: count }, (_, i) => Array.from(values).slice(i * length, (i + 1) * length));
  return parts.map((part) => shapedValue(part, inner));
}

/** Returns the whole numbers that a column may hold; undefined if it holds any finite number. */
function wholeRange({ dtype, classes }: ColumnInfo): { readonly min: number; readonly max: number } | undefined {
  if (classes !== undefined) return { min: 0, max: classes - 1 };
  if (dtype === "u8") return { min: 0, max: 255 };
  return dtype === "i32" ? { min: -(2 ** 31), max: 2 ** 31 - 1 } : undefined;
}

/** `a whole number from 0 to 9 (the program says 10 classes)` */
export function expectedText(info: ColumnInfo): string {
  const range = wholeRange(info);
  if (range === undefined) return "a finite number";
  const text = `a whole number from ${range.min} to ${range.max}`;
  if (info.classes === undefined) return text;
  return `${text} (the program says ${info.classes} ${info.tokens === true ? "tokens" : "classes"})`;
}

/** Names the typed array that holds a column as it is. */
export const arrayName = ({ dtype }: ColumnInfo): string =>
  dtype === "u8" ? "Uint8Array" : dtype === "i32" ? "Int32Array" : "Float32Array";

/** `Uint8Array` for typed arrays, even from another realm, and for Node's Buffers; undefined for all else. */
export function typedArrayName(value: unknown): string | undefined {
  if (!ArrayBuffer.isView(value) || value instanceof DataView) return undefined;
  return (value as unknown as { readonly [Symbol.toStringTag]: string })[Symbol.toStringTag];
}

/** Whether all numbers are finite: only these minus themselves are 0. It is a loop of its own, because it is long. */
export function allFinite(values: Float32Array): boolean {
  let rest = 0;
  for (let i = 0; i < values.length; i++) rest += (values[i] as number) - (values[i] as number);
  return rest === 0;
}

/** Returns the place of the first value that does not fit the column; undefined if all fit. */
export function firstMisfit(values: ArrayLike<number>, info: ColumnInfo): number | undefined {
  const kind = typedArrayName(values);
  const range = wholeRange(info);
  // An array of that type can hold only such values.
  if (info.classes === undefined && kind !== undefined && kind === arrayName(info) && kind !== "Float32Array")
    return undefined;
  const { length } = values;
  if (range === undefined) {
    if (kind === "Float32Array" && allFinite(values as Float32Array)) return undefined;
    // A number that overflows f32 becomes infinite there.
    for (let i = 0; i < length; i++) {
      const value = Math.fround(values[i] as number);
      if (value - value !== 0 || typeof values[i] !== "number") return i;
    }
    return undefined;
  }
  const { min, max } = range;
  for (let i = 0; i < length; i++) {
    const value = values[i] as number;
    if (!(value >= min && value <= max && Number.isInteger(value))) return i;
  }
  return undefined;
}

/** Names texts in a message, the first few of many. */
export const listText = (texts: readonly string[]): string =>
  texts.slice(0, 10).map(valueText).join(", ") + (texts.length > 10 ? ", …" : "");

/** `3`, `NaN`, `undefined`, `'text'`, `a Float64Array`: names a given value in a few words. */
export function valueText(value: unknown): string {
  if (typeof value === "string") return `'${safeText(value.length > 40 ? `${value.slice(0, 39)}…` : value)}'`;
  if (typeof value === "function") return "a function";
  if (value === null || typeof value !== "object") return String(value);
  const name = typedArrayName(value) ?? (Array.isArray(value) ? "Array" : undefined);
  if (name === undefined) return "an object";
  return `${/^[AIU](?!int)/.test(name) ? "an" : "a"} ${name}`;
}
