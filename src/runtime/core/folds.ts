// Divides data into parts of about the same size, so that a model can be tested on each of them after a training on the others. The
// order of the program's split says what belongs together.

import { type Dataset, rowsIn, type SourceData } from "./dataset.ts";
import { RunError } from "./error.ts";
import { rowNumbers, shuffleRows } from "./shuffle.ts";
import { hashOf, keysOf, type RowsToDivide, type SplitRule } from "./split.ts";

/** Rows in an order, and whether a row belongs to the one before it: a cut must not come between them. */
interface OrderedRows {
  readonly rows: Int32Array;
  joined(place: number): boolean;
}

/** Returns these rows, given in the order of the file, so that parts in a row are parts as the split wants them. */
function orderedRows(
  part: RowsToDivide,
  given: Int32Array,
  split: SplitRule,
  { seed, purpose }: { readonly seed: number; readonly purpose: string },
): OrderedRows {
  const rows = given.slice();
  const apart = (): boolean => false;
  switch (split.order) {
    case "order":
      return { rows, joined: apart };
    case "random":
      shuffleRows(rows, seed, purpose, 0);
      return { rows, joined: apart };
    case "stratified": {
      shuffleRows(rows, seed, purpose, 0);
      const keys = keysOf(part, split);
      const seen = new Map<string, number>();
      const places = Array.from(rows, (row) => {
        const place = seen.get(keys[row] ?? "") ?? 0;
        seen.set(keys[row] ?? "", place + 1);
        return place;
      });
      // The rows of each text are spread evenly over the whole.
      const shares = places.map((place, i) => (place + 0.5) / (seen.get(keys[rows[i] as number] ?? "") ?? 1));
      const order = shares.map((_, i) => i).sort((a, b) => (shares[a] as number) - (shares[b] as number) || a - b);
      return { rows: Int32Array.from(order, (i) => rows[i] as number), joined: apart };
    }
    case "hash": {
      const keys = keysOf(part, split);
      const hashes = keys.map((key) => hashOf(`${purpose} ${seed} ${key}`));
      rows.sort((a, b) => (hashes[a] as number) - (hashes[b] as number) || a - b);
      return { rows, joined: (place) => keys[rows[place] as number] === keys[rows[place - 1] as number] };
    }
    case "time":
      throw new RunError(
        "folds would test on rows that come before those of the training, and this data is split by time",
      );
  }
}

/** Returns the place nearest to a share of the rows that cuts nothing in two. */
function cutAt({ rows, joined }: OrderedRows, share: number): number {
  let place = Math.round(share * rows.length);
  while (place > 0 && place < rows.length && joined(place)) place++;
  return place;
}

/**
 * Returns the data of one fold of `folds`, from 0: its rows to test with, and of the others the share for validation that the program
 * takes. A test part of the source's own is left alone.
 */
export function foldOf(source: SourceData, split: SplitRule, seed: number, folds: number, fold: number): Dataset {
  const part = source.train;
  if (part.windows !== undefined)
    throw new RunError(
      "folds would test on rows that come before those of the training, and these are windows over time",
    );
  if (part.count < folds) throw new RunError(`${folds} folds need as many examples, and there are ${part.count}`);
  const all = rowNumbers(part.count);
  const ordered = orderedRows(part, all, split, { seed, purpose: "folds" });
  const [from, to] = [cutAt(ordered, fold / folds), cutAt(ordered, (fold + 1) / folds)];
  if (from === to)
    throw new RunError(
      `fold ${fold + 1} of ${folds} has no examples: too many of them belong together; take fewer folds`,
    );
  const test = ordered.rows.slice(from, to);
  const held = new Set(test);
  const others = all.filter((row) => !held.has(row));
  const left = orderedRows(part, others, split, { seed, purpose: `folds ${fold} validation` });
  const rest = left.rows;
  const whole = split.rows === true ? part.count : split.train + split.validation;
  const share = split.validation / whole;
  const last = split.order === "order" ? cutAt(left, 1 - share) : cutAt(left, share);
  const [train, validation] =
    split.order === "order" ? [rest.slice(0, last), rest.slice(last)] : [rest.slice(last), rest.slice(0, last)];
  if (train.length === 0) throw new RunError(`fold ${fold + 1} of ${folds} leaves nothing to train on`);
  return {
    train: rowsIn(part, train),
    ...(validation.length > 0 ? { validation: rowsIn(part, validation) } : {}),
    test: rowsIn(part, test),
  };
}
