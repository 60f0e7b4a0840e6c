// Sizes of axes: a number, or a polynomial over symbols and opaque atoms `floor(p / n)`. They are always in normal form, so
// that equality is decidable. This file knows no tensors and no diagnostics.

/** The symbol of the batch axis. No name in a `.nn` file can look like it. */
export const BATCH = "?";

export type Atom = string | { readonly floor: Size; readonly divisor: number };
export interface Term {
  readonly factor: number;
  /** Sorted by their printed form; a power repeats its atom. Empty for the constant term. */
  readonly atoms: readonly Atom[];
}
export interface Polynomial {
  /** Sorted, without zero factors, and never only a constant term, which would be a plain number. */
  readonly terms: readonly Term[];
}
export type Size = number | Polynomial;

export const batchSize: Size = { terms: [{ factor: 1, atoms: [BATCH] }] };

export function symbol(name: string): Size {
  return { terms: [{ factor: 1, atoms: [name] }] };
}

const termsOf = (size: Size): readonly Term[] =>
  typeof size === "number" ? (size === 0 ? [] : [{ factor: size, atoms: [] }]) : size.terms;

const printAtom = (atom: Atom): string =>
  typeof atom === "string" ? atom : `floor((${printSize(atom.floor)}) / ${atom.divisor})`;
const keyOf = (term: Term): string => term.atoms.map(printAtom).join("*");

function normal(terms: readonly Term[]): Size {
  const byKey = new Map<string, Term>();
  for (const term of terms) {
    const atoms = [...term.atoms].sort((a, b) => (printAtom(a) < printAtom(b) ? -1 : 1));
    const key = keyOf({ factor: 1, atoms });
    const before = byKey.get(key);
    byKey.set(key, { factor: (before?.factor ?? 0) + term.factor, atoms });
  }
  const kept = [...byKey.entries()].filter(([, term]) => term.factor !== 0);
  kept.sort(([a, x], [b, y]) => y.atoms.length - x.atoms.length || (a < b ? -1 : 1));
  const result = kept.map(([, term]) => term);
  const only = result[0];
  if (only === undefined) return 0;
  if (result.length === 1 && only.atoms.length === 0) return only.factor;
  return { terms: result };
}

export function addSizes(a: Size, b: Size): Size {
  return typeof a === "number" && typeof b === "number" ? a + b : normal([...termsOf(a), ...termsOf(b)]);
}

/** A size times a number: it stays in normal form. */
function scaled(size: Size, factor: number): Size {
  if (typeof size === "number") return size * factor;
  if (factor === 0) return 0;
  return factor === 1
    ? size
    : { terms: size.terms.map((term) => ({ factor: term.factor * factor, atoms: term.atoms })) };
}

export function multiplySizes(a: Size, b: Size): Size {
  if (typeof a === "number") return scaled(b, a);
  if (typeof b === "number") return scaled(a, b);
  const terms: Term[] = [];
  for (const x of termsOf(a))
    for (const y of termsOf(b)) terms.push({ factor: x.factor * y.factor, atoms: [...x.atoms, ...y.atoms] });
  return normal(terms);
}

export function subtractSizes(a: Size, b: Size): Size {
  return addSizes(a, multiplySizes(b, -1));
}

export function product(sizes: readonly Size[]): Size {
  return sizes.reduce(multiplySizes, 1);
}

/** `a / b` if the division is provably exact, otherwise undefined. `b` is a number or a single term. */
export function divideExactly(a: Size, b: Size): Size | undefined {
  if (b === 0) return undefined;
  if (typeof a === "number" && typeof b === "number") return a % b === 0 ? a / b : undefined;
  if (sameSize(a, b)) return 1;
  const [divisor, more] = termsOf(b);
  if (divisor === undefined || more !== undefined) return undefined;
  const terms: Term[] = [];
  for (const term of termsOf(a)) {
    if (term.factor % divisor.factor !== 0) return undefined;
    const atoms = [...term.atoms];
    for (const atom of divisor.atoms) {
      const at = atoms.findIndex((x) => printAtom(x) === printAtom(atom));
      if (at < 0) return undefined;
      atoms.splice(at, 1);
    }
    terms.push({ factor: term.factor / divisor.factor, atoms });
  }
  return normal(terms);
}

/** `floor(a / n)` for a positive integer `n`; whole multiples of `n` leave the opaque atom. */
export function floorDivide(a: Size, n: number): Size {
  if (typeof a === "number") return Math.floor(a / n);
  if (n === 1) return a;
  const whole: Term[] = [];
  const rest: Term[] = [];
  for (const term of a.terms) {
    if (term.factor % n === 0) whole.push({ factor: term.factor / n, atoms: term.atoms });
    else if (term.atoms.length === 0) {
      whole.push({ factor: Math.floor(term.factor / n), atoms: [] });
      rest.push({ factor: term.factor - Math.floor(term.factor / n) * n, atoms: [] });
    } else rest.push(term);
  }
  const inside = normal(rest);
  if (typeof inside === "number") return normal([...whole, { factor: Math.floor(inside / n), atoms: [] }]);
  return normal([...whole, { factor: 1, atoms: [{ floor: inside, divisor: n }] }]);
}

/** `ceil(a / n)`. */
export function ceilDivide(a: Size, n: number): Size {
  return floorDivide(addSizes(a, n - 1), n);
}

export function sameSize(a: Size, b: Size): boolean {
  if (a === b || typeof a === "number" || typeof b === "number") return a === b;
  return printSize(a) === printSize(b);
}

/** Whether two sizes differ for all values of their symbols: their difference is a number other than 0. */
export function certainlyDiffer(a: Size, b: Size): boolean {
  const difference = subtractSizes(a, b);
  return typeof difference === "number" && difference !== 0;
}

/** Replaces symbols by sizes. */
export function substitute(size: Size, values: ReadonlyMap<string, Size>): Size {
  if (typeof size === "number") return size;
  let sum: Size = 0;
  for (const term of size.terms) {
    let value: Size = term.factor;
    for (const atom of term.atoms) {
      const part =
        typeof atom === "string"
          ? (values.get(atom) ?? symbol(atom))
          : floorDivide(substitute(atom.floor, values), atom.divisor);
      value = multiplySizes(value, part);
    }
    sum = addSizes(sum, value);
  }
  return sum;
}

/** The names of the symbols in a size, floors included. */
export function symbolsOf(size: Size): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (s: Size): void => {
    if (typeof s === "number") return;
    for (const term of s.terms)
      for (const atom of term.atoms) {
        if (typeof atom === "string") names.add(atom);
        else visit(atom.floor);
      }
  };
  visit(size);
  return names;
}

/** `2*h*w + floor((h + 1) / 2) - 3` */
export function printSize(size: Size): string {
  if (typeof size === "number") return String(size);
  let text = "";
  for (const [i, term] of size.terms.entries()) {
    const magnitude = Math.abs(term.factor);
    const parts = term.atoms.map(printAtom);
    if (magnitude !== 1 || parts.length === 0) parts.unshift(String(magnitude));
    const body = parts.join("*");
    if (i === 0) text = term.factor < 0 ? `-${body}` : body;
    else text += (term.factor < 0 ? " - " : " + ") + body;
  }
  return text;
}
