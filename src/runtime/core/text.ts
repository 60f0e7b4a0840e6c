// Writes numbers, times and results as plain text: no colour, no width, no language but English.

import type { MetricValue } from "./program.ts";

const MOST_LISTED = 10;

/** `0.0312`, or `[0.5000, 0.7500]` for a list; of a long list the first ones. A table is `3 × 3`. */
export function metricText(value: MetricValue): string {
  if (typeof value === "number") return numberText(value);
  const [first] = value;
  if (first !== undefined && typeof first !== "number") return `${value.length} × ${first.length}`;
  const shown = value.slice(0, MOST_LISTED).map(metricText);
  return `[${[...shown, ...(value.length > MOST_LISTED ? ["…"] : [])].join(", ")}]`;
}

/** Four decimals; numbers too large for that become `3.1000e+9`. */
function numberText(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "inf" : "-inf";
  return Math.abs(value) < 1e9 ? value.toFixed(4) : value.toExponential(4);
}

/** The words between the spaces of a text. */
export const spaced = (text: string): readonly string[] => text.split(/\s+/).filter((word) => word !== "");

/** Writes a row of a table, as RFC 4180 says. */
export const csvLine = (cells: readonly string[]): string =>
  cells.map((cell) => (/[",\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(",");

/** `60,000`: rounded, with commas. */
export const countText = (value: number): string => String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ",");

/** `0.4s`, `12s`, `1m 23s`, `2h 05m`. */
export function durationText(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds < 0) return "?";
  if (seconds < 9.95) return `${seconds.toFixed(1)}s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole}s`;
  const two = (value: number): string => String(value).padStart(2, "0");
  if (whole < 3600) return `${Math.floor(whole / 60)}m ${two(whole % 60)}s`;
  return `${Math.floor(whole / 3600)}h ${two(Math.floor((whole % 3600) / 60))}m`;
}

/** `loss 0.0312, accuracy 0.9901`. */
export const metricsText = (names: readonly string[], values: readonly MetricValue[], separator = ", "): string =>
  names.map((name, i) => `${name} ${metricText(values[i] ?? Number.NaN)}`).join(separator);

/** The most rows and columns of a table that are shown. */
const MOST_ROWS = 30;

/** Writes the tables among results: each a line with its name, then its rows, numbered from 0, in columns. */
export function tablesText(names: readonly string[], values: readonly MetricValue[]): readonly string[] {
  return values.flatMap((value, i) => {
    if (typeof value === "number" || typeof value[0] === "number" || value.length === 0) return [];
    return [`${names[i] ?? ""} ${metricText(value)}`, ...tableLines(value)];
  });
}

function tableLines(rows: readonly MetricValue[]): readonly string[] {
  const cells = rows.slice(0, MOST_ROWS).map((row, i) => {
    const numbers = typeof row === "number" ? [row] : row.slice(0, MOST_ROWS);
    const shown = numbers.map((x) => (Number.isInteger(x) ? String(x) : metricText(x)));
    return [String(i), ...shown];
  });
  const columns = Math.max(...cells.map((row) => row.length));
  const head = ["", ...Array.from({ length: columns - 1 }, (_, i) => String(i))];
  const widths = head.map((_, i) => Math.max(...[head, ...cells].map((row) => row[i]?.length ?? 0)));
  const lines = [head, ...cells].map((row) => `  ${row.map((cell, i) => cell.padStart(widths[i] ?? 0)).join("  ")}`);
  return rows.length > MOST_ROWS ? [...lines, "  …"] : lines;
}

/** Returns metrics by name, for programs. Numbers that JSON does not have become null. */
export const metricsRecord = (names: readonly string[], values: readonly MetricValue[]): Record<string, MetricValue> =>
  Object.fromEntries(names.map((name, i) => [name, values[i] ?? Number.NaN]));

/** `; 2 threads (relaxed SIMD)`: says how a program runs, if there is something to say. */
export function threadsText({ threads, variant }: { readonly threads: number; readonly variant?: string }): string {
  if (variant === undefined) return "";
  const simd = variant === "plain" ? "SIMD" : `${variant} SIMD`;
  return `; ${threads} ${threads === 1 ? "thread" : "threads"} (${simd})`;
}

// Controls, marks that reorder text (Unicode TR36), line separators and halves of surrogate pairs.
const unsafeCharacters = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/** Puts a name or path on one line that no terminal obeys: controls become pictures of themselves. */
export const safeText = (text: string): string =>
  text.replace(unsafeCharacters, (character) => {
    const code = character.charCodeAt(0);
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    return code === 0x7f ? "\u2421" : "\ufffd";
  });

/** Makes each line of a message safe. */
export const safeLines = (text: string): string => text.split("\n").map(safeText).join("\n");

/** Writes a value as JSON on one line that no terminal obeys; the escapes mean the same. */
export const safeJson = (value: unknown): string =>
  JSON.stringify(value).replace(
    unsafeCharacters,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

const sizeUnits: readonly (readonly [string, number])[] = [
  ["GB", 1e9],
  ["MB", 1e6],
  ["kB", 1e3],
];

/** A number of bytes: `1.5 GB`. */
export function sizeText(bytes: number): string {
  const [unit, size] = sizeUnits.find(([, size]) => bytes >= size) ?? ["B", 1];
  return `${Number((bytes / size).toPrecision(3))} ${unit}`;
}

/** Reads `300MB` or `1.5 GB` as a number of bytes; undefined for other text. */
export function bytesOfSize(text: string): number | undefined {
  const [, number, unit = ""] = /^(\d+(?:\.\d+)?) ?(GB|MB|kB|KB|B)$/.exec(text) ?? [];
  if (number === undefined) return undefined;
  const size = sizeUnits.find(([name]) => name.toLowerCase() === unit.toLowerCase())?.[1] ?? 1;
  return Math.round(Number(number) * size);
}
