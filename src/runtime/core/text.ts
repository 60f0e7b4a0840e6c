// Writes numbers, times and results as plain text: no colour, no width, no language but English.

/** `0.0312`: four decimals; numbers too small or too large for that become `3.1e-9`. */
export function metricText(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "inf" : "-inf";
  return Math.abs(value) < 1e9 ? value.toFixed(4) : value.toExponential(4);
}

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
export const metricsText = (names: readonly string[], values: readonly number[], separator = ", "): string =>
  names.map((name, i) => `${name} ${metricText(values[i] ?? Number.NaN)}`).join(separator);

/** Returns metrics by name, for programs. Numbers that JSON does not have become null. */
export const metricsRecord = (names: readonly string[], values: readonly number[]): Record<string, number> =>
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
