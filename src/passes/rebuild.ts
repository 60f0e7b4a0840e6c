// Copies a graph node by node into a new one, in which a visitor can replace nodes. Every pass uses it. The new graph has new
// ids.

import { CompilerBug } from "../base/compilerBug.ts";
import { withArguments } from "../ir/arguments.ts";
import type { Builder, Value } from "../ir/builder.ts";
import type { Gradient, Graph, Node, Op, Prim, PrimGraph, PrimNode, Update, ValueId } from "../ir/graph.ts";
import { movingBuilder, type Place } from "../ir/graphBuilder.ts";

/** The graph under construction. */
export interface Target {
  readonly nodes: readonly PrimNode[];
  /** The node behind a value of the new graph. */
  definition(id: ValueId): PrimNode;
  /** Adds a node whose arguments are values of the new graph. */
  emit(node: Omit<PrimNode, "id">): ValueId;
}

export function newTarget(): Target {
  const nodes: PrimNode[] = [];
  return {
    nodes,
    definition(id) {
      const node = nodes[id];
      if (node === undefined) throw new CompilerBug(`no value %${id}`);
      return node;
    },
    emit(node) {
      const id = nodes.length;
      // A pass that changes nothing makes no nodes.
      nodes.push(isNode(node, id) ? node : ({ ...node, id } as PrimNode));
      return id;
    },
  };
}

const isNode = (node: Omit<PrimNode, "id">, id: ValueId): node is PrimNode => "id" in node && node.id === id;

export interface Visit {
  readonly target: Target;
  /** Builds in the new graph, with the origin and span of the current node. */
  readonly g: Builder;
  /** The new value of a value of the old graph. */
  value(old: ValueId): Value;
  /** Copies a node with the new values of its arguments. */
  copy(node: PrimNode): Value;
}

/** A value of the new graph, by its id. */
export const newValue = (target: Target, id: ValueId): Value => ({ id, type: target.definition(id).type });

/**
 * The graph with each node replaced by the result of `visit`, a value of the same type. `emit` may replace the target's own, to
 * change nodes while they are built. `updates` adds to the updates of the old graph.
 */
export function rebuild<N extends Op>(
  graph: Graph<N>,
  visit: (node: Node<N>, context: Visit) => Value,
  options: {
    readonly emit?: (node: Omit<PrimNode, "id">, target: Target) => ValueId;
    readonly updates?: () => readonly Update[];
  } = {},
): PrimGraph {
  const target = newTarget();
  const emit = (node: Omit<PrimNode, "id">): ValueId => options.emit?.(node, target) ?? target.emit(node);
  const values: Value[] = [];
  const value = (id: ValueId): Value => {
    const found = values[id];
    if (found === undefined) throw new CompilerBug(`%${id} is read before it is made`);
    return found;
  };
  let place: Place = { origin: "" };
  const newId = (id: ValueId): ValueId => value(id).id;
  const visitor: Visit = {
    target,
    value,
    g: movingBuilder(emit, () => place),
    copy: (old) => newValue(target, emit(withArguments(old, newId))),
  };
  for (const node of graph.nodes) {
    place = node;
    values[node.id] = visit(node, visitor);
  }
  return {
    name: graph.name,
    nodes: target.nodes,
    outputs: graph.outputs.map((output) => ({ ...output, value: value(output.value).id })),
    updates: [
      ...graph.updates.map((update) => ({ ...update, value: value(update.value).id })),
      ...(options.updates?.() ?? []),
    ],
  };
}

/** A rewrite of graphs, applied to the bodies of their loops first. */
export const everywhere =
  (rewrite: (graph: PrimGraph) => PrimGraph): ((graph: PrimGraph) => PrimGraph) =>
  (graph) => {
    const inside = everywhere(rewrite);
    const nodes = graph.nodes.map((node) => {
      if (node.kind !== "scan") return node;
      const body = inside(node.body);
      return body === node.body ? node : { ...node, body };
    });
    return rewrite(nodes.every((node, i) => node === graph.nodes[i]) ? graph : { ...graph, nodes });
  };

/**
 * The same for a graph that still asks for gradients: `visit` sees the primitives, and the requests follow the values they
 * name.
 */
export function rebuildAround(
  graph: Graph<Prim | Gradient>,
  visit: (node: PrimNode, context: Visit) => Value,
): Graph<Prim | Gradient> {
  const gradients = new Map<ValueId, Node<Gradient>>();
  const rebuilt = rebuild(graph, (node, context) => {
    if (node.kind !== "gradient") return visit(node as PrimNode, context);
    // A placeholder keeps the place in the graph; the request replaces it afterwards.
    const place = context.g.constant(0, node.type);
    gradients.set(place.id, { ...node, id: place.id, of: context.value(node.of).id, wrt: context.value(node.wrt).id });
    return place;
  });
  return { ...rebuilt, nodes: rebuilt.nodes.map((node) => gradients.get(node.id) ?? node) };
}
