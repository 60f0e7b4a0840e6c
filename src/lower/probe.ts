// Makes a program that says where numbers stop being finite in a training step: for each value of the model and each sample, how
// many of its numbers are not, and how many of the loss's gradient by it. It stands in place of `predict`.

import type { Span } from "../base/span.ts";
import type { Builder, Value } from "../ir/builder.ts";
import { draft } from "../ir/draft.ts";
import type { OpGraph } from "../ir/graph.ts";
import { batchSize } from "../ir/size.ts";
import { readFields } from "./fields.ts";
import { forward } from "./forward.ts";
import { objectiveOf } from "./objective.ts";
import type { Plan, TrainingPlan } from "./slots.ts";
import { weightReader } from "./weights.ts";

/** A value that the probe counts in: a field of the data, or the result of a layer. */
export interface Probed {
  readonly name: string;
  readonly span: Span;
  readonly what: "field" | "layer";
}

/** The results of the probe, `[samples, values]` each. */
export const probeOutputs = ["values", "gradients"] as const;

/** Counts the numbers of each sample that are not finite: `[samples, 1]`. */
function countOf(g: Builder, value: Value): Value {
  const bad = g.cast(g.map("not", g.map("is_finite", value)), "f32");
  const axes = value.type.shape.slice(1).map((_, i) => i + 1);
  return g.reshape(axes.length === 0 ? bad : g.sum(bad, axes), [batchSize, 1]);
}

const isProbed = ({ type: { dtype, shape } }: Value): boolean => dtype === "f32" && typeof shape[0] === "object";

/** Returns the program, and the values in the order of its results. It sees the losses of the first step. */
export function probeGraph(
  plan: Plan,
  training: TrainingPlan,
): { readonly graph: OpGraph; readonly probed: readonly Probed[] } {
  const d = draft();
  const fields = readFields(d, training.dataset, "train");
  const weights = weightReader(d, plan);
  const values: Value[] = [];
  const probed: Probed[] = [];
  const see = (value: Value, about: Probed): void => {
    if (!isProbed(value)) return;
    values.push(value);
    probed.push(about);
  };
  for (const { name, span } of training.dataset.fields) {
    const value = fields.get(name);
    if (value !== undefined) see(value, { name, span, what: "field" });
  }
  const each = (value: Value, node: Plan["model"]["nodes"][number]): void => {
    if (node.kind === "call") see(value, { name: node.path, span: node.span, what: "layer" });
  };
  const result = forward(d, plan, { inputs: fields, weights, training: true, each });
  const [step] = training.steps;
  const g = d.g.withOrigin("probe");
  const table = (columns: readonly Value[]): Value => g.concat(columns, 1);
  const outputs: Record<string, Value> = { values: table(values.map((value) => countOf(g, value))) };
  if (step !== undefined) {
    const { total } = objectiveOf(d, training, step, { fields, forward: result, weights, training: true });
    outputs.gradients = table(values.map((value) => countOf(g, d.gradient(total, value))));
  }
  return { graph: d.graph("predict", outputs), probed };
}
