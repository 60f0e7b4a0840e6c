// Numbers and times as people read them in a report.

/** `0.9912`, `1,234`, `3.1e-7`: four digits at most behind the first, and nothing that is not a number. */
export function number(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return "not a number";
  if (Number.isInteger(value)) return whole(value);
  const size = Math.abs(value);
  if (size >= 1e6 || size < 1e-3) return value.toExponential(2).replace("e+", "e");
  return size >= 100 ? value.toFixed(1) : size >= 10 ? value.toFixed(2) : value.toFixed(4);
}

/** A whole number with commas. */
export const whole = (value: number): string => String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ",");

/** `98.3 %` */
export const percent = (share: number): string => `${(100 * share).toFixed(share > 0.995 && share < 1 ? 2 : 1)} %`;

/** `4.2 s`, `1 min 23 s`, `2 h 5 min`. */
export function duration(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  const all = Math.round(seconds);
  if (all < 3600) return `${Math.floor(all / 60)} min ${all % 60} s`;
  return `${Math.floor(all / 3600)} h ${Math.floor((all % 3600) / 60)} min`;
}

/** `2026-11-27 16:20` of a date as ISO 8601 writes it, in UTC. */
export const date = (iso: string): string => iso.slice(0, 16).replace("T", " ");
