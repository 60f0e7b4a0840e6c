// The columns of a Parquet file, by its schema and, for lists, by its first rows.

import type { SchemaColumn } from "../driver/options.ts";
import type { JsonCell } from "../runtime/core/formats/jsonValues.ts";
import { type ParquetColumn, parquetFooter } from "../runtime/core/formats/parquet.ts";
import { isNumberForm } from "../runtime/core/formats/parquetForms.ts";
import { parquetRows } from "../runtime/core/formats/parquetPages.ts";
import { firstRowFacts } from "./firstFacts.ts";
import type { ReadColumns } from "./readColumns.ts";
import { withRegularFile } from "./regularFile.ts";

/** Rows that say what a column of lists holds. */
const rowsLookedAt = 1000;
/** The most bytes of pages, packed, that are read for a schema: lists come first, because only rows say their shape. */
const mostBytes = 32_000_000;

/** The columns of a file, and its first rows: a cell for each column. */
export interface FirstParquet {
  readonly columns: readonly SchemaColumn[];
  /** The number of all rows. */
  readonly count: number;
  readonly rows: readonly (readonly JsonCell[])[];
  /** Whether the cells of each column were read. */
  readonly seen: readonly boolean[];
}

/** The shape of the arrays in a column's cells; undefined where they differ, or are none. */
function shapeIn(cells: readonly JsonCell[]): readonly number[] | undefined {
  const shapes = new Map<string, readonly number[]>();
  for (const cell of cells) {
    if (cell === "") continue;
    const shape = typeof cell === "object" && "shape" in cell ? cell.shape : [];
    shapes.set(shape.join(), shape);
  }
  const [shape = []] = shapes.values();
  return shapes.size === 1 && shape.length > 0 ? shape : undefined;
}

function kindOf({ name, leaf }: ParquetColumn, cells: readonly JsonCell[]): SchemaColumn | undefined {
  if (leaf === undefined) return undefined;
  const numbers = isNumberForm(leaf.form);
  if (leaf.lists.length === 0) return { name, kind: numbers ? "number" : "text" };
  const shape = numbers ? shapeIn(cells) : undefined;
  return shape === undefined ? undefined : { name, kind: "number", shape };
}

/** Reads the start of the file at `path`, or says what is wrong with it. Throws a FormatError. */
export function firstOfParquet(path: string, most = rowsLookedAt): FirstParquet | { readonly problem: string } {
  const read = withRegularFile(path, ({ size, read }) => {
    const file = { path, size, read };
    const footer = parquetFooter(file);
    const { columns, groups } = footer;
    const names = new Set<string>();
    let left = mostBytes;
    const listsFirst = [...columns].sort((a, b) => (b.leaf?.lists.length ?? 0) - (a.leaf?.lists.length ?? 0));
    for (const { name, leaf } of listsFirst) {
      const chunk = leaf === undefined ? undefined : groups[0]?.chunks[leaf.index];
      left -= chunk === undefined ? 0 : chunk.to - chunk.from;
      if (leaf !== undefined && left >= 0) names.add(name);
    }
    const rows: (readonly JsonCell[])[] = [];
    for (const batch of parquetRows(file, footer, { names, exact: names })) {
      for (const { cells } of batch) if (rows.length < most) rows.push(cells);
      if (rows.length >= most) break;
    }
    const kinds = columns.flatMap(
      (column, i) =>
        kindOf(
          column,
          rows.map((cells) => cells[i] ?? ""),
        ) ?? [],
    );
    return { columns: kinds, count: footer.rows, rows, seen: columns.map(({ name }) => names.has(name)), all: columns };
  });
  if ("problem" in read) return { problem: `cannot be read: ${read.problem}` };
  const { all, rows, seen, ...found } = read.ok;
  if (found.count === 0) return { problem: "holds no rows" };
  // Only what can be a column has a place in the rows.
  const placeOf = new Map(all.map(({ name }, at) => [name, at]));
  const places = found.columns.map(({ name }) => placeOf.get(name) ?? 0);
  return {
    ...found,
    seen: places.map((at) => seen[at] === true),
    rows: rows.map((cells) => places.map((at) => cells[at] ?? "")),
  };
}

export const columnsOfParquet: ReadColumns = (path) => {
  const read = firstOfParquet(path);
  if ("problem" in read) return read;
  const { columns, rows, seen } = read;
  if (!seen.every(Boolean)) return { columns };
  const names = columns.map(({ name }) => name);
  return {
    columns,
    first: firstRowFacts(
      names,
      rows.map((cells) => cells.map((cell) => JSON.stringify(cell))),
    ),
  };
};
