// The way of a shape: the steps from a model's input down to a value, for traces under diagnostics.

import { append } from "../../base/append.ts";
import type { TraceStep } from "../../diagnostics/diagnostic.ts";
import type { ValueId } from "../../ir/graph.ts";
import { argumentsOf, type ModelNode } from "../model.ts";
import type { ModelUnderWay } from "../state/building.ts";
import { tensorText } from "./words.ts";

const longest = 16;

/** Returns what a node computes, as the program writes it. */
export const textOf = (node: ModelNode): string => {
  switch (node.kind) {
    case "input":
    case "output":
      return node.name;
    case "number":
      return String(node.value);
    case "weight":
      return node.path;
    case "call":
    case "loss":
      return node.text;
    case "part":
      return `result ${node.index + 1}`;
  }
};

type Computed = { readonly nodes: readonly ModelNode[] };

/** Returns the first argument that is neither a number nor a weight; a chain of layers follows it. */
function before(model: Computed, node: ModelNode): ModelNode | undefined {
  const args = argumentsOf(node).map((id) => model.nodes[id]);
  return args.find((arg) => arg !== undefined && arg.kind !== "number" && arg.kind !== "weight") ?? args[0];
}

/** Returns the nodes from the input to `id`, along first arguments. */
export function wayTo(model: Computed, id: ValueId): readonly ModelNode[] {
  const way: ModelNode[] = [];
  for (let node = model.nodes[id]; node !== undefined; node = before(model, node)) way.push(node);
  return way.reverse();
}

/** Whether the budget still allows a trace: in a model with many mistakes, only the first ones get one. */
export function mayTrace(model: ModelUnderWay): boolean {
  if (model.traces === 0) return false;
  model.traces--;
  return true;
}

/** Returns the steps from the input to `id`; of a long way, the first and the last ones. */
export function traceTo(model: ModelUnderWay, id: ValueId | undefined): readonly TraceStep[] {
  if (id === undefined || !mayTrace(model)) return [];
  const way = wayTo(model, id);
  const shown = way.length <= longest ? way : [...way.slice(0, 1), ...way.slice(way.length - longest + 1)];
  return shown.map((node) => ({ span: node.span, text: textOf(node), shape: tensorText(node.type) }));
}

/** Returns all values that these depend on, including themselves; only on request with numbers and weights. */
export function sourcesOf(
  model: ModelUnderWay,
  ids: readonly ValueId[],
  which: "computed" | "all" = "computed",
): ReadonlySet<ValueId> {
  const found = new Set<ValueId>();
  const open = [...ids];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const node = model.nodes[at];
    if (node === undefined || found.has(at)) continue;
    if (which === "computed" && (node.kind === "number" || node.kind === "weight")) continue;
    found.add(at);
    append(open, argumentsOf(node));
  }
  return found;
}

/** Returns the values from `from` to `to` that depend on `from`, including itself. */
export function dependentsOf(model: ModelUnderWay, from: ValueId, to: ValueId): ReadonlySet<ValueId> {
  const found = new Set([from]);
  // The arguments of a value come before it.
  for (const node of model.nodes.slice(from + 1, to + 1))
    if (argumentsOf(node).some((id) => found.has(id))) found.add(node.id);
  return found;
}
