// The sums of a contraction's units: it clears them before the blocks of terms, and stores the results when they are whole.

import { rewrite } from "../../../ir/expression.ts";
import { crossesLast, writeRow } from "../each.ts";
import { nest, type Span, wholeSpan } from "../loops.ts";
import { affineText, placeText, type Scope } from "../scope.ts";
import { addI32, get, i32, scaleI32, setLocal } from "../wat.ts";
import { joined, nestBlock, type OpenBlock, only, scaled, shiftedBase } from "./blocks.ts";
import type { ContractLayout } from "./layout.ts";
import type { Columns } from "./units.ts";

/** Sets the sums of a unit to zero if several blocks add to them. */
export function clearSums(
  layout: ContractLayout,
  scope: Scope,
  rowBlock: OpenBlock,
  sums: string,
  { start, real }: Columns,
): void {
  const { plan, kept, store } = layout;
  const { code } = scope;
  if (!plan.sumsInPlace) {
    code.line(`(memory.fill ${sums} (i32.const 0) ${scaleI32(rowBlock.count, kept * 4)})`);
    return;
  }
  nestBlock(scope, plan.rows, rowBlock, (open) => {
    const address = joined(only(store.address, open), start);
    code.line(`(memory.fill ${placeText(open, store.buffer, address)} (i32.const 0) ${i32(real * 4)})`);
  });
}

/** Computes and stores the results of a unit from its whole sums. */
export function finishSums(
  layout: ContractLayout,
  scope: Scope,
  rowBlock: OpenBlock,
  sums: string,
  { start, real }: Columns,
): void {
  const { stage, plan, kept, rowPosition } = layout;
  const { rows, column, splitColumns } = plan;
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
  const withSums = (open: Scope): Scope => ({
    ...open,
    buffer: (name) => (name === "sums" ? { dtype: "f32", base: get(base), offset: 0 } : open.buffer(name)),
  });
  const lastRow = rows.inner[rows.inner.length - 1];
  if (lastRow !== undefined && crossesLast(point, [lastRow, column])) {
    nestBlock(scope, { ...rows, inner: rows.inner.slice(0, -1) }, rowBlock, (open) =>
      nest(open, [column], (inside) => writeRow(withSums(inside), point, lastRow, wholeSpan(lastRow.extent))),
    );
    return;
  }
  nestBlock(scope, rows, rowBlock, (open) => writeRow(withSums(open), point, column, span));
}
