// The cells of tables as numbers: what a text file, a schema and a loader call a number, and a missing one.

/** What people write where a number is missing. */
const missing: ReadonlySet<string> = new Set(["", "NA", "N/A", "n/a", "NaN", "nan", "null", "NULL", "None", "?"]);

const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** Returns the number that a cell holds, `missing` for one that is left out, and undefined for other text. */
export function numberOfCell(cell: string): number | "missing" | undefined {
  const text = cell.trim();
  if (missing.has(text)) return "missing";
  return decimal.test(text) ? Number(text) : undefined;
}

/** Returns the kind of a column by the cells of its first rows: numbers, unless one of them is text or all are missing. */
export function kindOfCells(cells: Iterable<string>): "number" | "text" {
  let some = false;
  for (const cell of cells) {
    const number = numberOfCell(cell);
    if (number === undefined) return "text";
    some ||= number !== "missing";
  }
  return some ? "number" : "text";
}
