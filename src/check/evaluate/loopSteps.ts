// The block that a loop runs in each step: the checker applies it once, to the types of a step, apart from the model. What
// that makes is the value of the loop's option. It knows no loop, only what a definition says of its step.

import { batchSize } from "../../ir/size.ts";
import type { TensorType } from "../../ir/types.ts";
import { callContext, inputNames } from "../../ops/call.ts";
import type { OpDef } from "../../ops/definition.ts";
import { findOperator } from "../../ops/registry.ts";
import { isTemplate, type TemplateNode, type TemplateWeight, templateUse } from "../../ops/template.ts";
import type { ModelNode } from "../model.ts";
import { report } from "../say/report.ts";
import { addNode, type ModelUnderWay } from "../state/building.ts";
import type { Env, Layer, Value } from "../state/environment.ts";
import { broken, isUnresolved, known, open, type Resolved, type Unresolved, unresolvedOf } from "../state/resolved.ts";
import type { Inputs, Tensor } from "../state/tensor.ts";
import { shown } from "../state/values.ts";
import { applyLayer, numberTensor } from "./apply.ts";
import { evaluate } from "./evaluate.ts";
import type { Options } from "./options.ts";

/** Puts the step of a loop into its options, if it is a block or a named layer: its inputs are known only now. */
export function withLoopStep(
  call: Layer & { readonly def: OpDef },
  inputs: Inputs,
  given: Options,
  env: Env,
): Resolved<Options> {
  const { loops } = call.def;
  if (loops === undefined || !isTemplate(given.options[loops.step])) return known(given);
  const place = given.spans.get(loops.step);
  const argument = call.arguments.find(({ span }) => span === place);
  const value = argument === undefined ? broken : evaluate(argument.value, { ...call.env, model: env.model });
  if (isUnresolved(value)) return value;
  if (value.kind !== "layer") return broken;
  const names = inputs.given ?? inputNames(call.def, inputs.tensors.length);
  const types = inputs.tensors.map(({ type }) => type);
  const wanted = loops.inputs(given.options, callContext(call.def, types, names, findOperator));
  // The loop's own rule of shapes finds the same problem, and says it.
  if ("bad" in wanted) return known(given);
  const step = traced(call, value.layer, wanted.ok, elementsOf(call.def, inputs, names), env);
  if (isUnresolved(step)) return step;
  return known({ ...given, options: { ...given.options, [loops.step]: step.value } });
}

/** The tensors that the inputs of a step are parts of: the last input of the definition first, as its step takes them. */
function elementsOf(def: OpDef, { tensors }: Inputs, names: readonly string[]): readonly Tensor[] {
  return def.inputs.toReversed().flatMap(({ name }) => tensors.filter((_, i) => names[i] === name));
}

/** Applies a layer to values of some types in a model of its own, which shares weights and names with that of `env`. */
function traced(
  call: Layer,
  layer: Layer,
  types: readonly TensorType[],
  from: readonly Tensor[],
  env: Env,
): Resolved<ReturnType<typeof templateUse>> {
  const apart: ModelUnderWay = { ...env.model, nodes: [], statements: [], literals: new Map(), words: new Map() };
  const inputs = types.map((type, i) => {
    const element = from[i]?.element ?? { kind: "f32" as const };
    return addNode(apart, type, call.span, { kind: "input", name: String(i) }, element);
  });
  const [only, second] = inputs;
  const input: Value = only !== undefined && second === undefined ? only : { kind: "tuple", items: inputs };
  const made = applyLayer(layer, input, { ...env, model: apart }, layer.span);
  env.model.parameters = apart.parameters;
  env.model.traces = apart.traces;
  const results = tensorsIn(made, layer, { ...env, model: apart });
  if (isUnresolved(results)) return results;
  const penalized = apart.nodes.find((node) => node.kind === "call" && node.penalties !== undefined);
  if (penalized !== undefined) {
    const what = { kind: "option", name: "activity_regularizer", of: layer.text } as const;
    return report(env, { code: "NN007", span: layer.span, what, is: { fact: { kind: "innerPenalty" } } });
  }
  const sized = [...apart.nodes, ...results.value].every(({ type }) => isSized(type));
  if (env.alone || !sized) return open;
  return known(templateUse(templateFrom(apart, results.value)));
}

const isSized = ({ shape }: TensorType): boolean =>
  shape.every((size, axis) => typeof size === "number" || (axis === 0 && size === batchSize));

/** The tensors that a step results in. */
function tensorsIn(value: Value, layer: Layer, env: Env): Resolved<readonly Tensor[]> {
  const values =
    value.kind === "tuple"
      ? value.items
      : value.kind === "record"
        ? [...value.entries.values()].map((entry) => entry.value)
        : [value];
  const missing: Unresolved | undefined = unresolvedOf(values);
  if (missing !== undefined) return missing;
  const tensors = values.flatMap((each) => {
    const made = each.kind === "int" || each.kind === "float" ? numberTensor(env, each, layer) : each;
    return made.kind === "tensor" ? [made] : [];
  });
  if (tensors.length === values.length) return known(tensors);
  const wrong = values.find(({ kind }) => kind !== "tensor" && kind !== "int" && kind !== "float") ?? value;
  const what = { kind: "code", text: layer.text } as const;
  return report(env, { code: "NN009", span: layer.span, what, expected: "tensor", actual: shown(wrong) });
}

function templateFrom({ nodes, weights }: ModelUnderWay, results: readonly Tensor[]) {
  const places = new Map<string, number>();
  const place = (path: string): number => {
    const known = places.get(path) ?? places.size;
    places.set(path, known);
    return known;
  };
  const made = nodes.map((node) => templateNode(node, place));
  const read = [...places.keys()].map((path): TemplateWeight => {
    const weight = weights.get(path);
    const shape = (weight?.shape ?? []).map(Number);
    const assigned = weight?.assigned === true ? { assigned: true as const } : {};
    return { path, shape, trainable: weight?.trainable === true, ...assigned };
  });
  return { nodes: made, weights: read, results: results.map(({ id, type }) => ({ value: id, type })) };
}

function templateNode(node: ModelNode, place: (path: string) => number): TemplateNode {
  switch (node.kind) {
    case "input":
    case "output":
    case "loss":
      return { kind: "input" };
    case "number":
      return { kind: "number", value: node.value, dtype: node.type.dtype };
    case "weight":
      return { kind: "weight", weight: place(node.path) };
    case "part":
      return { kind: "part", of: node.of, index: node.index };
    case "call": {
      const { op, path, args, options, given, mask, frozen } = node;
      return {
        ...{ kind: "call", op, path, args, options, weights: node.weights.map(place) },
        ...(given === undefined ? {} : { given }),
        ...(mask === undefined ? {} : { mask }),
        ...(frozen === undefined ? {} : { frozen }),
      };
    }
  }
}
