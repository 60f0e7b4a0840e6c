// The tiles of a block: calls of the tile functions down its rows, panel by panel.

import { CompilerBug } from "../../../base/compilerBug.ts";
import type { Address } from "../../../ir/loops.ts";
import { strideOf } from "../../loops/products.ts";
import { affineText, extentText, placeText, type Scope, withLoop } from "../scope.ts";
import { addI32, get, i32, scaleI32, setLocal } from "../wat.ts";
import {
  atBlockStart,
  columnText,
  firstColumn,
  joined,
  nestBlock,
  type OpenBlock,
  only,
  type Panel,
  scaled,
} from "./blocks.ts";
import { type ContractLayout, placesAlong } from "./layout.ts";
import { type Tile, tileName } from "./micro.ts";
import type { Blocks } from "./plan.ts";

/** The most rows at uneven places that get tiles of their own. */
const MOST_KNOWN_ROWS = 16;

/** The state that all tiles of a panel share. */
interface Down {
  readonly layout: ContractLayout;
  readonly scope: Scope;
  readonly vectors: number;
  /** The left operand and the sums as locals that hold pointers, the right operand as text. */
  readonly left: string;
  readonly right: string;
  readonly sums: string;
  readonly terms: string;
  readonly table: string;
}

/** Calls a tile function for rows at these places; it computes `tiles` tiles, one below the other. */
function callTile(
  { layout, scope, vectors, left, right, sums, terms, table }: Down,
  leftRows: readonly number[],
  resultRows: readonly number[],
  tiles: string,
): void {
  const { set, leftStep, rightStep = vectors * 16, oneBlock } = layout;
  // The place of a load cannot be negative, so the pointer is at the first row in memory.
  const [a, c] = [Math.min(...leftRows), Math.min(...resultRows)];
  const from = (places: readonly number[], start: number): readonly number[] => places.map((place) => place - start);
  const tile: Tile = {
    leftRows: from(leftRows, a),
    resultRows: from(resultRows, c),
    vectors,
    leftStep,
    rightStep,
    continues: !oneBlock,
  };
  set.tiles.set(tileName(tile), tile);
  const [leftAt, sumsAt] = [addI32(get(left), i32(a)), addI32(get(sums), i32(c))];
  scope.code.line(`(call $${tileName(tile)} ${leftAt} ${right} ${sumsAt} ${terms} ${tiles} ${table})`);
}

/** Tiles down `count` rows at equal distances. */
function tilesDown(down: Down, count: string): void {
  const { layout, scope, vectors, left, sums } = down;
  const { set, leftRow, sumsRow } = layout;
  const { code } = scope;
  const wanted = set.choice.rows[vectors as 1 | 2 | 3 | 4];
  const rows = (size: number, step: number, from = 0): readonly number[] =>
    Array.from({ length: size }, (_, i) => (from + i) * step);
  const fixed = /^\(i32\.const (\d+)\)$/.exec(count)?.[1];
  if (fixed !== undefined) {
    const n = Number(fixed);
    const whole = Math.floor(n / wanted);
    if (whole > 0) callTile(down, rows(wanted, leftRow), rows(wanted, sumsRow), i32(whole));
    const [rest, from] = [n - whole * wanted, whole * wanted];
    if (rest > 0) callTile(down, rows(rest, leftRow, from), rows(rest, sumsRow, from), i32(1));
    return;
  }
  const whole = code.local("i32", "whole");
  setLocal(code, whole, `(i32.div_u ${count} ${i32(wanted)})`);
  code.form(
    `(if ${get(whole)} (then`,
    () => callTile(down, rows(wanted, leftRow), rows(wanted, sumsRow), get(whole)),
    "))",
  );
  if (wanted === 1) return;
  // The rest, in one tile of its size.
  const rest = code.local("i32", "rest_rows");
  setLocal(code, rest, `(i32.rem_u ${count} ${i32(wanted)})`);
  code.form(
    `(if ${get(rest)} (then`,
    () => {
      const done = `(i32.mul ${get(whole)} ${i32(wanted)})`;
      setLocal(code, left, addI32(get(left), scaleI32(done, leftRow)));
      setLocal(code, sums, addI32(get(sums), scaleI32(done, sumsRow)));
      for (let size = 1; size < wanted; size++)
        code.form(
          `(if (i32.eq ${get(rest)} ${i32(size)}) (then`,
          () => callTile(down, rows(size, leftRow), rows(size, sumsRow), i32(1)),
          "))",
        );
    },
    "))",
  );
}

/** Tiles for rows at any known places. */
function tilesAt(down: Down, leftRows: readonly number[], resultRows: readonly number[]): void {
  const wanted = down.layout.set.choice.rows[down.vectors as 1 | 2 | 3 | 4];
  for (let from = 0; from < leftRows.length; from += wanted)
    callTile(down, leftRows.slice(from, from + wanted), resultRows.slice(from, from + wanted), i32(1));
}

/** The left operand's address over open loops. With a table, the pointer does not depend on the terms. */
function leftAddress({ stage, plan }: ContractLayout, open: Scope): Address {
  const address = only(plan.left.address, open);
  if (plan.leftLayout !== "by table") return address;
  const terms = new Set(stage.over.map(({ name }) => name));
  const strides = Object.fromEntries(Object.entries(address.strides).filter(([name]) => !terms.has(name)));
  return { offset: address.offset, strides };
}

/** Sets up the tiles of a panel: their pointers and the rest of their shared state. */
function openDown(
  layout: ContractLayout,
  scope: Scope,
  termStart: Scope,
  count: string,
  panel: Panel,
  packedRight: string,
): Down {
  const { plan, rightStep, tableAt, termNumber } = layout;
  const { code } = scope;
  const [left, sums] = [code.local("i32", "left"), code.local("i32", "sums")];
  let right = packedRight;
  if (rightStep !== undefined) {
    const pointer = code.local("i32", "right_at");
    const address = joined(only(plan.right.address, termStart), firstColumn(panel));
    setLocal(code, pointer, placeText(termStart, plan.right.buffer, address));
    right = get(pointer);
  }
  const byTable = plan.leftLayout === "by table";
  return {
    layout,
    scope,
    vectors: panel.width / 4,
    left,
    right,
    sums,
    terms: count,
    table: byTable ? addI32(tableAt, affineText(only(termNumber, termStart), termStart, 4)) : i32(0),
  };
}

/** All tiles of an open panel, for a block of rows and a block of terms. */
export function panelTiles(
  layout: ContractLayout,
  scope: Scope,
  rowBlock: OpenBlock,
  termBlock: OpenBlock,
  panel: Panel,
  packedRight: string,
  sums: string,
): void {
  const { plan, store, flat, leftAt, leftRow, sumsRow, leftStays } = layout;
  const { left, column, rows, terms, splitColumns } = plan;
  const { code } = scope;
  const termStart = atBlockStart(scope, terms.blocks, termBlock);
  const columnAt = firstColumn(panel);
  const leftPlace = (open: Scope): string => placeText(open, left.buffer, leftAddress(layout, open));
  const sumsPlace = (open: Scope): string =>
    placeText(
      open,
      store.buffer,
      joined(only(store.address, open), scaled(columnAt, strideOf(store.address, column.name))),
    );
  const keptAt = splitColumns ? i32(0) : columnText(panel, scope, 4);
  const down = openDown(layout, scope, termStart, termBlock.count, panel, packedRight);
  const known = leftStays && rows.loop === undefined && rows.each <= MOST_KNOWN_ROWS;
  if (!flat && !known) {
    const sumsAt = addI32(sums, keptAt);
    tilesRowByRow(down, termStart, rowBlock, {
      left: (open, done) => (leftStays ? leftPlace(open) : addI32(leftAt, scaleI32(done, leftRow))),
      sums: (open, done) => (plan.sumsInPlace ? sumsPlace(open) : addI32(sumsAt, scaleI32(done, sumsRow))),
    });
    return;
  }
  const start = atBlockStart(termStart, rows, rowBlock);
  setLocal(code, down.left, leftStays ? leftPlace(start) : leftAt);
  setLocal(code, down.sums, plan.sumsInPlace ? sumsPlace(start) : addI32(sums, keptAt));
  if (flat) {
    tilesDown(down, rowBlock.count);
    return;
  }
  const bytes = (places: readonly number[]): readonly number[] => places.map((place) => place * 4);
  const leftRows = bytes(placesAlong(left.address, rows.inner));
  const sumRows = plan.sumsInPlace
    ? bytes(placesAlong(store.address, rows.inner))
    : leftRows.map((_, i) => i * sumsRow);
  tilesAt(down, leftRows, sumRows);
}

/** Tiles along the last loop of rows, for each turn of the others. `places` get the number of rows done so far. */
function tilesRowByRow(
  down: Down,
  scope: Scope,
  rowBlock: OpenBlock,
  places: {
    readonly left: (open: Scope, done: string) => string;
    readonly sums: (open: Scope, done: string) => string;
  },
): void {
  const { plan, innerRow, leftStays } = down.layout;
  const { rows } = plan;
  const { code } = scope;
  if (innerRow === undefined) throw new CompilerBug("rows without a loop are flat");
  const blocked = rows.inner.length === 0;
  const around: Blocks = blocked
    ? { ...rows, loop: undefined, inner: [] }
    : { ...rows, inner: rows.inner.slice(0, -1) };
  const done = code.local("i32", "done");
  setLocal(code, done, i32(0));
  nestBlock(scope, around, rowBlock, (open) => {
    const start = withLoop(open, innerRow, blocked ? rowBlock.from : i32(0));
    const count = blocked ? rowBlock.count : extentText(innerRow.extent);
    setLocal(code, down.left, places.left(start, get(done)));
    setLocal(code, down.sums, places.sums(start, get(done)));
    tilesDown({ ...down, scope: open }, count);
    if (!leftStays || !plan.sumsInPlace) setLocal(code, done, addI32(get(done), count));
  });
}
