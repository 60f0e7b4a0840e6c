// Packs the right operand of a contraction. It knows the places of its panels, and when to pack them.

import type { Scope } from "../scope.ts";
import { addI32, get, i32, scaleI32, setLocal } from "../wat.ts";
import { columnText, eachPanel, numberOf, type OpenBlock, type Panel, wholeBlock } from "./blocks.ts";
import type { ContractLayout } from "./layout.ts";
import { packPanel } from "./pack.ts";

/** The place of a panel in a packed block that begins at `base`. All panels before it are whole. */
export const panelAt = ({ plan, most }: ContractLayout, scope: Scope, base: string, panel: Panel): string =>
  plan.splitColumns ? base : addI32(base, columnText(panel, scope, most * 4));

export function packPanels(
  layout: ContractLayout,
  scope: Scope,
  base: string,
  chosen: readonly Panel[],
  termBlock: OpenBlock,
): void {
  eachPanel(scope, chosen, (inside, panel) =>
    packPanel(layout, inside, panelAt(layout, inside, base, panel), panel, termBlock),
  );
}

/** The part of the right operand that a unit needs. */
const rightTurn = ({ plan }: ContractLayout, scope: Scope): string =>
  plan.rightLoops.reduce(
    (text, l) => addI32(scaleI32(text, numberOf(l.extent) ?? 1), scope.loops.get(l.name) ?? i32(0)),
    i32(0),
  );

/** Packs a unit's part of the right operand, unless the previous unit needed the same. */
export function packTurn(layout: ContractLayout, scope: Scope, packed: string): void {
  const { code } = scope;
  const turn = code.local("i32", "turn");
  setLocal(code, turn, rightTurn(layout, scope));
  code.form(
    `(if (i32.ne ${get(turn)} ${get(packed)}) (then`,
    () => {
      setLocal(code, packed, get(turn));
      packPanels(layout, scope, layout.rightAt, layout.panels, wholeBlock(layout.plan.terms.blocks));
    },
    "))",
  );
}

/** The place of the packed panels of a block of terms. */
export function rightPlace(layout: ContractLayout, scope: Scope, number: string): string {
  const { plan, rightAt, blocksOfTerms, rightBlockBytes } = layout;
  if (plan.packRight !== "once") return rightAt;
  const turn = rightTurn(layout, scope);
  return addI32(rightAt, scaleI32(addI32(scaleI32(turn, blocksOfTerms), number), rightBlockBytes));
}
