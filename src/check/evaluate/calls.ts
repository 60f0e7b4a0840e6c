// Calls: `Conv2D(32, 3x3)` is a layer that waits for its input, `relu(a + b)` a function of the tensors in its
// parentheses.

import { write } from "../../diagnostics/catalogue/fixes.ts";
import { code, quoted } from "../../diagnostics/catalogue/phrases.ts";
import type { Diagnostic, Fix } from "../../diagnostics/diagnostic.ts";
import type { OpDef, OptionKind } from "../../ops/definition.ts";
import { findLoss, findOperator } from "../../ops/registry.ts";
import type { Argument, Expr } from "../../syntax/ast.ts";
import { layerNamed, undefinedName } from "../program/global.ts";
import { report } from "../say/report.ts";
import { exprText } from "../say/words.ts";
import { newModel } from "../state/building.ts";
import type { Env, Layer, Value } from "../state/environment.ts";
import { broken, isUnresolved } from "../state/resolved.ts";
import { find } from "../state/scope.ts";
import { shown } from "../state/values.ts";
import { applyLayer, numberTensor } from "./apply.ts";
import { foreignCall } from "./elsewhere.ts";
import { callEncoder } from "./encoders.ts";
import { evaluate } from "./evaluate.ts";
import { isInputOf } from "./inputs.ts";
import { evaluateLoss } from "./losses.ts";
import { evaluateMember } from "./members.ts";
import { readOptions } from "./options.ts";

type Call = Extract<Expr, { kind: "call" }>;

export function evaluateCall(expr: Call, env: Env): Value {
  const { callee } = expr;
  const foreign = foreignCall(expr, env);
  if (foreign !== undefined) return foreign;
  if (callee.kind !== "name") {
    const value = callee.kind === "member" ? evaluateMember(callee, env, expr) : evaluate(callee, env);
    return isUnresolved(value) ? value : callOfValue(expr, value, env);
  }
  const bound = find(env.scope, callee.name);
  const loss = env.objective === true && bound === undefined ? findLoss(callee.name) : undefined;
  if (loss !== undefined) return evaluateLoss(expr, loss, env);
  if (bound !== undefined) return callBound(expr, callee.name, bound.value, env);
  const given = { arguments: expr.arguments, span: expr.span, text: exprText(expr) };
  const layer = layerNamed(env, callee.name, callee.span, given);
  if (layer === undefined) {
    const declared = env.file.names.get(callee.name);
    if (declared === undefined) return undefinedName(env, callee.name, callee.span, (name) => takes(name, expr, env));
    return report(env, {
      code: "NN009",
      span: callee.span,
      what: "call",
      expected: "callableName",
      actual: { kind: "definition", of: declared.kind, name: callee.name },
    });
  }
  if (layer.of.kind === "encoder") return callEncoder(layer, env);
  if (layer.of.kind === "op" && layer.of.def.tier === "function") return callFunction(expr, layer, layer.of.def, env);
  return withoutTensors(layer, env) ? { kind: "layer", layer } : broken;
}

/** Reports NN009 for a call of something other than a name. */
function callOfValue(expr: Call, value: Value, env: Env): Value {
  // Keras applies a layer like this; nnc uses the pipe.
  const fix = value.kind === "layer" ? withPipe(expr) : undefined;
  return report(env, {
    code: "NN009",
    span: expr.span,
    what: "call",
    expected: "callableName",
    actual: shown(value),
    ...(fix === undefined ? {} : { fix }),
  });
}

/** Returns the fix that applies a layer by the pipe. Parentheses keep it together among signs, which bind more tightly. */
function withPipe({ callee, arguments: given, span }: Call): Fix | undefined {
  const [input, ...more] = given;
  if (input === undefined || input.name !== undefined || more.length > 0) return undefined;
  const { value } = input;
  const values = value.kind === "list" ? `(${value.items.map(exprText).join(", ")})` : exprText(value);
  const text = `(${values} -> ${exprText(callee)})`;
  return text.includes("…") ? undefined : write(span, text, true);
}

/** Whether a layer or function takes the options of a call of another name. Reports nothing. */
function takes(name: string, { arguments: given, span }: Call, env: Env): boolean {
  const def = findOperator(name);
  // The arguments of a function may be tensors.
  if (def === undefined || def.tier === "function") return true;
  const diagnostics: Diagnostic[] = [];
  const session = { ...env.session, diagnostics, facts: [], seen: new Set<string>() };
  const options = given.filter((argument) => !isInputOf(def, argument));
  readOptions(def, options, { ...env, session, model: newModel() }, span);
  return diagnostics.length === 0;
}

/** Evaluates a call of a named layer of the body, with tensors in parentheses or without options. */
function callBound(expr: Call, name: string, value: Value, env: Env): Value {
  if (isUnresolved(value)) return value;
  if (value.kind !== "layer") {
    return report(env, {
      code: "NN009",
      span: expr.callee.span,
      what: "call",
      expected: "callable",
      actual: { kind: "named", name, value: shown(value) },
    });
  }
  if (expr.arguments.length === 0) return value;
  const { layer } = value;
  const def = layer.of.kind === "op" ? layer.of.def : undefined;
  if (def !== undefined && expr.arguments.every((argument) => isInputOf(def, argument)))
    return { kind: "layer", layer: { ...layer, use: { arguments: expr.arguments, env } } };
  return report(env, {
    code: "NN009",
    span: expr.span,
    what: quoted(name),
    expected: "noOptions",
    actual: { kind: "code", text: exprText(expr) },
    advice: { kind: "apply", layer: name },
  });
}

/** Reports NN009 for tensors in the parentheses of a layer: they come through the pipe. */
function withoutTensors(layer: Layer, env: Env): boolean {
  const misplaced = layer.arguments.filter(({ name, value }) => name === undefined && isTensorName(value, env));
  const [first] = misplaced;
  if (first === undefined) return true;
  const others = layer.arguments.filter((argument) => !misplaced.includes(argument));
  const name = layer.text.slice(0, Math.max(0, layer.text.indexOf("(")));
  const texts = misplaced.map(({ value }) => exprText(value));
  const piped = texts.length === 1 ? texts.join("") : `(${texts.join(", ")})`;
  const options = others.map((a) => (a.name === undefined ? "" : `${a.name.text}: `) + exprText(a.value)).join(", ");
  const text = `${piped} -> ${name}(${options})`;
  report(env, {
    code: "NN009",
    span: first.span,
    what: code(`${name}(…)`),
    expected: "options",
    actual: "tensor",
    fix: write(layer.span, text, false),
  });
  return false;
}

/** Whether a name in the body, or `_`, is a tensor; computes nothing. */
function isTensorName(expr: Expr, env: Env): boolean {
  if (expr.kind === "placeholder") return env.current?.kind === "tensor";
  return expr.kind === "name" && find(env.scope, expr.name)?.value.kind === "tensor";
}

/**
 * `relu(a + b)` computes; `relu` and `softmax(axis: -1)` are layers. The leading positional arguments that are tensors
 * are the inputs, also in a list, `stack([a, b])`; next to a tensor, and for functions without positional options, numbers
 * count as tensors too. Words and lists in front of the tensors are options: `einsum("i,j->ij", a, b)`. A function
 * without inputs computes at once: `zeros([4])`.
 */
function callFunction(expr: Call, layer: Layer, def: OpDef, env: Env): Value {
  const inputs: Given[] = [];
  const rest: Argument[] = [];
  const most = def.variadic === true ? Number.POSITIVE_INFINITY : def.inputs.length;
  const required = def.variadic === true ? most : def.inputs.filter(({ optional }) => optional !== true).length;
  const numbers = (): boolean => inputs.length < required && (inputs.length > 0 || def.positional.length === 0);
  let leading = true;
  let listed = false;
  for (const argument of expr.arguments) {
    const { name, value: given } = argument;
    const values = leading && name === undefined && def.variadic === true ? listedTensors(given, env) : undefined;
    if (values !== undefined) {
      inputs.push(...values.map((value) => ({ value, expr: given })));
      listed = true;
      continue;
    }
    leading &&= name === undefined && inputs.length < most && !listed;
    const literal: boolean = leading && isLiteral(given, def, inputs, env);
    const value = leading && !literal ? evaluate(given, env) : undefined;
    if (value !== undefined && (value.kind === "tensor" || isUnresolved(value))) inputs.push({ value, expr: given });
    else if ((value?.kind === "int" || value?.kind === "float") && numbers()) inputs.push({ value, expr: given });
    else {
      leading &&= literal && inputs.length === 0;
      rest.push(argument);
    }
  }
  // With some of its inputs by name it may still wait for the others.
  const named = def.inputs.some(({ optional }) => optional !== true)
    ? def.inputs.every((input) => input.optional === true || rest.some(({ name }) => name?.text === input.name))
    : rest.some((argument) => isInputOf(def, argument));
  const none = def.inputs.length === 0;
  if (inputs.length === 0 && !named && !none) return { kind: "layer", layer };
  const values = asTensors(inputs, env);
  const [first, second] = values;
  const input: Value = first !== undefined && second === undefined ? first : { kind: "tuple", items: values };
  return applyLayer({ ...layer, arguments: rest }, input, env, expr.span);
}

interface Given {
  readonly value: Value;
  readonly expr: Expr;
}

/** Turns numbers among the inputs into tensors: whole ones into i32 if all tensors of numbers are. */
function asTensors(inputs: readonly Given[], env: Env): readonly Value[] {
  const tensors = inputs.flatMap(({ value }) => (value.kind === "tensor" ? [value] : []));
  const real = tensors.some(({ type }) => type.dtype === "f32" || type.dtype === "u8");
  const beside = real ? undefined : tensors.find(({ type }) => type.dtype === "i32");
  return inputs.map(({ value, expr }) =>
    value.kind === "int" || value.kind === "float" ? numberTensor(env, value, expr, beside) : value,
  );
}

/** Returns the tensors in a list; undefined if the expression is none. */
function listedTensors(expr: Expr, env: Env): readonly Value[] | undefined {
  if (expr.kind !== "list" || !expr.items.some((item) => item.kind !== "number" && item.kind !== "list"))
    return undefined;
  const items = expr.items.map((item) => evaluate(item, env));
  return items.some(({ kind }) => kind === "tensor") ? items : undefined;
}

/** Whether leading literals are options of a function that has positional ones: `threshold(0.5)`, `cast(f32)`. */
function isLiteral(expr: Expr, def: OpDef, inputs: readonly Given[], env: Env): boolean {
  if (inputs.length === 0 && def.positional.length > 0) {
    if (expr.kind === "number") return true;
    const words = def.positional.some((name) => takesWords(def.options[name]?.type));
    if (words && expr.kind === "name" && isFree(expr.name, env)) return true;
  }
  return expr.kind === "string" || expr.kind === "size" || expr.kind === "list" || expr.kind === "bool";
}

const takesWords = (kind: OptionKind | undefined): boolean =>
  kind?.kind === "choice" || ((kind?.kind === "float" || kind?.kind === "numbers") && kind.words !== undefined);

/** Whether a name means nothing by itself, and so may be a word. */
const isFree = (name: string, env: Env): boolean =>
  find(env.scope, name) === undefined && env.file.names.get(name) === undefined;
