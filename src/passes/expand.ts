// Replaces calls of operators by primitives, using each operator's definition. It knows the registry, but no operator.

import { CompilerBug } from "../base/compilerBug.ts";
import { argumentsOf } from "../ir/arguments.ts";
import type { Value } from "../ir/builder.ts";
import type {
  Call,
  Gradient,
  Graph,
  Module,
  Node,
  Op,
  OpGraph,
  Prim,
  PrimNode,
  Slot,
  Update,
  ValueId,
} from "../ir/graph.ts";
import { seedSlot, stepSlot } from "../ir/slots.ts";
import { streamOf } from "../ir/threefry.ts";
import { sameType, type TensorType, tensor } from "../ir/types.ts";
import { callContext } from "../ops/call.ts";
import type { OpDef } from "../ops/definition.ts";
import { maskValue } from "../ops/mask.ts";
import { findOperator } from "../ops/registry.ts";
import type { Pass } from "./pass.ts";
import { rebuild, type Visit } from "./rebuild.ts";

const counter = (name: string): Slot => ({ name, type: tensor("i32"), role: "counter" });

/** Looks up an operator by the name in a `call` node. */
export type FindOperator = (name: string) => OpDef | undefined;

/** The values of slots while a graph is expanded. A call that updates a slot changes its value here. */
interface SlotValues {
  /** An i32 scalar that random numbers depend on. */
  counter(slot: string, context: Visit): Value;
  /** The current value of a weight: the second use of a shared layer starts from the state after its first use. */
  now(weight: Value, context: Visit): Value;
  /** A slot as it is where it is read. What a call has made of it is a number there, through which no gradient goes. */
  read(param: Value, context: Visit): Value;
  /** Sets the slot that `weight` was read from. */
  set(weight: Value, after: Value, context: Visit): void;
  readonly counters: ReadonlyMap<string, Value>;
  updates(): readonly Update[];
}

function slotValues(): SlotValues {
  const counters = new Map<string, Value>();
  const states = new Map<string, Value>();
  const slotOf = (weight: Value, { target }: Visit): string | undefined => {
    const source = target.definition(weight.id);
    return source.kind === "param" ? source.slot : undefined;
  };
  return {
    counters,
    counter(slot, { g }) {
      const value = counters.get(slot) ?? g.param(slot, tensor("i32"));
      counters.set(slot, value);
      return value;
    },
    now(weight, context) {
      const slot = slotOf(weight, context);
      return (slot === undefined ? undefined : states.get(slot)) ?? weight;
    },
    read(param, context) {
      const slot = slotOf(param, context);
      const state = slot === undefined ? undefined : states.get(slot);
      return state === undefined ? param : context.g.map("stop_gradient", state);
    },
    set(weight, after, context) {
      const slot = slotOf(weight, context);
      if (slot === undefined) throw new CompilerBug(`the state %${weight.id} is no slot`);
      states.set(slot, after);
    },
    updates: () => [...states].map(([slot, value]) => ({ slot, value: value.id })),
  };
}

/** The primitives of the mask of a call's result; the arguments are the inputs and then the masks of some of them. */
function expandMask(
  node: Node<Call>,
  operator: OpDef,
  carrying: readonly number[],
  args: readonly Value[],
  { g }: Visit,
): Value {
  const made = maskValue(g, operator, node.options, carrying, args);
  if (sameType(made.type, node.type)) return made;
  throw new CompilerBug(`the mask of ${node.op} at '${node.origin}' has another type than its rule says`);
}

/** The primitives of one call, by the definition of its operator: all its results in order. */
function expandCall(node: Node<Call>, find: FindOperator, slots: SlotValues, context: Visit): readonly Value[] {
  const operator = find(node.op);
  if (operator === undefined) throw new CompilerBug(`no operator '${node.op}'`);
  const inputs = node.args.map(context.value);
  if (node.mask !== undefined) return [expandMask(node, operator, node.mask, inputs, context)];
  const read = new Map<string, Value>();
  const assigned = new Map<string, Value | undefined>();
  const types = inputs.map((input) => input.type);
  const weights = operator.weights?.(types, node.options, callContext(operator, types, node.given, find)) ?? [];
  for (const [i, { name }] of weights.entries()) {
    const id = node.weights[i];
    if (id === undefined) throw new CompilerBug(`${node.op} at '${node.origin}' lacks its weight '${name}'`);
    read.set(name, context.value(id));
    if (node.assigns?.includes(i) === true) assigned.set(name, undefined);
  }
  const { output, more, state } = operator.expand(context.g, {
    inputs,
    ...callContext(operator, inputs, node.given, find),
    weights: Object.fromEntries([...read].map(([name, weight]) => [name, slots.now(weight, context)])),
    options: node.options,
    training: node.training,
    get seed() {
      return slots.counter(seedSlot, context);
    },
    get step() {
      return slots.counter(stepSlot, context);
    },
    stream: streamOf(node.origin, node.use),
  });
  for (const name of assigned.keys()) assigned.set(name, state?.[name]);
  const results = [output, ...(more ?? []), ...assigned.values()];
  const promised = [node.type, ...(node.more ?? [])];
  const made = results.flatMap((result, i) => (sameTypeAs(result, promised[i]) ? [result] : []));
  if (made.length !== promised.length || made.length !== results.length)
    throw new CompilerBug(`${node.op} at '${node.origin}' expands to another type than its shape rule says`);
  if (node.training)
    for (const [name, after] of Object.entries(state ?? {})) {
      if (assigned.has(name)) continue;
      const weight = read.get(name);
      if (weight === undefined) throw new CompilerBug(`${node.op} has no weight for its state '${name}'`);
      slots.set(weight, after, context);
    }
  return made;
}

const sameTypeAs = (value: Value | undefined, type: TensorType | undefined): value is Value =>
  value !== undefined && type !== undefined && sameType(value.type, type);

/** Expands the calls of one graph; `gradient` nodes stay. */
function expandGraph(graph: OpGraph, find: FindOperator): Graph<Prim | Gradient> {
  const gradients = new Map<number, Node<Gradient>>();
  const slots = slotValues();
  const results = new Map<ValueId, readonly Value[]>();
  const resultOf = (of: ValueId, index: number): Value => {
    const value = results.get(of)?.[index];
    if (value === undefined) throw new CompilerBug(`%${of} has no result ${index}`);
    return value;
  };
  const expanded = rebuild(
    graph,
    (node, context) => {
      if (node.kind === "call") {
        results.set(node.id, expandCall(node, find, slots, context));
        return resultOf(node.id, 0);
      }
      if (node.kind === "part" && results.has(node.of)) return resultOf(node.of, node.index);
      if (node.kind === "gradient") {
        // A placeholder that keeps the place in the graph; the gradient node replaces it below.
        const place = context.g.constant(0, node.type);
        gradients.set(place.id, {
          ...node,
          id: place.id,
          of: context.value(node.of).id,
          wrt: context.value(node.wrt).id,
        });
        return place;
      }
      const copied = context.copy(node as PrimNode);
      return node.kind === "param" ? slots.read(copied, context) : copied;
    },
    { updates: slots.updates },
  );
  const nodes = expanded.nodes.map((node) => gradients.get(node.id) ?? node);
  // A definition may read the seed without drawing numbers from it.
  const unread = new Set([...slots.counters.values()].map(({ id }) => id));
  for (const node of nodes) for (const id of argumentsOf(node)) unread.delete(id);
  return { ...expanded, nodes: nodes.filter((node) => !unread.has(node.id)) };
}

/** The pass over the operators that `find` knows. */
export function expandWith(find: FindOperator): Pass<Module<Op>, Module<Prim | Gradient>> {
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
