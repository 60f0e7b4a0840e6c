// A map that remembers what was asked of it: the answers that a result depends on.

export interface Watched<K, V> {
  readonly map: ReadonlyMap<K, V>;
  /** Returns the question whether another map would have given the same answers; undefined if nothing was asked. */
  seal(): ((now: ReadonlyMap<K, V>) => boolean) | undefined;
}

/** Watches a map. Who lists it depends on all that is in it. */
export function watched<K, V>(source: ReadonlyMap<K, V>): Watched<K, V> {
  const asked = new Map<K, V | undefined>();
  let listed = false;
  const all = (): ReadonlyMap<K, V> => {
    listed = true;
    return source;
  };
  const get = (key: K): V | undefined => {
    const value = source.get(key);
    asked.set(key, value);
    return value;
  };
  const map: ReadonlyMap<K, V> = {
    get,
    has: (key) => get(key) !== undefined,
    get size() {
      return all().size;
    },
    keys: () => all().keys(),
    values: () => all().values(),
    entries: () => all().entries(),
    forEach: (see, self) => all().forEach(see, self),
    [Symbol.iterator]: () => all()[Symbol.iterator](),
  };
  return {
    map,
    seal() {
      if (asked.size === 0 && !listed) return undefined;
      const entries = listed ? [...source] : undefined;
      return (now) => {
        for (const [key, value] of asked) if (now.get(key) !== value) return false;
        if (entries === undefined) return true;
        let at = 0;
        for (const [key, value] of now) {
          const entry = entries[at++];
          if (entry === undefined || entry[0] !== key || entry[1] !== value) return false;
        }
        return at === entries.length;
      };
    },
  };
}
