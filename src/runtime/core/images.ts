// Reads pictures and labels of two IDX files as columns `pixels` and `label`. It checks that counts, shapes and labels
// agree with each other and with the program; it does not know which files they are.

import { withoutOnes } from "./arrays.ts";
import { checkValues, type DataFiles, type DataPart, newColumn, type SourceRequest } from "./dataset.ts";
import { RunError } from "./error.ts";
import { IDX_HEAD, type IdxArray, type IdxHeader, idxHeader, parseIdx } from "./formats/idx.ts";
import type { ColumnInfo, Numbers } from "./program.ts";
import { safeText } from "./text.ts";

/** Reads the columns of `request` from a pair of files. Throws RunError or FormatError that names the file. */
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
      head: IDX_HEAD,
      // A file that does not fit the program is refused before it is read or unpacked.
      size: (head, path) => fittingHeader(head, info, first, path).size,
      ...(names.advice === undefined ? {} : { advice: names.advice }),
    });
    const { type, shape } = fittingHeader(file.bytes, info, first, file.path);
    const [count = 0] = shape;
    first ??= { count, path: file.path };
    const values = asColumn(parseIdx(file.bytes, file.path), type, info, count, file.path);
    checkValues(values, info, safeText(file.path));
    columns[info.name] = values;
  }
  if (first === undefined) throw new RunError(`the program reads no column of ${request.name}()`);
  return { count: first.count, columns };
}

/** Reads a header, and checks that examples are as many as in the file before and as large as the program needs. */
function fittingHeader(
  bytes: Uint8Array,
  info: ColumnInfo,
  first: { readonly count: number; readonly path: string } | undefined,
  where: string,
): IdxHeader {
  const header = idxHeader(bytes, where);
  const path = safeText(where);
  const [count = 0, ...shape] = header.shape;
  if (count === 0) throw new RunError(`${path}: holds no examples`);
  if (first !== undefined && first.count !== count) {
    throw new RunError(`${safeText(first.path)} has ${first.count} examples, but ${path} has ${count}`);
  }
  if (withoutOnes(shape) !== withoutOnes(info.shape)) {
    throw new RunError(
      `${path}: each example is ${shape.join(" × ") || "one number"}, but the program reads '${info.name}' as ` +
        (info.shape.join(" × ") || "one number"),
    );
  }
  const fractions = header.type === "f32" || header.type === "f64";
  if (fractions && info.dtype !== "f32") {
    throw new RunError(
      `${path}: holds fractions (${header.type}), but the program reads '${info.name}' as ${info.dtype}`,
    );
  }
  return header;
}

/** Returns the numbers in the program's type. Throws a RunError if one does not fit. */
function asColumn(array: IdxArray, type: string, info: ColumnInfo, count: number, where: string): Numbers {
  const { values } = array;
  const column = newColumn(info, count);
  if (values.constructor === column.constructor) return values;
  if (info.dtype === "u8") {
    const bad = values.findIndex((value) => value < 0 || value > 255);
    if (bad >= 0)
      throw new RunError(
        `${safeText(where)}: ${values[bad]} (${type}) does not fit a byte, as the program reads '${info.name}'`,
      );
  }
  column.set(values);
  return column;
}
