// The bytes of one form of the module as edits of another: forms differ in their tiles, and most of their code is the same.

/** Copies `count` bytes of the base from `from` on, then takes `own` bytes of its own. */
export type Edit = readonly [from: number, count: number, own: number];

export interface Edited {
  readonly edits: readonly Edit[];
  /** The new bytes of all edits, one after another. */
  readonly own: Uint8Array;
}

/** The bytes that must agree to find an equal place, and for a copy: an edit takes some fifteen letters. */
const WINDOW = 12;
const LEAST = 24;

/** The place of each row of bytes in the base, by its hash. The last of equal rows counts. */
function placesIn(base: Uint8Array): ReadonlyMap<number, number> {
  const places = new Map<number, number>();
  for (let at = 0; at + WINDOW <= base.length; at++) places.set(rowAt(base, at), at);
  return places;
}

function rowAt(bytes: Uint8Array, at: number): number {
  let row = 0x811c9dc5;
  for (let i = 0; i < WINDOW; i++) row = Math.imul(row ^ (bytes[at + i] ?? 0), 0x01000193);
  return row;
}

export function editsOf(base: Uint8Array, bytes: Uint8Array): Edited {
  const places = placesIn(base);
  const edits: Edit[] = [];
  const own: number[] = [];
  const equal = (from: number, at: number): number => {
    let count = 0;
    while (at + count < bytes.length && from + count < base.length && base[from + count] === bytes[at + count]) count++;
    return count;
  };
  let copy = { from: 0, count: 0 };
  let taken = 0;
  const finish = (): void => {
    if (copy.count > 0 || taken > 0) edits.push([copy.from, copy.count, taken]);
  };
  for (let at = 0; at < bytes.length; ) {
    // Try the place where both continue in step, then any place with the same bytes.
    const beside = copy.from + copy.count + taken;
    const found = places.get(rowAt(bytes, at));
    const tried = [beside, ...(found === undefined ? [] : [found])].map((from) => ({ from, count: equal(from, at) }));
    const best = tried.reduce((a, b) => (b.count > a.count ? b : a));
    if (best.count < LEAST) {
      own.push(bytes[at++] ?? 0);
      taken++;
      continue;
    }
    finish();
    [copy, taken] = [best, 0];
    at += best.count;
  }
  finish();
  return { edits, own: Uint8Array.from(own) };
}
