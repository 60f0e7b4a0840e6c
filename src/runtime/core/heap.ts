// A heap: it gives the first of its entries, in an order, and takes new ones.

export interface Heap<T> {
  push(entry: T): void;
  /** Takes the first entry out; undefined if there is none. */
  pop(): T | undefined;
}

/** Makes an empty heap in the order of `before`. */
export function newHeap<T>(before: (a: T, b: T) => boolean): Heap<T> {
  const entries: T[] = [];
  const swap = (i: number, j: number): void => {
    const entry = entries[i] as T;
    entries[i] = entries[j] as T;
    entries[j] = entry;
  };
  const precedes = (i: number, j: number): boolean => before(entries[i] as T, entries[j] as T);
  return {
    push(entry) {
      let at = entries.push(entry) - 1;
      while (at > 0 && precedes(at, (at - 1) >> 1)) {
        swap(at, (at - 1) >> 1);
        at = (at - 1) >> 1;
      }
    },
    pop() {
      const [first] = entries;
      const last = entries.pop();
      if (entries.length === 0 || last === undefined) return first;
      entries[0] = last;
      for (let at = 0; ; ) {
        let least = at;
        for (const child of [2 * at + 1, 2 * at + 2])
          if (child < entries.length && precedes(child, least)) least = child;
        if (least === at) return first;
        swap(at, least);
        at = least;
      }
    },
  };
}
