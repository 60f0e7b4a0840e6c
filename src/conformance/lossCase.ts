// One call of a loss: its value, reduced as Keras's losses do, and the gradient of the predictions.

import type { Builder, Value } from "../ir/builder.ts";
import { draft } from "../ir/draft.ts";
import { product } from "../ir/size.ts";
import { findLoss } from "../ops/registry.ts";
import { difference, gradients, values } from "./compare.ts";
import type { Executor } from "./executor.ts";
import { arrayOf, type JsonObject, objectOf, stringOf } from "./format.ts";
import { definitionOf, optionsOf, unsupported } from "./keras.ts";
import { batchedType, moduleOf } from "./module.ts";

const all = (x: Value): readonly number[] => x.type.shape.map((_, i) => i);

/** Keras's reductions; weights have the axes of the values, or fewer from the left. */
function reduced(g: Builder, losses: Value, weight: Value | undefined, reduction: string): Value {
  const spread = (w: Value): Value =>
    g.broadcast(
      w,
      losses.type.shape,
      w.type.shape.map((_, i) => i),
    );
  const weighted = weight === undefined ? losses : g.mul(losses, spread(weight));
  const size = product(losses.type.shape);
  const count = typeof size === "number" ? g.constant(size) : g.size(size);
  switch (reduction) {
    case "none":
      return weighted;
    case "sum":
      return g.sum(weighted, all(weighted));
    case "sum_over_batch_size":
    case "mean":
      return g.div(g.sum(weighted, all(weighted)), count);
    case "mean_with_sample_weight":
      return g.div(g.sum(weighted, all(weighted)), weight === undefined ? count : g.sum(spread(weight), all(losses)));
    default:
      return unsupported(`reduction ${reduction}`);
  }
}

/** The differences from the case; empty where everything agrees. */
export async function lossCase(json: JsonObject, executor: Executor): Promise<readonly string[]> {
  const definition = definitionOf("loss", stringOf(json.loss, "the loss"), findLoss);
  const config = objectOf(json.config, "config");
  const options = optionsOf(definition, config, ["reduction"]);
  const reduction =
    config.reduction === undefined ? "sum_over_batch_size" : stringOf(config.reduction ?? "none", "reduction");
  const [truth, predicted] = [arrayOf(json.y_true, "y_true"), arrayOf(json.y_pred, "y_pred")];
  const weights = json.sample_weight === undefined ? undefined : arrayOf(json.sample_weight, "sample_weight");
  const upstream = arrayOf(json.grad_output, "grad_output");

  const d = draft();
  const { g } = d;
  const prediction = g.input("prediction", batchedType(predicted));
  const target = g.input("target", batchedType(truth));
  const weight = weights === undefined ? undefined : g.input("weight", batchedType(weights));
  const value = reduced(g, definition.expand(g, prediction, target, options), weight, reduction);
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
