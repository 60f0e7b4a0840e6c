// One call of a layer: its output, the gradients of its inputs and weights, and its state after training.

import type { Value } from "../ir/builder.ts";
import { draft } from "../ir/draft.ts";
import type { Slot } from "../ir/graph.ts";
import { extents, tensor } from "../ir/types.ts";
import { findLayer } from "../ops/registry.ts";
import { difference, gradients, values } from "./compare.ts";
import type { Executor } from "./executor.ts";
import { arrayOf, arraysOf, type JsonObject, listOf, type NamedArray, objectOf, stringOf } from "./format.ts";
import { definitionOf, optionsOf, unsupported } from "./keras.ts";
import { batchedType, moduleOf } from "./module.ts";

/** The differences from the case; empty where everything agrees. */
export async function layerCase(json: JsonObject, executor: Executor): Promise<readonly string[]> {
  const definition = definitionOf("layer", stringOf(json.layer, "the layer"), findLayer);
  const options = optionsOf(definition, objectOf(json.config, "config"));
  const training = json.training === true;
  if (training && definition.trainingDiffers === true && json.state_after === undefined)
    unsupported(`${definition.name} in training, which draws random numbers`);
  const call = json.call === undefined ? {} : objectOf(json.call, "call");
  for (const name of Object.keys(call)) unsupported(`${definition.name} called with ${name}`);
  if (json.extra_outputs !== undefined) unsupported(`${definition.name} with further outputs`);

  const inputs = arraysOf(json.inputs, "input");
  const weights = listOf(json.weights, "weights").map((weight, i) => arrayOf(weight, `weight ${i}`));
  const expected = arrayOf(json.output, "output");
  const upstream = arrayOf(json.grad_output, "grad_output");

  const d = draft();
  const { g } = d;
  // Joining along the batch makes another batch: then all sizes are plain numbers.
  const types = inputs.map((input) => (options.axis === 0 ? tensor(input.dtype, ...input.shape) : batchedType(input)));
  const checked = definition.shape(types, options);
  if ("bad" in checked) return [`the shape rule refuses the inputs: ${JSON.stringify(checked.bad)}`];
  const batch = inputs[0]?.shape[0] ?? 1;
  const problems: string[] = [];
  const shape = extents(checked.ok.shape, batch);
  if (shape.join() !== expected.shape.join())
    problems.push(`output has shape [${shape}] instead of [${expected.shape}]`);

  const args = types.map((type, i) => g.input(`input ${i}`, type));
  const definitions = definition.weights?.(types, options) ?? [];
  if (definitions.length !== weights.length)
    return [`${definitions.length} weights (${definitions.map(({ name }) => name)}) instead of ${weights.length}`];
  for (const [i, { name, shape: sizes }] of definitions.entries()) {
    const wanted = weights[i]?.shape ?? [];
    if (sizes.join() !== wanted.join()) problems.push(`${name} has shape [${sizes}] instead of [${wanted}]`);
  }
  if (problems.length > 0) return problems;
  const params = definitions.map(({ name, shape: sizes }) => g.param(name, tensor("f32", ...sizes)));
  const used = { op: definition.name, args: args.map(({ id }) => id), weights: params.map(({ id }) => id) };
  const output = d.call({ ...used, options, training }, checked.ok, "layer");
  const outputs: Record<string, Value> = { output };
  const axes = checked.ok.shape.map((_, i) => i);
  const scalar = g.sum(g.mul(output, g.input("grad_output", checked.ok)), axes);
  const wantedGradients: { readonly name: string; readonly expected: NamedArray }[] = [];
  const addGradient = (name: string, wrt: Value | undefined, json: unknown): void => {
    if (json === null || json === undefined || wrt === undefined) return;
    outputs[name] = d.gradient(scalar, wrt);
    wantedGradients.push({ name, expected: arrayOf(json as JsonObject, name) });
  };
  const inputGradients = Array.isArray(json.grad_inputs) ? json.grad_inputs : [json.grad_inputs];
  for (const [i, gradient] of inputGradients.entries()) addGradient(`gradient of input ${i}`, args[i], gradient);
  const weightGradients = listOf(json.grad_weights ?? [], "grad_weights");
  for (const [i, gradient] of weightGradients.entries())
    addGradient(`gradient of ${definitions[i]?.name}`, params[i], gradient);

  const slots = definitions.map(
    ({ name, trainable, shape: sizes }): Slot => ({
      name,
      type: tensor("f32", ...sizes),
      role: trainable ? "weight" : "state",
    }),
  );
  const module = moduleOf(d.graph("layer", outputs), slots);
  const running = await executor.open(
    module,
    batch,
    new Map(definitions.map(({ name }, i) => [name, weights[i]?.values ?? []])),
  );
  const given = inputs.map((input, i) => [`input ${i}`, input.values] as const);
  const results = running.run("layer", new Map([...given, ["grad_output", upstream.values]]));
  const compare = (name: string, wanted: NamedArray, tolerance: typeof values): void => {
    const problem = difference(name, results.get(name) ?? [], wanted.values, tolerance);
    if (problem !== undefined) problems.push(problem);
  };
  compare("output", expected, values);
  for (const { name, expected: wanted } of wantedGradients) compare(name, wanted, gradients);
  for (const after of stateAfter(json)) {
    const name = definitions.find((weight) => after.name?.endsWith(weight.name) === true)?.name;
    const problem =
      name === undefined
        ? `no state '${after.name}'`
        : difference(`${name} after`, running.slot(name), after.values, values);
    if (problem !== undefined) problems.push(problem);
  }
  return problems;
}

function stateAfter({ state_after: after }: JsonObject): readonly NamedArray[] {
  if (after === undefined || after === null) return [];
  if (Array.isArray(after)) return after.map((value, i) => arrayOf(value, `state ${i}`));
  const entries = Object.entries(objectOf(after, "state_after"));
  return entries.map(([name, value]) => ({ ...arrayOf(value, name), name }));
}
