// Prints reads at a point: elements of buffers, indices, and values behind guards, for one point or for four neighbours.

import type { Address, Expr, Guard } from "../../ir/loops.ts";
import { constantTerm, convert, type Kind, type Lanes, splat, type Term } from "./functions.ts";
import { numberAs } from "./kinds.ts";
import { affineText, guardText, type Inner, type Pointers, type Scope } from "./scope.ts";
import { addI32, i32 } from "./wat.ts";

type Load = Extract<Expr, { kind: "load" }>;

/** The place of the reads: the open loops, the innermost among them, and pointers computed before it. */
export interface Place {
  readonly scope: Scope;
  readonly inner: Inner | undefined;
  readonly pointers: Pointers;
}

export const numberTerm = (value: number, kind: Kind, lanes: Lanes): Term =>
  constantTerm(value, kind === "bool" ? "i32" : kind, lanes);

function loadOne({ scope, pointers }: Place, { buffer, address }: Pick<Load, "buffer" | "address">): Term {
  const { dtype } = scope.buffer(buffer);
  const { text, offset } = pointers.at(buffer, address);
  const name = dtype === "f32" ? "f32.load" : dtype === "u8" ? "i32.load8_u" : "i32.load";
  return { text: `(${name} offset=${offset} ${text})`, kind: dtype === "f32" ? "f32" : "i32", lanes: 1 };
}

function loadFour(place: Place, load: Load, loop: string): Term {
  const { scope, pointers } = place;
  const { dtype } = scope.buffer(load.buffer);
  const kind: Kind = dtype === "f32" ? "f32" : "i32";
  const stride = load.address.strides[loop] ?? 0;
  if (stride === 0) return splat(loadOne(place, load));
  if (stride === 1) {
    const { text, offset } = pointers.at(load.buffer, load.address);
    if (dtype !== "u8") return { text: `(v128.load offset=${offset} ${text})`, kind, lanes: 4 };
    return {
      text: `(i32x4.extend_low_i16x8_u (i16x8.extend_low_i8x16_u (v128.load32_zero offset=${offset} ${text})))`,
      kind,
      lanes: 4,
    };
  }
  const lane = (k: number): string =>
    loadOne(place, { buffer: load.buffer, address: { ...load.address, offset: load.address.offset + k * stride } })
      .text;
  const shape = `${kind}x4`;
  const rest = [1, 2, 3].reduce(
    (text, k) => `(${shape}.replace_lane ${k} ${text} ${lane(k)})`,
    `(${shape}.splat ${lane(0)})`,
  );
  return { text: rest, kind, lanes: 4 };
}

export const loadTerm = (place: Place, load: Load, lanes: Lanes): Term =>
  lanes === 1 || place.inner === undefined ? loadOne(place, load) : loadFour(place, load, place.inner.loop);

export function indexTerm({ scope, inner }: Place, address: Address, lanes: Lanes): Term {
  const one: Term = { text: addI32(affineText(address, scope), i32(address.offset)), kind: "i32", lanes: 1 };
  if (lanes === 1) return one;
  const step = inner === undefined ? 0 : (address.strides[inner.loop] ?? 0);
  if (step === 0) return splat(one);
  const steps = [0, 1, 2, 3].map((k) => k * step).join(" ");
  return { text: `(i32x4.add ${splat(one).text} (v128.const i32x4 ${steps}))`, kind: "i32", lanes: 4 };
}

/** `value` if the guards hold. Otherwise it is not computed, because it may lie outside of memory. */
export function guarded(
  { scope }: Place,
  guards: readonly Guard[],
  otherwise: number,
  lanes: Lanes,
  value: () => Term,
): Term {
  const test = guardText(guards, scope);
  const inside = value();
  if (test === undefined) return inside;
  const kind = numberAs(inside.kind, [otherwise]);
  const yes = convert(inside, kind);
  const type = lanes === 4 ? "v128" : kind === "f32" ? "f32" : "i32";
  return {
    text: `(if (result ${type}) ${test} (then ${yes.text}) (else ${numberTerm(otherwise, kind, lanes).text}))`,
    kind,
    lanes,
  };
}
