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

/** A multiplier that spreads bytes over 32 bits, and its power that takes a row's first byte out again. */
const SPREAD = 0x01000193;
const LEAVES = Array.from({ length: WINDOW }).reduce<number>((power) => Math.imul(power, SPREAD), 1);

/** The hash of the row of bytes that begins at a place. */
function rowAt(bytes: Uint8Array, at: number): number {
  let row = 0;
  for (let i = 0; i < WINDOW; i++) row = (Math.imul(row, SPREAD) + (bytes[at + i] ?? 0)) | 0;
  return row;
}

/** Finds the place of a row of bytes in the base, by its hash. The last of equal rows counts. */
function placesIn(base: Uint8Array): (row: number) => number | undefined {
  // Twice as many slots as rows, in flat arrays: a base has some hundred thousand rows.
  const size = 2 ** Math.ceil(Math.log2(2 * base.length + 2));
  const shift = 32 - Math.log2(size);
  const [rows, places] = [new Int32Array(size), new Int32Array(size).fill(-1)];
  const slotOf = (row: number): number => {
    let slot = Math.imul(row, 0x9e3779b1) >>> shift;
    while (places[slot] !== -1 && rows[slot] !== row) slot = (slot + 1) & (size - 1);
    return slot;
  };
  let row = rowAt(base, 0);
  for (let at = 0; at + WINDOW <= base.length; at++) {
    const slot = slotOf(row);
    rows[slot] = row;
    places[slot] = at;
    row = (Math.imul(row, SPREAD) + (base[at + WINDOW] ?? 0) - Math.imul(base[at] ?? 0, LEAVES)) | 0;
  }
  return (wanted) => {
    const place = places[slotOf(wanted)];
    return place === -1 ? undefined : place;
  };
}

/** A function that tells the edits which make a form of the base. */
export function editsFrom(base: Uint8Array): (bytes: Uint8Array) => Edited {
  const placeOf = placesIn(base);
  return (bytes) => editsOf(base, placeOf, bytes);
}

function editsOf(base: Uint8Array, placeOf: (row: number) => number | undefined, bytes: Uint8Array): Edited {
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
    const found = placeOf(rowAt(bytes, at));
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
