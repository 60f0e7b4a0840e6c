// Joins an activation directly before an output with the losses that judge the output. A cross-entropy directly after the
// activation that makes its probabilities works on the logits, as in Keras: this is more stable, and one kernel. The
// definitions say which activations and losses go together.

import type { CheckedModel, LossTerm, ModelNode } from "../check/model.ts";
import type { OptionRecord, ValueId } from "../ir/graph.ts";
import type { LossDef, PredictionForm } from "../ops/definition.ts";
import { type Ending, endingIn } from "../ops/ending.ts";
import { findLoss } from "../ops/registry.ts";
import { axisPosition } from "../ops/shape.ts";

/** An output of the model, as losses and metrics read it. */
export interface Head {
  readonly value: ValueId;
  /** The form of the predictions, for metrics. */
  readonly form: PredictionForm;
  readonly ending?: Ending;
  /** Whether some loss reads the logits: the argument of the activation. */
  readonly joined: boolean;
}

const endingOf = (node: ModelNode | undefined): Ending | undefined =>
  node?.kind === "call" ? endingIn({ name: node.op, options: node.options }, node.type.shape.length) : undefined;

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
