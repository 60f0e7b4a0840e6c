import type { Builder, Value } from "../../ir/builder.ts";
import type { OptionRecord } from "../../ir/graph.ts";
import type { TensorType } from "../../ir/types.ts";
import { activationNamed } from "../activation.ts";
import {
  bad,
  type CallContext,
  type Checked,
  defineLayer,
  type ExpandCall,
  type Expanded,
  ok,
  type ShapeProblem,
} from "../definition.ts";
import { type InnerLayer, ofInner, onlyInner } from "../inner.ts";
import { inputOf } from "../layer.ts";
import { passesMask } from "../mask.ts";
import { part } from "../moving.ts";
import { maybeUse } from "../options.ts";
import { stepType } from "../recurrent.ts";
import { andThen, known, oneInput } from "../shape.ts";

/** The problem of a step as one of the whole input, which has an axis of time after the batch. */
function outerProblem(problem: ShapeProblem, inner: InnerLayer): ShapeProblem {
  switch (problem.problem) {
    case "rank":
      return {
        ...problem,
        expected: problem.expected.map((rank) => rank + 1),
        expectedText: problem.expectedText.replace(/^\[/, "[time, "),
      };
    case "size":
    case "vanishes":
    case "beside":
      return { ...problem, axis: problem.axis === 0 ? 0 : problem.axis + 1 };
    case "option":
      return ofInner(problem, inner, "layer");
    case "elements":
    case "groups":
    case "differ":
    case "dtype":
    case "inputs":
      return problem;
  }
}

function stepResult(x: TensorType, options: OptionRecord, call: CallContext<TensorType>): Checked<TensorType> {
  const inner = onlyInner(options.layer, call);
  const made = inner.shape({ args: [stepType(x)] });
  if ("bad" in made) return bad(outerProblem(made.bad, inner));
  if (inner.results({ args: [stepType(x)] }).length === 1) return made;
  const message = `${inner.definition.name} has several results, and each step may have only one`;
  return bad({ problem: "option", option: "layer", message });
}

/** One step of a value. */
function stepOf(g: Builder, x: Value, step: number): Value {
  return g.reshape(part(g, x, 1, step, 1), stepType(x.type).shape);
}

/** The results of all steps, one after another: a statistic goes from each to the next, as from use to use. */
function inSteps(g: Builder, call: ExpandCall, inner: InnerLayer): Expanded {
  const x = inputOf(call);
  let weights: Readonly<Record<string, Value>> = {};
  const outputs = Array.from({ length: known(x.type.shape[1]) }, (_, use) => {
    const { output, state } = inner.expand(g, call, { args: [stepOf(g, x, use)] }, { use, weights });
    weights = { ...weights, ...state };
    return g.reshape(output, output.type.shape.toSpliced(1, 0, 1));
  });
  return { output: g.concat(outputs, 1), state: weights };
}

/** Whether a layer computes the same on all steps at once, because it leaves all axes but the last apart. */
function passesTimeOn({ definition, options }: InnerLayer): boolean {
  if (definition.alongLastAxis !== true) return false;
  const last = Object.entries(definition.options).find(([, option]) => option.last === true)?.[0];
  const activation = last === undefined ? undefined : maybeUse(options, last);
  return activation === undefined || activationNamed(activation.name).elementwise === true;
}

export const timeDistributed = defineLayer({
  name: "TimeDistributed",
  summary: "Applies a layer to each step of a sequence: `TimeDistributed(Dense(8))`. All steps share its weights.",
  inputs: [{ name: "x", shape: "[time, ...]" }],
  output: "[time, ...]",
  options: { layer: { type: { kind: "layer" }, required: true, doc: "The layer for each step." } },
  masks: passesMask,
  positional: ["layer"],
  trainingDiffers: true,
  weights([x], options, call) {
    return x === undefined ? [] : onlyInner(options.layer, call).weights({ args: [stepType(x)] });
  },
  shape: (inputs, options, call) =>
    andThen(oneInput(inputs, { atLeast: 2, text: "[time, ...]" }), (x) =>
      andThen(stepResult(x, options, call), (step) =>
        ok({ ...step, shape: step.shape.toSpliced(1, 0, x.shape[1] ?? 1) }),
      ),
    ),
  expand(g, call) {
    const inner = onlyInner(call.options.layer, call);
    if (!passesTimeOn(inner)) return inSteps(g, call, inner);
    return inner.expand(g, call, { args: [inputOf(call)] });
  },
  examples: [
    { nn: "TimeDistributed(Dense(3, relu))", type: "f32[2, 4] -> f32[2, 3]" },
    { nn: "TimeDistributed(BatchNormalization())", type: "f32[2, 3] -> f32[2, 3]" },
    { nn: "TimeDistributed(Conv1D(2, 2))", type: "f32[2, 3, 2] -> f32[2, 2, 2]" },
  ],
  source: "https://keras.io/api/layers/recurrent_layers/time_distributed/",
});
