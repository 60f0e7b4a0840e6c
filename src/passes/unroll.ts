// Writes short loops out: a step after another, for formats without loops. Longer loops stay.

import { CompilerBug } from "../base/compilerBug.ts";
import { withArguments } from "../ir/arguments.ts";
import type { Value } from "../ir/builder.ts";
import type { Module, Node, Prim, PrimGraph, Scan, ValueId } from "../ir/graph.ts";
import type { Pass } from "./pass.ts";
import { everywhere, rebuild, type Visit } from "./rebuild.ts";

/** All results of a loop, from `length` copies of its body. */
function unrolled({ length, reverse, init, over, captures, body }: Node<Scan>, { g, value }: Visit): readonly Value[] {
  const sliced = over.map(value);
  const whole = captures.map(value);
  let carried = init.map(value);
  const stacks: Value[][] = [];
  for (let turn = 0; turn < length; turn++) {
    const step = reverse ? length - 1 - turn : turn;
    const slices = sliced.map((all) => {
      const shape = all.type.shape.slice(1);
      const starts = all.type.shape.map((_, axis) => (axis === 0 ? step : 0));
      return g.reshape(g.slice(all, starts, [1, ...shape]), shape);
    });
    const made = copied(body, [...carried, ...slices, ...whole], g);
    carried = made.slice(0, init.length);
    for (const [i, one] of made.slice(init.length).entries()) {
      const stack = stacks[i] ?? [];
      stacks[i] = stack;
      const row = g.reshape(one, [1, ...one.type.shape]);
      if (reverse) stack.unshift(row);
      else stack.push(row);
    }
  }
  return [...carried, ...stacks.map((stack) => g.concat(stack, 0))];
}

/** The outputs of a copy of a body. */
function copied(body: PrimGraph, inputs: readonly Value[], g: Visit["g"]): readonly Value[] {
  const values = new Map<ValueId, Value>();
  const copyOf = (id: ValueId): Value => {
    const found = values.get(id);
    if (found === undefined) throw new CompilerBug(`no value %${id} in a body`);
    return found;
  };
  for (const node of body.nodes) {
    const { id, type, more, origin, span, ...prim } = withArguments(node, (arg) => copyOf(arg).id);
    const given = prim.kind === "input" ? inputs[Number(prim.name)] : undefined;
    values.set(id, given ?? g.withOrigin(origin, span).push(prim, type, more));
  }
  return body.outputs.map((output) => copyOf(output.value));
}

const unrollGraph =
  (most: number) =>
  (graph: PrimGraph): PrimGraph => {
    const loops = new Map<ValueId, readonly Value[]>();
    return rebuild(graph, (node, context) => {
      const isShort = node.kind === "scan" && node.length * node.body.nodes.length <= most;
      if (node.kind === "scan" && isShort) {
        const results = unrolled(node, context);
        loops.set(node.id, results);
        const [first] = results;
        if (first === undefined) throw new CompilerBug("a loop without results");
        return first;
      }
      const part = node.kind === "part" ? loops.get(node.of)?.[node.index] : undefined;
      return part ?? context.copy(node);
    });
  };

/** The pass for loops with at most so many nodes in all steps together. */
export const unrollUpTo = (most: number): Pass<Module<Prim>, Module<Prim>> => ({
  name: "unroll",
  doc: "Writes loops of few steps out, for targets without loops.",
  run: (module) => ({ slots: module.slots, programs: module.programs.map(everywhere(unrollGraph(most))) }),
});
