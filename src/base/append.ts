// Lists that grow by other lists. A spread into `push` passes each item as an argument of its own, and a list of a hundred
// thousand is more than a stack of calls holds.

/** Puts all of `items` at the end of `list`. */
export function append<T>(list: T[], items: Iterable<T>): void {
  for (const item of items) list.push(item);
}
