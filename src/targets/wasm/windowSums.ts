// Prints the sums for all places of a small window, as the gradient of a depthwise kernel has them: each place sums over the same
// pictures, moved a little. Place by place, the pictures would come from far memory once for each row of the window. Here one row
// of a picture serves all places while it lies in the first cache, and their sums wait in memory meanwhile. Each result still
// adds its terms in the order of the LoopProgram, with a long sum cut where other reductions cut it.

import { largest } from "../../ir/address.ts";
import { shifted, walk } from "../../ir/expression.ts";
import type { Loop } from "../../ir/loops.ts";
import { applyFunction, convert, type Term } from "./functions.ts";
import { nest, type Span } from "./loops.ts";
import {
  ACCUMULATORS,
  cutOf,
  finish,
  type Reduce,
  readTerms,
  runsInLanes,
  sharingLoop,
  walkOver,
  writeReduceRow,
  writeReduceRows,
} from "./reduce.ts";
import { type Inner, type Scope, withExtents, withLoop } from "./scope.ts";
import { addI32, forLoop, get, i32, setLocal } from "./wat.ts";

/** The loops over the rows and columns of a window. */
export type WindowLoops = readonly [Loop, Loop];

/** Fewer terms in a row are not worth it to fetch and store the sums of all places. */
const LEAST_TERMS = 8;

/** The results side by side in a unit: a line of the cache, or half of it where that keeps a second thread busy. */
export const windowPiece = (extent: number): number => (extent >= 32 ? 16 : 8);
const LINE = 64;

/** What the sums of a unit take: of all terms, and of those since the cut. */
export const windowBytes = 2 * ACCUMULATORS * LINE;

/** The loops of a window around the last loop of a long sum, if all its places fit into registers. */
export function windowOf(stage: Reduce, loops: readonly Loop[]): WindowLoops | undefined {
  const [rows, columns] = [loops[loops.length - 3], sharingLoop(stage, loops)];
  if (rows === undefined || columns === undefined || rows.at !== undefined || typeof rows.extent !== "number")
    return undefined;
  if (rows.extent < 2 || rows.extent * largest(columns.extent) > ACCUMULATORS) return undefined;
  const last = stage.over[stage.over.length - 1];
  if (last === undefined || last.at !== undefined || typeof last.extent !== "number" || last.extent < LEAST_TERMS)
    return undefined;
  let moving = false;
  walk(stage.term, (e) => {
    if (e.kind === "load" && (e.address.strides[rows.name] ?? 0) !== 0) moving = true;
  });
  return moving && cutOf(stage) > 0 ? [rows, columns] : undefined;
}

const zero = "(v128.const i32x4 0 0 0 0)";

/** The sums of all places for the results of a unit, from `at` on in memory. */
class Sums {
  readonly #scope: Scope;
  readonly #span: Span;
  readonly #places: number;
  readonly #at: string;

  constructor(scope: Scope, span: Span, places: number, at: string) {
    this.#scope = scope;
    this.#span = span;
    this.#places = places;
    this.#at = at;
  }

  /** Opens a loop over the vectors of the unit; `body` gets its variable and the address of the vector's first sum. */
  each(scope: Scope, body: (index: string, base: string) => void): void {
    const { code } = scope;
    const { from, to } = this.#span;
    const index = code.local("i32", "vector");
    forLoop(code, index, from, to, 4, () => body(index, this.#baseOf(index)));
  }

  #baseOf(index: string): string {
    const { code } = this.#scope;
    const base = code.local("i32", "sums");
    setLocal(code, base, addI32(this.#at, `(i32.shl (i32.sub ${get(index)} ${this.#span.from}) (i32.const 2))`));
    return base;
  }

  load = (base: string, place: number): string => `(v128.load offset=${place * LINE} ${get(base)})`;

  store(base: string, place: number, value: string): void {
    this.#scope.code.line(`(v128.store offset=${place * LINE} ${get(base)} ${value})`);
  }

  clear(scope: Scope): void {
    this.each(scope, (_, base) => {
      for (let place = 0; place < this.#places; place++) this.store(base, place, zero);
    });
  }

  /** Adds the sums of other terms. */
  add(scope: Scope, others: Sums): void {
    this.each(scope, (index, base) => {
      const other = others.#baseOf(index);
      for (let place = 0; place < this.#places; place++)
        this.store(base, place, `(f32x4.add ${this.load(base, place)} ${this.load(other, place)})`);
    });
  }
}

/** The turns of both loops of a window, in order. */
const placesOf = ([rows, columns]: WindowLoops): readonly (readonly [number, number])[] =>
  Array.from({ length: largest(rows.extent) }, (_, y) =>
    Array.from({ length: largest(columns.extent) }, (_, x): readonly [number, number] => [y, x]),
  ).flat();

/** Adds the terms of the innermost loop to the sums of all places. */
function addRow(scope: Scope, stage: Reduce, window: WindowLoops, loop: Loop, sums: Sums): void {
  const { code } = scope;
  const [rows, columns] = window;
  sums.each(scope, (index, base) => {
    const inner = innerOf(scope, loop, index);
    const inside = atFirst(withLoop(scope, loop, get(index)), window);
    const terms = placesOf(window).map(([y, x]) => shifted(shifted(stage.term, rows.name, y), columns.name, x));
    const locals = terms.map((_, place) => {
      const local = code.local("v128", "sum");
      setLocal(code, local, sums.load(base, place));
      return local;
    });
    walkOver(inside, stage.over.slice(-1), terms, inner, (within, pointers) =>
      readTerms(within, terms, 4, inner, pointers, (place, value, own) => {
        const local = locals[place] ?? "";
        const sum: Term = { text: get(local), kind: "f32", lanes: 4 };
        setLocal(code, local, applyFunction("add", [sum, convert(value, "f32")], own).text);
      }),
    );
    for (const [place, local] of locals.entries()) sums.store(base, place, get(local));
  });
}

function innerOf({ code }: Scope, loop: Loop, index: string): Inner {
  const bytes = code.local("i32", "vector_bytes");
  setLocal(code, bytes, `(i32.shl ${get(index)} (i32.const 2))`);
  return { loop: loop.name, index, bytes };
}

const atFirst = (scope: Scope, window: WindowLoops): Scope =>
  window.reduce((inside, { name }) => withLoop(inside, { name, extent: 1 }, i32(0)), scope);

/** The results of all places of a window, along a span of `loop` of at most a line. `scratch` is memory of the thread. */
export function writeWindow(
  scope: Scope,
  stage: Reduce,
  window: WindowLoops,
  loop: Loop,
  { from, to }: Span,
  scratch: string,
): void {
  const [rows, columns] = window;
  if (!runsInLanes(scope, stage, loop)) {
    nest(scope, [rows], (inside) => writeReduceRows(inside, stage, columns, loop, { from, to }));
    return;
  }
  const { code } = scope;
  const end = code.local("i32", "end");
  setLocal(code, end, `(i32.add ${from} (i32.and (i32.sub ${to} ${from}) (i32.const -4)))`);
  const places = placesOf(window);
  const sumsAt = (at: number): Sums => new Sums(scope, { from, to: get(end) }, places.length, addI32(scratch, i32(at)));
  const [whole, part] = [sumsAt(0), sumsAt(windowBytes / 2)];
  whole.clear(scope);
  const cut = cutOf(stage);
  nest(withExtents(scope, stage.over), stage.over.slice(0, cut), (around) => {
    part.clear(around);
    nest(around, stage.over.slice(cut, -1), (inside) => addRow(inside, stage, window, loop, part));
    whole.add(around, part);
  });
  whole.each(scope, (index, base) => {
    const inner = innerOf(scope, loop, index);
    const inside = atFirst(withLoop(scope, loop, get(index)), window);
    for (const [place, [y, x]] of places.entries()) {
      const sum = code.local("v128", "sum");
      setLocal(code, sum, whole.load(base, place));
      const moves = [[rows.name, y] as const, [columns.name, x] as const];
      finish(inside, stage, inner, { text: get(sum), kind: "f32", lanes: 4 }, moves, 4);
    }
  });
  nest(scope, window, (inside) => writeReduceRow(inside, stage, loop, { from: get(end), to }));
}
