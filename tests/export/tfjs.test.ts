// Every example of every operator as a graph model of TensorFlow.js: its own loader opens it, and it returns the
// values of the f64 reference evaluator, for any number of samples.

import { describe, expect, test } from "vitest";
import { MOST_UNROLLED, type TrainedModel } from "../../src/export/format.ts";
import { exportModel } from "../../src/export/tfjs/model.ts";
import { extents } from "../../src/ir/types.ts";
import { toWholePrims } from "../../src/passes/index.ts";
import { evaluate, type NumberArray } from "../../src/reference/evaluate.ts";
import { worst } from "../support/compiled.ts";
import { exampleValues, forwardModule } from "../support/exampleModule.ts";
import { calls, type ExampleCall } from "../support/examples.ts";
import { everything } from "../support/extent.ts";
import { openModel, predictWith, tensorFlow } from "../support/graphModel.ts";
import { lengthOf } from "../support/graphs.ts";

/** What TensorFlow lacks. */
const lacking = ["the function erfinv", "random numbers"];
const SAMPLES = [1, 3, 64];

function trained(example: ExampleCall): TrainedModel {
  const module = toWholePrims(forwardModule(example), { unroll: MOST_UNROLLED });
  const weights = module.slots
    .filter(({ role }) => role === "weight" || role === "state")
    .map(({ name, type }) => {
      const shape = extents(type.shape, 1);
      return [name, { shape, values: exampleValues(example, name, lengthOf(type, 1)) }] as const;
    });
  return {
    graph: module.programs[0]!,
    weights: new Map(weights),
    inputs: example.inputs.map((type, i) => ({ name: `x${i}`, type })),
    metadata: {},
  };
}

const examples = calls();
// One after the other: the library has one backend at a time.
const backends = Object.entries(tensorFlow).filter(([name]) => everything || name === "wasm");
describe.each(backends)("on %s", async (_, load) => {
  const tf = await load();
  if (tf === undefined) return test.skip("it is not installed");
  test.each(examples.map((example) => [example.title, example] as const))("%s", async (_, example) => {
    await load();
    const model = trained(example);
    const exported = exportModel(model);
    if ("unexportable" in exported) return expect(lacking).toContain(exported.unexportable.what);
    const opened = await openModel(tf, exported.files);
    for (const samples of SAMPLES) {
      const inputs = new Map<string, NumberArray>(
        model.inputs.map(({ name, type }) => [name, exampleValues(example, name, lengthOf(type, samples))]),
      );
      const slots = new Map<string, NumberArray>([...model.weights].map(([name, { values }]) => [name, values]));
      const expected = evaluate(model.graph, { batch: samples, inputs, slots }).outputs.get("y")!;
      const types = Object.fromEntries(model.inputs.map(({ name, type }) => [name, type]));
      const actual = predictWith(tf, opened, types, inputs, samples, ["y"]).get("y")!;
      expect(actual.length).toBe(expected.length);
      expect(worst(actual, expected, 1e-5), `${samples} samples`).toBeLessThan(1);
    }
    opened.dispose();
  });
});
