// Says what a step has damaged: in which rows, and what was kept.

import type { Dataset } from "../core/dataset.ts";
import { RunError } from "../core/error.ts";
import { type DamageError, damageHelp } from "../core/guard.ts";
import { safeText } from "../core/text.ts";

/** The most rows and weights that a message names. */
const MOST_NAMED = 6;

const listed = (names: readonly string[], between: string): string =>
  names.slice(0, MOST_NAMED).join(between) +
  (names.length > MOST_NAMED ? `${between}and ${names.length - MOST_NAMED} more` : "");

/** Names rows of the training part: by their places in files where these are known. */
export function rowNames({ train: { part } }: Dataset, rows: Int32Array): readonly string[] {
  return Array.from(rows, (row) => safeText(part.place?.(row) ?? `example ${row}`));
}

function rowsText(names: readonly string[], alone: readonly number[]): string {
  if (alone.length === 0) return `${listed(names, ", ")}: each alone has a finite loss`;
  if (alone.length === names.length) return `${listed(names, ", ")}: all of the batch`;
  const own = alone.length === 1 ? "its own loss is" : "their own losses are";
  return `${listed(
    alone.map((place) => names[place] ?? ""),
    ", ",
  )}: ${own} not finite`;
}

/** Returns the error for a person. `kept` are the places that hold the last good state; `layer` names the first that failed. */
export function damageReport(
  { problem, batch, state }: DamageError,
  data: Dataset,
  kept: readonly string[],
  layer?: string,
): RunError {
  const lines: (readonly [string, string])[] = [];
  if (layer !== undefined) lines.push(["layer", layer]);
  if (batch !== undefined) {
    const { rows, alone, damage } = batch;
    const names = rowNames(data, rows);
    if (Number.isFinite(damage.loss)) lines.push(["weights", listed(damage.weights.map(safeText), ", ")]);
    lines.push(["rows", rowsText(names, alone)]);
  }
  if (kept.length > 0)
    lines.push([
      "kept",
      `${state === undefined ? "the last good state" : "the state before that step"}: ${kept.map(safeText).join(", ")}`,
    ]);
  lines.push(["what to do", damageHelp]);
  return new RunError(`${problem}${lines.map(([head, text]) => `\n  ${head.padEnd(11)} ${text}`).join("")}`);
}
