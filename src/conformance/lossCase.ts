// One call of a loss: its value, reduced as Keras's losses do, and the gradient of the predictions.

import type { Value } from "../ir/builder.ts";
import { draft } from "../ir/draft.ts";
import { lossValues, reduceLoss } from "../ops/lossReduction.ts";
import { findLoss } from "../ops/registry.ts";
import { difference, gradients, values } from "./compare.ts";
import type { Executor } from "./executor.ts";
import { arrayOf, type JsonObject, objectOf, stringOf } from "./format.ts";
import { definitionOf, optionsOf } from "./keras.ts";
import { batchedType, moduleOf } from "./module.ts";

const all = (x: Value): readonly number[] => x.type.shape.map((_, i) => i);

/** The differences from the case; empty where everything agrees. */
export async function lossCase(json: JsonObject, executor: Executor): Promise<readonly string[]> {
  const definition = definitionOf("loss", stringOf(json.loss, "the loss"), findLoss);
  const config = objectOf(json.config, "config");
  const way =
    config.reduction === undefined ? "sum_over_batch_size" : stringOf(config.reduction ?? "none", "reduction");
  const options = optionsOf(definition, config, way === "none" ? ["reduction"] : []);
  const [truth, predicted] = [arrayOf(json.y_true, "y_true"), arrayOf(json.y_pred, "y_pred")];
  const weights = json.sample_weight === undefined ? undefined : arrayOf(json.sample_weight, "sample_weight");
  const upstream = arrayOf(json.grad_output, "grad_output");

  const d = draft();
  const { g } = d;
  const prediction = g.input("prediction", batchedType(predicted));
  const target = g.input("target", batchedType(truth));
  const weight = weights === undefined ? undefined : g.input("weight", batchedType(weights));
  const each = lossValues(g, definition, { prediction, target, options, weight });
  // A training has no use for the values one by one, so nnc's reductions lack Keras's `none`.
  const value =
    way !== "none" ? reduceLoss(g, each, way) : each.weights ? g.mul(each.values, each.weights) : each.values;
  const scalar = g.sum(g.mul(value, g.input("grad_output", value.type)), all(value));
  const outputs = { value, gradient: d.gradient(scalar, prediction) };
  const running = await executor.open(moduleOf(d.graph("loss", outputs), []), predicted.shape[0] ?? 1, new Map());
  const results = running.run(
    "loss",
    new Map([
      ["prediction", predicted.values],
      ["target", truth.values],
      ["grad_output", upstream.values],
      ...(weights === undefined ? [] : [["weight", weights.values] as const]),
    ]),
  );
  const [wanted, gradient] = [arrayOf(json.value, "value"), arrayOf(json.grad_y_pred, "grad_y_pred")];
  return [
    difference("value", results.get("value") ?? [], wanted.values, values),
    difference("gradient of y_pred", results.get("gradient") ?? [], gradient.values, gradients),
  ].filter((problem) => problem !== undefined);
}
