// Columns from arrays of numbers: the first axis of each counts examples. It does not know which files they are from.

import { checkValues, type DataPart, madeOf, newColumn, type SourceData, type SourceRequest } from "./dataset.ts";
import { RunError } from "./error.ts";
import { withoutParts } from "./formats/parts.ts";
import type { ColumnInfo, Numbers } from "./program.ts";
import { safeText } from "./text.ts";
import { listText } from "./values.ts";

/** An array of a file. */
export interface StoredArray {
  /** The file, and the array in it, for messages. */
  readonly where: string;
  readonly shape: readonly number[];
  /** In row-major order. */
  readonly values: Numbers;
}

/** Arrays of a file by name; each is read when its function is called. */
export type StoredArrays = ReadonlyMap<string, () => StoredArray>;

/** Shapes agree if they differ only in trailing axes of 1: 28 × 28 grey pixels are 28 × 28 × 1. */
export function withoutOnes(shape: readonly number[]): string {
  let rank = shape.length;
  while (rank > 0 && shape[rank - 1] === 1) rank--;
  return shape.slice(0, rank).join(" × ");
}

/** Reads the columns of `request`, and a test part where names of arrays end in `_train` and `_test`. */
export function loadArrays(arrays: StoredArrays, request: SourceRequest, where: string): SourceData {
  if (withoutParts([...arrays.keys()]) === undefined) return { train: partOfArrays(arrays, request, where, "") };
  const train = partOfArrays(arrays, request, where, "_train");
  return { train, test: partOfArrays(arrays, request, where, "_test") };
}

function partOfArrays(arrays: StoredArrays, request: SourceRequest, where: string, end: string): DataPart {
  const { columns: wanted, key } = request;
  let first: { readonly count: number; readonly where: string } | undefined;
  const read = (column: string): StoredArray => {
    const name = column + end;
    const array = arrays.get(name)?.();
    if (array === undefined)
      throw new RunError(
        `${safeText(where)}: has no array '${safeText(name)}'; it has ${listText([...arrays.keys()])}`,
      );
    const own = safeText(array.where);
    const [count] = array.shape;
    if (count === undefined) throw new RunError(`${own}: is a single number, but its first axis must count examples`);
    if (count === 0) throw new RunError(`${own}: holds no examples`);
    first ??= { count, where: own };
    if (first.count !== count)
      throw new RunError(`${first.where} has ${first.count} examples, but ${own} has ${count}`);
    return array;
  };
  const columns = Object.fromEntries(
    wanted.map((info) => [info.name, columnOfArray(read(madeOf(info)[0] ?? info.name), info)]),
  );
  const keys = key === undefined ? undefined : Array.from(keyValues(read(key)), String);
  return {
    count: first?.count ?? 0,
    columns,
    ...(keys === undefined ? {} : { keys }),
    place: (row) => `${safeText(where)}, example ${row}`,
  };
}

function keyValues({ where, shape, values }: StoredArray): Numbers {
  if (withoutOnes(shape.slice(1)) === "") return values;
  throw new RunError(
    `${safeText(where)}: each example is ${shape.slice(1).join(" × ")}, but the split divides by single numbers`,
  );
}

/** Returns the numbers of an array in the type of a column. Throws a RunError that names an example that does not fit. */
function columnOfArray({ where, shape: [count = 0, ...own], values }: StoredArray, column: ColumnInfo): Numbers {
  if (withoutOnes(own) !== withoutOnes(column.shape))
    throw new RunError(
      `${safeText(where)}: each example is ${own.join(" × ") || "one number"}, but the program reads ` +
        `'${safeText(madeOf(column)[0] ?? column.name)}' as ${column.shape.join(" × ") || "one number"}`,
    );
  // An encoder reads real numbers, whatever it makes of them, or whole ones.
  const info: ColumnInfo =
    column.encoder === undefined
      ? column
      : { name: column.name, dtype: column.encoder.whole === true ? "i32" : "f32", shape: column.shape };
  checkValues(values, info, safeText(where));
  const to = newColumn(info, count);
  if (values.constructor === to.constructor) return values;
  to.set(values);
  return to;
}
