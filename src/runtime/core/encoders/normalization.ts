// The encoder Normalization: numbers with mean 0 and variance 1 over the training rows.

import type { NumberEncoder } from "../encode.ts";

/** The least deviation, as Keras's epsilon. */
const LEAST = 1e-7;

const listOf = (value: unknown, elements: number): readonly number[] | undefined => {
  const list = typeof value === "number" ? [value] : Array.isArray(value) ? value.map(Number) : undefined;
  return list?.length === 1 ? Array.from({ length: elements }, () => list[0] as number) : list;
};

export const normalizationEncoder: NumberEncoder = {
  numbers: true,
  learn(pieces, elements, { mean, variance }) {
    const given = [...(listOf(mean, elements) ?? []), ...(listOf(variance, elements) ?? [])];
    if (given.length > 0) return given;
    const means = new Float64Array(elements);
    const squares = new Float64Array(elements);
    let count = 0;
    for (const { values, rows } of pieces) {
      count += rows.length;
      for (const row of rows)
        for (let i = 0; i < elements; i++) means[i] = (means[i] as number) + (values[row * elements + i] as number);
    }
    for (let i = 0; i < elements; i++) means[i] = (means[i] as number) / Math.max(1, count);
    for (const { values, rows } of pieces)
      for (const row of rows)
        for (let i = 0; i < elements; i++)
          squares[i] = (squares[i] as number) + ((values[row * elements + i] as number) - (means[i] as number)) ** 2;
    return [...means, ...squares.map((sum) => sum / Math.max(1, count))];
  },
  writer(learned, { invert }, elements) {
    const deviation = (i: number): number => Math.max(Math.sqrt(Number(learned[elements + i])), LEAST);
    const means = Array.from({ length: elements }, (_, i) => Number(learned[i]));
    const deviations = means.map((_, i) => deviation(i));
    return (from, to, at) => {
      for (let i = 0; i < elements; i++) {
        const value = from[at + i] as number;
        const [mean, scale] = [means[i] as number, deviations[i] as number];
        to[at + i] = invert === true ? value * scale + mean : (value - mean) / scale;
      }
    };
  },
};
