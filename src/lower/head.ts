// How a model's last activation and its loss meet. A cross-entropy directly after softmax or sigmoid works on the
// logits, as Keras does: stabler, and one kernel.

import type { CheckedModel, ModelNode } from "../check/model.ts";
import type { OptionRecord, OptionValue, ValueId } from "../ir/graph.ts";
import type { LossDef, PredictionForm } from "../ops/definition.ts";

/** Which value the loss reads, and what predictions are to metrics. */
export interface Head {
  /** The model's output. */
  readonly output: ValueId;
  /** What the predictions are. */
  readonly form: PredictionForm;
  /** The loss takes the logits: of the node's argument, or of the node without its own activation. */
  readonly logits?: { readonly of: ValueId; readonly activation: string; readonly inside: boolean };
  readonly lossOptions: OptionRecord;
}

const nameOf = (value: OptionValue): string | undefined =>
  typeof value === "object" && value !== null && "name" in value ? value.name : undefined;

/** Whether the option `axis`, a number or a list of one, is the last axis. */
function lastAxis({ axis }: OptionRecord, rank: number): boolean {
  const only = Array.isArray(axis) && axis.length === 1 ? axis[0] : axis;
  return only === undefined || only === -1 || only === rank - 1;
}

/** The activation a node ends with, and whether it is an option of the node rather than the node itself. */
function endingOf(node: ModelNode): { readonly name: string; readonly inside: boolean } | undefined {
  if (node.kind !== "call") return undefined;
  const rank = node.type.shape.length;
  if ((node.op === "softmax" || node.op === "Softmax") && lastAxis(node.options, rank))
    return { name: "softmax", inside: false };
  if (node.op === "sigmoid") return { name: "sigmoid", inside: false };
  const activation = node.options.activation;
  const name = nameOf(activation);
  if (name !== "softmax" && name !== "sigmoid") return undefined;
  return { name, inside: node.op !== "Activation" };
}

export function headOf(model: CheckedModel, loss: LossDef, lossOptions: OptionRecord): Head {
  const output = model.outputs[0]?.value ?? 0;
  const node = model.nodes[output];
  const ending = node === undefined ? undefined : endingOf(node);
  const form: PredictionForm =
    ending?.name === "softmax"
      ? "softmax"
      : ending?.name === "sigmoid"
        ? "sigmoid"
        : lossOptions.from_logits === true
          ? "logits"
          : "plain";
  if (
    ending === undefined ||
    loss.logitsOption === undefined ||
    loss.logitsOf !== ending.name ||
    lossOptions[loss.logitsOption] === true
  )
    return { output, form, lossOptions };
  return {
    output,
    form,
    logits: { of: output, activation: ending.name, inside: ending.inside },
    lossOptions: { ...lossOptions, [loss.logitsOption]: true },
  };
}
