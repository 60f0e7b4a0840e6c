// Masks that travel beside values, as Keras's do: an input that reads a mask gets the one that another carries, and a
// result carries the mask that its definition says.

import type { OptionRecord } from "../../ir/graph.ts";
import { inputNames } from "../../ops/call.ts";
import type { OpDef } from "../../ops/definition.ts";
import { maskRule } from "../../ops/mask.ts";
import { addNode } from "../state/building.ts";
import type { Env, Layer } from "../state/environment.ts";
import type { Inputs, Tensor } from "../state/tensor.ts";

const namesOf = (def: OpDef, { tensors, given }: Inputs): readonly string[] => given ?? inputNames(def, tensors.length);

/** Adds the masks that inputs carry, where the operator reads them and the call gives none. */
export function withCarriedMasks(def: OpDef, inputs: Inputs): Inputs {
  if (def.variadic === true || inputs.tensors.every(({ mask }) => mask === undefined)) return inputs;
  const names = namesOf(def, inputs);
  const all = def.inputs.flatMap(({ name, maskOf: of }) => {
    const own = inputs.tensors.filter((_, i) => names[i] === name);
    const carried = own.length > 0 || of === undefined ? undefined : inputs.tensors[names.indexOf(of)]?.mask;
    return (carried === undefined ? own : [carried]).map((tensor) => ({ name, tensor }));
  });
  if (all.length === inputs.tensors.length) return inputs;
  const tensors = all.map(({ tensor }) => tensor);
  const given = all.map(({ name }) => name);
  return given.join() === inputNames(def, given.length).join() ? { tensors } : { tensors, given };
}

/** Returns the mask that the result of a call carries; a definition may compute one, which is a node of its own. */
export function maskOf(
  call: Layer & { readonly def: OpDef },
  inputs: Inputs,
  options: OptionRecord,
  env: Env,
  path: string,
): Tensor | undefined {
  const { def, span, text } = call;
  const rule = maskRule(def, options);
  if (rule === undefined) return undefined;
  const { tensors } = inputs;
  if (typeof rule === "object" && "from" in rule) return tensors[namesOf(def, inputs).indexOf(rule.from)];
  if (rule === "passes") return tensors[namesOf(def, inputs).indexOf("mask")] ?? tensors[0]?.mask;
  const carried = tensors.map(({ mask }) => mask);
  const type = rule.type({
    inputs: tensors.map((tensor) => tensor.type),
    carried: carried.map((mask) => mask?.type),
    options,
  });
  if (type === undefined) return undefined;
  const masks = carried.flatMap((mask, i) => (mask === undefined ? [] : [{ i, id: mask.id }]));
  const node = {
    ...{ kind: "call" as const, op: def.name, path, weights: [], options, text },
    args: [...tensors.map(({ id }) => id), ...masks.map(({ id }) => id)],
    mask: masks.map(({ i }) => i),
  };
  return addNode(env.model, type, span, node, { kind: "bool" });
}
