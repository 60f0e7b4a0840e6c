// Sums over the batch and the places of each sample, like the gradient of a bias, in two steps: first each sample's own, then
// those of all samples. What computes a sample's values can then add them up while they are at hand, and threads share the
// samples.

import type { Module, Prim, PrimGraph, PrimNode, PrimOf } from "../ir/graph.ts";
import { product } from "../ir/size.ts";
import type { Pass } from "./pass.ts";
import { rebuild } from "./rebuild.ts";

/** The fewest places of a sample that are worth a sum of their own. */
const LEAST_PLACES = 64;

/** The axes of a sample's own sum; undefined for a sum that stays whole. */
function ownAxes(
  node: PrimNode & PrimOf<"reduce">,
  graph: ReadonlyMap<number, PrimNode>,
): readonly number[] | undefined {
  const shape = graph.get(node.arg)?.type.shape ?? [];
  const own = node.axes.filter((axis) => axis !== 0);
  const isBatch = node.axes.includes(0) && typeof shape[0] !== "number";
  if (node.op !== "sum" || node.type.dtype !== "f32" || !isBatch || node.axes.includes(shape.length - 1))
    return undefined;
  const places = product(own.map((axis) => shape[axis] ?? 1));
  return typeof places === "number" && places >= LEAST_PLACES ? own : undefined;
}

function split(graph: PrimGraph): PrimGraph {
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  return rebuild(graph, (node, { g, value, copy }) => {
    const own = node.kind === "reduce" ? ownAxes(node, nodes) : undefined;
    return node.kind !== "reduce" || own === undefined ? copy(node) : g.sum(g.sum(value(node.arg), own), [0]);
  });
}

export const sumBySample: Pass<Module<Prim>, Module<Prim>> = {
  name: "sumBySample",
  doc: "Sums over the batch and the places of a sample begin with a sum for each sample.",
  run: (module) => ({ slots: module.slots, programs: module.programs.map(split) }),
};
