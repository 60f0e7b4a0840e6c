// The encoder Discretization: the bin of a number.

import type { NumberEncoder, NumberPiece } from "../encode.ts";
import { numbersAt } from "../ranks.ts";

/** More numbers are not brought into an order: memory need not hold them. */
const MOST_SORTED = 2 ** 22;

function* numbersOfPieces(pieces: Iterable<NumberPiece>, elements: number): Generator<number> {
  for (const { values, rows } of pieces)
    for (const row of rows) for (let i = 0; i < elements; i++) yield values[row * elements + i] as number;
}

function sortedAt(numbers: Iterable<number>, length: number, places: readonly number[]): readonly number[] {
  const all = new Float64Array(length);
  let at = 0;
  for (const number of numbers) all[at++] = number;
  all.sort();
  return places.map((place) => all[place] as number);
}

export const discretizationEncoder: NumberEncoder = {
  numbers: true,
  learn(pieces, elements, { bin_boundaries: bounds, num_bins: bins }) {
    if (Array.isArray(bounds)) return bounds.map(Number);
    const numbers = { [Symbol.iterator]: () => numbersOfPieces(pieces, elements) };
    let length = 0;
    for (const { rows } of pieces) length += rows.length * elements;
    if (length === 0) return Array.from({ length: Number(bins) - 1 }, () => 0);
    const places = Array.from({ length: Number(bins) - 1 }, (_, i) =>
      Math.min(length - 1, Math.floor(((i + 1) * length) / Number(bins))),
    );
    return length > MOST_SORTED ? numbersAt(numbers, places) : sortedAt(numbers, length, places);
  },
  writer(learned, _options, elements) {
    const bounds = learned.map(Number);
    return (from, to, at) => {
      for (let i = 0; i < elements; i++) {
        const value = from[at + i] as number;
        let [low, high] = [0, bounds.length];
        while (low < high) {
          const middle = (low + high) >> 1;
          if ((bounds[middle] as number) <= value) low = middle + 1;
          else high = middle;
        }
        to[at + i] = low;
      }
    };
  },
};
