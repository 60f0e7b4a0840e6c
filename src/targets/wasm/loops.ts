// Prints loops in WAT: nests of plain loops, and the innermost one in steps of four lanes with a rest of single points.

import type { Expr, Extent, Loop } from "../../ir/loops.ts";
import { convert, type Lanes } from "./functions.ts";
import { extentText, type Inner, type Scope, withLoop } from "./scope.ts";
import { writer } from "./values.ts";
import { addI32, forLoop, get, i32, setLocal } from "./wat.ts";

/** Sets the variable of a loop with one turn: the nearest to the value that names it, so that no address leaves its buffer. */
function openOne(scope: Scope, extent: Extent, at: Expr, variable: string): void {
  const { code } = scope;
  const least = i32(0);
  const last = addI32(extentText(extent), i32(-1));
  setLocal(code, variable, convert(writer(scope, undefined, [], []).value(at, 1), "i32").text);
  setLocal(code, variable, `(select ${get(variable)} ${least} (i32.gt_s ${get(variable)} ${least}))`);
  setLocal(code, variable, `(select ${get(variable)} ${last} (i32.lt_s ${get(variable)} ${last}))`);
}

/** Opens loops one inside the other, each over its whole extent, or at its one turn. */
export function nest(scope: Scope, loops: readonly Loop[], body: (scope: Scope) => void): void {
  const [first, ...rest] = loops;
  if (first === undefined) {
    body(scope);
    return;
  }
  const variable = scope.code.local("i32", first.name);
  if (first.at !== undefined) {
    openOne(scope, first.extent, first.at, variable);
    nest(withLoop(scope, first, get(variable)), rest, body);
    return;
  }
  forLoop(
    scope.code,
    variable,
    i32(0),
    extentText(first.extent),
    1,
    () => nest(withLoop(scope, first, get(variable)), rest, body),
    true,
  );
}

/**
 * Opens loops at the turn with the number in the local `rest`; the last loop runs fastest. `rest` keeps the remaining
 * quotient, unless these loops use up the number (`whole`).
 */
export function openTurn(scope: Scope, loops: readonly Loop[], rest: string, whole: boolean): Scope {
  const { code } = scope;
  let inside = scope;
  for (const [i, loop] of [...loops.entries()].reverse()) {
    const variable = code.local("i32", loop.name);
    const last = whole && i === 0;
    setLocal(code, variable, last ? get(rest) : `(i32.rem_u ${get(rest)} ${extentText(loop.extent)})`);
    if (!last) setLocal(code, rest, `(i32.div_u ${get(rest)} ${extentText(loop.extent)})`);
    inside = withLoop(inside, loop, get(variable));
  }
  return inside;
}

/** The start and end of an innermost loop, as texts. */
export interface Span {
  readonly from: string;
  readonly to: string;
}

export const wholeSpan = (extent: Extent): Span => ({ from: i32(0), to: extentText(extent) });

const numberOf = (text: string): number | undefined => {
  const found = /^\(i32\.const (-?\d+)\)$/.exec(text);
  return found === null ? undefined : Number(found[1]);
};

/**
 * The innermost loop. `prepare` runs before it and returns the body, which is printed once for four lanes if `vector` holds,
 * and once for single points, if each is needed.
 */
export function innermost(
  scope: Scope,
  loop: Loop,
  span: Span,
  vector: boolean,
  prepare: (scope: Scope, inner: Inner) => (lanes: Lanes) => void,
): void {
  const { code } = scope;
  const index = code.local("i32", loop.name);
  const bytes = code.local("i32", `${loop.name}_bytes`);
  const inside = withLoop(scope, loop, get(index));
  const inner: Inner = { loop: loop.name, index, bytes };
  setLocal(code, index, span.from);
  setLocal(code, bytes, `(i32.shl ${get(index)} (i32.const 2))`);
  const body = prepare(inside, inner);
  const step = (lanes: Lanes): void => {
    setLocal(code, bytes, addI32(get(bytes), i32(4 * lanes)));
    setLocal(code, index, addI32(get(index), i32(lanes)));
  };
  const from = numberOf(span.from);
  const to = numberOf(span.to);
  const count = from === undefined || to === undefined ? undefined : to - from;

  if (vector && (count === undefined || count >= 4)) {
    const last = addI32(span.to, i32(-4));
    let stop = last;
    if (numberOf(last) === undefined) {
      stop = get(code.local("i32", "stop"));
      code.line(`(local.set ${stop.slice(11, -1)} ${last})`);
    }
    const run = (): void => {
      const label = code.label("vector");
      code.form(`(loop ${label}`, () => {
        body(4);
        step(4);
        code.line(`(br_if ${label} (i32.le_s ${get(index)} ${stop}))`);
      });
    };
    if (count !== undefined) run();
    else code.form(`(if (i32.le_s ${get(index)} ${stop}) (then`, run, "))");
    if (count !== undefined && count % 4 === 0) return;
  }
  const single = (): void => {
    const label = code.label("point");
    code.form(`(loop ${label}`, () => {
      body(1);
      step(1);
      code.line(`(br_if ${label} (i32.lt_s ${get(index)} ${span.to}))`);
    });
  };
  if (count !== undefined && count > 0) single();
  else if (count === undefined) code.form(`(if (i32.lt_s ${get(index)} ${span.to}) (then`, single, "))");
}
