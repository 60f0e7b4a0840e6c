// Computes the places of a contraction's operands and sums while it runs: panels, strides of tiles, scratch memory.

import { CompilerBug } from "../../../base/compilerBug.ts";
import type { Address, Extent, Loop, Stage, Store } from "../../../ir/loops.ts";
import { strideOf } from "../../loops/products.ts";
import { extentText } from "../scope.ts";
import { addI32, i32 } from "../wat.ts";
import {
  align,
  blockCount,
  loopsOf,
  numberOf,
  type Panel,
  panelCount,
  panelsOf,
  positionIn,
  positionOf,
  timesText,
} from "./blocks.ts";
import type { Tile, TileChoice } from "./micro.ts";
import { type ContractPlan, evenStep } from "./plan.ts";

export type Reduce = Extract<Stage, { kind: "reduce" }>;

/** The parts that all contractions of a module share: the engine's tiles, and the tile functions that are called. */
export interface TileSet {
  readonly choice: TileChoice;
  readonly tiles: Map<string, Tile>;
}

/** Steps and sizes are in bytes. */
export interface ContractLayout {
  readonly stage: Reduce;
  readonly plan: ContractPlan;
  readonly set: TileSet;
  readonly store: Store;
  readonly panels: readonly Panel[];
  /** The number of columns of sums that are stored side by side. */
  readonly kept: number;
  /** The number of terms in a whole block. */
  readonly most: number;
  readonly oneBlock: boolean;
  readonly blocksOfTerms: number;
  readonly rightBlockBytes: number;
  /** The starts of packed left rows, packed right panels and sums, as texts. */
  readonly leftAt: string;
  readonly rightAt: string;
  readonly sumsAt: string;
  readonly scratchBytes: number;
  /** Whether all rows of a block lie at the same distance, in the left operand and in the sums. */
  readonly flat: boolean;
  readonly innerRow: Loop | undefined;
  /** Whether tiles read the left operand in place, without a packed copy. */
  readonly leftStays: boolean;
  readonly leftRow: number;
  readonly leftStep: number | "table";
  /** The step from one term to the next in the right operand; undefined if it is a packed panel's width. */
  readonly rightStep: number | undefined;
  /** The start of the table of the left operand's terms, as text, and a term's number in it. */
  readonly tableAt: string;
  readonly termNumber: Address;
  readonly sumsRow: number;
  /** The number of blocks of rows, and of units of work, as texts. */
  readonly rowUnits: string;
  readonly units: string;
  /** The number of a row and of a term in its block. */
  readonly rowPosition: Address;
  readonly termPosition: Address;
}

/** The distance between rows if it is the same for all; undefined if a tile would cross a gap. */
function flatStride(rowLoops: readonly Loop[], address: Address): number | undefined {
  const [first, ...more] = [...rowLoops].reverse();
  if (first === undefined) return 0;
  const inner = strideOf(address, first.name);
  let stride = inner * (numberOf(first.extent) ?? 0);
  for (const loop of more) {
    if (strideOf(address, loop.name) !== stride) return undefined;
    stride *= numberOf(loop.extent) ?? 0;
  }
  return inner;
}

/** The largest number of units, for the largest batch. */
function mostUnits({ outer, rows }: ContractPlan): number {
  const size = (extent: Extent): number => (typeof extent === "number" ? extent : extent.batch);
  const around = outer.reduce((n, l) => n * size(l.extent), 1);
  return around * (rows.loop === undefined ? 1 : Math.ceil(size(rows.loop.extent) / rows.size));
}

/** The steps from row to row and from term to term in the left operand, in bytes: in place, by table, or packed. */
function leftSteps(
  { left, rows, terms, leftLayout }: ContractPlan,
  innerRow: Loop | undefined,
): { readonly leftRow: number; readonly leftStep: number | "table" } {
  const asItLies = strideOf(left.address, innerRow?.name ?? "") * 4;
  switch (leftLayout) {
    case "by table":
      return { leftRow: asItLies, leftStep: "table" };
    case "in place":
      return { leftRow: asItLies, leftStep: (evenStep(left, loopsOf(terms.blocks)) ?? 1) * 4 };
    case "rows inside":
      return { leftRow: 4, leftStep: rows.most * 4 };
    case "terms inside":
      return { leftRow: terms.blocks.most * 4, leftStep: 4 };
  }
}

/** The number of blocks of terms in the whole sum. */
function blocksOfTerms({ outer, blocks }: ContractPlan["terms"]): number {
  const outerTerms = outer.reduce((n, l) => n * (numberOf(l.extent) ?? 1), 1);
  return outerTerms * (blocks.loop === undefined ? 1 : Math.ceil((numberOf(blocks.loop.extent) ?? 1) / blocks.size));
}

/** A thread's scratch memory from `scratch` on: the table of terms, packed left rows, packed right panels, sums. */
function layScratch(plan: ContractPlan, scratch: string, leftStays: boolean, kept: number) {
  const { rows, terms, packRight } = plan;
  const most = terms.blocks.most;
  const blocks = blocksOfTerms(terms);
  const rightTurns = packRight === "once" ? plan.rightLoops.reduce((n, l) => n * (numberOf(l.extent) ?? 1), 1) : 1;
  const unitsAtMost = packRight === "by terms" ? mostUnits(plan) : 1;
  const leftBytes = leftStays ? 0 : align(rows.most * most * 4);
  const rightBlockBytes = most * kept * 4;
  const rightBlocks = packRight === "never" ? 0 : packRight === "once" ? blocks * rightTurns : 1;
  const rightBytes = align(rightBlockBytes * rightBlocks);
  const sumsBytes = plan.sumsInPlace ? 0 : align(rows.most * kept * 4 * unitsAtMost);
  const tableBytes = plan.leftLayout === "by table" ? align(4 * most * blocks) : 0;
  const leftAt = addI32(scratch, i32(tableBytes));
  const rightAt = addI32(leftAt, i32(leftBytes));
  return {
    rightBlockBytes,
    tableAt: scratch,
    leftAt,
    rightAt,
    sumsAt: addI32(rightAt, i32(rightBytes)),
    scratchBytes: tableBytes + leftBytes + rightBytes + sumsBytes,
  };
}

/** Lays out a contraction. `scratch` is the start of a thread's scratch memory, as text. */
export function layOut(stage: Reduce, plan: ContractPlan, set: TileSet, scratch: string): ContractLayout {
  const { left, rows, terms, splitColumns } = plan;
  const panels = panelsOf(plan.columns, set.choice.width);
  const widest = panels[0]?.width ?? 4;
  const padded = Math.ceil(plan.columns / 4) * 4;
  const store = firstStore(stage);

  const rowLoops = loopsOf(rows);
  const innerRow = rowLoops[rowLoops.length - 1];
  const kept = splitColumns ? widest : padded;
  const rowUnits = blockCount(rows);
  const leftStays = plan.leftLayout === "in place" || plan.leftLayout === "by table";

  const leftFlat = leftStays ? flatStride(rowLoops, left.address) : 0;
  const sumsFlat = plan.sumsInPlace ? flatStride(rowLoops, store.address) : 0;

  const outerUnits = plan.outer.reduce((text, l) => timesText(text, extentText(l.extent)), i32(1));
  const units = timesText(timesText(outerUnits, rowUnits), i32(splitColumns ? panelCount(panels) : 1));

  return {
    stage,
    plan,
    set,
    store,
    panels,
    kept,
    most: terms.blocks.most,
    oneBlock: terms.outer.length === 0 && terms.blocks.loop === undefined,
    blocksOfTerms: blocksOfTerms(terms),
    ...layScratch(plan, scratch, leftStays, kept),
    flat: leftFlat !== undefined && sumsFlat !== undefined,
    innerRow,
    leftStays,
    ...leftSteps(plan, innerRow),
    rightStep: plan.packRight === "never" ? (evenStep(plan.right, loopsOf(terms.blocks)) ?? 1) * 4 : undefined,
    termNumber: positionOf(stage.over),
    sumsRow: plan.sumsInPlace ? strideOf(store.address, innerRow?.name ?? "") * 4 : kept * 4,
    rowUnits,
    units,
    rowPosition: positionIn(rows),
    termPosition: positionIn(terms.blocks),
  };
}

/** The place of an operand at each turn of some loops, relative to the first turn. The last loop runs fastest. */
export const placesAlong = (address: Address, loops: readonly Loop[]): readonly number[] =>
  loops.reduce<readonly number[]>(
    (places, loop) =>
      places.flatMap((place) =>
        Array.from({ length: numberOf(loop.extent) ?? 1 }, (_, i) => place + i * strideOf(address, loop.name)),
      ),
    [0],
  );

function firstStore({ stores }: Reduce): Reduce["stores"][number] {
  const [first] = stores;
  if (first === undefined) throw new CompilerBug("a contraction that stores nothing");
  return first;
}
