// What the values of a Parquet column mean: its logical type, and each value as a cell of a table.

import { halfFloat } from "./elements.ts";
import type { ThriftStruct, ThriftValue } from "./thrift.ts";

export const physicalTypes = [
  "BOOLEAN",
  "INT32",
  "INT64",
  "INT96",
  "FLOAT",
  "DOUBLE",
  "BYTE_ARRAY",
  "FIXED_LEN_BYTE_ARRAY",
] as const;
export type PhysicalType = (typeof physicalTypes)[number];

/** A value as it is stored; a whole number beyond 2^53 is a bigint. */
export type StoredValue = number | bigint | boolean | Uint8Array;

/** How a stored value becomes a cell. Times have so many digits after the second. */
export type ParquetForm =
  | { readonly kind: "number" | "unsigned" | "text" | "uuid" | "half" | "date" | "int96" }
  | { readonly kind: "decimal"; readonly scale: number }
  | { readonly kind: "time" | "moment"; readonly digits: 3 | 6 | 9 };

const CONVERTED = {
  UTF8: 0,
  ENUM: 4,
  DECIMAL: 5,
  DATE: 6,
  TIME_MILLIS: 7,
  TIME_MICROS: 8,
  MOMENT_MILLIS: 9,
  MOMENT_MICROS: 10,
  UINT_8: 11,
  UINT_64: 14,
  JSON: 19,
  BSON: 20,
  INTERVAL: 21,
};

const at = (value: ThriftValue | undefined, field: number): ThriftValue | undefined =>
  value instanceof Map ? (value.get(field) as ThriftValue | undefined) : undefined;

const digitsOf = (logical: ThriftValue | undefined): 3 | 6 | 9 => {
  const unit = at(logical, 2);
  return at(unit, 3) !== undefined ? 9 : at(unit, 2) !== undefined ? 6 : 3;
};

/** Returns the form of a column's values, or what they are where a program has no use for them. */
export function parquetForm(element: ThriftStruct, type: PhysicalType): ParquetForm | { readonly what: string } {
  const logical = element.get(10);
  const has = (field: number): boolean => at(logical, field) !== undefined;
  const converted = element.get(6);
  const length = element.get(2);
  const was = (...codes: readonly number[]): boolean => typeof converted === "number" && codes.includes(converted);
  const bytes = type === "BYTE_ARRAY" || type === "FIXED_LEN_BYTE_ARRAY";
  const whole = type === "INT32" || type === "INT64";
  if ((bytes || whole) && (has(5) || was(CONVERTED.DECIMAL))) {
    const scale = at(at(logical, 5), 1) ?? element.get(7) ?? 0;
    return { kind: "decimal", scale: typeof scale === "number" ? scale : 0 };
  }
  if (type === "INT96") return { kind: "int96" };
  if (has(13) || was(CONVERTED.BSON)) return { what: "BSON" };
  if (was(CONVERTED.INTERVAL)) return { what: "a span of time" };
  if (type === "FIXED_LEN_BYTE_ARRAY")
    return has(14) && length === 16 ? { kind: "uuid" } : has(15) && length === 2 ? { kind: "half" } : { what: "bytes" };
  if (bytes) return { kind: "text" };
  if (!whole) return { kind: "number" };
  if (has(6) || was(CONVERTED.DATE)) return { kind: "date" };
  if (has(7)) return { kind: "time", digits: digitsOf(at(logical, 7)) };
  if (has(8)) return { kind: "moment", digits: digitsOf(at(logical, 8)) };
  if (was(CONVERTED.TIME_MILLIS)) return { kind: "time", digits: 3 };
  if (was(CONVERTED.TIME_MICROS)) return { kind: "time", digits: 6 };
  if (was(CONVERTED.MOMENT_MILLIS)) return { kind: "moment", digits: 3 };
  if (was(CONVERTED.MOMENT_MICROS)) return { kind: "moment", digits: 6 };
  const unsigned = at(at(logical, 10), 2) === false;
  const named = typeof converted === "number" && converted >= CONVERTED.UINT_8 && converted <= CONVERTED.UINT_64;
  return { kind: unsigned || named ? "unsigned" : "number" };
}

/** Whether values of the form are numbers. */
export const isNumberForm = ({ kind }: ParquetForm): boolean =>
  kind === "number" || kind === "unsigned" || kind === "decimal" || kind === "half";

/** Returns a stored value as a cell; undefined for bytes that are no text. */
export function parquetCell(value: StoredValue, form: ParquetForm, type: PhysicalType, exact: boolean) {
  switch (form.kind) {
    case "number":
      return numberCell(value as number | bigint | boolean, exact);
    case "unsigned":
      return numberCell(unsignedOf(value as number | bigint, type), exact);
    case "decimal":
      return decimalCell(value instanceof Uint8Array ? bigOf(value) : (value as number | bigint), form.scale, exact);
    case "half":
      return numberCell(halfOf(value as Uint8Array), exact);
    case "text":
      return textOfBytes(value as Uint8Array);
    case "uuid":
      return uuidText(value as Uint8Array);
    case "date":
      return dateText(Number(value));
    case "int96":
      return int96Text(value as Uint8Array);
    case "time":
      return clockText(BigInt(value as number | bigint), form.digits);
    case "moment":
      return momentText(BigInt(value as number | bigint), form.digits);
  }
}

/** `exact`: a number that would be rounded is its digits, because it is a name and nobody counts with it. NaN is a missing number. */
function numberCell(value: number | bigint | boolean, exact: boolean): number | string {
  if (typeof value === "bigint") return exact ? String(value) : Number(value);
  const number = Number(value);
  return Number.isNaN(number) ? "" : number;
}

function unsignedOf(value: number | bigint, type: PhysicalType): number | bigint {
  if (value >= 0) return value;
  if (type === "INT32") return Number(value) + 2 ** 32;
  return BigInt.asUintN(64, BigInt(value));
}

/** A whole number of two's complement, the largest byte first. */
function bigOf(bytes: Uint8Array): bigint {
  let value = 0n;
  for (const byte of bytes) value = value * 256n + BigInt(byte);
  return BigInt.asIntN(8 * bytes.length, value);
}

function decimalCell(value: number | bigint, scale: number, exact: boolean): number | string {
  const digits = Math.max(0, Math.min(308, scale));
  if (typeof value === "number") return value / 10 ** digits;
  const big = value < 0n ? -value : value;
  const text = String(big).padStart(digits + 1, "0");
  const point = text.length - digits;
  const whole = `${value < 0n ? "-" : ""}${text.slice(0, point)}${digits === 0 ? "" : `.${text.slice(point)}`}`;
  const number = Number(whole);
  return exact && big > BigInt(Number.MAX_SAFE_INTEGER) ? whole : number;
}

const halfOf = (bytes: Uint8Array): number => halfFloat((bytes[0] as number) | ((bytes[1] as number) << 8));

const strictText = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function textOfBytes(bytes: Uint8Array): string | undefined {
  try {
    return strictText.decode(bytes);
  } catch {
    return undefined;
  }
}

function uuidText(bytes: Uint8Array): string {
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

const DAY = 86_400_000n;

/** The most days from 1970 that a date of JavaScript reaches. */
const MOST_DAYS = 100_000_000;

function dateText(days: number): string {
  if (Math.abs(days) > MOST_DAYS) return `day ${days}`;
  return new Date(days * Number(DAY)).toISOString().slice(0, -14);
}

/** The time of a day: `12:30:00`, with a fraction of so many digits where there is one. */
function clockText(value: bigint, digits: 3 | 6 | 9): string {
  const second = 10n ** BigInt(digits);
  const [whole, rest] = [value / second, value % second];
  const two = (part: bigint): string => String(part).padStart(2, "0");
  const clock = `${two(whole / 3600n)}:${two((whole / 60n) % 60n)}:${two(whole % 60n)}`;
  return rest === 0n ? clock : `${clock}.${String(rest).padStart(digits, "0")}`;
}

/** A moment since 1970, as ISO 8601 writes it without a zone: later ones are greater as texts. */
function momentText(value: bigint, digits: 3 | 6 | 9): string {
  const day = 86_400n * 10n ** BigInt(digits);
  let days = value / day;
  if (days * day > value) days--;
  return `${dateText(Number(days))}T${clockText(value - days * day, digits)}`;
}

/** Nanoseconds of a day, and the day by Julian count. */
function int96Text(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, 12);
  const nanoseconds = view.getBigInt64(0, true);
  const days = BigInt(view.getInt32(8, true)) - 2_440_588n;
  return momentText(days * 86_400_000_000_000n + nanoseconds, 9);
}
