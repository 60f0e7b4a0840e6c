// Answers the checker's questions about files of data: which columns a file has. Looks where a trainer looks, and reads as little of a
// file as says it.

import { isAbsolute, join } from "node:path";
import { safeText } from "../diagnostics/render/displayText.ts";
import type { SchemaAnswer, SchemaRequest } from "../driver/options.ts";
import { FormatError } from "../runtime/core/formats/formatError.ts";
import { columnsOfArrays, columnsOfTensors } from "./arrayColumns.ts";
import { type DataPlaces, dataFolders } from "./data.ts";
import { columnsOfParquet } from "./parquetColumns.ts";
import type { ReadColumns } from "./readColumns.ts";
import { statOf } from "./regularFile.ts";
import { columnsOfObjects, columnsOfTable } from "./tableColumns.ts";

const readers = {
  table: columnsOfTable,
  objects: columnsOfObjects,
  columns: columnsOfParquet,
  arrays: columnsOfArrays,
  tensors: columnsOfTensors,
} satisfies {
  readonly [Form in SchemaRequest["form"]]: ReadColumns;
};

/** Answers one question. Never throws because of what a file holds. */
export function readSchema(request: SchemaRequest, places: DataPlaces): SchemaAnswer {
  const name = String(request.options.file ?? "");
  if (name === "" || isAbsolute(name) || name.split(/[\\/]/).includes("..") || name.includes("\0"))
    return {
      kind: "unreadable",
      file: name === "" ? "the file" : name,
      problem: "is not the name of a data file: it must lie in the data folder, without '..'",
    };
  const folders = [...new Set(dataFolders(request.source, places))];
  for (const folder of folders)
    for (const path of [join(folder, name), join(folder, `${name}.gz`)])
      if (statOf(path) !== undefined) return schemaOf(path, name, request);
  return { kind: "absent", file: name, places: folders };
}

function schemaOf(path: string, name: string, request: SchemaRequest): SchemaAnswer {
  const file = safeText(path);
  try {
    const columns = readers[request.form](path, name, request);
    if ("problem" in columns) return { kind: "unreadable", file, problem: columns.problem };
    return { kind: "read", schema: { file, ...columns } };
  } catch (error) {
    if (error instanceof FormatError) return { kind: "unreadable", file, problem: error.what };
    throw error;
  }
}
