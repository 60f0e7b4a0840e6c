// Some update steps of an optimizer on a few variables, laid out in one flat vector as a training does.

import { draft } from "../ir/draft.ts";
import type { Slot, Update } from "../ir/graph.ts";
import { tensor } from "../ir/types.ts";
import { firstState, rateOf } from "../lower/rate.ts";
import type { Variable } from "../ops/definition.ts";
import { average, optimizerSlots, optimizerStep } from "../ops/optimizer.ts";
import { findOptimizer } from "../ops/registry.ts";
import { difference, values } from "./compare.ts";
import type { Executor, Running } from "./executor.ts";
import { arrayOf, type JsonObject, listOf, type NamedArray, objectOf, stringOf } from "./format.ts";
import { definitionOf, optionsOf } from "./keras.ts";
import { moduleOf } from "./module.ts";

const arrays = (json: JsonObject[string] | undefined, what: string): readonly NamedArray[] =>
  listOf(json, what).map((array, i) => arrayOf(array, `${what} ${i}`));
const flat = (parts: readonly NamedArray[]): Float64Array =>
  Float64Array.from(parts.flatMap(({ values }) => [...values]));

/** The differences from the case; empty where everything agrees. */
export async function optimizerCase(json: JsonObject, executor: Executor): Promise<readonly string[]> {
  const definition = definitionOf("optimizer", stringOf(json.optimizer, "the optimizer"), findOptimizer);
  const options = optionsOf(definition, objectOf(json.config, "config"));
  const initial = arrays(json.initial_params, "initial_params");
  let start = 0;
  const variables = initial.map(({ name, shape, values: numbers }, i) => {
    const variable = { name: name ?? `variable ${i}`, start, shape };
    start += numbers.length;
    return variable;
  });
  const type = tensor("f32", start);

  const d = draft();
  const { g } = d;
  const step = g.param("step", tensor("i32"));
  const slotValues = optimizerSlots(definition, options, variables);
  const slots = Object.fromEntries(
    slotValues.map(({ name, length }) => [name, g.param(`optimizer/${name}`, tensor("f32", length))]),
  );
  const steps = g.cast(step, "f32");
  const next = optimizerStep(g, definition, {
    weights: g.param("weights", type),
    gradient: g.input("gradient", type),
    slots,
    step: steps,
    rate: rateOf(g, options, { step: steps, total: () => g.constant(1), state: firstState(g, options) }),
    options,
    variables,
  });
  const updates: Update[] = [
    { slot: "weights", value: next.weights.id },
    { slot: "step", value: g.add(step, 1).id },
    ...Object.entries(next.slots).map(([name, value]) => ({ slot: `optimizer/${name}`, value: value.id })),
  ];
  const memory: Slot[] = [
    { name: "weights", type, role: "weight" },
    { name: "step", type: tensor("i32"), role: "counter" },
    ...slotValues.map(
      ({ name, length }): Slot => ({ name: `optimizer/${name}`, type: tensor("f32", length), role: "optimizer" }),
    ),
  ];
  const first = new Map<string, Float64Array>([["weights", flat(initial)]]);
  for (const { name, initial: value, length } of slotValues)
    first.set(`optimizer/${name}`, new Float64Array(length).fill(value));
  const running = await executor.open(moduleOf(d.graph("step", {}, updates), memory), 1, first);
  return followed(json, running, variables, options.use_ema === true);
}

/** Takes the case's steps one after another, and compares the variables after each. */
function followed(
  json: JsonObject,
  running: Running,
  variables: readonly Variable[],
  averaged: boolean,
): readonly string[] {
  const wanted = listOf(json.params, "params");
  const problems: string[] = [];
  const compared = (what: string, all: ArrayLike<number>, expected: JsonObject[string] | undefined): void => {
    for (const [j, { values: wantedValues }] of arrays(expected, what).entries()) {
      const from = variables[j]?.start ?? 0;
      const part = Array.from(all).slice(from, from + wantedValues.length);
      const problem = difference(`${what} of ${variables[j]?.name}`, part, wantedValues, values);
      if (problem !== undefined) problems.push(problem);
    }
  };
  const averages = (): ArrayLike<number> => running.slot(`optimizer/${average}`);
  const wantedAverages = json.ema === undefined ? [] : listOf(json.ema, "ema");
  for (const [i, gradient] of listOf(json.grads, "grads").entries()) {
    running.run("step", new Map([["gradient", flat(arrays(gradient, "grads"))]]));
    compared(`value after step ${i + 1}`, running.slot("weights"), wanted[i]);
    if (wantedAverages[i] !== undefined) compared(`average after step ${i + 1}`, averages(), wantedAverages[i]);
  }
  // With averages, the end of training makes them the weights.
  const final = averaged ? averages() : running.slot("weights");
  if (json.finalized_params !== undefined) compared("value at the end", final, json.finalized_params);
  return problems;
}
