// Prints the stages in which windows return their gradient to the first maximum, or to every element.

import type { Loop, Stage } from "../../ir/loops.ts";
import { constantTerm, convert, type Lanes, type Term } from "./functions.ts";
import { hasVectorForm } from "./kinds.ts";
import { innermost, nest, wholeSpan } from "./loops.ts";
import { guardText, type Inner, placeText, type Scope, widthOf, withExtents, withLoop } from "./scope.ts";
import { writer } from "./values.ts";
import { addI32, get, i32, setLocal } from "./wat.ts";

type Scatter = Extract<Stage, { kind: "scatter" }>;

/** Runs `body` at every place of a window that exists, with the place's number as text. */
function places(scope: Scope, stage: Scatter, body: (inside: Scope, place: string) => void): void {
  const { code } = scope;
  const place = code.local("i32", "place");
  setLocal(code, place, i32(0));
  nest(withExtents(scope, stage.over), stage.over, (inside) => {
    const test = guardText(stage.guards, inside);
    if (test === undefined) body(inside, get(place));
    else code.form(`(if ${test} (then`, () => body(inside, get(place)), "))");
    setLocal(code, place, addI32(get(place), i32(1)));
  });
}

function writeWindow(scope: Scope, inner: Inner | undefined, stage: Scatter, lanes: Lanes): void {
  const { code } = scope;
  const type = lanes === 4 ? "v128" : "f32";
  const gradient = code.local(type, "g");
  setLocal(code, gradient, convert(writer(scope, inner, [], []).value(stage.value, lanes), "f32").text);
  const add = (inside: Scope, amount: string): void => {
    const write = writer(inside, inner, [], []);
    const target = { kind: "load", buffer: stage.buffer, address: stage.address, guards: [], otherwise: 0 } as const;
    const sum: Term = {
      text: `(${lanes === 4 ? "f32x4" : "f32"}.add ${write.value(target, lanes).text} ${amount})`,
      kind: "f32",
      lanes,
    };
    write.store({ buffer: stage.buffer, address: stage.address, value: stage.value }, sum);
  };
  if (stage.op === "sum") {
    places(scope, stage, (inside) => add(inside, get(gradient)));
    return;
  }
  // First find the place of the first maximum in each lane, then add the gradient there.
  const best = code.local(type, "best");
  const at = code.local(lanes === 4 ? "v128" : "i32", "at");
  const value = code.local(type, "x");
  setLocal(code, best, constantTerm(Number.NEGATIVE_INFINITY, "f32", lanes).text);
  setLocal(code, at, constantTerm(-1, "i32", lanes).text);
  places(scope, stage, (inside, place) => {
    setLocal(code, value, convert(writer(inside, inner, [], []).value(stage.term, lanes), "f32").text);
    if (lanes === 1) {
      const test = `(i32.or (i32.lt_s ${get(at)} (i32.const 0)) (f32.gt ${get(value)} ${get(best)}))`;
      code.form(
        `(if ${test} (then`,
        () => {
          setLocal(code, best, get(value));
          setLocal(code, at, place);
        },
        "))",
      );
      return;
    }
    const better = code.local("v128", "better");
    const none = `(i32x4.lt_s ${get(at)} (v128.const i32x4 0 0 0 0))`;
    setLocal(code, better, `(v128.or ${none} (f32x4.gt ${get(value)} ${get(best)}))`);
    setLocal(code, best, `(v128.bitselect ${get(value)} ${get(best)} ${get(better)})`);
    setLocal(code, at, `(v128.bitselect (i32x4.splat ${place}) ${get(at)} ${get(better)})`);
  });
  places(scope, stage, (inside, place) => {
    if (lanes === 1) code.form(`(if (i32.eq ${get(at)} ${place}) (then`, () => add(inside, get(gradient)), "))");
    else add(inside, `(v128.and ${get(gradient)} (i32x4.eq ${get(at)} (i32x4.splat ${place})))`);
  });
}

/** A whole stage. The kernel's shared loops are open. */
export function writeScatter(scope: Scope, stage: Scatter): void {
  writeFill(scope, stage.buffer, stage.clear, 0);
  const last = stage.loops[stage.loops.length - 1];
  if (last === undefined) {
    writeWindow(scope, undefined, stage, 1);
    return;
  }
  nest(scope, stage.loops.slice(0, -1), (inside) => {
    const vector = runsInLanes(inside, stage, last);
    innermost(
      inside,
      last,
      wholeSpan(last.extent),
      vector,
      (within, inner) => (lanes) => writeWindow(within, lanes === 4 ? inner : undefined, stage, lanes),
    );
  });
}

const runsInLanes = (scope: Scope, stage: Scatter, last: Loop): boolean => {
  const open = withExtents(withLoop(scope, last, i32(0)), stage.over);
  return (
    stage.address.strides[last.name] === 1 &&
    hasVectorForm(stage.term, last.name, open) &&
    hasVectorForm(stage.value, last.name, open) &&
    stage.guards.every((g) => (g.index.strides[last.name] ?? 0) === 0)
  );
};

/** Sets a range to a number. */
export function writeFill(
  scope: Scope,
  buffer: string,
  range: { readonly address: Scatter["address"]; readonly count: number },
  value: number,
): void {
  const { code } = scope;
  const width = widthOf(scope.buffer(buffer).dtype);
  const from = placeText(scope, buffer, range.address);
  if (Object.is(value, 0) || width === 1) {
    code.line(`(memory.fill ${from} ${i32(value & 255)} ${i32(range.count * width)})`);
    return;
  }
  const fill: Loop = { name: "fill", extent: range.count };
  const address = { offset: range.address.offset, strides: { ...range.address.strides, fill: 1 } };
  innermost(scope, fill, wholeSpan(range.count), true, (inside, inner) => {
    const store = { buffer, address, value: { kind: "number", value } } as const;
    const write = writer(inside, inner, [], [store]);
    return (lanes) => write.store(store, write.value(store.value, lanes));
  });
}
