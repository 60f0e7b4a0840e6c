// What the thing under the pointer costs, beside its shapes: the arithmetic and bytes of a layer, a block or a model, as `nnc summary`
// counts them.

import { type Span, sameSpan } from "../base/span.ts";
import type { CheckedModel } from "../check/model.ts";
import type { LayerSummary } from "../driver/layers.ts";
import { type Hover, hover } from "./hover.ts";
import { costsIn } from "./lenses.ts";
import type { Snapshot } from "./snapshot.ts";
import { shortCount } from "./text.ts";

/** The most values of a model whose arithmetic a pointer waits for. */
const most = 500;

/** Returns the text about the place with its costs; undefined if there is none. */
export async function hoverWithCosts(snapshot: Snapshot, file: string, offset: number): Promise<Hover | undefined> {
  const found = hover(snapshot, file, offset);
  const text = found?.costs === undefined ? undefined : await costText(snapshot, found.costs);
  if (found === undefined || text === undefined) return found;
  const at = found.parts.findIndex(({ kind }) => kind === "title") + 1;
  return { ...found, parts: [...found.parts.slice(0, at), { kind: "text", text }, ...found.parts.slice(at)] };
}

async function costText(snapshot: Snapshot, of: NonNullable<Hover["costs"]>): Promise<string | undefined> {
  for (const model of snapshot.program.models) {
    const nodes = "model" in of ? (model.name === of.model ? model.nodes : []) : nodesOf(model, of);
    if (nodes.length === 0 || model.nodes.length > most) continue;
    const costs = await costsIn(snapshot, model.name);
    const layers = nodes.flatMap(({ id }) => costs?.layers.get(id) ?? []);
    if (layers.length > 0) return textOf(layers);
  }
  return undefined;
}

/** Returns what the first call or use of a block at exactly this place makes. */
function nodesOf(model: CheckedModel, span: Span): CheckedModel["nodes"] {
  const node = model.nodes.find((one) => one.kind === "call" && sameSpan(one.span, span));
  if (node !== undefined) return [node];
  const uses = model.parts.filter((part) => part.kind === "block" && sameSpan(part.span, span));
  const first = Math.min(...uses.map(({ from }) => from));
  const use = uses.find(({ from }) => from === first);
  return use === undefined ? [] : model.nodes.slice(use.from, use.to);
}

function textOf(layers: readonly LayerSummary[]): string | undefined {
  const sum = (of: (layer: LayerSummary) => number): number => layers.reduce((all, layer) => all + of(layer), 0);
  const [flops, bytes] = [sum((layer) => layer.flops), sum((layer) => layer.bytes)];
  const arithmetic = flops === 0 ? "" : `${shortCount(flops, { unit: "FLOP" })} and `;
  return `${arithmetic}${shortCount(bytes, { unit: "B" })} for one sample: weights and outputs.`;
}
