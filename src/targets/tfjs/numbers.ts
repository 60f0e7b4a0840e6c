// Finds scalars that are plain numbers of JavaScript rather than tensors: they depend only on sizes, constants and slots
// that are such numbers themselves, as the learning rate depends on the step.

import type { Module, Prim, ValueId } from "../../ir/graph.ts";
import type { ScalarName } from "../../ir/scalar/names.ts";
import type { RecognisedGraph, RecognisedNode } from "../../recognise/graph.ts";
import { jsSpelling } from "../js/scalars.ts";

/** Finds the values of a graph that are numbers, given the slots that are. */
export function numbersIn(graph: RecognisedGraph, slots: ReadonlySet<string>): ReadonlySet<ValueId> {
  const found = new Set<ValueId>();
  const isNumber = (node: RecognisedNode): boolean => {
    if (node.type.shape.length > 0) return false;
    if (node.kind === "const") return typeof node.value === "number";
    if (node.kind === "param") return slots.has(node.slot);
    return node.kind === "size" || (node.kind === "map" && node.args.every((id) => found.has(id)));
  };
  for (const node of graph.nodes) if (isNumber(node)) found.add(node.id);
  return found;
}

/** Finds the scalar slots to which programs write only numbers. */
export function numberSlots(
  { slots }: Pick<Module<Prim>, "slots">,
  graphs: readonly RecognisedGraph[],
): ReadonlySet<string> {
  const parts = new Set(slots.flatMap(({ within }) => (within === undefined ? [] : [within.slot])));
  const found = new Set(
    slots
      .filter(
        ({ type, role, within, name }) =>
          type.shape.length === 0 && within === undefined && !parts.has(name) && role !== "weight",
      )
      .map(({ name }) => name),
  );
  for (;;) {
    const wrong = graphs.flatMap((graph) => {
      const numbers = numbersIn(graph, found);
      return graph.updates.filter(({ slot, value }) => found.has(slot) && !numbers.has(value));
    });
    if (wrong.length === 0) return found;
    for (const { slot } of wrong) found.delete(slot);
  }
}

/** Writes an expression that is safe inside any other. */
const atomic = (text: string): string =>
  /^-?[\w.]+$|^[\w.]+\([^()]*\)$/.test(text) && !text.startsWith("-") ? text : `(${text})`;

/** Writes a function of numbers as an expression, and the helper function that it needs. */
export function numberText(
  fn: ScalarName,
  args: readonly string[],
): { readonly text: string; readonly helper?: string } {
  const { expression, helper } = jsSpelling(fn);
  const isCall = /^[\w.]+\((?:#\d(?:, )?)+\)$/.test(expression);
  const text = expression.replace(/#(\d)/g, (_, i: string) => {
    const arg = args[Number(i)] ?? "";
    return isCall ? arg : atomic(arg);
  });
  return helper === undefined ? { text } : { text, helper };
}
