// One call of a layer: its output, the gradients of its inputs and weights, and its state after training.

import { CompilerBug } from "../base/compilerBug.ts";
import type { Value } from "../ir/builder.ts";
import { draft } from "../ir/draft.ts";
import type { OptionRecord, Slot } from "../ir/graph.ts";
import { extents, type TensorType, tensor } from "../ir/types.ts";
import { callContext, inputNames } from "../ops/call.ts";
import { findLayer, findOperator } from "../ops/registry.ts";
import { difference, gradients, values } from "./compare.ts";
import type { Executor } from "./executor.ts";
import {
  arrayOf,
  arraysOf,
  type Json,
  type JsonObject,
  listOf,
  type NamedArray,
  objectOf,
  stringOf,
} from "./format.ts";
import { definitionOf, optionsOf, unsupported } from "./keras.ts";
import { batchedType, moduleOf } from "./module.ts";

type Definition = NonNullable<ReturnType<typeof findLayer>>;
type Weights = ReturnType<NonNullable<Definition["weights"]>>;

/** The arguments of the call that say something: a layer reads `reverse` off the type of its input. */
function callOf(json: JsonObject): JsonObject {
  const call = json.call === undefined ? {} : objectOf(json.call, "call");
  const isRead = (value: Json): boolean => value === (arraysOf(json.inputs, "input")[0]?.dtype === "f32");
  return Object.fromEntries(
    Object.entries(call).filter(([name, value]) => value !== null && !(name === "reverse" && isRead(value))),
  );
}

/** The config without the batch axis of a `noise_shape`, which is never written here. */
const withoutBatch = (config: JsonObject): JsonObject =>
  Array.isArray(config.noise_shape) ? { ...config, noise_shape: config.noise_shape.slice(1) } : config;

/** The layer of the case with its options. Throws where the case asks for something that is not compared. */
function layerOf(json: JsonObject): { readonly definition: Definition; readonly options: OptionRecord } {
  const definition = definitionOf("layer", stringOf(json.layer, "the layer"), findLayer);
  if (json.training === true && definition.trainingDiffers === true && json.state_after === undefined)
    unsupported(`${definition.name} in training, which draws random numbers`);
  const call = callOf(json);
  const known = new Set([...Object.keys(definition.options), ...definition.inputs.map(({ name }) => name)]);
  for (const name of Object.keys(call)) if (!known.has(name)) unsupported(`${definition.name} called with ${name}`);
  // Some arguments of Keras's calls are options here.
  const given = Object.entries(call).filter(([name]) => Object.hasOwn(definition.options, name));
  const config = { ...withoutBatch(objectOf(json.config, "config")), ...Object.fromEntries(given) };
  return { definition, options: optionsOf(definition, config) };
}

/** A tensor of the case, and the input that it is for. */
interface Given {
  readonly name: string;
  readonly array: NamedArray;
  readonly type: TensorType;
}

/** The inputs in order, and then those that the call names: masks, which the case holds as 0 and 1. */
function givenTo(definition: Definition, options: OptionRecord, json: JsonObject): readonly Given[] {
  const inputs = arraysOf(json.inputs, "input");
  const names = inputNames(definition, inputs.length);
  // Joining along the batch makes another batch: then all sizes are plain numbers.
  const typeOf = (array: NamedArray): TensorType =>
    options.axis === 0 ? tensor(array.dtype, ...array.shape) : batchedType(array);
  const call = callOf(json);
  const named = definition.inputs.flatMap(({ name }) => {
    const own = call[name];
    if (own === undefined || own === null) return [];
    // The last mask of a list stands alone, too.
    if (Array.isArray(own) && own.at(-1) === null)
      unsupported(`${definition.name} called with the first ${name} alone`);
    const masks = Array.isArray(own) ? own.filter((one) => one !== null) : own;
    return arraysOf(masks, name).map((array) => ({ name, array }));
  });
  return [
    ...inputs.map((array, i) => ({ name: names[i] ?? "", array, type: typeOf(array) })),
    ...named.map(({ name, array }) => {
      const dtype = array.dtype === "i32" ? ("bool" as const) : array.dtype;
      return { name, array, type: { ...typeOf(array), dtype } };
    }),
  ];
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

/** The differences between the shapes of the results and those of the case. */
function resultProblems(
  types: readonly TensorType[],
  expected: readonly NamedArray[],
  batch: number,
): readonly string[] {
  if (types.length !== expected.length) return [`${types.length} results instead of ${expected.length}`];
  return expected.flatMap(({ shape: wanted }, i) => {
    const shape = extents(types[i]?.shape ?? [], batch);
    const name = i === 0 ? "output" : `output ${i}`;
    return shape.join() === wanted.join() ? [] : [`${name} has shape [${shape}] instead of [${wanted}]`];
  });
}

/** A weight of the case; a single number stands in a field of its own. */
function weightOf(json: Json, i: number): NamedArray {
  const weight = objectOf(json, `weight ${i}`);
  const whole = weight.array === undefined ? weight : { ...weight, ...objectOf(weight.array, `weight ${i}`) };
  return arrayOf(whole, `weight ${i}`);
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
  const inputs = givenTo(definition, options, json);
  const weights = listOf(json.weights, "weights").map(weightOf);
  const expected = arrayOf(json.output, "output");
  const upstream = arrayOf(json.grad_output, "grad_output");

  const d = draft();
  const { g } = d;
  const types = inputs.map(({ type }) => type);
  const names = inputs.map(({ name }) => name);
  const context = callContext(definition, types, names, findOperator);
  const checked = definition.shape(types, options, context);
  if ("bad" in checked) return [`the shape rule refuses the inputs: ${JSON.stringify(checked.bad)}`];
  const batch = inputs[0]?.array.shape[0] ?? 1;
  const more = definition.more?.(types, options, context) ?? [];
  const definitions = definition.weights?.(types, options, context) ?? [];
  const extra = listOf(json.extra_outputs ?? [], "extra_outputs").map((output, i) =>
    arrayOf(output, `output ${i + 1}`),
  );
  const problems = [
    ...resultProblems([checked.ok, ...more], [expected, ...extra], batch),
    ...weightProblems(definitions, weights),
  ];
  if (problems.length > 0) return problems;

  const args = types.map((type, i) => g.input(`input ${i}`, type));
  const params = definitions.map(({ name, shape: sizes }) => g.param(name, tensor("f32", ...sizes)));
  const used = { op: definition.name, args: args.map(({ id }) => id), weights: params.map(({ id }) => id) };
  const call = { ...used, given: names, options, training: json.training === true };
  const [output, ...further] = d.calls(call, { type: checked.ok, more }, "layer");
  if (output === undefined) throw new CompilerBug("a call without a result");
  const axes = checked.ok.shape.map((_, i) => i);
  const scalar = g.sum(g.mul(output, g.input("grad_output", checked.ok)), axes);
  const wanted = gradientsOf(json, args, params, definitions);
  const derivatives = wanted.map(({ name, wrt }) => [name, d.gradient(scalar, wrt)] as const);

  const others = further.map((value, i) => [`output ${i + 1}`, value] as const);
  const outputs = { output, ...Object.fromEntries([...others, ...derivatives]) };
  const module = moduleOf(d.graph("layer", outputs), slotsOf(definitions));
  const initial = new Map(definitions.map(({ name }, i) => [name, weights[i]?.values ?? []]));
  const running = await executor.open(module, batch, initial);
  const given = inputs.map(({ array }, i) => [`input ${i}`, array.values] as const);
  const results = running.run("layer", new Map([...given, ["grad_output", upstream.values]]));
  return [
    difference("output", results.get("output") ?? [], expected.values, values),
    ...extra.map((array, i) =>
      difference(`output ${i + 1}`, results.get(`output ${i + 1}`) ?? [], array.values, values),
    ),
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
