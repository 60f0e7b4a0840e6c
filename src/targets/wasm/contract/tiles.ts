// The tiles of a block: calls of the tile functions down its rows, panel by panel.

import { extentText, placeText, type Scope, withLoop } from "../scope.ts";
import { addI32, forLoop, get, i32, scaleI32, setLocal } from "../wat.ts";
import { atBlockStart, nestBlock, type OpenBlock, only, type Panel, strideOf } from "./blocks.ts";
import type { ContractLayout } from "./layout.ts";
import { type Tile, tileName } from "./micro.ts";
import type { Blocks } from "./plan.ts";

/** Tiles down `count` rows that lie at the same distance. */
function tilesDown(
  { set, leftRow, leftStep, sumsRow }: ContractLayout,
  scope: Scope,
  count: string,
  vectors: number,
  pa: string,
  pb: string,
  pc: string,
  termCount: string,
  continues: boolean,
): void {
  const { code } = scope;
  const wanted = set.choice.rows[vectors as 1 | 2 | 3 | 4];
  const call = (size: number): void => {
    const tile: Tile = { rows: size, vectors, leftRow, leftStep, resultRow: sumsRow, continues };
    set.tiles.set(tileName(tile), tile);
    code.line(`(call $${tileName(tile)} ${get(pa)} ${pb} ${get(pc)} ${termCount})`);
    setLocal(code, pa, addI32(get(pa), i32(size * leftRow)));
    setLocal(code, pc, addI32(get(pc), i32(size * sumsRow)));
  };
  const fixed = /^\(i32\.const (\d+)\)$/.exec(count)?.[1];
  const row = code.local("i32", "row");
  if (fixed !== undefined) {
    const n = Number(fixed);
    const whole = Math.floor(n / wanted) * wanted;
    if (whole > 0) forLoop(code, row, i32(0), i32(whole), wanted, () => call(wanted), true);
    if (n > whole) call(n - whole);
    return;
  }
  forLoop(code, row, i32(0), `(i32.sub ${count} ${i32(wanted - 1)})`, wanted, () => call(wanted));
  // The rest: at most one tile of each smaller size that fits.
  for (let size = wanted - 1; size >= 1; size--) {
    code.form(
      `(if (i32.ge_s (i32.sub ${count} ${get(row)}) ${i32(size)}) (then`,
      () => {
        call(size);
        setLocal(code, row, addI32(get(row), i32(size)));
      },
      "))",
    );
  }
}

/** All tiles of a panel for a block of rows and of terms. */
export function panelTiles(
  layout: ContractLayout,
  scope: Scope,
  rowBlock: OpenBlock,
  termBlock: OpenBlock,
  panel: Panel,
  pb: string,
  sums: string,
): void {
  const { plan, store, oneBlock, flat, leftAt, leftRow, sumsRow, innerRow } = layout;
  const { left, column, rows, terms, splitColumns } = plan;
  const { code } = scope;
  const vectors = panel.width / 4;
  const [pa, pc] = [code.local("i32", "left"), code.local("i32", "sums")];
  const termStart = atBlockStart(scope, terms.blocks, termBlock);
  const columnAt = panel.start;
  const leftPlace = (open: Scope): string => placeText(open, left.buffer, only(left.address, open));
  const sumsPlace = (open: Scope): string =>
    placeText(open, store.buffer, {
      ...only(store.address, open),
      offset: store.address.offset + columnAt * strideOf(store.address, column.name),
    });
  const keptAt = splitColumns ? 0 : columnAt * 4;
  if (flat) {
    const start = atBlockStart(termStart, rows, rowBlock);
    setLocal(code, pa, plan.leftLayout === "in place" ? leftPlace(start) : leftAt);
    setLocal(code, pc, plan.sumsInPlace ? sumsPlace(start) : addI32(sums, i32(keptAt)));
    tilesDown(layout, scope, rowBlock.count, vectors, pa, pb, pc, termBlock.count, !oneBlock);
    return;
  }
  // Along the last loop of rows only; the others are walked one by one.
  const inner = innerRow;
  if (inner === undefined) throw new Error("compiler bug: rows without a loop are flat");
  const blocked = rows.inner.length === 0;
  const around: Blocks = blocked
    ? { ...rows, loop: undefined, inner: [] }
    : { ...rows, inner: rows.inner.slice(0, -1) };
  const rowsDone = code.local("i32", "done");
  setLocal(code, rowsDone, i32(0));
  nestBlock(termStart, around, rowBlock, (open) => {
    const start = withLoop(open, inner, blocked ? rowBlock.from : i32(0));
    const count = blocked ? rowBlock.count : extentText(inner.extent);
    const packedRow = (base: string, bytes: number): string => addI32(base, scaleI32(get(rowsDone), bytes));
    setLocal(code, pa, plan.leftLayout === "in place" ? leftPlace(start) : packedRow(leftAt, leftRow));
    setLocal(code, pc, plan.sumsInPlace ? sumsPlace(start) : packedRow(addI32(sums, i32(keptAt)), sumsRow));
    tilesDown(layout, open, count, vectors, pa, pb, pc, termBlock.count, !oneBlock);
    if (plan.leftLayout !== "in place" || !plan.sumsInPlace) setLocal(code, rowsDone, addI32(get(rowsDone), count));
  });
}
