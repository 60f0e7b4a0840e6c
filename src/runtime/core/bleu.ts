// BLEU of written texts: Papineni et al. 2002, as sacrebleu counts it over words that are given.

const LONGEST_RUN = 4;

/** Counts the runs of `length` words. */
function runsOf(words: readonly string[], length: number): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (let at = 0; at + length <= words.length; at++) {
    const run = words.slice(at, at + length).join("\n");
    counts.set(run, (counts.get(run) ?? 0) + 1);
  }
  return counts;
}

/** Adds up texts and their references, and returns the score of all of them, from 0 to 1. */
export function bleuCounter(): {
  add(written: readonly string[], reference: readonly string[]): void;
  score(): number;
} {
  const matches = new Array<number>(LONGEST_RUN).fill(0);
  const possible = new Array<number>(LONGEST_RUN).fill(0);
  const length = { written: 0, reference: 0 };
  return {
    add(written, reference) {
      length.written += written.length;
      length.reference += reference.length;
      for (let n = 1; n <= LONGEST_RUN; n++) {
        const wanted = runsOf(reference, n);
        for (const [run, count] of runsOf(written, n)) {
          matches[n - 1] = (matches[n - 1] as number) + Math.min(count, wanted.get(run) ?? 0);
          possible[n - 1] = (possible[n - 1] as number) + count;
        }
      }
    },
    score() {
      if (matches[0] === 0 || possible.includes(0)) return 0;
      // An order without a match counts half as much as the one before it that had none.
      let smooth = 1;
      const logs = matches.map((count, i) => {
        if (count === 0) smooth /= 2;
        return Math.log((count === 0 ? smooth : count) / (possible[i] as number));
      });
      const mean = logs.reduce((sum, log) => sum + log, 0) / LONGEST_RUN;
      return Math.exp(mean + Math.min(0, 1 - length.reference / length.written));
    },
  };
}
