// Prints the parts of all kernels: nested loops, addresses whose fixed part is computed once, and the stores at a point.

import { append } from "../../base/append.ts";
import { loadsOfExpression } from "../../ir/expression.ts";
import type { Address, Expr, Extent, Let, Loop, Store } from "../../ir/loops.ts";
import type { Printer } from "../printer.ts";
import { typed } from "../types.ts";
import { addressText, expressionText, extentText, type Helper, type Spelling } from "./expressions.ts";
import type { TileSizes } from "./tiles.ts";

export interface Context {
  readonly out: Printer;
  /** The functions that the text calls. */
  readonly helpers: Set<Helper>;
  /** The number of a random stream, as text. */
  stream(stream: number): string;
  readonly extents: ReadonlyMap<string, Extent>;
  readonly sizes: TileSizes;
  /** A new variable name. */
  fresh(prefix: string): string;
}

/** An address without the step along `loop` and without its offset. */
const without = (address: Address, loop: string | undefined): Address => {
  if (loop === undefined) return { offset: 0, strides: address.strides };
  const { [loop]: _, ...strides } = address.strides;
  return { offset: 0, strides };
};

const keyOf = (address: Address): string => JSON.stringify(Object.entries(address.strides).sort());

export const addressesIn = (expr: Expr): readonly Address[] => loadsOfExpression(expr).map(({ address }) => address);

/** Makes variables for the parts of addresses that do not change while `inner` runs; used as `p0 + i`. */
export function bases(
  context: Context,
  addresses: readonly Address[],
  inner: string | undefined,
): (address: Address) => string {
  const named = new Map<string, string>();
  for (const address of addresses) {
    const outer = without(address, inner);
    const terms = Object.entries(outer.strides);
    if (terms.length < 2 && terms.every(([, stride]) => stride === 1)) continue;
    const key = keyOf(outer);
    if (named.has(key)) continue;
    const name = context.fresh("p");
    named.set(key, name);
    context.out.line(`const ${name} = ${addressText(outer)};`);
  }
  return (address) => {
    const name = named.get(keyOf(without(address, inner)));
    if (name === undefined) return addressText(address);
    const step = inner === undefined ? 0 : (address.strides[inner] ?? 0);
    return addressText({
      offset: address.offset,
      strides: { [name]: 1, ...(step === 0 || inner === undefined ? {} : { [inner]: step }) },
    });
  };
}

export function spelling(
  context: Context,
  address: (a: Address) => string,
  local: (name: string) => string = (n) => n,
): Spelling {
  return {
    address,
    load: () => undefined,
    stream: (stream) => context.stream(stream),
    extents: context.extents,
    helpers: context.helpers,
    local,
  };
}

/** The one turn of a loop: the nearest to its value, 0 for what is no number. */
function turnText({ extent }: Loop, at: Expr, context: Context): string {
  const value = expressionText(at, spelling(context, addressText));
  const last = typeof extent === "number" ? String(extent - 1) : `${extentText(extent)} - 1`;
  return `Math.min(Math.max(${value}, 0) || 0, ${last})`;
}

export function openLoop(context: Context, loop: Loop, body: () => void): void {
  const { at } = loop;
  if (at !== undefined) {
    context.out.block("", () => {
      context.out.line(`const ${loop.name} = ${turnText(loop, at, context)};`);
      body();
    });
    return;
  }
  context.out.block(`for (let ${loop.name} = 0; ${loop.name} < ${extentText(loop.extent)}; ${loop.name}++)`, body);
}

export function nest(context: Context, loops: readonly Loop[], body: () => void): void {
  const [first, ...rest] = loops;
  if (first === undefined) body();
  else openLoop(context, first, () => nest(context, rest, body));
}

export function printPoint(context: Context, lets: readonly Let[], stores: readonly Store[], spell: Spelling): void {
  for (const one of lets) {
    const text = expressionText(one.value, spell);
    // TypeScript would infer 0 or 1 for a flag, and complain about a second test of the same.
    const type = text.endsWith("? 1 : 0") ? typed(": number") : "";
    context.out.line(`const ${spell.local(one.name)}${type} = ${text};`);
  }
  // All values come before the first store: a store may overwrite an element that another value reads.
  const values = stores.map((store) => expressionText(store.value, spell));
  const simple = stores.length < 2 || stores.every((s) => s.value.kind === "local" || s.value.kind === "number");
  const names = values.map((value, i) => {
    if (simple) return value;
    const store = stores[i];
    if (store !== undefined && (store.value.kind === "local" || store.value.kind === "number")) return value;
    const name = context.fresh("v");
    context.out.line(`const ${name} = ${value};`);
    return name;
  });
  for (const [i, store] of stores.entries())
    context.out.line(
      `${store.buffer}[${spell.address(store.address)}] ${store.adds === true ? "+=" : "="} ${names[i] ?? ""};`,
    );
}

export function pointAddresses(lets: readonly Let[], stores: readonly Store[]): readonly Address[] {
  const found: Address[] = [];
  for (const one of lets) append(found, addressesIn(one.value));
  for (const store of stores) {
    append(found, addressesIn(store.value));
    found.push(store.address);
  }
  return found;
}
