// One call of a layer: its output, the gradients of its inputs and weights, and its state after training.

import type { Value } from "../ir/builder.ts";
import { draft } from "../ir/draft.ts";
import type { OptionRecord, Slot } from "../ir/graph.ts";
import { extents, tensor } from "../ir/types.ts";
import { callContext } from "../ops/call.ts";
import { findLayer } from "../ops/registry.ts";
import { difference, gradients, values } from "./compare.ts";
import type { Executor } from "./executor.ts";
import { arrayOf, arraysOf, type JsonObject, listOf, type NamedArray, objectOf, stringOf } from "./format.ts";
import { definitionOf, optionsOf, unsupported } from "./keras.ts";
import { batchedType, moduleOf } from "./module.ts";

type Definition = NonNullable<ReturnType<typeof findLayer>>;
type Weights = ReturnType<NonNullable<Definition["weights"]>>;

/** The layer of the case with its options. Throws where the case asks for something that is not compared. */
function layerOf(json: JsonObject): { readonly definition: Definition; readonly options: OptionRecord } {
  const definition = definitionOf("layer", stringOf(json.layer, "the layer"), findLayer);
  const options = optionsOf(definition, objectOf(json.config, "config"));
  if (json.training === true && definition.trainingDiffers === true && json.state_after === undefined)
    unsupported(`${definition.name} in training, which draws random numbers`);
  const call = json.call === undefined ? {} : objectOf(json.call, "call");
  for (const name of Object.keys(call)) unsupported(`${definition.name} called with ${name}`);
  if (json.extra_outputs !== undefined) unsupported(`${definition.name} with further outputs`);
  return { definition, options };
}

/** The differences between the weights of the definition and those of the case. */
function weightProblems(definitions: Weights, weights: readonly NamedArray[]): readonly string[] {
  if (definitions.length !== weights.length)
    return [`${definitions.length} weights (${definitions.map(({ name }) => name)}) instead of ${weights.length}`];
  return definitions.flatMap(({ name, shape }, i) => {
    const wanted = weights[i]?.shape ?? [];
    return shape.join() === wanted.join() ? [] : [`${name} has shape [${shape}] instead of [${wanted}]`];
  });
}

/** The gradients that the case knows, each by the value it is taken by. */
function gradientsOf(
  json: JsonObject,
  args: readonly Value[],
  params: readonly Value[],
  definitions: Weights,
): readonly { readonly name: string; readonly wrt: Value; readonly expected: NamedArray }[] {
  const inputs = Array.isArray(json.grad_inputs) ? json.grad_inputs : [json.grad_inputs];
  const candidates = [
    ...inputs.map((json, i) => ({ name: `gradient of input ${i}`, wrt: args[i], json })),
    ...listOf(json.grad_weights ?? [], "grad_weights").map((json, i) => ({
      name: `gradient of ${definitions[i]?.name}`,
      wrt: params[i],
      json,
    })),
  ];
  return candidates.flatMap(({ name, wrt, json }) =>
    json === null || json === undefined || wrt === undefined
      ? []
      : [{ name, wrt, expected: arrayOf(json as JsonObject, name) }],
  );
}

/** The differences from the case; empty where everything agrees. */
export async function layerCase(json: JsonObject, executor: Executor): Promise<readonly string[]> {
  const { definition, options } = layerOf(json);
  const inputs = arraysOf(json.inputs, "input");
  const weights = listOf(json.weights, "weights").map((weight, i) => arrayOf(weight, `weight ${i}`));
  const expected = arrayOf(json.output, "output");
  const upstream = arrayOf(json.grad_output, "grad_output");

  const d = draft();
  const { g } = d;
  // Joining along the batch makes another batch: then all sizes are plain numbers.
  const types = inputs.map((input) => (options.axis === 0 ? tensor(input.dtype, ...input.shape) : batchedType(input)));
  const checked = definition.shape(types, options, callContext(definition, types));
  if ("bad" in checked) return [`the shape rule refuses the inputs: ${JSON.stringify(checked.bad)}`];
  const batch = inputs[0]?.shape[0] ?? 1;
  const shape = extents(checked.ok.shape, batch);
  const definitions = definition.weights?.(types, options, callContext(definition, types)) ?? [];
  const outputProblems =
    shape.join() === expected.shape.join() ? [] : [`output has shape [${shape}] instead of [${expected.shape}]`];
  const problems = [...outputProblems, ...weightProblems(definitions, weights)];
  if (problems.length > 0) return problems;

  const args = types.map((type, i) => g.input(`input ${i}`, type));
  const params = definitions.map(({ name, shape: sizes }) => g.param(name, tensor("f32", ...sizes)));
  const used = { op: definition.name, args: args.map(({ id }) => id), weights: params.map(({ id }) => id) };
  const output = d.call({ ...used, options, training: json.training === true }, checked.ok, "layer");
  const axes = checked.ok.shape.map((_, i) => i);
  const scalar = g.sum(g.mul(output, g.input("grad_output", checked.ok)), axes);
  const wanted = gradientsOf(json, args, params, definitions);
  const derivatives = wanted.map(({ name, wrt }) => [name, d.gradient(scalar, wrt)] as const);

  const module = moduleOf(d.graph("layer", { output, ...Object.fromEntries(derivatives) }), slotsOf(definitions));
  const initial = new Map(definitions.map(({ name }, i) => [name, weights[i]?.values ?? []]));
  const running = await executor.open(module, batch, initial);
  const given = inputs.map((input, i) => [`input ${i}`, input.values] as const);
  const results = running.run("layer", new Map([...given, ["grad_output", upstream.values]]));
  return [
    difference("output", results.get("output") ?? [], expected.values, values),
    ...wanted.map(({ name, expected }) => difference(name, results.get(name) ?? [], expected.values, gradients)),
    ...stateAfter(json).map((after) => {
      const name = definitions.find((weight) => after.name?.endsWith(weight.name) === true)?.name;
      if (name === undefined) return `no state '${after.name}'`;
      return difference(`${name} after`, running.slot(name), after.values, values);
    }),
  ].filter((problem) => problem !== undefined);
}

const slotsOf = (definitions: Weights): readonly Slot[] =>
  definitions.map(({ name, trainable, shape }) => ({
    name,
    type: tensor("f32", ...shape),
    role: trainable ? "weight" : "state",
  }));

function stateAfter({ state_after: after }: JsonObject): readonly NamedArray[] {
  if (after === undefined || after === null) return [];
  if (Array.isArray(after)) return after.map((value, i) => arrayOf(value, `state ${i}`));
  const entries = Object.entries(objectOf(after, "state_after"));
  return entries.map(([name, value]) => ({ ...arrayOf(value, name), name }));
}
