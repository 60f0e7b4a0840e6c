// The units of a contraction: the rows, columns and terms of each, and its open loops.

import type { Address } from "../../../ir/loops.ts";
import { nest, openTurn } from "../loops.ts";
import { extentText, type Scope, withLoop } from "../scope.ts";
import { addI32, forLoop, get, i32, scaleI32, setLocal } from "../wat.ts";
import { firstColumn, minText, type OpenBlock, type Panel, panelCount, wholeBlock } from "./blocks.ts";
import type { ContractLayout } from "./layout.ts";

/** The columns of a unit of work: the first one, and their number. */
export interface Columns {
  readonly start: Address;
  readonly real: number;
}

export const allColumns = ({ plan }: ContractLayout): Columns => ({
  start: { offset: 0, strides: {} },
  real: plan.columns,
});

/** Loops over the blocks of terms. `more` counts them. */
export function eachTermBlock(
  layout: ContractLayout,
  scope: Scope,
  body: (scope: Scope, open: OpenBlock, number: string) => void,
): void {
  const { oneBlock } = layout;
  const { terms } = layout.plan;
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

/** Sets the loops of one unit from its number. */
export function openUnit(
  layout: ContractLayout,
  scope: Scope,
  unit: string,
  body: (scope: Scope, rowBlock: OpenBlock, panel: string) => void,
): void {
  const { plan, rowUnits } = layout;
  const { rows, splitColumns } = plan;
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

/** Runs `body` for the panels of a unit: all of them, or the open one with the number `number`. */
export function withPanels(
  layout: ContractLayout,
  scope: Scope,
  number: string,
  body: (scope: Scope, chosen: readonly Panel[], columns: Columns) => void,
): void {
  const { plan, panels } = layout;
  if (!plan.splitColumns) {
    body(scope, panels, allColumns(layout));
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
