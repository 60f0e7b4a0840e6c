// Computes equal expressions once. It leaves random numbers alone: two layers may draw from one stream on purpose.

import type { Module, Prim, PrimGraph, PrimNode, ValueId } from "../ir/graph.ts";
import type { ScalarName } from "../ir/scalar/names.ts";
import { printOperation } from "../ir/text/nodes.ts";
import { printType } from "../ir/text.ts";
import type { TensorType } from "../ir/types.ts";
import type { Pass } from "./pass.ts";
import { everywhere, rebuild } from "./rebuild.ts";

const commutative: ReadonlySet<ScalarName> = new Set<ScalarName>(["add", "mul", "max", "min", "eq", "ne", "and", "or"]);

/** A text that is equal for equal computations. `textOf` spells the numbers of a table. */
function keyOf(node: Prim & { readonly type: TensorType }, textOf: (numbers: readonly number[]) => string): string {
  if (node.kind === "const" && typeof node.value !== "number")
    return `${printType(node.type)} const ${textOf(node.value)}`;
  const sorted =
    node.kind === "map" && commutative.has(node.fn) ? { ...node, args: node.args.toSorted((a, b) => a - b) } : node;
  return `${printType(node.type)} ${printOperation(sorted)}`;
}

function merge(graph: PrimGraph): PrimGraph {
  const known = new Map<string, ValueId>();
  // Layers share the arrays of their tables: each is spelt once.
  const texts = new Map<readonly number[], string>();
  const textOf = (numbers: readonly number[]): string => {
    const text = texts.get(numbers) ?? numbers.join();
    texts.set(numbers, text);
    return text;
  };
  return rebuild(graph, (node, { copy }) => copy(node), {
    emit: (node, target) => {
      if (node.kind === "random") return target.emit(node);
      const key = keyOf(node as PrimNode, textOf);
      const id = known.get(key) ?? target.emit(node);
      known.set(key, id);
      return id;
    },
  });
}

export const commonSubexpressions: Pass<Module<Prim>, Module<Prim>> = {
  name: "commonSubexpressions",
  doc: "Merges nodes that compute the same from the same values; random numbers are exempt.",
  run: (module) => ({ slots: module.slots, programs: module.programs.map(everywhere(merge)) }),
};
