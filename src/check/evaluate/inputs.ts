// Says which tensor is for which input of an operator: through the pipe in order, or by name in the parentheses, as
// `initial_state: (h, c)`. It reads no options.

import { code } from "../../diagnostics/catalogue/phrases.ts";
import { inputNames, inputsInOrder } from "../../ops/call.ts";
import type { InputDef, OpDef } from "../../ops/definition.ts";
import type { Argument } from "../../syntax/ast.ts";
import { report } from "../say/report.ts";
import type { Env, Layer, Value } from "../state/environment.ts";
import { known, type Resolved, unresolvedOf } from "../state/resolved.ts";
import type { Inputs, Tensor } from "../state/tensor.ts";
import { shown } from "../state/values.ts";
import { evaluate } from "./evaluate.ts";

/** A tensor and the name of its input. */
interface Given {
  readonly name: string;
  readonly tensor: Tensor;
}

/** Whether an argument is for an input of the operator, and no option. */
export const isInputOf = (def: Pick<OpDef, "inputs" | "variadic" | "options">, { name }: Argument): boolean =>
  name !== undefined &&
  def.variadic !== true &&
  !Object.hasOwn(def.options, name.text) &&
  def.inputs.some((input) => input.name === name.text);

/** Returns the tensors that the arguments of a call give to inputs by name; each input takes those of one argument. */
export function namedInputs(layer: Layer, def: OpDef, env: Env): Resolved<readonly Given[]> {
  if (layer.use === undefined && layer.arguments.every(({ name }) => name === undefined)) return known([]);
  const given: Given[] = [];
  const findings: { readonly kind: string }[] = [];
  const before = new Map<string, Argument>();
  const { use } = layer;
  const places = new Map((use?.arguments ?? []).map((argument) => [argument, { ...env, ...placeOf(use?.env ?? env) }]));
  for (const argument of [...layer.arguments, ...(use?.arguments ?? [])]) {
    const input = def.inputs.find(({ name }) => name === argument.name?.text);
    if (input === undefined || argument.name === undefined || !isInputOf(def, argument)) continue;
    const first = before.get(input.name);
    if (first !== undefined) {
      const reason = { kind: "repeated" as const, first: first.span };
      const option = { owner: code(def.name), option: input.name, word: "input" } as const;
      findings.push(report(env, { code: "NN003", span: argument.span, ...option, reason }));
      continue;
    }
    before.set(input.name, argument);
    const read = tensorsFor(input, argument, layer, places.get(argument) ?? env);
    findings.push(read);
    if (read.kind === "known") given.push(...read.value);
  }
  return unresolvedOf(findings) ?? known(given);
}

/** The parts of an environment that say what its names mean. */
const placeOf = ({ file, scope, naming, current }: Env): Pick<Env, "file" | "scope" | "naming" | "current"> => ({
  ...{ file, scope, naming, current },
});

function tensorsFor(input: InputDef, argument: Argument, layer: Layer, env: Env): Resolved<readonly Given[]> {
  const value = evaluate(argument.value, env);
  const values: readonly Value[] = value.kind === "tuple" && input.several === true ? value.items : [value];
  const missing = unresolvedOf(values);
  if (missing !== undefined) return missing;
  const tensors = values.filter((each) => each.kind === "tensor");
  if (tensors.length === values.length) return known(tensors.map((tensor) => ({ name: input.name, tensor })));
  const wrong = values.find((each) => each.kind !== "tensor") ?? value;
  const what = { kind: "option", name: input.name, of: layer.text } as const;
  return report(env, { code: "NN009", span: argument.value.span, what, expected: "tensor", actual: shown(wrong) });
}

/** The number of values that an operator takes, from the least to the most. */
function range({ inputs }: OpDef, named: ReadonlySet<string>): { readonly least: number; readonly most: number } {
  const free = inputsInOrder(inputs.filter(({ name }) => !named.has(name)));
  const least = free.filter(({ optional }) => optional !== true).length;
  return { least, most: free.at(-1)?.several === true ? Number.POSITIVE_INFINITY : free.length };
}

/** Gives piped tensors their inputs: in order, those that no argument names. Reports too few and too many. */
export function placeInputs(
  call: Layer & { readonly def: OpDef },
  piped: readonly Tensor[],
  byName: readonly Given[],
  env: Env,
): Resolved<Inputs> {
  const { def, span, text } = call;
  if (def.variadic === true) return known({ tensors: piped });
  const named = new Set(byName.map(({ name }) => name));
  const { least, most } = range(def, named);
  if (piped.length < least) {
    const required = def.inputs.filter(({ name, optional }) => optional !== true && !named.has(name));
    const names = required.map(({ name }) => name);
    const missing = { kind: "values", count: least, names, call: text } as const;
    return report(env, { code: "NN010", span, owner: code(text), missing });
  }
  if (piped.length > most) {
    const expected = { kind: "values", count: least === most ? most : `${least} to ${most}` } as const;
    const actual = { kind: "count", count: piped.length } as const;
    return report(env, { code: "NN009", span, what: code(text), expected, actual });
  }
  // In their order they need no names.
  if (byName.length === 0) return known({ tensors: piped });
  const free = inputsInOrder(def.inputs.filter(({ name }) => !named.has(name)));
  const placed = piped.map((tensor, i) => ({ tensor, name: free[Math.min(i, free.length - 1)]?.name ?? "" }));
  const all = def.inputs.flatMap(({ name }) => [...placed, ...byName].filter((each) => each.name === name));
  const names = all.map(({ name }) => name);
  const tensors = all.map(({ tensor }) => tensor);
  return known(names.join() === inputNames(def, names.length).join() ? { tensors } : { tensors, given: names });
}
