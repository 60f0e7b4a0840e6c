// The editor's text for shapes, counts and places: short, in the words of the diagnostics.

import { lineIndex } from "../base/lineIndex.ts";
import type { Span } from "../base/span.ts";
import type { LangType } from "../check/model.ts";
import { shapeText, typeText } from "../check/say/words.ts";
import type { ShapeFact, Snapshot } from "./snapshot.ts";

/** Returns `26 × 26 × 32` for numbers, `token(65)[128]` for everything else. */
export const valueShape = (type: LangType): string =>
  type.element.kind === "f32" ? shapeText(type.shape) : typeText(type);

/** Returns `28 × 28 × 1 → 26 × 26 × 32`. */
export function passage(fact: ShapeFact): string {
  const to = resultShape(fact);
  return fact.inputs.length === 0 ? to : `${several(fact.inputs)} → ${to}`;
}

/** Returns the shape of a result, or of several in parentheses. */
export const resultShape = ({ output, more = [] }: ShapeFact): string => several([output, ...more]);

const several = (types: readonly LangType[]): string => {
  const text = types.map(valueShape).join(", ");
  return types.length > 1 ? `(${text})` : text;
};

const withCommas = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ",");

export const counted = (count: number, one: string): string => `${withCommas(count)} ${one}${count === 1 ? "" : "s"}`;

/** Returns the file's own name and the line: `blocks.nn:12`. */
export function placeText(snapshot: Snapshot, span: Span): string {
  const { line } = lineIndex(snapshot.texts.get(span.file) ?? "").position(span.start);
  return `${span.file.split("/").at(-1) ?? span.file}:${line}`;
}

/** Returns the source of a place on one line, cut if it is long. */
export function sourceText(snapshot: Pick<Snapshot, "texts">, file: string, start: number, end: number): string {
  const text = (snapshot.texts.get(file) ?? "").slice(start, end).replace(/\s+/g, " ").trim();
  return text.length > 200 ? `${text.slice(0, 199)}…` : text;
}

const units = ["", "k", "M", "G", "T", "P"] as const;

/** Returns three digits with a unit of thousands, `1.23 M`, and `of` after it: `1.23 MFLOP`, `12 parameters`. */
export function shortCount(count: number, of: { readonly word?: string; readonly unit?: string }): string {
  let value = count;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  const text = String(Number(value.toFixed(digits)));
  const name = `${units[unit] ?? ""}${of.unit ?? ""}`;
  return [text, name, of.word ?? ""].filter((part) => part !== "").join(" ");
}
