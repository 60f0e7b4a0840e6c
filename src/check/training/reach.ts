// Which weights of a model a gradient of what a step minimizes comes to.

import { findOperator } from "../../ops/registry.ts";
import { argumentsOf, type CheckedModel, type LossTerm, type ModelNode } from "../model.ts";

/** Returns the paths of the weights that gradients may come to: from what the terms read, from penalties and regularizers. */
export function reachedWeights(model: CheckedModel, terms: readonly LossTerm[]): ReadonlySet<string> {
  const needed = readBy(model, terms);
  const reached = new Set(model.weights.flatMap(({ path, regularizer }) => (regularizer === undefined ? [] : [path])));
  const byParts = new Set<number>();
  for (const node of [...model.nodes].reverse()) {
    const penalized = node.kind === "call" && node.penalties !== undefined;
    if (!penalized && (!needed.has(node.id) || (node.type.dtype !== "f32" && !byParts.has(node.id)))) continue;
    // The first result may be places, and another one numbers.
    if (node.kind === "part") byParts.add(node.of);
    const stops = node.kind === "call" ? (findOperator(node.op)?.stopsGradient ?? false) : false;
    if (stops === true) continue;
    if (node.kind === "call") for (const path of node.weights) reached.add(path);
    if (node.kind === "weight") reached.add(node.path);
    for (const [place, id] of argumentsOf(node).entries())
      if (stops === false || !stops.includes(place)) needed.add(id);
  }
  return reached;
}

/** The outputs that terms read. */
function readBy(model: CheckedModel, terms: readonly LossTerm[]): Set<number> {
  const read = new Set(terms.flatMap(({ nodes }) => nodes.flatMap((n) => (n.kind === "output" ? [n.name] : []))));
  return new Set(model.outputs.flatMap(({ name, value }) => (read.has(name) ? [value] : [])));
}

/** Returns the last call before the outputs that terms read through which no gradient passes, to whatever comes before it. */
export function stopBefore(
  model: CheckedModel,
  terms: readonly LossTerm[],
): Extract<ModelNode, { kind: "call" }> | undefined {
  const needed = readBy(model, terms);
  for (const node of [...model.nodes].reverse()) {
    if (!needed.has(node.id)) continue;
    if (node.kind === "call" && (node.type.dtype !== "f32" || findOperator(node.op)?.stopsGradient === true))
      return node;
    for (const id of argumentsOf(node)) needed.add(id);
  }
  return undefined;
}
