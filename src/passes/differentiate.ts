// Reverse-mode differentiation: `gradient` nodes become primitives. The folder gradients/ holds the derivative of
// each primitive; this file holds only the sweep.

import { CompilerBug } from "../base/compilerBug.ts";
import { argumentsOf } from "../ir/arguments.ts";
import type { Value } from "../ir/builder.ts";
import type { Gradient, Graph, Module, Prim, PrimGraph, PrimNode, ValueId } from "../ir/graph.ts";
import { movingBuilder, type Place } from "../ir/graphBuilder.ts";
import { withKept } from "./gradients/kept.ts";
import type { Sweep } from "./gradients/rule.ts";
import { gradientOf } from "./gradients/table.ts";
import type { Pass } from "./pass.ts";
import { newValue, rebuild, type Target } from "./rebuild.ts";

const hasFloat = ({ type, more = [] }: PrimNode): boolean =>
  type.dtype === "f32" || more.some(({ dtype }) => dtype === "f32");

/** The ids among `nodes` that depend on one of `sources` through f32 values alone. */
function dependents(nodes: readonly PrimNode[], sources: ReadonlySet<ValueId>): ReadonlySet<ValueId> {
  const found = new Set(sources);
  for (const node of nodes) if (hasFloat(node) && argumentsOf(node).some((id) => found.has(id))) found.add(node.id);
  return found;
}

const sweep: Sweep = (target, end, given, wrt) => {
  const before = target.nodes.slice(0, end);
  const reached = dependents(before, wrt);
  /** What each node and each of its further results contributes to. */
  const parts = new Map<ValueId, Value[][]>();
  const add = (id: ValueId, part: Value, result = 0): void => {
    const results = parts.get(id) ?? [];
    parts.set(id, results);
    const list = results[result] ?? [];
    results[result] = list;
    list.push(part);
  };
  const found = new Map<ValueId, Value>();
  let place: Place = { origin: "" };
  const g = movingBuilder(target.emit, () => place);
  for (const [id, gradient] of given) add(id, gradient);
  for (const node of before.toReversed()) {
    const results = reached.has(node.id) ? parts.get(node.id) : undefined;
    if (results === undefined) continue;
    place = node;
    const outs = Array.from(results, (list: readonly Value[] | undefined) =>
      list?.reduce((sum, part) => g.add(sum, part)),
    );
    const out = outs.find((one) => one !== undefined);
    if (out === undefined) continue;
    if (wrt.has(node.id) && outs[0] !== undefined) found.set(node.id, outs[0]);
    const contributions = gradientOf(node, {
      g,
      out,
      outs,
      sweep,
      value: (id) => newValue(target, id),
      part: (of, index) => before.find((other) => other.kind === "part" && other.of === of && other.index === index),
      wanted: (id) => reached.has(id),
    });
    for (const [id, part, result] of contributions) if (reached.has(id)) add(id, part, result);
  }
  return found;
};

/** The derivatives of the scalar `of` with respect to each of `wrt`: one sweep from `of` back to the start of the new graph. */
function gradientsOf(target: Target, of: ValueId, wrt: ReadonlySet<ValueId>): ReadonlyMap<ValueId, Value> {
  const last = target.definition(of);
  const one = movingBuilder(target.emit, () => last).constant(1, last.type);
  return sweep(target, of + 1, [[of, one]], wrt);
}

function differentiateGraph(graph: Graph<Prim | Gradient>): PrimGraph {
  const params = new Map<string, Value>();
  const isTrained = graph.nodes.some(({ kind }) => kind === "gradient");
  const swept = new Map<ValueId, ReadonlyMap<ValueId, Value>>();
  return rebuild(graph, (node, context) => {
    const { target, value, copy } = context;
    if (node.kind === "param") {
      // One node for each slot, so that the gradient of a weight counts all its uses.
      const known = params.get(node.slot) ?? copy(node as PrimNode);
      params.set(node.slot, known);
      return known;
    }
    if (node.kind === "scan" && isTrained) return copy(withKept(node, sweep));
    if (node.kind !== "gradient") return copy(node as PrimNode);
    const of = value(node.of);
    if (of.type.shape.length > 0 || of.type.dtype !== "f32")
      throw new CompilerBug(`the gradient of %${node.of}, which is not an f32 scalar`);
    let found = swept.get(of.id);
    if (found === undefined) {
      const wrt = graph.nodes.flatMap((other) =>
        other.kind === "gradient" && other.of === node.of ? [other.wrt] : [],
      );
      found = gradientsOf(target, of.id, new Set(wrt.map((id) => value(id).id)));
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
