// Pictures and labels of two IDX files as columns `pixels` and `label`. It checks that counts, shapes and labels agree
// with each other and with the program; it does not know which files they are.

import { checkValues, type DataFiles, type DataPart, newColumn, type SourceRequest } from "./dataset.ts";
import { RunError } from "./error.ts";
import { type IdxArray, parseIdx } from "./formats/idx.ts";
import type { ColumnInfo, Numbers } from "./program.ts";

/** Unpacked bytes that a data file may have: what a typed array surely holds. */
const DATA_FILE_LIMIT = 2 ** 31 - 1;

/** The columns that `request` wants, of a pair of files. Throws RunError or FormatError that names the file. */
export async function loadImages(
  request: SourceRequest,
  files: DataFiles,
  names: { readonly pixels: string; readonly label: string; readonly advice?: string },
): Promise<DataPart> {
  const columns: Record<string, Numbers> = {};
  let first: { readonly count: number; readonly path: string } | undefined;
  for (const info of request.columns) {
    if (info.name !== "pixels" && info.name !== "label") {
      throw new RunError(`${request.name}() has columns 'pixels' and 'label', but the program reads '${info.name}'`);
    }
    const file = await files.read(names[info.name], {
      maximum: DATA_FILE_LIMIT,
      ...(names.advice === undefined ? {} : { advice: names.advice }),
    });
    const array = parseIdx(file.bytes, file.path);
    const [count = 0, ...shape] = array.shape;
    if (count === 0) throw new RunError(`${file.path}: holds no examples`);
    if (first !== undefined && first.count !== count) {
      throw new RunError(`${first.path} has ${first.count} examples, but ${file.path} has ${count}`);
    }
    first ??= { count, path: file.path };
    if (withoutOnes(shape) !== withoutOnes(info.shape)) {
      throw new RunError(
        `${file.path}: each example is ${shape.join(" × ") || "one number"}, but the program reads '${info.name}' as ` +
          (info.shape.join(" × ") || "one number"),
      );
    }
    const values = asColumn(array, info, count, file.path);
    checkValues(values, info, file.path);
    columns[info.name] = values;
  }
  if (first === undefined) throw new RunError(`the program reads no column of ${request.name}()`);
  return { count: first.count, columns };
}

/** Shapes agree where they differ in trailing axes of 1 only: 28 × 28 grey pixels are 28 × 28 × 1. */
function withoutOnes(shape: readonly number[]): string {
  let rank = shape.length;
  while (rank > 0 && shape[rank - 1] === 1) rank--;
  return shape.slice(0, rank).join(" × ");
}

function asColumn(array: IdxArray, info: ColumnInfo, count: number, where: string): Numbers {
  const column = newColumn(info, count);
  if (array.values.constructor === column.constructor) return array.values;
  if (info.dtype !== "f32" && array.values instanceof Float32Array) {
    throw new RunError(`${where}: holds fractions (f32), but the program reads '${info.name}' as ${info.dtype}`);
  }
  column.set(array.values);
  if (info.dtype === "u8") {
    const bad = column.findIndex((value, i) => value !== array.values[i]);
    if (bad >= 0)
      throw new RunError(`${where}: ${array.values[bad]} does not fit a byte, as the program reads '${info.name}'`);
  }
  return column;
}
