// Columns that several sources have: those of pictures, and those of tables.

import { tensor } from "../ir/types.ts";
import type { SourceColumn } from "./definition.ts";
import type { SchemaColumn } from "./schema.ts";

/** `pixels` as bytes and `label` as a class. */
export function pictureColumns(shape: readonly number[], classes: number): readonly SourceColumn[] {
  return [
    { name: "pixels", type: tensor("u8", ...shape), doc: "The picture, from 0 (background) to 255." },
    { name: "label", type: tensor("u8"), classes, doc: "The class of the picture." },
  ];
}

/** A column of a file, by its kind. */
export function columnOfFile({ name, kind, dtype = "f32", shape = [] }: SchemaColumn): SourceColumn {
  if (kind === "text") return { name, type: tensor("i32"), text: true, doc: "A column of text." };
  const doc = shape.length === 0 ? "A column of numbers." : `A column of arrays of ${shape.join(" × ")} numbers.`;
  return { name, type: tensor(dtype, ...shape), doc };
}

/** The name of the column of a table that holds all columns of numbers that no other field names, side by side. */
export const restName = "rest";

/** The column `rest` of so many columns: `parts`, or all but `except` where the table is not at hand. */
export const restColumn = (size: number, parts: readonly string[], except?: readonly string[]): SourceColumn => ({
  name: restName,
  type: tensor("f32", size),
  parts,
  ...(except === undefined ? {} : { except }),
  doc: "The columns of numbers that no other field names, side by side in the order of the file.",
});
