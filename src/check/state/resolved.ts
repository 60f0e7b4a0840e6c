// The three answers of the checker: known, open or broken. Whatever depends on an answer that is not known stays quiet.

/** Why there is no value: it depends on what is not known yet, or it is wrong and reported. */
export type Unresolved =
  /** A block is looked at alone, and what it will be used with decides. */
  { readonly kind: "open" } | { readonly kind: "broken" };

/** What reading something in the source gives. */
export type Resolved<T> = { readonly kind: "known"; readonly value: T } | Unresolved;

export const open: Unresolved = { kind: "open" };
/** Also what `report` returns: the evidence that the reason was told. */
export const broken: Unresolved & { readonly kind: "broken" } = { kind: "broken" };
export const known = <T>(value: T): Resolved<T> => ({ kind: "known", value });

/** Of a `Resolved` or of the checker's values, which share the two kinds without a value. */
export const isUnresolved = <T extends { readonly kind: string }>(result: T | Unresolved): result is Unresolved =>
  result.kind === "open" || result.kind === "broken";

/** What several answers come to where one of them is not known: broken before open; undefined where all are known. */
export function unresolvedOf(results: Iterable<{ readonly kind: string }>): Unresolved | undefined {
  const kinds = new Set([...results].map(({ kind }) => kind));
  if (kinds.has("broken")) return broken;
  return kinds.has("open") ? open : undefined;
}

/** All the values, or why one of them is missing. */
export function allOf<T>(results: readonly Resolved<T>[]): Resolved<readonly T[]> {
  const missing = unresolvedOf(results);
  return missing ?? known(results.flatMap((result) => (result.kind === "known" ? [result.value] : [])));
}

/** The value where it is known. */
export const valueIn = <T>(result: Resolved<T>): T | undefined => (result.kind === "known" ? result.value : undefined);
