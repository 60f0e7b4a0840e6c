// What the start of a data file tells of its columns. The checker asks for it, the host reads it, and the driver carries it: a
// source's columns may depend on a file, and only the host knows files.

import type { OptionRecord } from "../ir/graph.ts";

/**
 * How a file says what its columns are: a header over lines, an object a line, a schema (Parquet), or arrays by name, of NumPy or in one
 * file of tensors.
 */
export type SchemaForm = "table" | "objects" | "columns" | "arrays" | "tensors";

/** Whether examples are rows of a file, so that numbers of a row may stand side by side. */
export const hasRows = ({ form }: SchemaRequest): boolean =>
  form === "table" || form === "objects" || form === "columns";

/** Whether a column may hold arrays. */
export const hasArrays = ({ form }: SchemaRequest): boolean => form !== "table";

/** A question about the files of a source: `csv` with its options. */
export interface SchemaRequest {
  readonly source: string;
  readonly form: SchemaForm;
  readonly options: OptionRecord;
}

/** A column of a file, by what its first rows hold. */
export interface SchemaColumn {
  readonly name: string;
  readonly kind: "number" | "text";
  /** What a number is stored as; by default f32. */
  readonly dtype?: "u8" | "i32" | "f32";
  /** The shape of an example; by default it is one number or one text. */
  readonly shape?: readonly number[];
}

/** What the first rows of a column hold. */
export interface ColumnFacts {
  /** How many different cells there are, and how often one differs from the cell before. */
  readonly values: number;
  readonly changes: number;
  /** The same in columns that divide the rows alike: each tells the other. */
  readonly pattern: string;
  /** The same in columns with the same cells. */
  readonly cells: string;
  /** Of a column of numbers: the lowest and the highest, and how many cells hold none, or one that f32 cannot hold. */
  readonly numbers?: {
    readonly low: number;
    readonly high: number;
    readonly missing: number;
    readonly infinite: number;
  };
}

/** What the first rows of a file say, as far as they were looked at. */
export interface FirstRowFacts {
  readonly rows: number;
  /** How many rows the whole file has, if all of it was read. */
  readonly all?: number;
  /** The rows that equal an earlier one. */
  readonly repeated: number;
  readonly columns: ReadonlyMap<string, ColumnFacts>;
}

export interface Schema {
  /** The file that was read, as people know it. */
  readonly file: string;
  readonly columns: readonly SchemaColumn[];
  /** For files of rows. */
  readonly first?: FirstRowFacts;
}

/** The answer of the host. Without a file at hand the checker takes the types that fields declare. */
export type SchemaAnswer =
  | { readonly kind: "read"; readonly schema: Schema }
  | { readonly kind: "absent"; readonly file: string; readonly places: readonly string[] }
  | { readonly kind: "unreadable"; readonly file: string; readonly problem: string };

/** Identifies a question: two sources with the same options share an answer. */
export const schemaKey = ({ source, form, options }: SchemaRequest): string =>
  JSON.stringify([source, form, Object.entries(options).sort(([a], [b]) => (a < b ? -1 : 1))]);
