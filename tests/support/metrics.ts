// Runs a metric alone on the reference: batch after batch, then its result.

import type { Builder, Value } from "../../src/ir/builder.ts";
import type { Node, OptionRecord, Prim, PrimGraph } from "../../src/ir/graph.ts";
import { graphBuilder } from "../../src/ir/graphBuilder.ts";
import { batchSize } from "../../src/ir/size.ts";
import { tensor } from "../../src/ir/types.ts";
import { withDefaults } from "../../src/ops/options.ts";
import { findMetric } from "../../src/ops/registry.ts";
import { evaluate } from "../../src/reference/evaluate.ts";

/** Numbers of a batch, with the shape of one sample. */
export interface Column {
  readonly dtype: "f32" | "i32";
  readonly shape: readonly number[];
  readonly values: readonly number[];
}
export interface ScoredBatch {
  readonly prediction: Column;
  readonly target: Column;
  /** One weight for each sample. */
  readonly weight?: readonly number[];
  /** One truth for each step of each sample. */
  readonly mask?: readonly number[];
}

function graphOf(build: (g: Builder) => Readonly<Record<string, Value>>): PrimGraph {
  const nodes: Node<Prim>[] = [];
  const results = build(graphBuilder((node) => nodes.push({ ...node, id: nodes.length } as Node<Prim>) - 1));
  const outputs = Object.entries(results).map(([name, { id }]) => ({ name, value: id }));
  return { name: "test", nodes, outputs, updates: [] };
}

/** Returns the result of a metric over batches. */
export function metricOver(name: string, given: OptionRecord, batches: readonly ScoredBatch[]): number[] {
  const metric = findMetric(name)!;
  const options = withDefaults(metric.options, given);
  const typeOf = ({ dtype, shape }: Column) => tensor(dtype, batchSize, ...shape);
  const [{ prediction, target }] = batches as [ScoredBatch];
  const states = metric.state(typeOf(prediction), typeOf(target), options);
  const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
  const slots = new Map(states.map((state) => [state.name, new Float64Array(sizeOf(state.shape))]));
  const stateIn = (g: Builder) =>
    Object.fromEntries(states.map((state) => [state.name, g.param(state.name, tensor("f32", ...state.shape))]));
  for (const batch of batches) {
    const graph = graphOf((g) =>
      metric.update(g, {
        prediction: g.input("prediction", typeOf(prediction)),
        target: g.input("target", typeOf(target)),
        ...(batch.weight && { weight: g.input("weight", tensor("f32", batchSize)) }),
        ...(batch.mask && { mask: g.input("mask", tensor("bool", batchSize, prediction.shape[0]!)) }),
        state: stateIn(g),
        options,
        form: "plain",
      }),
    );
    const inputs = new Map([
      ["prediction", batch.prediction.values],
      ["target", batch.target.values],
      ["weight", batch.weight ?? []],
      ["mask", batch.mask ?? []],
    ]);
    const samples = batch.target.values.length / sizeOf(target.shape);
    const { outputs } = evaluate(graph, { batch: samples, inputs, slots });
    for (const [slot, values] of outputs) slots.set(slot, Float64Array.from(values));
  }
  const graph = graphOf((g) => ({ result: metric.result(g, stateIn(g), options) }));
  return [...evaluate(graph, { batch: 1, inputs: new Map(), slots }).outputs.get("result")!];
}
