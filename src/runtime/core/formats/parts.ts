// Names of arrays that say to which part of the data they belong: `x_train`, `x_test`.

const ends = ["_train", "_test"] as const;

/**
 * Returns the names without their ends `_train` and `_test`, if all have one and both parts are there; undefined for names of other
 * arrays.
 */
export function withoutParts(names: readonly string[]): readonly string[] | undefined {
  const found = names.map((name) => ends.find((end) => name.endsWith(end) && name.length > end.length));
  if (found.includes(undefined) || ends.some((end) => !found.includes(end))) return undefined;
  return [...new Set(names.map((name, i) => name.slice(0, -(found[i] ?? "").length)))];
}
