// The vocabulary of contractions being written: blocks of rows and of terms that are open, panels of columns, and addresses
// that count from a block's beginning.

import type { Address, Extent, Loop } from "../../../ir/loops.ts";
import { nest } from "../loops.ts";
import { affineText, extentText, type Scope, withLoop } from "../scope.ts";
import { addI32, forLoop, get, i32, scaleI32 } from "../wat.ts";
import type { Blocks } from "./plan.ts";

/**
 * Columns that a tile does side by side. Panels of one width are one loop, so that no text grows with their number; where
 * there is one alone, it has no loop.
 */
export interface Panel {
  readonly first: number;
  readonly loop: Loop | undefined;
  /** Columns with those that only fill the last vector. */
  readonly width: number;
  readonly real: number;
}

export const strideOf = (address: Address, loop: string): number => address.strides[loop] ?? 0;
export const numberOf = (extent: Extent): number | undefined => (typeof extent === "number" ? extent : undefined);
export const align = (bytes: number): number => Math.ceil(bytes / 64) * 64;

/** The panels of so many columns: whole ones, and a narrower last one. */
export function panelsOf(columns: number, width: number): readonly Panel[] {
  const whole = Math.floor(columns / width);
  const rest = columns - whole * width;
  const loop = whole > 1 ? { name: "panel", extent: whole } : undefined;
  return [
    ...(whole > 0 ? [{ first: 0, loop, width, real: width }] : []),
    ...(rest > 0 ? [{ first: whole * width, loop: undefined, width: Math.ceil(rest / 4) * 4, real: rest }] : []),
  ];
}

export const panelCount = (panels: readonly Panel[]): number =>
  panels.reduce((sum, { loop }) => sum + (loop === undefined ? 1 : (numberOf(loop.extent) ?? 1)), 0);

/** A panel's first column. */
export const firstColumn = ({ first, loop, width }: Panel): Address => ({
  offset: first,
  strides: loop === undefined ? {} : { [loop.name]: width },
});
/** The same as text, times `unit`; the panel is open in the scope. */
export const columnText = (panel: Panel, scope: Scope, unit: number): string =>
  addI32(affineText(firstColumn(panel), scope, unit), i32(panel.first * unit));

/** Does `body` for each panel; one whose loop is open is the panel that this stands at. */
export function eachPanel(scope: Scope, panels: readonly Panel[], body: (scope: Scope, panel: Panel) => void): void {
  for (const panel of panels)
    nest(scope, panel.loop === undefined || scope.loops.has(panel.loop.name) ? [] : [panel.loop], (inside) =>
      body(inside, panel),
    );
}

/** Blocks at run time: how many there are, and where one begins and ends. */
export const blockCount = ({ loop, size }: Blocks): string =>
  loop === undefined
    ? i32(1)
    : typeof loop.extent === "number"
      ? i32(Math.ceil(loop.extent / size))
      : `(i32.div_u (i32.add ${extentText(loop.extent)} ${i32(size - 1)}) ${i32(size)})`;

export const loopsOf = ({ loop, inner }: Blocks): readonly Loop[] => (loop === undefined ? inner : [loop, ...inner]);

/** The number of a turn of some loops, the last the fastest, as an address over them. */
export function positionOf(loops: readonly Loop[]): Address {
  const strides: Record<string, number> = {};
  let stride = 1;
  for (const loop of [...loops].reverse()) {
    strides[loop.name] = stride;
    stride *= numberOf(loop.extent) ?? 1;
  }
  return { offset: 0, strides };
}

/** The position in a block as an address over its loops, whose first may start anywhere. */
export const positionIn = (blocks: Blocks): Address => positionOf(loopsOf(blocks));

export const scaled = (address: Address, factor: number): Address => ({
  offset: address.offset * factor,
  strides: Object.fromEntries(Object.entries(address.strides).map(([name, stride]) => [name, stride * factor])),
});
export const joined = (a: Address, b: Address): Address => ({
  offset: a.offset + b.offset,
  strides: { ...a.strides, ...b.strides },
});

/** A block that is being worked on: where its blocked loop stands, as texts. */
export interface OpenBlock {
  readonly from: string;
  readonly to: string;
  /** How many rows or terms it has. */
  readonly count: string;
}

export const wholeBlock = (blocks: Blocks): OpenBlock => ({ from: i32(0), to: i32(1), count: i32(blocks.each) });

/** Opens loops of a block one inside the other; the blocked one runs over its part. */
export function nestBlock(scope: Scope, blocks: Blocks, open: OpenBlock, body: (scope: Scope) => void): void {
  const { loop, inner } = blocks;
  if (loop === undefined) {
    nest(scope, inner, body);
    return;
  }
  const variable = scope.code.local("i32", loop.name);
  forLoop(scope.code, variable, open.from, open.to, 1, () => nest(withLoop(scope, loop, get(variable)), inner, body));
}

/** The blocked loop at the beginning of its block, the inner ones at 0. */
export function atBlockStart(scope: Scope, blocks: Blocks, open: OpenBlock): Scope {
  const start = blocks.loop === undefined ? scope : withLoop(scope, blocks.loop, open.from);
  return blocks.inner.reduce((s, loop) => withLoop(s, loop, i32(0)), start);
}

export const only = (address: Address, open: Scope): Address => ({
  offset: address.offset,
  strides: Object.fromEntries(Object.entries(address.strides).filter(([name]) => open.loops.has(name))),
});
/** A base that makes positions count from a block's beginning. */
export const shiftedBase = (base: string, blocks: Blocks, open: OpenBlock, bytes: number): string =>
  blocks.loop === undefined ? base : `(i32.sub ${base} ${scaleI32(open.from, blocks.each * bytes)})`;

export const withoutLoop = (address: Address, loop: string): Readonly<Record<string, number>> => {
  const { [loop]: _, ...rest } = address.strides;
  return rest;
};

export function timesText(a: string, b: string): string {
  const [x, y] = [a, b].map((text) => /^\(i32\.const (-?\d+)\)$/.exec(text)?.[1]);
  if (x !== undefined) return scaleI32(b, Number(x));
  if (y !== undefined) return scaleI32(a, Number(y));
  return `(i32.mul ${a} ${b})`;
}

export function minText(a: string, b: string): string {
  return `(select ${a} ${b} (i32.lt_s ${a} ${b}))`;
}
