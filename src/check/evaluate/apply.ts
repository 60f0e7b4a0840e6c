// Applies a layer to its inputs: reads options, works out the shape, names weights, and adds a node to the model.

import type { Span } from "../../base/span.ts";
import { code } from "../../diagnostics/catalogue/phrases.ts";
import type { OptionRecord } from "../../ir/graph.ts";
import { multiplySizes, type Size } from "../../ir/size.ts";
import { sameShape, type TensorType } from "../../ir/types.ts";
import { callContext, inputNames } from "../../ops/call.ts";
import type { CallContext, InitializerUse, OpDef, WeightDef } from "../../ops/definition.ts";
import { activitiesOf, governed } from "../../ops/governed.ts";
import { findOperator, findRegularizer } from "../../ops/registry.ts";
import type { Expr } from "../../syntax/ast.ts";
import type { Element } from "../model.ts";
import { reportChannelsFirst, reportHints, reportProblem } from "../say/problems.ts";
import { report } from "../say/report.ts";
import { elementText, isBatched } from "../say/words.ts";
import { addNode, nextPath, snakeCase, weightPath } from "../state/building.ts";
import type { Env, Layer, Value } from "../state/environment.ts";
import { noteFirst } from "../state/facts.ts";
import { broken, isUnresolved, known, open, type Resolved, type Unresolved, unresolvedOf } from "../state/resolved.ts";
import { type Inputs, langType, type Tensor } from "../state/tensor.ts";
import { shown } from "../state/values.ts";
import { numberIn } from "./arithmetic.ts";
import { applyBlock } from "./blocks.ts";
import { encoded } from "./encoders.ts";
import { isInputOf, namedInputs, placeInputs } from "./inputs.ts";
import { beyondLimits, deeper, layerCall, step } from "./limits.ts";
import { withLoopStep } from "./loopSteps.ts";
import { maskOf, withCarriedMasks } from "./masks.ts";
import { type Options, readOptions } from "./options.ts";
import { enterWeight } from "./weights.ts";

/** Returns the inputs of a layer: one value, or those of `(a, b)`. */
export function applyLayer(layer: Layer, input: Value, env: Env, span: Span): Value {
  const inputs = input.kind === "tuple" ? input.items : [input];
  const axes = inputs.reduce((sum, value) => sum + (value.kind === "tensor" ? value.type.shape.length : 1), 0);
  if (!layerCall(env, span) || !step(env, span, axes + layer.arguments.length)) return broken;
  if (layer.of.kind === "encoder") return encoded(layer, layer.of.def, inputs, env, span);
  for (const value of inputs)
    if (value.kind !== "tensor" && !isUnresolved(value)) {
      return report(env, {
        code: "NN009",
        span,
        what: code(layer.text),
        expected: "piped",
        actual: shown(value),
      });
    }
  const { of } = layer;
  return of.kind === "block"
    ? deeper(env, span, () => applyBlock(layer, of.block, inputs, env, span))
    : applyOperator(layer, of.def, inputs, env, span);
}

/** Returns the environment of the options of a layer where it is applied; mostly it is where it stands. */
function placeOf({ env: own }: Layer, env: Env): Env {
  const alone = env.alone || own.alone;
  return own.model === env.model && own.alone === alone ? own : { ...own, model: env.model, alone };
}

function applyOperator(layer: Layer, def: OpDef, piped: readonly Value[], env: Env, span: Span): Value {
  const tensors = piped.filter((value) => value.kind === "tensor");
  const place = placeOf(layer, env);
  const named = namedInputs(layer, def, place);
  const options = layer.arguments.filter((argument) => !isInputOf(def, argument));
  const given = readOptions(def, options, place, layer.span, tensors);
  const own = given.kind === "known" ? given.value.name : undefined;
  const path =
    layer.path ?? nextPath(env.model, env.naming, own ?? (def.tier === "layer" ? snakeCase(def.name) : def.name));
  const missing = unresolvedOf([named, given, ...piped]);
  if (missing !== undefined || given.kind !== "known" || named.kind !== "known") return missing ?? broken;
  const call = { ...layer, span, def };
  const placed = placeInputs(call, tensors, named.value, env);
  if (placed.kind !== "known") return placed;
  const inputs = withCarriedMasks(def, placed.value);
  const misfit = inputsMisfit(call, inputs.tensors, env);
  if (misfit !== undefined) return misfit;
  const whole = withLoopStep(call, inputs, given.value, env);
  return whole.kind === "known" ? computed(call, inputs, whole.value, env, path) : whole;
}

/** Adds the node of a call with converted options and the right number of inputs. */
function computed(call: OperatorCall, inputs: Inputs, given: Options, env: Env, path: string): Value {
  const { def, span, text } = call;
  const { tensors } = inputs;
  const types = tensors.map((tensor) => tensor.type);
  const context = callContext(def, types, inputs.given, findOperator);
  const checked = def.shape(types, given.options, context);
  if ("bad" in checked) {
    const open = hasOpenAxis(given.options);
    return reportProblem(env, {
      ...{ problem: checked.bad, layer: call, inputs: tensors, optionSpans: given.spans, open },
      names: inputs.given ?? inputNames(def, tensors.length),
    });
  }
  const beyond = rowsMisfit(call, tensors, given, env);
  if (beyond !== undefined) return beyond;
  const more = def.more?.(types, given.options, context) ?? [];
  if (!step(env, span, more.length)) return broken;
  for (const { shape } of [checked.ok, ...more]) {
    const tooLarge = beyondLimits(env, shape, span);
    if (tooLarge !== undefined) return tooLarge;
    if (env.alone && shape.some((size) => isInvolved(size))) return open;
  }
  reportChannelsFirst(env, call, tensors);
  reportHints(env, call, tensors, def.hints?.(types, given.options) ?? []);
  const weights = weightsOf(call, { types, context }, given, env, path);
  if (isUnresolved(weights)) return weights;
  const { paths, parameters } = weights.value;
  const args = tensors.map((tensor) => tensor.id);
  const { options } = given;
  const penalties = activitiesOf(def, options, given.rules);
  const unfit = penaltyMisfit(call, penalties, checked.ok, given, env);
  if (unfit !== undefined) return unfit;
  const node = {
    ...{ kind: "call" as const, op: def.name, path, args, weights: paths, options, text },
    ...(inputs.given === undefined ? {} : { given: inputs.given }),
    ...(more.length === 0 ? {} : { more }),
    ...(given.trainable === false ? { frozen: true as const } : {}),
    ...(penalties.length === 0 ? {} : { penalties }),
  };
  const own = new Set(def.ownNumbers);
  const element = (type: TensorType, result: number): Element => resultElement(type, own.has(result) ? [] : tensors);
  const tensor = addNode(env.model, checked.ok, span, node, element(checked.ok, 0));
  const parts = more.map((type, i) =>
    addNode(env.model, type, span, { kind: "part", of: tensor.id, index: i + 1 }, element(type, i + 1)),
  );
  keepPlaces(env, tensor, given);
  noteFirst(env.session, "shape", span, () => ({
    kind: "shape",
    span,
    inputs: tensors.map(langType),
    output: langType(tensor),
    ...(parts.length === 0 ? {} : { more: parts.map(langType) }),
    op: def.name,
    ...(parameters === 0 ? {} : { parameters }),
  }));
  const axes = sameShape(checked.ok.shape, types[0]?.shape ?? []) ? tensors[0]?.axes : undefined;
  const mask = maskOf(call, inputs, given.options, env, path);
  const first = { ...tensor, ...(axes === undefined ? {} : { axes }), ...(mask === undefined ? {} : { mask }) };
  return parts.length === 0 ? first : { kind: "tuple", items: [first, ...parts] };
}

/** Keeps the places of options, where fixes write others. */
function keepPlaces({ model }: Env, { id }: Tensor, { literals, words }: Options): void {
  if (literals.size > 0) model.literals.set(id, literals);
  if (words.size > 0) model.words.set(id, words);
}

/** Reports NN115 if tokens or classes name rows that the operator does not have. */
function rowsMisfit(
  { def, span, text }: OperatorCall,
  [input]: readonly Tensor[],
  { options }: Options,
  env: Env,
): Unresolved | undefined {
  if (input === undefined || !("count" in input.element) || input.type.dtype !== "i32") return undefined;
  const { count: held } = input.element;
  const count = def.rows?.(options);
  if (count === undefined || typeof held !== "number" || held <= count) return undefined;
  return report(env, {
    code: "NN115",
    span,
    what: code(text),
    count,
    largest: held - 1,
    from: { kind: "input", element: elementText(input.element) },
  });
}

/** Reports NN007 for a penalty that does not take the shape of the result. */
function penaltyMisfit(
  { def, span }: OperatorCall,
  penalties: readonly InitializerUse[],
  { shape }: TensorType,
  { spans }: Options,
  env: Env,
): Unresolved | undefined {
  for (const { name, options } of penalties) {
    const text = findRegularizer(name)?.misfit?.(shape, options);
    if (text === undefined) continue;
    const what = { kind: "option", name: "activity_regularizer", of: def.name } as const;
    const place = spans.get("activity_regularizer") ?? span;
    return report(env, { code: "NN007", span: place, what, is: { fact: { kind: "told", text } } });
  }
  return undefined;
}

const hasOpenAxis = (options: OptionRecord): boolean =>
  Object.values(options).some((value) => Array.isArray(value) && value.includes(-1));

interface OperatorCall extends Layer {
  readonly def: OpDef;
}

/** Checks the inputs: layers take values of the batch; functions also take parameters. */
function inputsMisfit(call: OperatorCall, tensors: readonly Tensor[], env: Env): Unresolved | undefined {
  const { def, span } = call;
  if (def.tier === "function" || tensors.every((tensor) => isBatched(tensor.type))) return undefined;
  return report(env, {
    code: "NN009",
    span,
    what: code(call.text),
    expected: "batched",
    actual: "batchless",
  });
}

/** Whether a symbolic size, in a block checked alone, has grown too large to follow. */
function isInvolved(size: Size, depth = 0): boolean {
  if (typeof size === "number") return false;
  if (size.terms.length > 32 || depth > 6) return true;
  return size.terms.some(
    ({ atoms }) =>
      atoms.length > 16 || atoms.some((atom) => typeof atom !== "string" && isInvolved(atom.floor, depth + 1)),
  );
}

function weightsOf(
  call: OperatorCall,
  { types, context }: { readonly types: readonly TensorType[]; readonly context: CallContext<TensorType> },
  given: Options,
  env: Env,
  path: string,
): Resolved<{ readonly paths: readonly string[]; readonly parameters: number }> {
  // A block checked alone has open sizes, and its nodes are thrown away.
  if (env.alone) return known({ paths: [], parameters: 0 });
  const paths: string[] = [];
  let parameters = 0;
  const defined = call.def.weights?.(types, given.options, context) ?? [];
  for (const def of governed(call.def, defined, given.rules)) {
    const tooLarge = beyondLimits(env, def.shape, call.span);
    if (tooLarge !== undefined) return tooLarge;
    const full = def.path ?? weightPath(path, def.name);
    const named = { name: def.name, of: call.text };
    const what = { own: { kind: "weight", ...named }, shared: { kind: "sharedWeight", ...named } } as const;
    const misfit = enterWeight(env, full, frozen(def, given), call.span, what);
    if (misfit !== undefined) return misfit;
    paths.push(full);
    const count = def.shape.reduce(multiplySizes, 1);
    if (typeof count === "number") parameters += count;
  }
  return known({ paths, parameters });
}

const frozen = (def: WeightDef, given: Options): WeightDef =>
  given.trainable === false ? { ...def, trainable: false } : def;

/** Returns the element of a result: indices stay classes or tokens until an operator computes other numbers. */
function resultElement(type: TensorType, inputs: readonly Tensor[]): Element {
  if (type.dtype === "i32") {
    const [first] = inputs;
    return first !== undefined && first.type.dtype === "i32" ? first.element : { kind: "i32" };
  }
  return type.dtype === "bool" ? { kind: "bool" } : { kind: "f32" };
}

/**
 * Turns a compile-time number into a tensor: a node without axes. A whole number beside a tensor of whole numbers is one
 * of them.
 */
export function numberTensor(env: Env, value: Value, { span }: Pick<Expr, "span">, beside?: Value): Value {
  const number = numberIn(value);
  if (number === undefined) return open;
  const whole = beside?.kind === "tensor" && beside.type.dtype === "i32" && Number.isInteger(number);
  const type: TensorType = { dtype: whole ? "i32" : "f32", shape: [] };
  const element: Element = whole && beside.kind === "tensor" ? beside.element : { kind: "f32" };
  return addNode(env.model, type, span, { kind: "number", value: number }, element);
}
