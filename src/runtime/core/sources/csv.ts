// The source `csv(file)`: the rows of a text file, and those of a file to test with.

import type { DataFiles, SourceData, SourceRequest } from "../dataset.ts";
import { kindOfCells } from "../formats/cells.ts";
import { type CsvRow, csvReader, delimiterOf } from "../formats/csv.ts";
import { loadRows, openPiecewise, type RowFile } from "../rows.ts";

/** Reads the columns of `request`, by the names in the header. */
export function loadSource(request: SourceRequest, files: DataFiles): Promise<SourceData> {
  const layout: RowFile<CsvRow>["layout"] = ([header, ...first]) => {
    const names = header?.cells ?? [];
    const numeric = names.map((_, i) => kindOfCells(first.map(({ cells }) => cells[i] ?? "")) === "number");
    return { header: names, numeric, skip: 1, cells: ({ cells }) => cells };
  };
  return loadRows<CsvRow>(request, files, {
    unit: "line",
    open: (name) =>
      openPiecewise(
        name,
        files,
        (path) => csvReader({ path, delimiter: delimiterOf(name, request.options.delimiter) }),
        layout,
      ),
  });
}
