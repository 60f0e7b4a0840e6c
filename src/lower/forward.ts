// Puts the model into a program: its nodes over given inputs, its weights from their slots, and the value that the loss
// reads.

import { CompilerBug } from "../base/compilerBug.ts";
import type { Value } from "../ir/builder.ts";
import type { Draft } from "../ir/draft.ts";
import { tensor } from "../ir/types.ts";
import type { Head } from "./head.ts";
import { type InlinedCall, inlineNodes } from "./inline.ts";
import type { Plan } from "./slots.ts";

export interface Forward {
  readonly outputs: ReadonlyMap<string, Value>;
  /** The first output, the prediction that losses and metrics read. */
  readonly prediction: Value;
  /** The value that the loss reads: the prediction, or the logits behind it. */
  readonly scored: Value;
  /** Values of the weights that the model has read, by path. */
  readonly weights: ReadonlyMap<string, Value>;
}

interface WeightReader {
  readonly weights: Map<string, Value>;
  /** Reads a weight from its slot once. */
  weight(path: string): Value;
  /** The same for what a step trains. Statistics change within a step, so each of their reads has its own place. */
  read(path: string): Value;
}

function weightReader(d: Draft, plan: Plan): WeightReader {
  const weights = new Map<string, Value>();
  const placed = new Map([...plan.weights, ...plan.state].map((p) => [p.weight.path, p]));
  const statistics = new Set(plan.state.map((p) => p.weight.path));
  const param = (path: string): Value => {
    const place = placed.get(path);
    if (place === undefined) throw new CompilerBug(`no place for the weight '${path}'`);
    return d.g.withOrigin(path).param(place.slot, tensor("f32", ...place.shape));
  };
  const weight = (path: string): Value => {
    const value = weights.get(path) ?? param(path);
    weights.set(path, value);
    return value;
  };
  return { weights, weight, read: (path) => (statistics.has(path) ? param(path) : weight(path)) };
}

/** Makes the call that `head` takes apart. It first omits the activation, because the loss reads its argument. */
function takeApart(
  d: Draft,
  { logits }: Head,
  { node, args, again }: InlinedCall,
): Partial<Record<"scored" | "made", Value>> {
  if (logits === undefined || node.id !== logits.of) return {};
  const { option, activation } = logits;
  if (option === undefined) return args[0] === undefined ? {} : { scored: args[0] };
  const scored = again({ ...node.options, [option]: undefined });
  const call = { op: activation.name, args: [scored.id], weights: [], options: activation.options, training: false };
  return { scored, made: d.call(call, node.type, node.path, node.span) };
}

/** Adds the model; `inputs` holds values by the names of the model's inputs. */
export function forward(d: Draft, plan: Plan, inputs: ReadonlyMap<string, Value>, training: boolean): Forward {
  const { weights, weight, read } = weightReader(d, plan);
  const head = plan.training?.head;
  let scored: Value | undefined;
  const values = inlineNodes(
    d,
    plan.model.nodes,
    {
      training,
      weight,
      read,
      input(node) {
        const value = inputs.get(node.name);
        if (value === undefined) throw new CompilerBug(`no value for the input '${node.name}'`);
        return value;
      },
    },
    (call) => {
      if (head === undefined) return undefined;
      const parts = takeApart(d, head, call);
      scored = parts.scored ?? scored;
      return parts.made;
    },
  );
  const outputs = new Map<string, Value>();
  for (const output of plan.model.outputs) {
    const value = values.get(output.value);
    if (value !== undefined) outputs.set(output.name, value);
  }
  const [prediction] = outputs.values();
  if (prediction === undefined) throw new CompilerBug("a model without an output");
  return { outputs, weights, prediction, scored: scored ?? prediction };
}
