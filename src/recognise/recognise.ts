// From primitives to a library's operations: each node becomes the first operation that a rule finds, or stays itself.

import { withArguments } from "../ir/arguments.ts";
import type { PrimGraph } from "../ir/graph.ts";
import { activationRules } from "./activations.ts";
import { newContext, type Rule } from "./context.ts";
import { depthwiseRules } from "./depthwise.ts";
import { fewerAxes } from "./fewerAxes.ts";
import { fuse } from "./fuse.ts";
import { liveNodes, type Operation, type RecognisedGraph } from "./graph.ts";
import { normalizationRules } from "./normalization.ts";
import { poolingRules } from "./pooling.ts";
import { productRules } from "./products.ts";
import { broadcastRules, reductionRules } from "./reductions.ts";
import { softmaxRules } from "./softmax.ts";

/** The rules in order: the largest patterns first, and last the rule that fits any scalar function. */
const rules: readonly Rule[] = [
  ...softmaxRules,
  ...poolingRules,
  ...normalizationRules,
  ...productRules,
  ...depthwiseRules,
  ...activationRules,
  ...reductionRules,
  ...broadcastRules,
];

/** Finds the operations of a library, among those that `writes` says the printer has. */
export function recognise(graph: PrimGraph, writes: (operation: Operation) => boolean = () => true): RecognisedGraph {
  const { context, nodes, enter, leave } = newContext(graph, writes);
  for (const node of graph.nodes) {
    enter(node);
    let made: number | undefined;
    for (const rule of rules) {
      made = rule.apply(node, context);
      if (made !== undefined) break;
    }
    if (made === undefined) {
      const { id: _, type, origin: __, span: ___, ...prim } = withArguments(node, context.value);
      made = context.push(prim, type);
    }
    leave(node, made);
  }
  const whole: RecognisedGraph = {
    name: graph.name,
    nodes,
    outputs: graph.outputs.map((output) => ({ ...output, value: context.value(output.value) })),
    updates: graph.updates.map((update) => ({ ...update, value: context.value(update.value) })),
  };
  return fewerAxes(liveNodes(fuse(liveNodes(whole))));
}
