// Prints a contraction as WAT: units of work for the threads, blocks of terms, packed operands, tiles. The plan decides
// all of it.

import { nest, type Span } from "../loops.ts";
import { affineText, type Scope } from "../scope.ts";
import { addI32, forLoop, get, i32, quotient, scaleI32, setLocal } from "../wat.ts";
import { eachPanel, type OpenBlock, type Panel } from "./blocks.ts";
import { type ContractLayout, layOut, type Reduce, type TileSet } from "./layout.ts";
import { packLeft } from "./pack.ts";
import type { ContractPlan } from "./plan.ts";
import { packPanels, packTurn, panelAt, rightPlace } from "./right.ts";
import { clearSums, finishSums } from "./sums.ts";
import { panelTiles } from "./tiles.ts";
import { allColumns, eachTermBlock, openUnit, withPanels } from "./units.ts";

export interface ContractText {
  /** The bytes of scratch memory that each thread needs. */
  readonly scratchBytes: number;
  /** The number of units of work, as text. */
  readonly units: string;
  /** The number of units that one thread should do together, as text: they share a packed operand. */
  readonly grain: string;
  /** Packs the data that is the same for all units; absent if there is none. */
  readonly prologue?: (scope: Scope) => void;
  /** Does the units from `span.from` to before `span.to`. */
  body(scope: Scope, span: Span): void;
}

/** Writes the table of the terms' places in the left operand, in bytes from the first. */
function writeTable({ stage, plan, tableAt, termNumber }: ContractLayout, scope: Scope): void {
  nest(scope, stage.over, (inside) => {
    const at = addI32(tableAt, affineText(termNumber, inside, 4));
    const own = Object.entries(plan.left.address.strides).filter(([name]) => Object.hasOwn(termNumber.strides, name));
    inside.code.line(`(i32.store ${at} ${affineText({ offset: 0, strides: Object.fromEntries(own) }, inside, 4)})`);
  });
}

/** One unit and one block of terms, for some panels. */
function multiply(
  layout: ContractLayout,
  scope: Scope,
  rowBlock: OpenBlock,
  termBlock: OpenBlock,
  number: string,
  chosen: readonly Panel[],
  sums: string,
): void {
  const base = scope.code.local("i32", "right");
  setLocal(scope.code, base, rightPlace(layout, scope, number));
  eachPanel(scope, chosen, (inside, panel) =>
    panelTiles(layout, inside, rowBlock, termBlock, panel, panelAt(layout, inside, get(base), panel), sums),
  );
}

/** Prepares the data that is the same for all units. */
function writePrologue(layout: ContractLayout, scope: Scope): void {
  const { plan, panels } = layout;
  if (plan.leftLayout === "by table") writeTable(layout, scope);
  if (plan.packRight !== "once") return;
  nest(scope, plan.rightLoops, (around) =>
    eachTermBlock(layout, around, (inside, termBlock, number) => {
      const base = inside.code.local("i32", "right");
      setLocal(inside.code, base, rightPlace(layout, inside, number));
      packPanels(layout, inside, get(base), panels, termBlock);
    }),
  );
}

/** Does all units together, block of terms after block, so that it packs each block once for all of them. */
function writeByTerms(layout: ContractLayout, scope: Scope, span: Span): void {
  const { plan, panels, kept, leftStays, rightAt, sumsAt } = layout;
  const { code } = scope;
  const unit = code.local("i32", "unit");
  const sumsOf = (): string =>
    addI32(sumsAt, scaleI32(`(i32.sub ${get(unit)} ${span.from})`, plan.rows.most * kept * 4));
  const walk = (body: (inside: Scope, rowBlock: OpenBlock) => void, around: Scope = scope): void =>
    forLoop(code, unit, span.from, span.to, 1, () => openUnit(layout, around, get(unit), body));
  walk((inside, rowBlock) => clearSums(layout, inside, rowBlock, sumsOf(), allColumns(layout)));
  eachTermBlock(layout, scope, (inside, termBlock, number) => {
    packPanels(layout, inside, rightAt, panels, termBlock);
    walk((deep, rowBlock) => {
      if (!leftStays) packLeft(layout, deep, rowBlock, termBlock);
      multiply(layout, deep, rowBlock, termBlock, number, panels, sumsOf());
    }, inside);
  });
  walk((inside, rowBlock) => finishSums(layout, inside, rowBlock, sumsOf(), allColumns(layout)));
}

/** Does one unit after another. */
function writeByUnits(layout: ContractLayout, scope: Scope, span: Span): void {
  const { plan, oneBlock, leftStays, rightAt, sumsAt } = layout;
  const { code } = scope;
  const unit = code.local("i32", "unit");
  const packed = plan.packRight === "by turn" ? code.local("i32", "packed_turn") : undefined;
  if (packed !== undefined) setLocal(code, packed, i32(-1));
  forLoop(code, unit, span.from, span.to, 1, () =>
    openUnit(layout, scope, get(unit), (inside, rowBlock, panelNumber) =>
      withPanels(layout, inside, panelNumber, (own, chosen, columns) => {
        if (packed !== undefined) packTurn(layout, own, packed);
        if (!oneBlock) clearSums(layout, own, rowBlock, sumsAt, columns);
        eachTermBlock(layout, own, (deep, termBlock, number) => {
          if (plan.packRight === "by unit") packPanels(layout, deep, rightAt, chosen, termBlock);
          if (!leftStays) packLeft(layout, deep, rowBlock, termBlock);
          multiply(layout, deep, rowBlock, termBlock, number, chosen, sumsAt);
        });
        finishSums(layout, own, rowBlock, sumsAt, columns);
      }),
    ),
  );
}

function grainOf({ plan, rowUnits, units }: ContractLayout): string {
  if (plan.packRight === "by turn") return rowUnits;
  // All units of a thread use each block of terms as it is packed.
  return plan.packRight === "by terms" ? quotient(units, "(local.get $threads)") : i32(1);
}

export function contractText(stage: Reduce, plan: ContractPlan, set: TileSet, scratch: string): ContractText {
  const layout = layOut(stage, plan, set, scratch);
  const hasPrologue = plan.leftLayout === "by table" || plan.packRight === "once";
  return {
    scratchBytes: layout.scratchBytes,
    units: layout.units,
    grain: grainOf(layout),
    ...(hasPrologue ? { prologue: (scope: Scope) => writePrologue(layout, scope) } : {}),
    body: (scope, span) =>
      plan.packRight === "by terms" ? writeByTerms(layout, scope, span) : writeByUnits(layout, scope, span),
  };
}
