// The source `parquet(file)`: the rows of a table that is stored column by column.

import { type DataFiles, madeOf, type PlacedFile, type SourceData, type SourceRequest } from "../dataset.ts";
import { type ParquetFooter, parquetFooter } from "../formats/parquet.ts";
import { isNumberForm } from "../formats/parquetForms.ts";
import { type ParquetRow, type ParquetWanted, parquetRows } from "../formats/parquetPages.ts";
import { loadRows, type RowFormat } from "../rows.ts";
import { giveTurn, TURN_MILLISECONDS } from "../turn.ts";

/** Reads the columns of `request`, by the names of the schema. */
export function loadSource(request: SourceRequest, files: DataFiles): Promise<SourceData> {
  return loadRows(request, files, parquetFormat);
}

const parquetFormat: RowFormat<ParquetRow> = {
  unit: "row",
  async open(name, { columns, key, options }, files) {
    const file = await files.place(name);
    try {
      const footer = parquetFooter(file);
      const header = footer.columns.map((column) => column.name);
      const numeric = footer.columns.map(({ leaf }) => leaf?.lists.length === 0 && isNumberForm(leaf.form));
      const texts = columns.filter(({ encoder }) => encoder !== undefined && encoder.numbers === undefined);
      const exact = new Set([...texts.flatMap(madeOf), key ?? "", String(options.split)]);
      const names = new Set([...columns.flatMap(madeOf), ...exact]);
      if (columns.some(({ except }) => except !== undefined))
        for (const [i, one] of header.entries()) if (numeric[i] === true) names.add(one);
      return {
        path: file.path,
        batches: batchesOf(file, footer, { names, exact }),
        layout: () => ({ header, numeric, skip: 0, typed: true, cells: ({ cells }) => cells }),
      };
    } catch (error) {
      file.close();
      throw error;
    }
  },
};

/** The rows, with a turn for others now and then: reading itself waits for nothing. */
async function* batchesOf(
  file: PlacedFile,
  footer: ParquetFooter,
  wanted: ParquetWanted,
): AsyncGenerator<readonly ParquetRow[]> {
  let turn = performance.now();
  try {
    for (const rows of parquetRows(file, footer, wanted)) {
      yield rows;
      if (performance.now() - turn < TURN_MILLISECONDS) continue;
      await giveTurn();
      turn = performance.now();
    }
  } finally {
    file.close();
  }
}
