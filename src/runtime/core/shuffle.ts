// Seeded orders of rows: Fisher–Yates drawn from Threefry, so an order depends on seed, purpose and round alone.

import { hashName, threefry } from "./threefry.ts";

/** Puts `rows` in a random order, in place. The key is (seed, hash of `purpose`), the counter (round, position). */
export function shuffleRows(rows: Int32Array, seed: number, purpose: string, round: number): void {
  const stream = hashName(purpose);
  for (let i = rows.length - 1; i > 0; i--) {
    // A multiple of 2^-32 times (i + 1): biased by less than one part in 2^32 / (i + 1).
    const j = Math.floor((threefry(seed, stream, round, i) * (i + 1)) / 4294967296);
    const row = rows[i] as number;
    rows[i] = rows[j] as number;
    rows[j] = row;
  }
}

/** 0, 1, …, count - 1. */
export function rowNumbers(count: number): Int32Array {
  const rows = new Int32Array(count);
  for (let i = 0; i < count; i++) rows[i] = i;
  return rows;
}

/** The order of an epoch (from 0): a permutation of 0 … count - 1, the same for the same seed and epoch. */
export function epochOrder(count: number, seed: number, epoch: number): Int32Array {
  const rows = rowNumbers(count);
  shuffleRows(rows, seed, "shuffle", epoch);
  return rows;
}
