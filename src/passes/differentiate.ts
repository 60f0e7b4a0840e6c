// Reverse-mode differentiation: `gradient` nodes become primitives. The folder gradients/ holds the derivative of
// each primitive; this file holds only the sweep.

import { CompilerBug } from "../base/compilerBug.ts";
import { argumentsOf } from "../ir/arguments.ts";
import type { Value } from "../ir/builder.ts";
import type { Gradient, Graph, Module, Prim, PrimGraph, PrimNode, ValueId } from "../ir/graph.ts";
import { movingBuilder, type Place } from "../ir/graphBuilder.ts";
import { gradientOf } from "./gradients/table.ts";
import type { Pass } from "./pass.ts";
import { newValue, rebuild, type Target } from "./rebuild.ts";

/** The ids among `nodes` that depend on one of `sources` through f32 values alone. */
function dependents(nodes: readonly PrimNode[], sources: ReadonlySet<ValueId>): ReadonlySet<ValueId> {
  const found = new Set(sources);
  for (const node of nodes)
    if (node.type.dtype === "f32" && argumentsOf(node).some((id) => found.has(id))) found.add(node.id);
  return found;
}

/**
 * The derivatives of the scalar `of` with respect to each of `wrt`: one sweep from `of` back to the start of the new graph.
 * A value without a path to `of` has no entry.
 */
function sweep(target: Target, of: ValueId, wrt: ReadonlySet<ValueId>): ReadonlyMap<ValueId, Value> {
  const before = target.nodes.slice(0, of + 1);
  const reached = dependents(before, wrt);
  const parts = new Map<ValueId, Value[]>();
  const found = new Map<ValueId, Value>();
  const last = target.definition(of);
  let place: Place = last;
  const g = movingBuilder(target.emit, () => place);
  parts.set(of, [g.constant(1, last.type)]);
  for (const node of before.toReversed()) {
    const [first, ...more] = reached.has(node.id) ? (parts.get(node.id) ?? []) : [];
    if (first === undefined) continue;
    place = node;
    const out = more.reduce((sum, part) => g.add(sum, part), first);
    if (wrt.has(node.id)) found.set(node.id, out);
    const contributions = gradientOf(node, {
      g,
      out,
      value: (id) => newValue(target, id),
      wanted: (id) => reached.has(id),
    });
    for (const [id, part] of contributions) if (reached.has(id)) parts.set(id, [...(parts.get(id) ?? []), part]);
  }
  return found;
}

function differentiateGraph(graph: Graph<Prim | Gradient>): PrimGraph {
  const params = new Map<string, Value>();
  const swept = new Map<ValueId, ReadonlyMap<ValueId, Value>>();
  return rebuild(graph, (node, context) => {
    const { target, value, copy } = context;
    if (node.kind === "param") {
      // One node for each slot, so that the gradient of a weight counts all its uses.
      const known = params.get(node.slot) ?? copy(node as PrimNode);
      params.set(node.slot, known);
      return known;
    }
    if (node.kind !== "gradient") return copy(node as PrimNode);
    const of = value(node.of);
    if (of.type.shape.length > 0 || of.type.dtype !== "f32")
      throw new CompilerBug(`the gradient of %${node.of}, which is not an f32 scalar`);
    let found = swept.get(of.id);
    if (found === undefined) {
      const wrt = graph.nodes.flatMap((other) =>
        other.kind === "gradient" && other.of === node.of ? [other.wrt] : [],
      );
      found = sweep(target, of.id, new Set(wrt.map((id) => value(id).id)));
      swept.set(of.id, found);
    }
    return found.get(value(node.wrt).id) ?? context.g.constant(0, node.type);
  });
}

export const differentiate: Pass<Module<Prim | Gradient>, Module<Prim>> = {
  name: "differentiate",
  doc: "Replaces gradients by primitives: one sweep back from each value that is derived; zeros where there is no path.",
  run: (module) => ({ slots: module.slots, programs: module.programs.map(differentiateGraph) }),
};
