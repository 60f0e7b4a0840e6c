// The programs that compute the model: train_step, evaluate, predict.

import type { DataField, ModelNode } from "../check/model.ts";
import type { Value } from "../ir/builder.ts";
import { type Draft, draft } from "../ir/draft.ts";
import type { OpGraph, OptionRecord, Update, ValueId } from "../ir/graph.ts";
import { BATCH, batchSize, symbolsOf } from "../ir/size.ts";
import { tensor } from "../ir/types.ts";
import { updateMetrics } from "./metrics.ts";
import { rateOf } from "./rate.ts";
import type { Plan, TrainingPlan } from "./slots.ts";

interface Forward {
  readonly outputs: ReadonlyMap<string, Value>;
  /** Values of the weights that were read, by path. */
  readonly weights: ReadonlyMap<string, Value>;
  /** What the loss reads. */
  readonly scored: Value;
}

function inlineNodes(
  d: Draft,
  nodes: readonly ModelNode[],
  inputs: (node: ModelNode & { kind: "input" }) => Value,
  weightOf: (path: string) => Value,
  training: boolean,
  origin: string | undefined,
  onCall?: (node: ModelNode & { kind: "call" }, args: readonly Value[]) => Value | undefined,
): Map<ValueId, Value> {
  const values = new Map<ValueId, Value>();
  const valueAt = (id: ValueId): Value => {
    const value = values.get(id);
    if (value === undefined) throw new Error(`compiler bug: value ${id} is used before it is computed`);
    return value;
  };
  for (const node of nodes) {
    if (node.kind === "input") values.set(node.id, inputs(node));
    else if (node.kind === "number") values.set(node.id, d.g.constant(node.value, node.type));
    else if (node.kind === "weight") values.set(node.id, weightOf(node.path));
    else {
      const args = node.args.map(valueAt);
      const call = {
        op: node.op,
        args: args.map((a) => a.id),
        weights: node.weights.map((path) => weightOf(path).id),
        options: node.options,
        training,
      };
      values.set(node.id, onCall?.(node, args) ?? d.call(call, node.type, origin ?? node.path, node.span));
    }
  }
  return values;
}

function forward(d: Draft, plan: Plan, inputs: ReadonlyMap<string, Value>, training: boolean): Forward {
  const weights = new Map<string, Value>();
  const shapes = new Map([...plan.weights, ...plan.state].map((p) => [p.weight.path, p.shape]));
  const weightOf = (path: string): Value => {
    let value = weights.get(path);
    if (value === undefined) {
      value = d.g.withOrigin(path).param(path, tensor("f32", ...(shapes.get(path) ?? [])));
      weights.set(path, value);
    }
    return value;
  };
  const head = plan.training?.head;
  let scored: Value | undefined;
  // The call whose activation the loss undoes is made without it; the activation follows on its own.
  const splitHead = (node: ModelNode & { kind: "call" }, args: readonly Value[]): Value | undefined => {
    const logits = head?.logits;
    if (logits === undefined || node.id !== logits.of) return undefined;
    const first = args[0];
    if (!logits.inside) {
      scored = first;
      return undefined;
    }
    const options: OptionRecord = { ...node.options, activation: { name: "linear", options: {} } };
    scored = d.call(
      { op: node.op, args: args.map((a) => a.id), weights: node.weights.map((p) => weightOf(p).id), options, training },
      node.type,
      node.path,
      node.span,
    );
    const activation = node.options.activation;
    const own =
      typeof activation === "object" && activation !== null && "options" in activation ? activation.options : {};
    return d.call(
      { op: logits.activation, args: [scored.id], weights: [], options: own, training },
      node.type,
      node.path,
      node.span,
    );
  };
  const values = inlineNodes(
    d,
    plan.model.nodes,
    (node) => {
      const value = inputs.get(node.name);
      if (value === undefined) throw new Error(`compiler bug: no value for the input '${node.name}'`);
      return value;
    },
    weightOf,
    training,
    undefined,
    splitHead,
  );
  const outputs = new Map<string, Value>();
  for (const output of plan.model.outputs) {
    const value = values.get(output.value);
    if (value !== undefined) outputs.set(output.name, value);
  }
  const main = outputs.values().next().value;
  if (main === undefined) throw new Error("compiler bug: a model without an output");
  return { outputs, weights, scored: scored ?? main };
}

/** The fields of a data set as values of the batch: columns in, transforms applied. */
function readFields(d: Draft, fields: readonly DataField[]): ReadonlyMap<string, Value> {
  const columns = new Map<string, Value>();
  const values = new Map<string, Value>();
  for (const field of fields) {
    const inner = inlineNodes(
      d,
      field.nodes,
      (node) => {
        let column = columns.get(node.name);
        if (column === undefined) {
          column = d.g.withOrigin(field.name, field.span).input(node.name, field.columnType);
          columns.set(node.name, column);
        }
        // Stored as bytes, say; in the program it is what the field's first node says.
        return d.g.withOrigin(field.name, field.span).cast(column, node.type.dtype);
      },
      () => {
        throw new Error("compiler bug: a data field has no weights");
      },
      false,
      field.name,
    );
    const last = field.nodes[field.nodes.length - 1];
    const value = last === undefined ? undefined : inner.get(last.id);
    if (value === undefined || last === undefined) throw new Error("compiler bug: a data field without a value");
    const wanted = field.type.element.kind === "f32" ? "f32" : field.type.element.kind === "bool" ? "bool" : "i32";
    values.set(field.name, d.g.withOrigin(field.name, field.span).cast(value, wanted));
  }
  return values;
}

interface Scored extends Forward {
  readonly loss: Value;
}

function withLoss(
  d: Draft,
  plan: Plan,
  training: TrainingPlan,
  isTraining: boolean,
): Scored & { readonly updates: readonly Update[] } {
  const fields = readFields(d, training.dataset.fields);
  const result = forward(d, plan, fields, isTraining);
  const target = training.dataset.fields.find((f) => f.role === "target");
  const truth = target === undefined ? undefined : fields.get(target.name);
  if (truth === undefined) throw new Error("compiler bug: a training without a target");
  const g = d.g.withOrigin("loss", training.checked.loss.span);
  const each = training.loss.expand(g, result.scored, truth, training.head.lossOptions);
  const axes = each.type.shape.map((_, i) => i);
  const batched = each.type.shape.some((size) => symbolsOf(size).has(BATCH));
  if (!batched) throw new Error("compiler bug: a loss without the batch axis");
  const loss = g.mean(each, axes);
  const predictions = result.outputs.values().next().value as Value;
  const updates = updateMetrics(d, training, { loss, predictions, truth, samples: g.size(batchSize) });
  return { ...result, loss, updates };
}

export function trainStepGraph(plan: Plan, training: TrainingPlan): OpGraph {
  const d = draft();
  const { loss, weights, updates } = withLoss(d, plan, training, true);
  const all: Update[] = [...updates];
  const counter = d.g.withOrigin("step");
  const step = counter.param("step", tensor("i32"));
  if (plan.weightCount > 0) {
    const g = d.g.withOrigin(training.optimizer.name, training.checked.optimizer.span);
    const flat = g.param("weights", tensor("f32", plan.weightCount));
    const gradients = plan.weights.map((placed) => {
      const weight = weights.get(placed.weight.path);
      const gradient = weight === undefined ? g.constant(0, tensor("f32", ...placed.shape)) : d.gradient(loss, weight);
      return g.reshape(gradient, [placed.length]);
    });
    const slots: Record<string, Value> = {};
    for (const { name } of training.optimizerSlots)
      slots[name] = g.param(`optimizer/${name}`, tensor("f32", plan.weightCount));
    const stepNumber = g.cast(step, "f32");
    const next = training.optimizer.update(g, {
      weights: flat,
      gradient: g.concat(gradients, 0),
      slots,
      step: stepNumber,
      rate: rateOf(g, training, stepNumber),
      options: training.optimizerOptions,
      variables: plan.weights.map((p) => ({ name: p.weight.path, start: p.start, shape: p.shape })),
    });
    all.push({ slot: "weights", value: next.weights.id });
    for (const { name } of training.optimizerSlots) {
      const value = next.slots[name];
      if (value !== undefined) all.push({ slot: `optimizer/${name}`, value: value.id });
    }
  }
  all.push({ slot: "step", value: counter.add(step, 1).id });
  return d.graph("train_step", { loss }, all);
}

export function evaluateGraph(plan: Plan, training: TrainingPlan): OpGraph {
  const d = draft();
  const { loss, updates } = withLoss(d, plan, training, false);
  return d.graph("evaluate", { loss }, updates);
}

export function predictGraph(plan: Plan): OpGraph {
  const d = draft();
  const inputs = new Map<string, Value>();
  for (const input of plan.model.inputs) {
    const node = plan.model.nodes[input.value];
    if (node !== undefined) inputs.set(input.name, d.g.withOrigin(input.name, node.span).input(input.name, node.type));
  }
  const { outputs } = forward(d, plan, inputs, false);
  return d.graph("predict", Object.fromEntries(outputs));
}
