// Calls of operators become primitives, by each operator's own definition. Knows the registry, and no operator.

import { argumentsOf } from "../ir/arguments.ts";
import type { Value } from "../ir/builder.ts";
import type { Call, Gradient, Graph, Module, Node, OpGraph, Prim, PrimNode, Slot, Update } from "../ir/graph.ts";
import { streamOf } from "../ir/threefry.ts";
import { sameType, tensor } from "../ir/types.ts";
import type { OpDef } from "../ops/definition.ts";
import { findOperator } from "../ops/registry.ts";
import type { Pass } from "./pass.ts";
import { rebuild, type Visit } from "./rebuild.ts";

/** The slots that random numbers depend on: i32 scalars. */
export const seedSlot = "seed";
export const stepSlot = "step";

const counter = (name: string): Slot => ({ name, type: tensor("i32"), role: "counter" });

/** Looks up an operator by the name in a `call` node. */
export type FindOperator = (name: string) => OpDef | undefined;

/** Expands the calls of one graph; `gradient` nodes stay. */
function expandGraph(graph: OpGraph, find: FindOperator): Graph<Prim | Gradient> {
  const updates: Update[] = [];
  const gradients = new Map<number, Node<Gradient>>();
  const counters = new Map<string, Value>();
  const counterValue = (slot: string, { g }: Visit): Value => {
    const value = counters.get(slot) ?? g.param(slot, tensor("i32"));
    counters.set(slot, value);
    return value;
  };

  const expandCall = (node: Node<Call>, context: Visit): Value => {
    const { value, target } = context;
    const operator = find(node.op);
    if (operator === undefined) throw new Error(`compiler bug: no operator '${node.op}'`);
    const inputs = node.args.map(value);
    const weights: Record<string, Value> = {};
    const slots = new Map<string, string>();
    const definitions =
      operator.weights?.(
        inputs.map((input) => input.type),
        node.options,
      ) ?? [];
    for (const [i, { name }] of definitions.entries()) {
      const id = node.weights[i];
      if (id === undefined) throw new Error(`compiler bug: ${node.op} at '${node.origin}' lacks its weight '${name}'`);
      const weight = value(id);
      weights[name] = weight;
      const source = target.definition(weight.id);
      if (source.kind === "param") slots.set(name, source.slot);
    }
    const { output, state } = operator.expand(context.g, {
      inputs,
      weights,
      options: node.options,
      training: node.training,
      get seed() {
        return counterValue(seedSlot, context);
      },
      get step() {
        return counterValue(stepSlot, context);
      },
      stream: streamOf(node.origin),
    });
    if (!sameType(output.type, node.type))
      throw new Error(`compiler bug: ${node.op} at '${node.origin}' expands to another type than its shape rule says`);
    if (node.training)
      for (const [name, after] of Object.entries(state ?? {})) {
        const slot = slots.get(name);
        if (slot === undefined) throw new Error(`compiler bug: the state '${name}' of ${node.op} is no slot`);
        updates.push({ slot, value: after.id });
      }
    return output;
  };

  const expanded = rebuild(
    graph,
    (node, context) => {
      if (node.kind === "call") return expandCall(node, context);
      if (node.kind === "gradient") {
        // A stand-in that keeps the place in the graph; the gradient node goes there below.
        const place = context.g.constant(0, node.type);
        gradients.set(place.id, {
          ...node,
          id: place.id,
          of: context.value(node.of).id,
          wrt: context.value(node.wrt).id,
        });
        return place;
      }
      return context.copy(node as PrimNode);
    },
    { updates: () => updates },
  );
  const nodes = expanded.nodes.map((node) => gradients.get(node.id) ?? node);
  // A definition may look at the seed and draw nothing from it.
  const unread = new Set([...counters.values()].map(({ id }) => id));
  for (const node of nodes) for (const id of argumentsOf(node)) unread.delete(id);
  return { ...expanded, nodes: nodes.filter((node) => !unread.has(node.id)) };
}

/** The pass over the operators that `find` knows. */
export function expandWith(find: FindOperator): Pass<Module<Prim | Call | Gradient>, Module<Prim | Gradient>> {
  return {
    name: "expand",
    doc: "Replaces every call of an operator by the primitives its definition gives; new states become updates of slots.",
    run(module) {
      const programs = module.programs.map((graph) => expandGraph(graph, find));
      const missing = [seedSlot, stepSlot].filter(
        (name) =>
          module.slots.every((slot) => slot.name !== name) &&
          programs.some(({ nodes }) => nodes.some((node) => node.kind === "param" && node.slot === name)),
      );
      return { slots: [...module.slots, ...missing.map(counter)], programs };
    },
  };
}

export const expand = expandWith(findOperator);
