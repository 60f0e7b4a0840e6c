// The three answers of the checker: known, open or broken. Checks that depend on an unknown answer report nothing.

/** The reason for a missing value: it depends on something still unknown, or it is wrong and reported. */
export type Unresolved =
  /** The block is checked alone, and its uses decide. */
  { readonly kind: "open" } | { readonly kind: "broken" };

/** The result of reading something in the source. */
export type Resolved<T> = { readonly kind: "known"; readonly value: T } | Unresolved;

export const open: Unresolved = { kind: "open" };
/** `report` also returns it, as evidence that the user got the reason. */
export const broken: Unresolved & { readonly kind: "broken" } = { kind: "broken" };
export const known = <T>(value: T): Resolved<T> => ({ kind: "known", value });

/** Whether a `Resolved` or one of the checker's values, which share these two kinds, has no value. */
export const isUnresolved = <T extends { readonly kind: string }>(result: T | Unresolved): result is Unresolved =>
  result.kind === "open" || result.kind === "broken";

/** Combines several answers if one of them is unknown: broken before open; undefined if all are known. */
export function unresolvedOf(results: Iterable<{ readonly kind: string }>): Unresolved | undefined {
  let missing: Unresolved | undefined;
  for (const { kind } of results) {
    if (kind === "broken") return broken;
    if (kind === "open") missing = open;
  }
  return missing;
}

/** Returns all the values, or the reason why one of them is missing. */
export function allOf<T>(results: readonly Resolved<T>[]): Resolved<readonly T[]> {
  const missing = unresolvedOf(results);
  return missing ?? known(results.flatMap((result) => (result.kind === "known" ? [result.value] : [])));
}

/** Returns the value if it is known. */
export const valueIn = <T>(result: Resolved<T>): T | undefined => (result.kind === "known" ? result.value : undefined);
