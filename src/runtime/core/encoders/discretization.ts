// The encoder Discretization: the bin of a number.

import type { NumberEncoder } from "../encode.ts";

export const discretizationEncoder: NumberEncoder = {
  numbers: true,
  learn(values, rows, elements, { bin_boundaries: bounds, num_bins: bins }) {
    if (Array.isArray(bounds)) return bounds.map(Number);
    const all = new Float64Array(rows.length * elements);
    let at = 0;
    for (const row of rows) for (let i = 0; i < elements; i++) all[at++] = values[row * elements + i] as number;
    all.sort();
    const count = Number(bins);
    return Array.from(
      { length: count - 1 },
      (_, i) => all[Math.min(all.length - 1, Math.floor(((i + 1) * all.length) / count))] ?? 0,
    );
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
