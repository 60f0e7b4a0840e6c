// A contraction with a small table of numbers is a few additions and multiplications at each point: the table's loops are
// unrolled, and its zeros and ones cost nothing. A table over two loops on each side that is a product of two smaller
// ones is applied in two steps, as the transforms of Winograd's convolutions are.

import { flatten } from "../ir/address.ts";
import type { Access, Address, PrimNode, PrimOf, ValueId } from "../ir/graph.ts";
import type { Expr, Let, Store } from "../ir/loops.ts";
import { rowMajorStrides } from "../ir/types.ts";
import { bestScale, combinations } from "./linear.ts";
import type { Storage } from "./storage.ts";
import { number, type TaskMaker } from "./task.ts";

type Contract = PrimNode & PrimOf<"contract">;

export interface Table {
  readonly values: readonly number[];
  readonly shape: readonly number[];
  /** Which operand it is. */
  readonly side: "left" | "right";
  /** Its loops over the result and over the sum, outermost first, each with its turns. */
  readonly results: readonly (readonly [string, number])[];
  readonly terms: readonly (readonly [string, number])[];
  /** All of these loops. */
  readonly unrolled: ReadonlySet<string>;
}

/** The most numbers on a side of a table. More are a matrix. */
const MOST = 64;

/** The table of a contraction, if one operand is a table with all the loops of the sum. */
export function smallTable(node: Contract, nodeOf: (id: ValueId) => PrimNode): Table | undefined {
  if (node.onto !== undefined) return undefined;
  for (const side of ["left", "right"] as const) {
    const [own, other] = side === "left" ? [node.lhs, node.rhs] : [node.rhs, node.lhs];
    const [access, otherAccess] = side === "left" ? [node.left, node.right] : [node.right, node.left];
    const table = nodeOf(own);
    if (table.kind !== "const" || typeof table.value === "number" || own === other) continue;
    const names = [...new Set(access.flatMap((a) => Object.keys(a.strides)))];
    const turns = (name: string): number | undefined => {
      const extent = node.loops.find((l) => l.name === name)?.extent;
      return typeof extent === "number" ? extent : undefined;
    };
    const inOut = new Set(node.out.flatMap((a) => Object.keys(a.strides)));
    const inOther = new Set(otherAccess.flatMap((a) => Object.keys(a.strides)));
    const over = node.loops.filter((l) => !inOut.has(l.name) && l.extent !== 1).map((l) => l.name);
    const sizes = names.map((name): readonly [string, number] => [name, turns(name) ?? Number.POSITIVE_INFINITY]);
    const results = sizes.filter(([name]) => inOut.has(name));
    const terms = sizes.filter(([name]) => !inOut.has(name));
    const product = (list: typeof sizes): number => list.reduce((n, [, size]) => n * size, 1);
    if (over.length === 0 || !over.every((name) => names.includes(name))) continue;
    if (product(results) > MOST || product(terms) > MOST || results.some(([name]) => inOther.has(name))) continue;
    const shape = table.type.shape.map((size) => (typeof size === "number" ? size : 1));
    return { values: table.value, shape, side, results, terms, unrolled: new Set(names) };
  }
  return undefined;
}

type Place = ReadonlyMap<string, number>;

/** All turns of some loops. The last loop runs fastest. */
function placesOf(loops: readonly (readonly [string, number])[]): readonly Place[] {
  return loops.reduce<readonly Place[]>(
    (places, [name, size]) =>
      places.flatMap((place) => Array.from({ length: size }, (_, i) => new Map([...place, [name, i]]))),
    [new Map()],
  );
}

const nowhere: Place = new Map();

/** An index with some loops replaced by numbers. */
function at(affine: Address, place: Place, more: Place = nowhere): Address {
  let offset = affine.offset;
  const strides: Record<string, number> = {};
  for (const name of Object.keys(affine.strides)) {
    const stride = affine.strides[name] ?? 0;
    const turn = place.get(name) ?? more.get(name);
    if (turn === undefined) strides[name] = stride;
    else offset += turn * stride;
  }
  return { offset, strides };
}

const range = (size: number): readonly number[] => Array.from({ length: size }, (_, i) => i);

/** `M[p, q; i, j] = P[p, i] · Q[q, j]`: the two factors, if they exist. `M` has a row for each `p, q`. */
function factorsOf(
  matrix: readonly (readonly number[])[],
  [p = 0, q = 0]: readonly number[],
  [m = 0, n = 0]: readonly number[],
): { readonly first: readonly (readonly number[])[]; readonly second: readonly (readonly number[])[] } | undefined {
  const entry = (a: number, b: number, i: number, j: number): number => matrix[a * q + b]?.[i * n + j] ?? 0;
  for (const b of range(q))
    for (const j of range(n)) {
      const pivot = entry(0, b, 0, j);
      if (pivot === 0) continue;
      const first = range(p).map((a) => range(m).map((i) => entry(a, b, i, j) / pivot));
      const second = range(q).map((c) => range(n).map((k) => entry(0, c, 0, k)));
      const same = range(p).every((a) =>
        range(q).every((c) =>
          range(m).every((i) =>
            range(n).every((k) => {
              const made = (first[a]?.[i] ?? 0) * (second[c]?.[k] ?? 0);
              return Math.abs(made - entry(a, c, i, k)) <= 1e-12 * Math.max(1, Math.abs(made));
            }),
          ),
        ),
      );
      if (!same) continue;
      const scale = bestScale(first, second);
      return {
        first: first.map((row) => row.map((x) => x * scale)),
        second: second.map((row) => row.map((x) => x / scale)),
      };
    }
  return undefined;
}

/** The numbers of the table: a row for each result, a column for each term. */
function matrixOf(
  { values, shape }: Table,
  access: Access,
  results: readonly Place[],
  terms: readonly Place[],
): readonly (readonly number[])[] {
  const whole = flatten(access, rowMajorStrides(shape));
  // The place of an entry is the sum of a part for its row and a part for its column.
  const columns = terms.map((term) => at(whole, term).offset - whole.offset);
  return results.map((result) => {
    const row = at(whole, result).offset;
    return columns.map((column) => values[row + column] ?? 0);
  });
}

/** The computation of a point from the terms `x0`, `x1` …, which are locals. It is the same for all contractions with a table. */
interface Body {
  readonly results: readonly Place[];
  readonly terms: readonly Place[];
  /** The steps in order: the number of a term to read, or a value to compute. */
  readonly steps: readonly (number | Let)[];
  /** One for each result. */
  readonly values: readonly Expr[];
}

const sizesOf = (loops: Table["results"]): readonly number[] => loops.map(([, size]) => size);
const zero = number(0);

function bodyOf(table: Table, access: Access): Body {
  const results = placesOf(table.results);
  const terms = placesOf(table.terms);
  const matrix = matrixOf(table, access, results, terms);
  const steps: (number | Let)[] = [];
  const bind = (name: string, value: Expr): Expr => {
    steps.push({ name, dtype: "f32", value });
    return { kind: "local", name };
  };
  let shared = 0;
  const share = (value: Expr): Expr => bind(`s${shared++}`, value);
  // A term with only zeros in the table is never read.
  const input = (i: number): Expr => {
    if (!matrix.some((row) => row[i] !== 0)) return zero;
    steps.push(i);
    return { kind: "local", name: `x${i}` };
  };
  const two = table.results.length === 2 && table.terms.length === 2;
  const factors = two ? factorsOf(matrix, sizesOf(table.results), sizesOf(table.terms)) : undefined;
  if (factors === undefined)
    return { results, terms, steps, values: combinations(matrix, range(terms.length).map(input), share) };
  const [m = 1, n = 1] = sizesOf(table.terms);
  // Column by column, and then row by row: few values are needed at a time.
  const columns = range(n).map((j) => {
    const inputs = range(m).map((i) => input(i * n + j));
    return combinations(factors.first, inputs, share).map((value, a) => bind(`t${a * n + j}`, value));
  });
  const values = factors.first.flatMap((_, a) =>
    combinations(
      factors.second,
      columns.map((column) => column[a] ?? zero),
      share,
    ),
  );
  return { results, terms, steps, values };
}

const bodies = new WeakMap<readonly number[], Map<string, Body>>();

/** The body of a table. It is built once for each array of numbers and way to read it. */
function knownBody(table: Table, access: Access): Body {
  const known = bodies.get(table.values) ?? new Map<string, Body>();
  bodies.set(table.values, known);
  const key = JSON.stringify([access, table.shape, table.results, table.terms]);
  const body = known.get(key) ?? bodyOf(table, access);
  known.set(key, body);
  return body;
}

/** Computes every result of the table at a point of the remaining loops, and stores or adds each in its place. */
export function tablePoint(
  node: Contract,
  table: Table,
  address: Address,
  storage: Storage,
  make: TaskMaker,
  adds: boolean,
): { readonly lets: readonly Let[]; readonly stores: readonly Store[] } {
  const [access, operand, otherAccess] =
    table.side === "left" ? [node.left, node.rhs, node.right] : [node.right, node.lhs, node.left];
  const { results, terms, steps, values } = knownBody(table, access);
  // Loops with one turn are not opened.
  const still: Place = new Map(node.loops.filter((l) => l.extent === 1).map((l) => [l.name, 0]));
  const read = (i: number): Let => {
    const place = terms[i] ?? nowhere;
    const value = make.reader.read(
      operand,
      otherAccess.map((a) => at(a, place, still)),
    );
    return { name: `x${i}`, dtype: "f32", value };
  };
  return {
    lets: steps.map((step) => (typeof step === "number" ? read(step) : step)),
    stores: results.map((result, i) => ({
      buffer: storage.buffer,
      address: at(address, result),
      value: values[i] ?? zero,
      ...(adds ? { adds } : {}),
    })),
  };
}
