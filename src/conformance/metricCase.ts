// A metric over several batches: its state is updated, and read after each.

import { draft } from "../ir/draft.ts";
import type { Slot } from "../ir/graph.ts";
import { tensor } from "../ir/types.ts";
import { findMetric } from "../ops/registry.ts";
import { difference, values } from "./compare.ts";
import type { Executor } from "./executor.ts";
import { arrayOf, type Json, type JsonObject, listOf, type NamedArray, objectOf, stringOf } from "./format.ts";
import { definitionOf, optionsOf } from "./keras.ts";
import { batchedType } from "./module.ts";

const resultOf = (json: Json | undefined): ArrayLike<number> =>
  typeof json === "number" ? [json] : arrayOf(json, "a result").values;

/** The differences from the case; empty where everything agrees. */
export async function metricCase(json: JsonObject, executor: Executor): Promise<readonly string[]> {
  const name = stringOf(json.metric, "the metric");
  const definition = definitionOf("metric", name, findMetric);
  const options = optionsOf(definition, objectOf(json.config, "config"));
  const updates = listOf(json.updates, "updates").map((update) => {
    const { y_true, y_pred, sample_weight } = objectOf(update, "an update");
    const arrays = new Map<string, NamedArray>([
      // Reductions of values have no targets.
      ["target", arrayOf(y_true ?? y_pred, "y_true")],
      ["prediction", arrayOf(y_pred, "y_pred")],
    ]);
    if (sample_weight !== undefined) arrays.set("weight", arrayOf(sample_weight, "sample_weight"));
    return arrays;
  });
  const [first] = updates;
  const [predicted, truth, weights] = ["prediction", "target", "weight"].map((part) => first?.get(part));
  if (predicted === undefined || truth === undefined) return ["the case has no updates"];

  const state = definition.state(batchedType(predicted), batchedType(truth), options);
  const slots = state.map((part): Slot => ({ name: part.name, type: tensor("f32", ...part.shape), role: "metric" }));
  const d = draft();
  const next = definition.update(d.g, {
    prediction: d.g.input("prediction", batchedType(predicted)),
    target: d.g.input("target", batchedType(truth)),
    ...(weights === undefined ? {} : { weight: d.g.input("weight", batchedType(weights)) }),
    state: Object.fromEntries(slots.map((slot) => [slot.name, d.g.param(slot.name, slot.type)])),
    options,
    form: "plain",
  });
  const update = d.graph(
    "update",
    {},
    Object.entries(next).map(([slot, value]) => ({ slot, value: value.id })),
  );
  const r = draft();
  const held = Object.fromEntries(slots.map((slot) => [slot.name, r.g.param(slot.name, slot.type)]));
  const result = r.graph("metrics", { result: definition.result(r.g, held, options) });
  const running = await executor.open({ slots, programs: [update, result] }, predicted.shape[0] ?? 1, new Map());
  const wanted = listOf(json.results, "results");
  return updates.flatMap((arrays, i) => {
    running.run("update", new Map([...arrays].map(([part, array]) => [part, array.values])));
    const actual = running.run("metrics", new Map()).get("result") ?? [];
    const problem = difference(`result ${i + 1}`, actual, resultOf(wanted[i]), values);
    return problem === undefined ? [] : [problem];
  });
}
