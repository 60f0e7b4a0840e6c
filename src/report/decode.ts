// Reads values of JSON strictly: a file of a run may be damaged, or be no such file at all.

/** Says what is wrong with a file of a run. */
export class NotARun extends Error {
  override readonly name: string = "NotARun";
}

export type Fields = Readonly<Record<string, unknown>>;

const wrong = (where: string, wanted: string): never => {
  throw new NotARun(`${where} is not ${wanted}`);
};

/** Returns the value of a text of JSON. */
export function json(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return wrong(where, "JSON");
  }
}

export const fieldsOf = (value: unknown, where: string): Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : wrong(where, "an object");

export const listOf = <T>(value: unknown, where: string, item: (value: unknown, where: string) => T): readonly T[] =>
  Array.isArray(value) ? value.map((one, i) => item(one, `${where}[${i}]`)) : wrong(where, "a list");

export const textOf = (value: unknown, where: string): string =>
  typeof value === "string" ? value : wrong(where, "a text");

export const numberOf = (value: unknown, where: string): number =>
  typeof value === "number" ? value : wrong(where, "a number");

/** A number that JSON perhaps could not hold: it writes NaN and infinity as null. */
export const anyNumber = (value: unknown, where: string): number =>
  value === null ? Number.NaN : numberOf(value, where);

export const wholeOf = (value: unknown, where: string): number =>
  Number.isSafeInteger(value) && Number(value) >= 0 ? Number(value) : wrong(where, "a whole number");

/** Returns what `read` makes of the field; undefined if there is none. */
export const optional = <T>(
  fields: Fields,
  name: string,
  where: string,
  read: (value: unknown, where: string) => T,
): T | undefined => (fields[name] === undefined ? undefined : read(fields[name], `${where}: '${name}'`));

/** Returns what `read` makes of the field, which must be there. */
export const required = <T>(
  fields: Fields,
  name: string,
  where: string,
  read: (value: unknown, where: string) => T,
): T => read(fields[name], `${where}: '${name}'`);
