// Values of JSON as cells of a table: numbers, texts, and arrays of numbers in a regular shape.

/** An array of numbers in a cell. */
export interface CellArray {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

/** A cell whose value has a type: a number, a text, an array; an empty text is a missing value, and `what` is no value. */
export type JsonCell = number | string | CellArray | { readonly what: string };

/** The kind of a column: texts, or numbers, perhaps in arrays of one shape. */
export interface JsonKind {
  readonly kind: "number" | "text";
  readonly shape?: readonly number[];
}

const MOST_JSON_AXES = 8;

/** Returns the numbers of nested lists of one shape; undefined for other lists. */
function arrayOfJson(list: readonly unknown[]): CellArray | undefined {
  const shape: number[] = [];
  for (let at: unknown = list; Array.isArray(at); at = at[0]) {
    if (at.length === 0 || shape.length === MOST_JSON_AXES) return undefined;
    shape.push(at.length);
  }
  const values: number[] = [];
  const fits = (item: unknown, axis: number): boolean => {
    if (axis === shape.length) {
      if (typeof item !== "number") return false;
      values.push(item);
      return true;
    }
    return Array.isArray(item) && item.length === shape[axis] && item.every((inner) => fits(inner, axis + 1));
  };
  return fits(list, 0) ? { shape, values } : undefined;
}

/** Returns a value as a cell. */
export function cellOfJson(value: unknown): JsonCell {
  if (value === null || value === undefined) return "";
  if (typeof value === "number" || typeof value === "string") return value;
  if (typeof value === "boolean") return Number(value);
  if (!Array.isArray(value)) return { what: "an object" };
  return arrayOfJson(value) ?? { what: "a list that is no array of numbers" };
}

/** Returns the kind of a column by its first values; undefined for one that has objects or lists of several shapes. */
export function kindOfJson(values: readonly unknown[]): JsonKind | undefined {
  const cells = values.map(cellOfJson).filter((cell) => cell !== "");
  if (cells.some((cell) => typeof cell === "object" && "what" in cell)) return undefined;
  const [first] = cells;
  if (first === undefined || cells.some((cell) => typeof cell === "string"))
    return cells.some((cell) => typeof cell === "object") ? undefined : { kind: "text" };
  const shapes = new Set(cells.map((cell) => (typeof cell === "object" && "shape" in cell ? cell.shape.join() : "")));
  if (shapes.size > 1) return undefined;
  return typeof first === "object" && "shape" in first ? { kind: "number", shape: first.shape } : { kind: "number" };
}
