// Names near a misspelt one: Damerau–Levenshtein distance with the usual cut-off of a third of the length.

/** Edits (insert, delete, replace, swap neighbours) from `a` to `b`, case counting half; stops above `most`. */
export function distance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const [x, y] = [a.charAt(i - 1), b.charAt(j - 1)];
      const change = x === y ? 0 : x.toLowerCase() === y.toLowerCase() ? 0.5 : 1;
      let best = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + change);
      if (i > 1 && j > 1 && x === b.charAt(j - 2) && a.charAt(i - 2) === y)
        best = Math.min(best, (before[j - 2] ?? 0) + 1);
      row.push(best);
    }
    if (Math.min(...row) > most) return most + 1;
    before = last;
    last = row;
  }
  return last[b.length] ?? most + 1;
}

export interface Nearest {
  /** Returns at most three names, best first. */
  readonly names: readonly string[];
  /** Returns the one name that the user surely means: it is close, and no other is as close. */
  readonly sure?: string;
}

export function nearest(name: string, candidates: Iterable<string>): Nearest {
  if (name.length > 80) return { names: [] };
  const most = Math.max(1, Math.floor(name.length / 3));
  const found: { readonly name: string; readonly distance: number }[] = [];
  for (const candidate of new Set(candidates)) {
    // People shorten a name to its beginning: `BatchNorm`.
    const begins = name.length >= 4 && candidate.toLowerCase().startsWith(name.toLowerCase());
    const whole = begins && candidate.length === name.length;
    // A name that only has other capitals is nearer than those that begin with it: `conv2d` is not `Conv2DTranspose`.
    const bound = whole ? 0.5 : begins ? 1 : most + 1;
    const d = Math.min(bound, distance(name, candidate, most));
    if (d <= most) found.push({ name: candidate, distance: d });
  }
  found.sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1));
  const [first, second] = found;
  const names = found.slice(0, 3).map((entry) => entry.name);
  // One wrong letter of three is too much: `cce` is not `bce`.
  const close = first !== undefined && (first.distance < 1 || name.length > 3);
  const sure = close && (second === undefined || second.distance >= first.distance + 0.5);
  return sure ? { names, sure: first.name } : { names };
}
