// Joins an activation directly before an output with the losses that judge the output. A cross-entropy directly after the
// activation that makes its probabilities works on the logits, as in Keras: this is more stable, and one kernel. The
// definitions say which activations and losses go together.

import type { CheckedModel, LossTerm, ModelNode } from "../check/model.ts";
import type { OptionRecord, ValueId } from "../ir/graph.ts";
import type { InitializerUse, LossDef, OpDef, PredictionForm } from "../ops/definition.ts";
import { maybeUse } from "../ops/options.ts";
import { findActivation, findLoss, findOperator } from "../ops/registry.ts";
import { axisPosition } from "../ops/shape.ts";

/** An activation directly before an output, and the way to its argument. */
export interface Ending {
  readonly form: PredictionForm;
  readonly activation: InitializerUse;
  /** The node's options without the activation; undefined if the node itself is the activation. */
  readonly without?: OptionRecord;
  /** The number of axes of the output, with the batch. */
  readonly rank: number;
}

/** An output of the model, as losses and metrics read it. */
export interface Head {
  readonly value: ValueId;
  /** The form of the predictions, for metrics. */
  readonly form: PredictionForm;
  readonly ending?: Ending;
  /** Whether some loss reads the logits: the argument of the activation. */
  readonly joined: boolean;
}

/** Finds the option that a call applies last: an activation, or a layer. */
const lastOption = (definition: OpDef): string | undefined =>
  Object.entries(definition.options).find(([, option]) => option.last === true)?.[0];

function endingOf(node: ModelNode | undefined): Ending | undefined {
  if (node?.kind !== "call") return undefined;
  return endingIn({ name: node.op, options: node.options }, node.type.shape.length);
}

function endingIn({ name, options }: InitializerUse, rank: number): Ending | undefined {
  const definition = findOperator(name);
  if (definition === undefined) return undefined;
  const form = definition.predicts?.(options, rank);
  if (form !== undefined) return { form, rank, activation: { name, options } };
  const last = lastOption(definition);
  const applied = last === undefined ? undefined : maybeUse(options, last);
  if (last === undefined || applied === undefined) return undefined;
  if (definition.options[last]?.type.kind === "layer") {
    const inner = endingIn(applied, rank);
    if (inner?.without === undefined) return undefined;
    return { ...inner, without: { ...options, [last]: { ...applied, options: inner.without } } };
  }
  const predicted = findActivation(applied.name)?.predicts?.(applied.options, rank);
  if (predicted === undefined) return undefined;
  return { form: predicted, rank, activation: applied, without: { ...options, [last]: undefined } };
}

/** The form of what a model predicts, as its last step shows it; undefined for logits and plain numbers. */
export const outputForm = (node: ModelNode | undefined): PredictionForm | undefined => endingOf(node)?.form;

const takesLogits = ({ logitsOption }: LossDef, options: OptionRecord): boolean =>
  logitsOption !== undefined && options[logitsOption] === true;

/** Returns the options with which a loss works on the logits before `ending`; undefined if it works on the output. */
export function joinedOptions(
  loss: LossDef,
  options: OptionRecord,
  ending: Ending | undefined,
): OptionRecord | undefined {
  const { logitsOption, logitsOf } = loss;
  if (ending === undefined || logitsOption === undefined || logitsOf !== ending.form) return undefined;
  // Logits are those of the classes along the last axis.
  const { axis = -1 } = options;
  const alongLast = typeof axis === "number" && axisPosition(axis, ending.rank) === ending.rank - 1;
  return takesLogits(loss, options) || !alongLast ? undefined : { ...options, [logitsOption]: true };
}

interface Judgement {
  readonly loss: LossDef;
  readonly options: OptionRecord;
}

/** Returns the losses whose prediction is this output itself. */
function judgementsOf(output: string, terms: readonly LossTerm[]): readonly Judgement[] {
  return terms.flatMap(({ nodes }) =>
    nodes.flatMap((node) => {
      if (node.kind !== "loss") return [];
      const prediction = nodes[node.args[1]];
      const loss = findLoss(node.loss);
      const reads = prediction?.kind === "output" && prediction.name === output;
      return reads && loss !== undefined ? [{ loss, options: node.options }] : [];
    }),
  );
}

/** Returns the heads of a model by the names of its outputs. */
export function headsOf(model: CheckedModel, terms: readonly LossTerm[]): ReadonlyMap<string, Head> {
  return new Map(
    model.outputs.map(({ name, value }) => {
      const ending = endingOf(model.nodes[value]);
      const judged = judgementsOf(name, terms);
      const logits = judged.some(({ loss, options }) => takesLogits(loss, options));
      const joined = judged.some(({ loss, options }) => joinedOptions(loss, options, ending) !== undefined);
      const form = ending?.form ?? (logits ? "logits" : "plain");
      return [name, { value, form, joined, ...(ending === undefined ? {} : { ending }) }];
    }),
  );
}
