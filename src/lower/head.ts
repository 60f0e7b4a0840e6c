// Joins a model's last activation with its loss. A cross-entropy directly after the activation that makes its
// probabilities works on the logits, as in Keras: this is more stable, and one kernel. The definitions say which
// activations and losses go together.

import { CompilerBug } from "../base/compilerBug.ts";
import type { CheckedModel, ModelNode } from "../check/model.ts";
import type { OptionRecord, ValueId } from "../ir/graph.ts";
import type { InitializerUse, LossDef, OpDef, PredictionForm } from "../ops/definition.ts";
import { maybeUse } from "../ops/options.ts";
import { findActivation, findOperator } from "../ops/registry.ts";
import { axisPosition } from "../ops/shape.ts";

/** An activation directly before the model's output, and the way to its argument. */
interface Ending {
  readonly form: PredictionForm;
  readonly activation: InitializerUse;
  /** The node's option that names the activation; undefined if the node itself is the activation. */
  readonly option?: string;
}

/** The value that the loss reads, and the form in which metrics take predictions. */
export interface Head {
  /** The model's output. */
  readonly output: ValueId;
  /** The form of the predictions. */
  readonly form: PredictionForm;
  /** The loss takes the logits: the argument of the activation of this node. */
  readonly logits?: { readonly of: ValueId } & Ending;
  readonly lossOptions: OptionRecord;
}

/** Finds the option whose activation a call applies last. */
const lastOption = (definition: OpDef): string | undefined =>
  Object.entries(definition.options).find(([, option]) => option.last === true)?.[0];

function endingOf(node: ModelNode): Ending | undefined {
  if (node.kind !== "call") return undefined;
  const rank = node.type.shape.length;
  const definition = findOperator(node.op);
  if (definition === undefined) return undefined;
  const form = definition.predicts?.(node.options, rank);
  if (form !== undefined) return { form, activation: { name: node.op, options: node.options } };
  const option = lastOption(definition);
  const activation = option === undefined ? undefined : maybeUse(node.options, option);
  if (option === undefined || activation === undefined) return undefined;
  const applied = findActivation(activation.name)?.predicts?.(activation.options, rank);
  return applied === undefined ? undefined : { form: applied, activation, option };
}

export function headOf(model: CheckedModel, loss: LossDef, lossOptions: OptionRecord): Head {
  const [first] = model.outputs;
  const node = first === undefined ? undefined : model.nodes[first.value];
  if (node === undefined) throw new CompilerBug(`the model ${model.name} has no output`);
  const output = node.id;
  const ending = endingOf(node);
  const { logitsOption } = loss;
  const takesLogits = logitsOption !== undefined && lossOptions[logitsOption] === true;
  // Logits are those of the classes along the last axis.
  const axis = lossOptions.axis ?? -1;
  const alongLast =
    typeof axis === "number" && axisPosition(axis, node.type.shape.length) === node.type.shape.length - 1;
  const form = ending?.form ?? (takesLogits ? "logits" : "plain");
  if (ending === undefined || logitsOption === undefined || takesLogits || loss.logitsOf !== ending.form || !alongLast)
    return { output, form, lossOptions };
  return { output, form, logits: { of: output, ...ending }, lossOptions: { ...lossOptions, [logitsOption]: true } };
}
