// Compares the numbers of pixels with those that a layer takes them for. Between which numbers a value lies follows from the column of
// the source and the transform; where it does not follow, nothing is said.

import { write } from "../../diagnostics/catalogue/fixes.ts";
import type { Bounds } from "../../ops/definition.ts";
import { maybeNumbers } from "../../ops/options.ts";
import { findFunction, findLayer } from "../../ops/registry.ts";
import type { DataField, ModelNode } from "../model.ts";
import { report } from "../say/report.ts";
import type { Env } from "../state/environment.ts";

/** Bytes of a picture. */
const BYTES: Bounds = [0, 255];

/** Reports NN212 for layers of a field that take pixels for numbers of another range; `raw` is the column of bytes. */
export function checkRanges({ nodes }: DataField, raw: string | undefined, env: Env): void {
  const found = new Map<number, Bounds>();
  for (const node of nodes) {
    const own = boundsOf(node, raw, found);
    if (own !== undefined) found.set(node.id, own);
    if (node.kind !== "call") continue;
    const given = found.get(node.args[0] ?? -1);
    const [first, second] = maybeNumbers(node.options, "value_range") ?? [];
    if (given === undefined || first === undefined || second === undefined) continue;
    const taken: Bounds = [Math.min(first, second), Math.max(first, second)];
    if (!fits(given, taken)) report(env, { code: "NN212", span: node.span, layer: node.text, given, taken });
  }
}

/** Pixels that end this near to 1 are meant to end there; nearer ones are rounded. */
const nearOne: Bounds = [0.8, 1.3];
const rounded = 1 / 250;

/** Reports NN414 for bytes that a number near 255 divides, in a field or in a model that reads it. */
export function checkDivisors(nodes: readonly ModelNode[], isRaw: (node: ModelNode) => boolean, env: Env): void {
  for (const node of nodes) {
    if (node.kind !== "call" || node.args.length === 0) continue;
    const def = findLayer(node.op) ?? findFunction(node.op);
    const [bytes, other] = node.args.map((id) => nodes[id]);
    if (bytes === undefined || !isRaw(bytes)) continue;
    const number = other?.kind === "number" ? other : undefined;
    if (node.args.length > 1 && number === undefined) continue;
    const given: readonly Bounds[] = number === undefined ? [BYTES] : [BYTES, [number.value, number.value]];
    const [low, high] = def?.bounds?.(given, node.options) ?? BYTES;
    if (low !== 0 || high < nearOne[0] || high > nearOne[1] || Math.abs(high - 1) <= rounded) continue;
    const divided = /^(\w+) \/ [\d.]+$/.exec(node.text)?.[1];
    const fix = divided === undefined ? {} : { fix: write(node.span, `${divided} / 255`, true) };
    report(env, { code: "NN414", span: node.span, by: node.text, high, ...fix });
  }
}

function boundsOf(node: ModelNode, raw: string | undefined, found: ReadonlyMap<number, Bounds>): Bounds | undefined {
  if (node.kind === "input") return node.name === raw ? BYTES : undefined;
  if (node.kind === "number") return [node.value, node.value];
  if (node.kind !== "call") return undefined;
  const inputs = node.args.map((id) => found.get(id));
  const known = inputs.flatMap((bounds) => (bounds === undefined ? [] : [bounds]));
  if (known.length < inputs.length) return undefined;
  const def = findLayer(node.op) ?? findFunction(node.op);
  // What works on pixels of a range leaves them there.
  return def?.options.value_range === undefined ? def?.bounds?.(known, node.options) : known[0];
}

/** Whether pixels are of a range: none is outside, and they fill more than half of it. */
function fits([low, high]: Bounds, [from, to]: Bounds): boolean {
  const margin = (to - from) / 50;
  return low >= from - margin && high <= to + margin && high - low > (to - from) / 2;
}
