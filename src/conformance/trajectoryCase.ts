// Twenty training steps of a whole model, through the same lowering as a `.nn` file's: losses, and the weights at the end.

import { CompilerBug } from "../base/compilerBug.ts";
import type { CheckedDataset, CheckedModel, DataField, ModelNode, TrainStep, Use } from "../check/model.ts";
import type { OptionRecord, Slot } from "../ir/graph.ts";
import { batchSize } from "../ir/size.ts";
import { slotName } from "../ir/slots.ts";
import { extents, type TensorType, tensor } from "../ir/types.ts";
import { lower } from "../lower/lower.ts";
import { optimizerSlots } from "../ops/optimizer.ts";
import { findLoss, findOptimizer } from "../ops/registry.ts";
import type { NumberArray } from "../reference/evaluate.ts";
import { modelOf, nowhere, ofSample } from "./chain.ts";
import { difference, trajectoryLosses, trajectoryWeights } from "./compare.ts";
import type { Executor } from "./executor.ts";
import { arrayOf, type JsonObject, listOf, type NamedArray, numberOf, objectOf, stringOf } from "./format.ts";
import { definitionOf, optionsOf, unsupported } from "./keras.ts";

function field(role: DataField["role"], name: string, { dtype, shape }: NamedArray): DataField {
  const type: TensorType = tensor(dtype, batchSize, ...shape.slice(1));
  const nodes: readonly ModelNode[] = [{ kind: "input", id: 0, name, type, span: nowhere }];
  return { name, role, type: ofSample(type), columns: [{ name, type, from: [name] }], nodes, value: 0, span: nowhere };
}

const use = ({ name }: { readonly name: string }, options: OptionRecord): Use => ({ name, options, span: nowhere });

/** The only step: one loss between the output and the target, one optimizer of all weights. */
function stepOf(model: CheckedModel, { fields }: CheckedDataset, loss: Use, optimizer: Use): TrainStep {
  const [, target] = fields;
  const [column] = target?.columns ?? [];
  const output = model.nodes.at(-1);
  if (target === undefined || column === undefined || output === undefined)
    throw new CompilerBug("a trajectory without a target");
  const { shape } = output.type;
  const nodes: readonly ModelNode[] = [
    { id: 0, kind: "input", name: target.name, type: column.type, span: nowhere },
    { id: 1, kind: "output", name: "output", type: output.type, span: nowhere },
    {
      id: 2,
      kind: "loss",
      loss: loss.name,
      args: [0, 1],
      options: loss.options,
      text: loss.name,
      type: tensor("f32", ...(shape.length > 1 ? shape.slice(0, -1) : shape)),
      span: nowhere,
    },
  ];
  const weights = model.weights.filter(({ trainable }) => trainable).map(({ path }) => path);
  return { terms: [{ nodes, value: 2, weight: 1, span: nowhere }], groups: [{ optimizer, weights }], span: nowhere };
}

interface Batch {
  readonly x: NamedArray;
  readonly y: NamedArray;
}

const datasetOf = ({ x, y }: Batch): CheckedDataset => ({
  name: "Batches",
  span: nowhere,
  source: { name: "batches", options: {}, span: nowhere },
  fields: [field("input", "x", x), field("target", "y", y)],
  noise: [],
  split: { train: 1, validation: 0, test: 0, order: "order" },
});

/** The weights of a list by the paths that the model has for them. Those within other layers have other paths in Keras. */
function weightsOf(json: JsonObject, list: string, model: CheckedModel): readonly (readonly [string, NamedArray])[] {
  const given = listOf(json[list], list).map((weight) => arrayOf(weight, "a weight"));
  const named = new Map(given.map((weight) => [weight.name ?? "", weight]));
  const isSame = given.length === model.weights.length;
  return model.weights.flatMap(({ path, shape }, i) => {
    const weight = named.get(path) ?? (isSame ? given[i] : undefined);
    if (weight !== undefined && weight.shape.join() === shape.join()) return [[path, weight] as const];
    return unsupported(`no weight '${path}' of [${shape}]`);
  });
}

/** The values of all slots before the first step. */
function initialSlots(
  json: JsonObject,
  model: CheckedModel,
  slots: readonly Slot[],
  optimizerSlots: readonly { readonly name: string; readonly initial?: number }[],
): ReadonlyMap<string, NumberArray> {
  const values = new Map<string, NumberArray>(
    weightsOf(json, "initial_weights", model).map(([path, weight]) => [slotName("weight", path), weight.values]),
  );
  for (const slot of slots)
    if (slot.role === "optimizer") {
      const definition = optimizerSlots.find(({ name }) => slot.name === slotName("optimizer", name));
      const length = slot.type.shape.reduce<number>((count, size) => count * Number(size), 1);
      values.set(slot.name, new Float64Array(length).fill(definition?.initial ?? 0));
    }
  return values;
}

/** The differences from the case; empty where everything agrees. */
export async function trajectoryCase(json: JsonObject, executor: Executor): Promise<readonly string[]> {
  const model = modelOf(objectOf(json.model, "model"));
  const loss = definitionOf("loss", stringOf(json.loss, "loss"), findLoss);
  const optimizer = definitionOf("optimizer", stringOf(json.optimizer, "optimizer"), findOptimizer);
  const batches = listOf(json.batches, "batches").map((batch): Batch => {
    const { x, y } = objectOf(batch, "a batch");
    return { x: arrayOf(x, "x"), y: arrayOf(y, "y") };
  });
  const [first] = batches;
  if (first === undefined) return ["the case has no batches"];
  const batch = numberOf(json.batch_size, "batch_size");
  const dataset = datasetOf(first);
  const lossUse = use(loss, optionsOf(loss, objectOf(json.loss_config, "loss_config")));
  const optimizerUse = use(optimizer, optionsOf(optimizer, objectOf(json.optimizer_config, "optimizer_config")));
  const training = {
    model: model.name,
    dataset: dataset.name,
    span: nowhere,
    steps: [stepOf(model, dataset, lossUse, optimizerUse)],
    metrics: [],
    epochs: 1,
    batch,
    seed: 0,
  };
  const program = { models: [model], unfinished: [], datasets: [dataset], trainings: [training], needs: [], facts: [] };
  const module = lower({ program, model, training, dataset });

  const [group] = training.steps[0]?.groups ?? [];
  const trained = model.weights.filter(({ path }) => group?.weights.includes(path));
  const variables = trained.map(({ path, shape }) => ({ name: path, start: 0, shape: extents(shape, batch) }));
  const kept = optimizerSlots(optimizer, optimizerUse.options, variables);
  const slots = initialSlots(json, model, module.slots, kept);
  const running = await executor.open(module, batch, slots);
  const losses = Array.from({ length: numberOf(json.steps, "steps") }, (_, step) => {
    const { x, y } = batches[step % batches.length] ?? first;
    const columns = new Map([
      ["x", x.values],
      ["y", y.values],
    ]);
    return running.run("train_step", columns).get("loss")?.[0] ?? Number.NaN;
  });
  const final = weightsOf(json, "final_weights", model);
  return [
    ...Array.from(arrayOf(json.losses, "losses").values, (wanted, step) =>
      difference(`loss of step ${step}`, [losses[step] ?? Number.NaN], [wanted], trajectoryLosses),
    ),
    ...final.map(([path, { values }]) =>
      difference(`${path} at the end`, running.slot(slotName("weight", path)), values, trajectoryWeights),
    ),
  ].filter((problem) => problem !== undefined);
}
