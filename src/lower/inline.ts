// Turns checked nodes into nodes of a graph. It knows neither what an operator computes nor where inputs come from.

import { CompilerBug } from "../base/compilerBug.ts";
import type { ModelNode } from "../check/model.ts";
import type { Value } from "../ir/builder.ts";
import type { Draft } from "../ir/draft.ts";
import type { Call, OptionRecord, ValueId } from "../ir/graph.ts";
import { findOperator } from "../ops/registry.ts";

type InputNode = ModelNode & { readonly kind: "input" };
export type CallNode = ModelNode & { readonly kind: "call" };
type OutputNode = ModelNode & { readonly kind: "output" };
export type LossNode = ModelNode & { readonly kind: "loss" };

/** The origin of values for nodes that are no calls. */
export interface Surroundings {
  /** Whether the program trains. Layers then behave as in training, unless they are frozen. */
  readonly training: boolean;
  /** The origin of the calls, if it is not their own path. */
  readonly origin?: string;
  /** The first part of the calls' origins: whom their paths belong to. */
  readonly owner?: string;
  /** How often each origin is used already; the uses here are added. */
  readonly uses?: Map<string, number>;
  input(node: InputNode): Value;
  weight(path: string): Value;
  /** A weight as a value, which is read at this place. */
  read(path: string): Value;
  /** Whether a use in training replaces this weight, though the training trains it. */
  assigned?(path: string): boolean;
  /** Takes the value that a use has made of such a weight. */
  assign?(path: string, value: Value): void;
  /** Sees each result of a call that has penalties. */
  penalized?(node: CallNode, result: Value): void;
  /** Only objectives have these two. `args` are the target and the prediction. */
  output?(node: OutputNode): Value;
  loss?(node: LossNode, args: readonly [Value, Value]): Value;
}

/** One call in a graph under construction; `again` makes it with other options, as part of the same use. */
export interface InlinedCall {
  readonly node: CallNode;
  readonly args: readonly Value[];
  again(options: OptionRecord): Value;
}

/**
 * Returns the value of each node. `replace` may give another value for a call. The uses of a layer are counted in the order
 * of the nodes, so a use draws the same random numbers in every program, and independently of the rest of the model.
 */
export function inlineNodes(
  d: Draft,
  nodes: readonly ModelNode[],
  around: Surroundings,
  replace?: (call: InlinedCall) => Value | undefined,
): ReadonlyMap<ValueId, Value> {
  const values = new Map<ValueId, Value>();
  const further = new Map<ValueId, readonly Value[]>();
  const { origin, owner, uses = new Map<string, number>() } = around;
  const originOf = ({ path }: CallNode): string => origin ?? (owner === undefined ? path : `${owner}/${path}`);
  const valueAt = (id: ValueId) => values.get(id) ?? missing("value yet", id);
  const called = (node: CallNode): Value => {
    const used = uses.get(originOf(node)) ?? 0;
    // A mask is part of the use before it.
    if (node.mask === undefined) uses.set(originOf(node), used + 1);
    const args = node.args.map(valueAt);
    const training = around.training && !infers(node);
    const assigns = training ? replacedBy(node, around) : [];
    const again = (options: OptionRecord): Value => {
      const weights = node.weights.map(around.weight);
      const use = node.mask === undefined ? used : 0;
      const call = callOf(node, { args, weights, options, training, use, assigns });
      const { type, more = [] } = node;
      const after = assigns.flatMap((i) => weights[i]?.type ?? []);
      const [first, ...rest] = d.calls(call, { type, more: [...more, ...after] }, originOf(node), node.span);
      further.set(node.id, rest.slice(0, more.length));
      for (const [i, value] of rest.slice(more.length).entries())
        around.assign?.(node.weights[assigns[i] ?? -1] ?? missing("weight", node.id), value);
      return first ?? missing("result", node.id);
    };
    const whole = node.more === undefined && node.mask === undefined;
    return (whole ? replace?.({ node, args, again }) : undefined) ?? again(node.options);
  };
  const made = (node: ModelNode): Value => {
    switch (node.kind) {
      case "input":
        return around.input(node);
      case "number":
        return d.g.constant(node.value, node.type);
      case "weight":
        return around.read(node.path);
      case "call":
        return called(node);
      case "part":
        return further.get(node.of)?.[node.index - 1] ?? missing(`result ${node.index}`, node.of);
      case "output":
        return around.output?.(node) ?? missing("value here", node.id);
      case "loss":
        return around.loss?.(node, [valueAt(node.args[0]), valueAt(node.args[1])]) ?? missing("value here", node.id);
    }
  };
  for (const node of nodes) {
    const value = made(node);
    values.set(node.id, value);
    if (node.kind === "call") penalize(around, node, [value, ...(further.get(node.id) ?? [])]);
  }
  return values;
}

interface CallParts extends Pick<Call, "options" | "training"> {
  readonly args: readonly Value[];
  readonly weights: readonly Value[];
  readonly use: number;
  readonly assigns: readonly number[];
}

function callOf({ op, given, mask }: CallNode, parts: CallParts): Omit<Call, "kind"> {
  const { args, weights, options, training, use, assigns } = parts;
  return {
    op,
    args: args.map(({ id }) => id),
    ...(given === undefined ? {} : { given }),
    ...(mask === undefined ? {} : { mask }),
    weights: weights.map(({ id }) => id),
    options,
    training,
    ...(use === 0 ? {} : { use }),
    ...(assigns.length === 0 ? {} : { assigns }),
  };
}

/** The places of the weights that a call replaces. */
function replacedBy({ weights, mask }: CallNode, around: Surroundings): readonly number[] {
  if (mask !== undefined) return [];
  return weights.flatMap((path, i) => (around.assigned?.(path) === true ? [i] : []));
}

function penalize(around: Surroundings, node: CallNode, results: readonly Value[]): void {
  if (node.penalties !== undefined) for (const result of results) around.penalized?.(node, result);
}

function missing(what: string, of: ValueId): never {
  throw new CompilerBug(`node ${of} has no ${what}`);
}

/** Whether a layer computes as in inference even in training. */
const infers = ({ op, frozen }: CallNode): boolean => frozen === true && findOperator(op)?.frozenInfers === true;
