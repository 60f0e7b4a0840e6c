// A contraction as WAT: units of work for the threads, blocks of terms, packed operands, tiles. The plan decides all of it.

import { rewrite } from "../../../ir/expression.ts";
import type { Address } from "../../../ir/loops.ts";
import { writeRow } from "../each.ts";
import { nest, openTurn, type Span } from "../loops.ts";
import { affineText, extentText, placeText, type Scope, withLoop } from "../scope.ts";
import { addI32, forLoop, get, i32, quotient, scaleI32, setLocal } from "../wat.ts";
import {
  columnText,
  eachPanel,
  firstColumn,
  joined,
  minText,
  nestBlock,
  numberOf,
  type OpenBlock,
  only,
  type Panel,
  panelCount,
  scaled,
  shiftedBase,
  wholeBlock,
} from "./blocks.ts";
import { type ContractLayout, layOut, type Reduce, type TileSet } from "./layout.ts";
import { packLeft, packPanel } from "./pack.ts";
import type { ContractPlan } from "./plan.ts";
import { panelTiles } from "./tiles.ts";

export interface ContractText {
  /** Bytes of each thread's scratch memory that it needs. */
  readonly scratchBytes: number;
  /** The number of units of work, as text. */
  readonly units: string;
  /** How many units are best done by one thread, as text: they share a packed operand. */
  readonly grain: string;
  /** Packs what stays the same for all units; absent where nothing does. */
  readonly prologue?: (scope: Scope) => void;
  /** Does the units from `span.from` to before `span.to`. */
  body(scope: Scope, span: Span): void;
}

/** Columns that a unit of work does: where the first is, and how many. */
interface Columns {
  readonly start: Address;
  readonly real: number;
}

/** Where each term lies in the left operand, in bytes from the first. */
function writeTable({ stage, plan, tableAt, termNumber }: ContractLayout, scope: Scope): void {
  nest(scope, stage.over, (inside) => {
    const at = addI32(tableAt, affineText(termNumber, inside, 4));
    const own = Object.entries(plan.left.address.strides).filter(([name]) => Object.hasOwn(termNumber.strides, name));
    inside.code.line(`(i32.store ${at} ${affineText({ offset: 0, strides: Object.fromEntries(own) }, inside, 4)})`);
  });
}

export function contractText(stage: Reduce, plan: ContractPlan, set: TileSet, scratch: string): ContractText {
  const layout = layOut(stage, plan, set, scratch);
  const { store, panels, kept, most, oneBlock, blocksOfTerms, rightBlockBytes, rightAt, sumsAt, rowPosition } = layout;
  const { rowUnits, units, leftStays } = layout;
  const { column, rows, terms, splitColumns } = plan;
  /** Where a panel lies in a packed block that begins at `base`: the panels before it are whole. */
  const panelAt = (scope: Scope, base: string, panel: Panel): string =>
    splitColumns ? base : addI32(base, columnText(panel, scope, most * 4));

  const allColumns: Columns = { start: { offset: 0, strides: {} }, real: plan.columns };
  function packPanels(scope: Scope, base: string, chosen: readonly Panel[], termBlock: OpenBlock): void {
    eachPanel(scope, chosen, (inside, panel) =>
      packPanel(layout, inside, panelAt(inside, base, panel), panel, termBlock),
    );
  }

  /** Walks the blocks of terms; `more` counts them. */
  function eachTermBlock(scope: Scope, body: (scope: Scope, open: OpenBlock, number: string) => void): void {
    const { code } = scope;
    if (oneBlock) {
      body(scope, wholeBlock(terms.blocks), i32(0));
      return;
    }
    const number = code.local("i32", "block");
    setLocal(code, number, i32(0));
    nest(scope, terms.outer, (inside) => {
      const { loop, size, each } = terms.blocks;
      const next = (): void => setLocal(code, number, addI32(get(number), i32(1)));
      if (loop === undefined) {
        body(inside, wholeBlock(terms.blocks), get(number));
        next();
        return;
      }
      const from = code.local("i32", `${loop.name}_from`);
      const to = code.local("i32", `${loop.name}_to`);
      forLoop(code, from, i32(0), extentText(loop.extent), size, () => {
        const end = addI32(get(from), i32(size));
        setLocal(code, to, minText(end, extentText(loop.extent)));
        body(
          inside,
          { from: get(from), to: get(to), count: scaleI32(`(i32.sub ${get(to)} ${get(from)})`, each) },
          get(number),
        );
        next();
      });
    });
  }

  /** Binds the loops of one unit from its number. */
  function openUnit(
    scope: Scope,
    unit: string,
    body: (scope: Scope, rowBlock: OpenBlock, panel: string) => void,
  ): void {
    const { code } = scope;
    const rest = code.local("i32", "rest");
    setLocal(code, rest, unit);
    let blockFrom = i32(0);
    let blockTo = i32(1);
    let count = i32(rows.each);
    if (rows.loop !== undefined) {
      const [from, to] = [code.local("i32", `${rows.loop.name}_from`), code.local("i32", `${rows.loop.name}_to`)];
      setLocal(code, from, scaleI32(`(i32.rem_u ${get(rest)} ${rowUnits})`, rows.size));
      setLocal(code, rest, `(i32.div_u ${get(rest)} ${rowUnits})`);
      setLocal(code, to, minText(addI32(get(from), i32(rows.size)), extentText(rows.loop.extent)));
      [blockFrom, blockTo] = [get(from), get(to)];
      count = scaleI32(`(i32.sub ${get(to)} ${get(from)})`, rows.each);
    }
    const inside = openTurn(scope, plan.outer, rest, !splitColumns);
    body(inside, { from: blockFrom, to: blockTo, count }, get(rest));
  }

  /** Sets the sums of a unit to zero, where several blocks add to them. */
  function clearSums(scope: Scope, rowBlock: OpenBlock, sums: string, { start, real }: Columns): void {
    const { code } = scope;
    if (!plan.sumsInPlace) {
      code.line(`(memory.fill ${sums} (i32.const 0) ${scaleI32(rowBlock.count, kept * 4)})`);
      return;
    }
    nestBlock(scope, rows, rowBlock, (open) => {
      const address = joined(only(store.address, open), start);
      code.line(`(memory.fill ${placeText(open, store.buffer, address)} (i32.const 0) ${i32(real * 4)})`);
    });
  }

  /** What is done with the whole sums of a unit. */
  function finish(scope: Scope, rowBlock: OpenBlock, sums: string, { start, real }: Columns): void {
    if (plan.sumsInPlace) return;
    const from = addI32(affineText(start, scope), i32(start.offset));
    const span: Span = { from, to: addI32(from, i32(real)) };
    const base = scope.code.local("i32", "kept");
    const shift = splitColumns ? addI32(sums, scaleI32(from, -4)) : sums;
    setLocal(scope.code, base, shiftedBase(shift, rows, rowBlock, kept * 4));
    const address = joined(scaled(rowPosition, kept), { offset: 0, strides: { [column.name]: 1 } });
    const change = (value: Parameters<typeof rewrite>[0]) =>
      rewrite(value, (e) =>
        e.kind === "local" && e.name === stage.result
          ? { kind: "load", buffer: "sums", address, guards: [], otherwise: 0 }
          : e,
      );
    const point = {
      lets: stage.lets.map((l) => ({ ...l, value: change(l.value) })),
      stores: stage.stores.map((s) => ({ ...s, value: change(s.value) })),
    };
    nestBlock(scope, rows, rowBlock, (open) => {
      const inside: Scope = {
        ...open,
        buffer: (name) => (name === "sums" ? { dtype: "f32", base: get(base), offset: 0 } : open.buffer(name)),
      };
      writeRow(inside, point, column, span);
    });
  }

  /** Which part of the right operand a unit needs. */
  const rightTurn = (scope: Scope): string =>
    plan.rightLoops.reduce(
      (text, l) => addI32(scaleI32(text, numberOf(l.extent) ?? 1), scope.loops.get(l.name) ?? i32(0)),
      i32(0),
    );

  /** Packs a unit's part of the right operand, unless the unit before it needed the same. */
  function packTurn(scope: Scope, packed: string): void {
    const { code } = scope;
    const turn = code.local("i32", "turn");
    setLocal(code, turn, rightTurn(scope));
    code.form(
      `(if (i32.ne ${get(turn)} ${get(packed)}) (then`,
      () => {
        setLocal(code, packed, get(turn));
        packPanels(scope, rightAt, panels, wholeBlock(terms.blocks));
      },
      "))",
    );
  }

  /** Where the panels of a block of terms are packed. */
  function rightPlace(scope: Scope, number: string): string {
    if (plan.packRight !== "once") return rightAt;
    const turn = rightTurn(scope);
    return addI32(rightAt, scaleI32(addI32(scaleI32(turn, blocksOfTerms), number), rightBlockBytes));
  }

  /** One unit and one block of terms, for some panels. */
  function multiply(
    scope: Scope,
    rowBlock: OpenBlock,
    termBlock: OpenBlock,
    number: string,
    chosen: readonly Panel[],
    sums: string,
  ): void {
    const base = scope.code.local("i32", "right");
    setLocal(scope.code, base, rightPlace(scope, number));
    eachPanel(scope, chosen, (inside, panel) =>
      panelTiles(layout, inside, rowBlock, termBlock, panel, panelAt(inside, get(base), panel), sums),
    );
  }

  /** Runs `body` for the panels of a unit: all, or the one that `number` names, which is open then. */
  function withPanels(
    scope: Scope,
    number: string,
    body: (scope: Scope, chosen: readonly Panel[], columns: Columns) => void,
  ): void {
    if (!splitColumns) {
      body(scope, panels, allColumns);
      return;
    }
    let before = 0;
    for (const panel of panels) {
      const { loop } = panel;
      const end = before + panelCount([panel]);
      const inside = loop === undefined ? scope : withLoop(scope, loop, number);
      const opened = (): void => body(inside, [panel], { start: firstColumn(panel), real: panel.real });
      const test = loop === undefined ? `(i32.eq ${number} ${i32(before)})` : `(i32.lt_u ${number} ${i32(end)})`;
      scope.code.form(`(if ${test} (then`, opened, "))");
      before = end;
    }
  }

  function prologue(scope: Scope): void {
    if (plan.leftLayout === "by table") writeTable(layout, scope);
    if (plan.packRight !== "once") return;
    nest(scope, plan.rightLoops, (around) =>
      eachTermBlock(around, (inside, termBlock, number) => {
        const base = inside.code.local("i32", "right");
        setLocal(inside.code, base, rightPlace(inside, number));
        packPanels(inside, get(base), panels, termBlock);
      }),
    );
  }

  function grain(): string {
    if (plan.packRight === "by turn") return rowUnits;
    // All units of a thread use each block of terms as it is packed.
    return plan.packRight === "by terms" ? quotient(units, "(local.get $threads)") : i32(1);
  }

  return {
    scratchBytes: layout.scratchBytes,
    units,
    grain: grain(),
    ...(plan.leftLayout === "by table" || plan.packRight === "once" ? { prologue } : {}),
    body(scope, span) {
      const { code } = scope;
      const unit = code.local("i32", "unit");
      if (plan.packRight === "by terms") {
        const sumsOf = (): string =>
          addI32(sumsAt, scaleI32(`(i32.sub ${get(unit)} ${span.from})`, rows.most * kept * 4));
        const walk = (body: (inside: Scope, rowBlock: OpenBlock) => void, around: Scope = scope): void =>
          forLoop(code, unit, span.from, span.to, 1, () =>
            openUnit(around, get(unit), (inside, rowBlock) => body(inside, rowBlock)),
          );
        walk((inside, rowBlock) => clearSums(inside, rowBlock, sumsOf(), allColumns));
        eachTermBlock(scope, (inside, termBlock, number) => {
          packPanels(inside, rightAt, panels, termBlock);
          walk((deep, rowBlock) => {
            if (!leftStays) packLeft(layout, deep, rowBlock, termBlock);
            multiply(deep, rowBlock, termBlock, number, panels, sumsOf());
          }, inside);
        });
        walk((inside, rowBlock) => finish(inside, rowBlock, sumsOf(), allColumns));
        return;
      }
      const packed = plan.packRight === "by turn" ? code.local("i32", "packed_turn") : undefined;
      if (packed !== undefined) setLocal(code, packed, i32(-1));
      forLoop(code, unit, span.from, span.to, 1, () =>
        openUnit(scope, get(unit), (inside, rowBlock, panelNumber) =>
          withPanels(inside, panelNumber, (unit, chosen, columns) => {
            if (packed !== undefined) packTurn(unit, packed);
            if (!oneBlock) clearSums(unit, rowBlock, sumsAt, columns);
            eachTermBlock(unit, (deep, termBlock, number) => {
              if (plan.packRight === "by unit") packPanels(deep, rightAt, chosen, termBlock);
              if (!leftStays) packLeft(layout, deep, rowBlock, termBlock);
              multiply(deep, rowBlock, termBlock, number, chosen, sumsAt);
            });
            finish(unit, rowBlock, sumsAt, columns);
          }),
        ),
      );
    },
  };
}
