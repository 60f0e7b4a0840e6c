// The cells of tables as numbers: what a text file, a schema and a loader call a number, and a missing one.

/** What people write where a number is missing. */
const missing: ReadonlySet<string> = new Set(["", "NA", "N/A", "n/a", "NaN", "nan", "null", "NULL", "None", "?"]);

const [ZERO, NINE, MINUS, POINT] = [48, 57, 45, 46];

const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

const tens = Array.from({ length: 16 }, (_, i) => 10 ** i);

/**
 * Returns the number of a cell of a few digits, such as `-12.5`, as `Number` does: digits and a power of ten are exact, so their quotient
 * is rounded once. Undefined for all other cells.
 */
function plainNumber(cell: string): number | undefined {
  const { length } = cell;
  const negative = cell.charCodeAt(0) === MINUS;
  let value = 0;
  let digits = 0;
  let point = -1;
  for (let at = negative ? 1 : 0; at < length; at++) {
    const code = cell.charCodeAt(at);
    if (code >= ZERO && code <= NINE) {
      value = 10 * value + code - ZERO;
      if (++digits > 15) return undefined;
    } else if (code === POINT && point < 0) point = at;
    else return undefined;
  }
  if (digits === 0) return undefined;
  const number = point < 0 ? value : value / (tens[length - 1 - point] as number);
  return negative ? -number : number;
}

/** Returns the number that a cell holds, `missing` for one that is left out, and undefined for other text. */
export function numberOfCell(cell: string): number | "missing" | undefined {
  const plain = plainNumber(cell);
  if (plain !== undefined) return plain;
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
