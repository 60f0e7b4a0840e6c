// Packs the parts of the operands that tiles are about to read into the order in which tiles read them.

import type { Address, Loop } from "../../../ir/loops.ts";
import { strideOf } from "../../loops/products.ts";
import { writeRow } from "../each.ts";
import { type Span, wholeSpan } from "../loops.ts";
import { affineText, type Scope } from "../scope.ts";
import { addI32, get, setLocal } from "../wat.ts";
import {
  firstColumn,
  joined,
  loopsOf,
  nestBlock,
  type OpenBlock,
  type Panel,
  scaled,
  shiftedBase,
  withoutLoop,
} from "./blocks.ts";
import type { ContractLayout } from "./layout.ts";
import type { Load } from "./plan.ts";

/** `scratch[position] = operand[…]` over two sets of loops, the inner one along memory. */
function pack(scope: Scope, base: string, address: Address, load: Load, loop: Loop, span: Span): void {
  const inside: Scope = {
    ...scope,
    buffer: (name) => (name === "packed" ? { dtype: "f32", base, offset: 0 } : scope.buffer(name)),
  };
  writeRow(inside, { lets: [], stores: [{ buffer: "packed", address, value: load }] }, loop, span);
}

/** Packs a block of rows for a block of terms. */
export function packLeft(layout: ContractLayout, scope: Scope, rowBlock: OpenBlock, termBlock: OpenBlock): void {
  const { plan, most, leftAt, rowPosition, termPosition } = layout;
  const { left, rows, terms } = plan;
  const insideRows = plan.leftLayout === "rows inside";
  const [rowBytes, termBytes] = insideRows ? [4, rows.most * 4] : [most * 4, 4];
  const base = scope.code.local("i32", "packed");
  setLocal(
    scope.code,
    base,
    shiftedBase(shiftedBase(leftAt, rows, rowBlock, rowBytes), terms.blocks, termBlock, termBytes),
  );
  const address = joined(scaled(rowPosition, rowBytes / 4), scaled(termPosition, termBytes / 4));
  const [outside, outsideOpen, inside, insideOpen] = insideRows
    ? ([terms.blocks, termBlock, rows, rowBlock] as const)
    : ([rows, rowBlock, terms.blocks, termBlock] as const);
  nestBlock(scope, outside, outsideOpen, (open) => {
    const loops = loopsOf(inside);
    const inner = loops[loops.length - 1];
    if (inner === undefined) {
      pack(open, get(base), address, left, { name: "only", extent: 1 }, wholeSpan(1));
      return;
    }
    if (inside.inner.length === 0)
      pack(open, get(base), address, left, inner, { from: insideOpen.from, to: insideOpen.to });
    else
      nestBlock(open, { ...inside, inner: inside.inner.slice(0, -1) }, insideOpen, (deep) =>
        pack(deep, get(base), address, left, inner, wholeSpan(inner.extent)),
      );
  });
}

/** Packs the columns of `panel`, which is open, for a block of terms to `base`. */
export function packPanel(
  layout: ContractLayout,
  scope: Scope,
  base: string,
  panel: Panel,
  termBlock: OpenBlock,
): void {
  const { termPosition } = layout;
  const { right, column, terms } = layout.plan;
  const { code } = scope;
  const at = code.local("i32", "packed");
  setLocal(code, at, shiftedBase(base, terms.blocks, termBlock, panel.width * 4));
  const lane: Loop = { name: "lane", extent: panel.real };
  const step = strideOf(right.address, column.name);
  const first = scaled(firstColumn(panel), step);
  const load: Load = {
    ...right,
    address: {
      offset: right.address.offset + first.offset,
      strides: { ...withoutLoop(right.address, column.name), ...first.strides, lane: step },
    },
  };
  const address = joined(scaled(termPosition, panel.width), { offset: 0, strides: { lane: 1 } });
  nestBlock(scope, terms.blocks, termBlock, (open) => {
    pack(open, get(at), address, load, lane, wholeSpan(panel.real));
    for (let k = panel.real; k < panel.width; k++) {
      const where = addI32(get(at), affineText(scaled(termPosition, panel.width), open, 4));
      code.line(`(f32.store offset=${k * 4} ${where} (f32.const 0))`);
    }
  });
}
