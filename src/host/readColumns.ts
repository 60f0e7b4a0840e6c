// What the readers of schemas have in common.

import type { FirstRowFacts, SchemaColumn, SchemaRequest } from "../driver/options.ts";

/** The columns of a file and what its first rows say, or what is wrong with it: `is empty`. */
export type ColumnsRead =
  | { readonly columns: readonly SchemaColumn[]; readonly first?: FirstRowFacts }
  | { readonly problem: string };

/** Reads the columns of the file at `path`, which the program calls `name`. Throws a FormatError. */
export type ReadColumns = (path: string, name: string, request: SchemaRequest) => ColumnsRead;
