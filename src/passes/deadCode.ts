// Drops nodes that nothing reads. Unread inputs stay, because they belong to the interface of a program.

import { argumentsOf } from "../ir/arguments.ts";
import type { Module, Prim, PrimGraph, ValueId } from "../ir/graph.ts";
import type { Pass } from "./pass.ts";
import { everywhere, rebuild } from "./rebuild.ts";

/** The graph without the nodes that lead to no output and no update. All inputs stay. */
export function liveNodes(graph: PrimGraph): PrimGraph {
  const live = new Set<ValueId>([...graph.outputs, ...graph.updates].map(({ value }) => value));
  for (const node of graph.nodes) if (node.kind === "input") live.add(node.id);
  for (const node of graph.nodes.toReversed()) if (live.has(node.id)) for (const id of argumentsOf(node)) live.add(id);
  if (live.size === graph.nodes.length) return graph;
  return rebuild({ ...graph, nodes: graph.nodes.filter((node) => live.has(node.id)) }, (node, { copy }) => copy(node));
}

export const deadCode: Pass<Module<Prim>, Module<Prim>> = {
  name: "deadCode",
  doc: "Drops the nodes that lead to no output and no update; inputs stay.",
  run: (module) => ({ slots: module.slots, programs: module.programs.map(everywhere(liveNodes)) }),
};
