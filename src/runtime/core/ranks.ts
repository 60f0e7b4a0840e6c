// Finds which numbers stand at places of an order, without bringing all of them into it: counts them by the halves of their bits.

/** Numbers of f32 as whole numbers of 32 bits in the same order. */
const word = new Float32Array(1);
const bits = new Uint32Array(word.buffer);
function rankOf(number: number): number {
  word[0] = number;
  const own = bits[0] as number;
  return (own & 0x80000000) === 0 ? (own | 0x80000000) >>> 0 : ~own >>> 0;
}
function numberOf(rank: number): number {
  bits[0] = (rank & 0x80000000) === 0 ? ~rank >>> 0 : rank & 0x7fffffff;
  return word[0] as number;
}

/** How many of the upper halves are looked into at once. */
const HALVES_AT_ONCE = 64;

/** Returns the number at each place, given in ascending order, among the numbers of f32 in ascending order. */
export function numbersAt(numbers: Iterable<number>, places: readonly number[]): readonly number[] {
  const upper = new Float64Array(65536);
  for (const number of numbers) {
    const half = rankOf(number) >>> 16;
    upper[half] = (upper[half] as number) + 1;
  }
  const within = places.map((place) => placeIn(upper, place));
  const halves = [...new Set(within.map(({ at }) => at))];
  const found = new Map<number, Float64Array>();
  const result = new Array<number>(places.length);
  for (let from = 0; from < halves.length; from += HALVES_AT_ONCE) {
    found.clear();
    for (const half of halves.slice(from, from + HALVES_AT_ONCE)) found.set(half, new Float64Array(65536));
    for (const number of numbers) {
      const rank = rankOf(number);
      const lower = found.get(rank >>> 16);
      if (lower !== undefined) lower[rank & 0xffff] = (lower[rank & 0xffff] as number) + 1;
    }
    for (const [i, { at, rest }] of within.entries()) {
      const lower = found.get(at);
      if (lower !== undefined) result[i] = numberOf(((at << 16) | placeIn(lower, rest).at) >>> 0);
    }
  }
  return result;
}

/** Returns which of the counts a place falls into, and its place there. */
function placeIn(counts: Float64Array, place: number): { readonly at: number; readonly rest: number } {
  let rest = place;
  let at = 0;
  while (at < counts.length - 1 && rest >= (counts[at] as number)) rest -= counts[at++] as number;
  return { at, rest };
}
