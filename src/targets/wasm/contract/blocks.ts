// The vocabulary for printing contractions: open blocks of rows and of terms, panels of columns, and addresses that count
// from the start of a block.

import type { Address, Extent, Loop } from "../../../ir/loops.ts";
import { nest } from "../loops.ts";
import { affineText, extentText, type Scope, withLoop } from "../scope.ts";
import { addI32, forLoop, get, i32, scaleI32 } from "../wat.ts";
import type { Blocks } from "./plan.ts";

/**
 * Columns that a tile computes side by side. Panels of one width share one loop, so that the text does not grow with their
 * number; a single panel has no loop.
 */
export interface Panel {
  readonly first: number;
  readonly loop: Loop | undefined;
  /** The columns, including those that only fill the last vector. */
  readonly width: number;
  readonly real: number;
}

export const numberOf = (extent: Extent): number | undefined => (typeof extent === "number" ? extent : undefined);
export const align = (bytes: number): number => Math.ceil(bytes / 64) * 64;

/** The panels of `columns` columns: whole ones, and a narrower last one. */
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
/** The first column as text, times `unit`. The panel must be open in the scope. */
export const columnText = (panel: Panel, scope: Scope, unit: number): string =>
  addI32(affineText(firstColumn(panel), scope, unit), i32(panel.first * unit));

/** Runs `body` for each panel with its loop open. A loop that is open already selects its own panel. */
export function eachPanel(scope: Scope, panels: readonly Panel[], body: (scope: Scope, panel: Panel) => void): void {
  for (const panel of panels)
    nest(scope, panel.loop === undefined || scope.loops.has(panel.loop.name) ? [] : [panel.loop], (inside) =>
      body(inside, panel),
    );
}

/** Blocks at run time: their number, and the start and end of each. */
export const blockCount = ({ loop, size }: Blocks): string =>
  loop === undefined
    ? i32(1)
    : typeof loop.extent === "number"
      ? i32(Math.ceil(loop.extent / size))
      : `(i32.div_u (i32.add ${extentText(loop.extent)} ${i32(size - 1)}) ${i32(size)})`;

export const loopsOf = ({ loop, inner }: Blocks): readonly Loop[] => (loop === undefined ? inner : [loop, ...inner]);

/** The number of a turn of some loops as an address over them. The last loop runs fastest. */
export function positionOf(loops: readonly Loop[]): Address {
  const strides: Record<string, number> = {};
  let stride = 1;
  for (const loop of [...loops].reverse()) {
    strides[loop.name] = stride;
    stride *= numberOf(loop.extent) ?? 1;
  }
  return { offset: 0, strides };
}

/** The position in a block as an address over its loops. The first loop may start anywhere. */
export const positionIn = (blocks: Blocks): Address => positionOf(loopsOf(blocks));

export const scaled = (address: Address, factor: number): Address => ({
  offset: address.offset * factor,
  strides: Object.fromEntries(Object.entries(address.strides).map(([name, stride]) => [name, stride * factor])),
});
export const joined = (a: Address, b: Address): Address => ({
  offset: a.offset + b.offset,
  strides: { ...a.strides, ...b.strides },
});

/** The current block: the range of its blocked loop, as texts. */
export interface OpenBlock {
  readonly from: string;
  readonly to: string;
  /** The number of its rows or terms. */
  readonly count: string;
}

export const wholeBlock = (blocks: Blocks): OpenBlock => ({ from: i32(0), to: i32(1), count: i32(blocks.each) });

/** Opens the loops of a block one inside the other. The blocked loop runs over its part. */
export function nestBlock(scope: Scope, blocks: Blocks, open: OpenBlock, body: (scope: Scope) => void): void {
  const { loop, inner } = blocks;
  if (loop === undefined) {
    nest(scope, inner, body);
    return;
  }
  const variable = scope.code.local("i32", loop.name);
  forLoop(scope.code, variable, open.from, open.to, 1, () => nest(withLoop(scope, loop, get(variable)), inner, body));
}

/** The scope at the start of a block: the blocked loop at its first turn, the inner loops at 0. */
export function atBlockStart(scope: Scope, blocks: Blocks, open: OpenBlock): Scope {
  const start = blocks.loop === undefined ? scope : withLoop(scope, blocks.loop, open.from);
  return blocks.inner.reduce((s, loop) => withLoop(s, loop, i32(0)), start);
}

export const only = (address: Address, open: Scope): Address => ({
  offset: address.offset,
  strides: Object.fromEntries(Object.entries(address.strides).filter(([name]) => open.loops.has(name))),
});
/** A base that makes positions count from the start of a block. */
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
