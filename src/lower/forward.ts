// Puts the model into a program: its nodes over given inputs, its weights, and the logits that losses read.

import { CompilerBug } from "../base/compilerBug.ts";
import { argumentsOf, type ModelNode } from "../check/model.ts";
import type { Value } from "../ir/builder.ts";
import type { Draft } from "../ir/draft.ts";
import type { ValueId } from "../ir/graph.ts";
import type { Ending } from "../ops/ending.ts";
import { type InlinedCall, inlineNodes } from "./inline.ts";
import { activityPenalties } from "./penalties.ts";
import type { Plan } from "./slots.ts";
import type { WeightReader } from "./weights.ts";

export interface Forward {
  readonly outputs: ReadonlyMap<string, Value>;
  /** The arguments of the activations before outputs, where a loss reads them; by the names of the outputs. */
  readonly logits: ReadonlyMap<string, Value>;
  /** The masks that outputs carry, bool; by the names of the outputs. */
  readonly masks: ReadonlyMap<string, Value>;
  /** The penalties on results of layers, f32 scalars in the order of the layers. */
  readonly penalties: readonly Value[];
}

export interface ForwardRequest {
  /** Values by the names of the model's inputs. */
  readonly inputs: ReadonlyMap<string, Value>;
  readonly weights: WeightReader;
  readonly training: boolean;
  /** The outputs to compute; default: all of them, and every layer. */
  readonly outputs?: ReadonlySet<string>;
  /** Sees the value of each node of the model, in order. */
  readonly each?: (value: Value, node: ModelNode) => void;
  /** How often each layer is used already in this program, by its path. */
  readonly uses?: Map<string, number>;
}

/** Makes the call whose activation `ending` takes apart. It first omits the activation, because a loss reads its argument. */
function takeApart(
  d: Draft,
  { without, activation }: Ending,
  { node, args, again }: InlinedCall,
): Partial<Record<"logits" | "made", Value>> {
  if (without === undefined) return args[0] === undefined ? {} : { logits: args[0] };
  const logits = again(without);
  const call = { op: activation.name, args: [logits.id], weights: [], options: activation.options, training: false };
  return { logits, made: d.call(call, node.type, node.path, node.span) };
}

const valuesOf = ({ value, mask }: Plan["model"]["outputs"][number]): readonly ValueId[] =>
  mask === undefined ? [value] : [value, mask];

/** Returns the nodes that some outputs need. */
function nodesFor(plan: Plan, outputs: ReadonlySet<string>): readonly ModelNode[] {
  const { nodes } = plan.model;
  const needed = new Set(plan.model.outputs.flatMap((output) => (outputs.has(output.name) ? valuesOf(output) : [])));
  for (const node of [...nodes].reverse()) if (needed.has(node.id)) for (const id of argumentsOf(node)) needed.add(id);
  return nodes.filter(({ id }) => needed.has(id));
}

/** Adds the model. */
export function forward(d: Draft, plan: Plan, request: ForwardRequest): Forward {
  const { inputs, weights, training, outputs: wanted, uses } = request;
  const heads = [...(plan.training?.heads ?? [])].filter(([, { joined }]) => joined);
  const endings = new Map(heads.flatMap(([, { value, ending }]) => (ending === undefined ? [] : [[value, ending]])));
  const taken = new Map<ValueId, Value>();
  const penalties: Value[] = [];
  const values = inlineNodes(
    d,
    wanted === undefined ? plan.model.nodes : nodesFor(plan, wanted),
    {
      training,
      ...(uses === undefined ? {} : { uses }),
      weight: weights.weight,
      read: weights.read,
      assigned: weights.assigned,
      assign: weights.assign,
      penalized: (node, result) => penalties.push(...activityPenalties(d, node, result)),
      input(node) {
        const value = inputs.get(node.name);
        if (value === undefined) throw new CompilerBug(`no value for the input '${node.name}'`);
        return value;
      },
    },
    (call) => {
      const ending = endings.get(call.node.id);
      if (ending === undefined) return undefined;
      const { logits, made } = takeApart(d, ending, call);
      if (logits !== undefined) taken.set(call.node.id, logits);
      return made;
    },
  );
  if (request.each !== undefined)
    for (const node of plan.model.nodes) {
      const value = values.get(node.id);
      if (value !== undefined) request.each(value, node);
    }
  const outputs = new Map<string, Value>();
  const logits = new Map<string, Value>();
  const masks = new Map<string, Value>();
  for (const { name, value: id, mask: carried } of plan.model.outputs) {
    const mask = carried === undefined ? undefined : values.get(carried);
    if (mask !== undefined) masks.set(name, mask);
    const [value, argument] = [values.get(id), taken.get(id)];
    if (value !== undefined) outputs.set(name, value);
    if (argument !== undefined) logits.set(name, argument);
  }
  return { outputs, logits, masks, penalties };
}
