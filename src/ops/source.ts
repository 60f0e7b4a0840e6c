// Columns that several sources have.

import { tensor } from "../ir/types.ts";
import type { SourceColumn } from "./definition.ts";

/** `pixels` as bytes and `label` as a class. */
export function pictureColumns(shape: readonly number[], classes: number): readonly SourceColumn[] {
  return [
    { name: "pixels", type: tensor("u8", ...shape), doc: "The picture, from 0 (background) to 255." },
    { name: "label", type: tensor("u8"), classes, doc: "The class of the picture." },
  ];
}
