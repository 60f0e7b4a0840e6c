// The context of a piece of WAT text: the open loops, the values of locals, the places of buffers. It splits addresses into
// a part that is computed once before the innermost loop and a part that changes with it.

import { CompilerBug } from "../../base/compilerBug.ts";
import type { Address, Extent, Guard, Loop } from "../../ir/loops.ts";
import type { DType } from "../../ir/types.ts";
import { openEnds } from "../loops/guards.ts";
import type { Spelling, Term } from "./functions.ts";
import { addI32, get, i32, scaleI32, setLocal } from "./wat.ts";

/** The place of element 0 of a buffer: `base + offset` in bytes. `base` is a text; a fixed place has none. */
export interface BufferPlace {
  readonly dtype: DType;
  readonly base?: string;
  readonly offset: number;
  /** The bytes of a buffer that lasts for a turn: it has its place in the scratch memory of each thread. */
  readonly turn?: number;
}

export interface Scope extends Spelling {
  /** Throws for an unknown name: a compiler bug. */
  buffer(name: string): BufferPlace;
  /** The number of a random stream, as text. */
  stream(stream: number): string;
  /** The value of each open loop, as text. */
  readonly loops: ReadonlyMap<string, string>;
  readonly extents: ReadonlyMap<string, Extent>;
  /** The values that lets and reductions bound. */
  readonly locals: Map<string, Term>;
}

/** The innermost loop: its index, and the index times four bytes, as locals. */
export interface Inner {
  readonly loop: string;
  readonly index: string;
  readonly bytes: string;
}

export const widthOf = (dtype: DType): number => (dtype === "u8" ? 1 : 4);

export const samples = "(local.get $samples)";
export const extentText = (extent: Extent): string => (typeof extent === "number" ? i32(extent) : samples);

export const withLoop = (scope: Scope, loop: Loop, value: string): Scope => ({
  ...scope,
  loops: new Map([...scope.loops, [loop.name, value]]),
  extents: new Map([...scope.extents, [loop.name, loop.extent]]),
});

/** The extents of loops that are about to open, or that are used in ranges. */
export const withExtents = (scope: Scope, loops: readonly Loop[]): Scope => ({
  ...scope,
  extents: new Map([...scope.extents, ...loops.map((l): [string, Extent] => [l.name, l.extent])]),
});

/** Σ stride · loop over the open loops, times `unit`, without the offset. */
export function affineText(address: Address, scope: Scope, unit = 1): string {
  let text = i32(0);
  for (const [loop, stride] of Object.entries(address.strides)) {
    const value = scope.loops.get(loop);
    if (value === undefined) throw new CompilerBug(`the loop '${loop}' is not open`);
    text = addI32(text, scaleI32(value, stride * unit));
  }
  return text;
}

/** The place of an element in bytes, at the current turn of the open loops. */
export function placeText(scope: Scope, buffer: string, address: Address): string {
  const { dtype, base = i32(0), offset } = scope.buffer(buffer);
  const width = widthOf(dtype);
  return addI32(addI32(base, affineText(address, scope, width)), i32(offset + address.offset * width));
}

export interface Pointer {
  readonly text: string;
  /** The bytes that the instruction's own offset adds: never negative. */
  readonly offset: number;
}

const withoutLoop = ({ offset, strides }: Address, loop: string | undefined): Address => {
  if (loop === undefined) return { offset, strides };
  const { [loop]: _, ...rest } = strides;
  return { offset, strides: rest };
};

/** A pointer that moves by so many bytes at each turn of a loop. */
interface Walker {
  readonly local: string;
  readonly step: number;
}

/** The pointers computed before the innermost loop, by buffer and strides. */
export class Pointers {
  readonly #bases = new Map<string, string>();
  readonly #walkers = new Map<string, Walker>();
  readonly #scope: Scope;
  readonly #inner: Inner | undefined;
  readonly #walked: string | undefined;

  /** `walked` is a loop inside all others, along which pointers move instead of being computed. */
  constructor(scope: Scope, inner: Inner | undefined, walked?: string) {
    this.#scope = scope;
    this.#inner = inner;
    this.#walked = walked;
  }

  /** The walker's place at the first turn of the loop, and its step. */
  #walk(buffer: string, address: Address) {
    const step = (address.strides[this.#walked ?? ""] ?? 0) * widthOf(this.#scope.buffer(buffer).dtype);
    const { text, offset } = this.#parts(buffer, address, this.#walked);
    return { key: `${step} ${text}`, text, offset, step };
  }

  /** Computes the pointer of an access at the first turn of the loop to walk. */
  prepareWalk(buffer: string, address: Address): void {
    const { key, text, step } = this.#walk(buffer, address);
    if (this.#walkers.has(key)) return;
    const { code } = this.#scope;
    const local = code.local("i32", "w");
    setLocal(code, local, text);
    this.#walkers.set(key, { local, step });
  }

  /** Moves all pointers to the next turn of the loop. */
  advance(): void {
    const { code } = this.#scope;
    for (const { local, step } of this.#walkers.values())
      if (step !== 0) setLocal(code, local, addI32(get(local), i32(step)));
  }

  /** The base and fixed offset. With a negative stride the rest can be negative, so the offset goes into the base. */
  #parts(
    buffer: string,
    address: Address,
    without = this.#inner?.loop,
  ): { readonly text: string; readonly offset: number } {
    const place = this.#scope.buffer(buffer);
    const width = widthOf(place.dtype);
    const outer = withoutLoop(address, without);
    const fixed = place.offset + address.offset * width;
    const negative = address.offset < 0 || Object.values(address.strides).some((s) => s < 0);
    const text = addI32(place.base ?? i32(0), affineText(outer, this.#scope, width));
    return negative ? { text: addI32(text, i32(fixed)), offset: 0 } : { text, offset: fixed };
  }

  /** Computes the pointer of an access before the loop. */
  prepare(buffer: string, address: Address): void {
    const { text } = this.#parts(buffer, address);
    if (/^\(i32\.const|^\(local\.get/.test(text)) return;
    if (this.#bases.has(text)) return;
    const { code } = this.#scope;
    const local = code.local("i32", "p");
    setLocal(code, local, text);
    this.#bases.set(text, local);
  }

  at(buffer: string, address: Address): Pointer {
    if (this.#walkers.size > 0) {
      const { key, offset } = this.#walk(buffer, address);
      const walker = this.#walkers.get(key);
      if (walker !== undefined) return { text: get(walker.local), offset };
    }
    const { text, offset } = this.#parts(buffer, address);
    const local = this.#bases.get(text);
    const base = local === undefined ? text : get(local);
    const inner = this.#inner;
    if (inner === undefined) return { text: base, offset };
    const bytes = (address.strides[inner.loop] ?? 0) * widthOf(this.#scope.buffer(buffer).dtype);
    if (bytes === 0) return { text: base, offset };
    const run = bytes === 4 ? get(inner.bytes) : scaleI32(get(inner.index), bytes);
    return { text: addI32(base, run), offset };
  }
}

/** The test of guards as an i32 of 0 or 1; undefined if they always hold. */
export function guardText(guards: readonly Guard[], scope: Scope): string | undefined {
  const tests: string[] = [];
  for (const guard of guards) {
    const { index, size } = guard;
    const open = openEnds(guard, scope.extents);
    const value = addI32(affineText(index, scope), i32(index.offset));
    // One unsigned comparison tests both ends.
    if (open.low) tests.push(`(i32.lt_u ${value} ${extentText(size)})`);
    else if (open.high) tests.push(`(i32.lt_s ${value} ${extentText(size)})`);
  }
  return tests.length === 0 ? undefined : tests.reduce((a, b) => `(i32.and ${a} ${b})`);
}
