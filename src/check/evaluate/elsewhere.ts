// Calls as people of other libraries write them: `nn.Conv2d(3, 16, 3)`, `keras.layers.Dense(3)`, `model.add(Dense(3))`. Each gets one
// report, with the same call as it is written here.

import type { Span } from "../../base/span.ts";
import { leaveOut, leaveOutModule, unwrap, write } from "../../diagnostics/catalogue/fixes.ts";
import { code, type Sought } from "../../diagnostics/catalogue/phrases.ts";
import type { Fix } from "../../diagnostics/diagnostic.ts";
import { layerElsewhere, lossElsewhere, type Rewritten, type WrittenArgument } from "../../ops/elsewhere.ts";
import { functionElsewhere } from "../../ops/elsewhereFunctions.ts";
import { findLayer, findOperator, layerInAnyCase } from "../../ops/registry.ts";
import type { Argument, Expr } from "../../syntax/ast.ts";
import { habitOf } from "../say/habits.ts";
import { report } from "../say/report.ts";
import { exprText } from "../say/words.ts";
import type { Env } from "../state/environment.ts";
import type { Unresolved } from "../state/resolved.ts";
import { find } from "../state/scope.ts";

type Call = Extract<Expr, { kind: "call" }>;

const written = ({ arguments: given }: Call): readonly WrittenArgument[] =>
  given.map(({ name, value }) => ({ ...(name === undefined ? {} : { name: name.text }), text: exprText(value) }));

/** The names of `keras.layers.Dense`; undefined for other expressions. */
function pathOf(expr: Expr): readonly string[] | undefined {
  if (expr.kind === "name") return [expr.name];
  if (expr.kind !== "member") return undefined;
  const before = pathOf(expr.object);
  return before === undefined ? undefined : [...before, expr.property.text];
}

/** Whether a name is that of Keras's layer that only names an input. */
function namesInputs(name: string): boolean {
  const habit = habitOf("layer", name, []);
  return habit !== undefined && "departure" in habit && habit.departure === "namedInputs";
}

/** The module that a path starts with, if nothing here has that name. */
function moduleIn(path: readonly string[], env: Env): string | undefined {
  const [first = ""] = path;
  if (find(env.scope, first) !== undefined || env.file.names.has(first)) return undefined;
  const habit = habitOf("layer", first, []);
  return habit !== undefined && "departure" in habit && habit.departure === "noModules" ? first : undefined;
}

/** Options that only a recurrent layer of PyTorch has: the number of layers is one of them. */
const ofRecurrent = new Set(["num_layers", "bidirectional", "hidden_size"]);

/** Reports a layer that has the same name in PyTorch, and options that it has there alone. */
function recurrentOf(expr: Call, name: string, env: Env): Unresolved | undefined {
  const foreign = expr.arguments.find((one) => one.name !== undefined && ofRecurrent.has(one.name.text))?.name;
  const rewritten = foreign === undefined ? undefined : layerElsewhere(name, written(expr));
  if (foreign === undefined || rewritten === undefined || find(env.scope, name) !== undefined) return undefined;
  return report(env, {
    code: "NN003",
    span: foreign.span,
    owner: code(name),
    option: foreign.text,
    word: "option",
    reason: { kind: "unknown", nearest: [], fix: write(expr.span, rewritten.text, rewritten.sure) },
  });
}

/** Reports a name of another library, with the fix that writes it as nnc does if there is one. */
const notHere = (
  env: Env,
  {
    fix,
    ...unknown
  }: { readonly span: Span; readonly what: Sought; readonly name: string; readonly fix: Fix | undefined },
): Unresolved => report(env, { code: "NN002", ...unknown, nearest: [], ...(fix === undefined ? {} : { fix }) });

/** Reports a name behind a module. */
const noModule = (env: Env, span: Span, name: string, fix: Fix | undefined): Unresolved =>
  report(env, {
    code: "NN005",
    span,
    name,
    nearest: [],
    ...(fix === undefined ? {} : { fix }),
    departure: "noModules",
  });

/** Reports a call of another library, if it is one; undefined otherwise. */
export function foreignCall(expr: Call, env: Env): Unresolved | undefined {
  const { callee } = expr;
  if (callee.kind === "name" && findOperator(callee.name) !== undefined) return recurrentOf(expr, callee.name, env);
  const path = pathOf(callee);
  const name = path?.at(-1);
  if (path === undefined || name === undefined) return undefined;
  const [first = ""] = path;
  if (path.length === 2 && name === "add" && expr.arguments.length === 1 && find(env.scope, first) === undefined) {
    if (env.file.names.has(first)) return undefined;
    return report(env, {
      code: "NN005",
      span: callee.span,
      name: path.join("."),
      nearest: [],
      fix: unwrap(expr.span, expr.arguments[0]?.span ?? expr.span, `${path.join(".")}( … )`),
      departure: "noMethods",
    });
  }
  if (path.length === 1 && namesInputs(name) && env.current?.kind === "tensor")
    return report(env, {
      code: "NN002",
      span: callee.span,
      what: "layerOrBlock",
      name,
      nearest: [],
      fix: leaveOut(expr.span, exprText(expr), true),
      departure: "namedInputs",
    });
  const layer = layerElsewhere(name, written(expr), path.at(-2));
  const cast = path.length === 1 ? castOf(expr, name) : undefined;
  const rewritten = layer ?? (cast === undefined ? functionOf(name, expr) : undefined);
  if (path.length === 1) {
    if (find(env.scope, name) !== undefined || env.file.names.has(name)) return undefined;
    if (rewritten === undefined && cast === undefined) return shown(expr, name, env);
    const fix = rewritten === undefined ? cast : write(expr.span, rewritten.text, rewritten.sure);
    const what = layer === undefined ? "function" : "layerOrBlock";
    return notHere(env, { span: callee.span, what, name, fix });
  }
  const module = moduleIn(path, env);
  if (module === undefined) return undefined;
  const plain = rewritten === undefined ? (pipedInto(expr, name, env) ?? withoutModule(callee, name)) : undefined;
  const fix = rewritten === undefined ? plain : write(expr.span, rewritten.text, rewritten.sure);
  return noModule(env, callee.span, module, fix);
}

/** Reports a name behind a module that is not called: `nn.relu` among layers. */
export function foreignMember(expr: Extract<Expr, { kind: "member" }>, env: Env): Unresolved | undefined {
  const path = pathOf(expr);
  const module = path === undefined ? undefined : moduleIn(path, env);
  if (module === undefined) return undefined;
  const { text: name } = expr.property;
  const loss = lossElsewhere(name);
  const fix = withoutModule(expr, name) ?? (loss === undefined ? undefined : write(expr.span, loss, true));
  return noModule(env, expr.span, module, fix);
}

/** `print(x.shape)` computes nothing. */
function shown(expr: Call, name: string, env: Env): Unresolved | undefined {
  const habit = habitOf("layer", name, []);
  if (habit === undefined || !("departure" in habit) || habit.departure !== "shownShapes") return undefined;
  const fix = leaveOut(expr.span, exprText(expr), true);
  const { departure } = habit;
  return report(env, { code: "NN002", span: expr.callee.span, what: "function", name, nearest: [], fix, departure });
}

/** `int(w / 2)`: a value of Python that says its type. */
function castOf({ arguments: given, span }: Call, name: string): Fix | undefined {
  const [only, more] = given;
  const isCast = /^(int|float|round|tuple|list)$/.test(name) && only !== undefined && more === undefined;
  return isCast ? unwrap(span, only.span, `${name}( … )`) : undefined;
}

/** A function of a module whose first argument is the tensor: `torch.flatten(x, 1)`. */
function functionOf(name: string, expr: Call): Rewritten | undefined {
  const [first, ...rest] = written(expr);
  return first === undefined || first.name !== undefined ? undefined : functionElsewhere(name, first.text, rest);
}

/** `tf.layers.dense(image, 64)`: a layer of TensorFlow 1 takes its tensor first. */
function pipedInto(expr: Call, name: string, env: Env): Fix | undefined {
  const layer = findLayer(name) === undefined ? layerInAnyCase(name) : name;
  const [first, ...rest] = written(expr);
  const [tensor] = expr.arguments;
  if (layer === undefined || first === undefined || first.name !== undefined) return undefined;
  if (tensor?.value.kind !== "name" || find(env.scope, tensor.value.name)?.value.kind !== "tensor") return undefined;
  if (rest.some(({ text }) => text.includes("…"))) return undefined;
  const options = rest.map(({ name: option, text }) => (option === undefined ? text : `${option}: ${text}`));
  return write(expr.span, `(${first.text} -> ${layer}(${options.join(", ")}))`, true);
}

/** Takes `keras.layers.` off a name that is known here. */
function withoutModule(callee: Expr, name: string): Fix | undefined {
  if (callee.kind !== "member") return undefined;
  if (findOperator(name) !== undefined) return leaveOutModule({ ...callee.span, end: callee.property.span.start });
  // TensorFlow.js begins its names with a small letter: `tf.layers.maxPooling2d`.
  const layer = layerInAnyCase(name);
  return layer === undefined ? undefined : write(callee.span, layer, true);
}

/**
 * Reports a loss, an optimizer and the like as another library writes it, behind a module or by another name: `nn.MSELoss()`,
 * `torch.optim.Adam(model.parameters(), lr: 1e-3)`. `isKnown`: whether nnc has one of this name.
 */
export function foreignUse(
  what: Sought,
  expr: Expr,
  isKnown: (name: string) => boolean,
  env: Env,
): Unresolved | undefined {
  const call = expr.kind === "call" ? expr : undefined;
  const callee = call?.callee ?? expr;
  const path = pathOf(callee);
  const name = path?.at(-1);
  if (path === undefined || name === undefined) return undefined;
  const isEmpty = call === undefined || call.arguments.length === 0;
  const other = what === "loss" && isEmpty && !isKnown(name) ? lossElsewhere(name) : undefined;
  if (path.length === 1) {
    if (other === undefined || find(env.scope, name) !== undefined) return undefined;
    return notHere(env, { span: callee.span, what, name, fix: write(expr.span, other, true) });
  }
  const module = moduleIn(path, env);
  if (module === undefined) return undefined;
  const plain = callee.kind === "member" && isKnown(name) ? bareUse(callee, call?.arguments ?? []) : undefined;
  // Classes of Keras and functions of PyTorch have the same name in other letters: `MeanSquaredError`, `cross_entropy`.
  const own = plain === undefined ? spellings(name).find(isKnown) : undefined;
  const respelt = own === undefined ? undefined : write(isEmpty ? expr.span : callee.span, own, true);
  const fix = other === undefined ? (plain ?? respelt) : write(expr.span, other, true);
  return noModule(env, callee.span, module, fix);
}

/** `CosineSimilarity` in the letters of functions, and in small ones. */
const spellings = (name: string): readonly string[] => [
  name.replace(/([a-z0-9])([A-Z])/g, "$1_$2").toLowerCase(),
  name.toLowerCase(),
];

/** Takes the module off, and what only PyTorch's optimizers need: the weights to train. */
function bareUse(callee: Extract<Expr, { kind: "member" }>, [first, second]: readonly Argument[]): Fix {
  const module = { ...callee.span, end: callee.property.span.start };
  const isWeights = first !== undefined && first.name === undefined && /\.parameters\(\)$/.test(exprText(first.value));
  return leaveOutModule(module, isWeights ? { ...first.span, end: second?.span.start ?? first.span.end } : undefined);
}

/** Reports `one-hot(x)`, which is no difference: nothing is called `one`, and there is a function `one_hot`. */
export function hyphenated(
  { operator, left, right }: Extract<Expr, { kind: "binary" }>,
  env: Env,
): Unresolved | undefined {
  const second = right.kind === "call" ? right.callee : right;
  if (operator !== "-" || left.kind !== "name" || second.kind !== "name") return undefined;
  if (left.span.end + 1 !== right.span.start || find(env.scope, left.name) !== undefined) return undefined;
  const joined = `${left.name}_${second.name}`;
  const isKnown = findOperator(joined) !== undefined || find(env.scope, joined) !== undefined;
  if (!isKnown || env.file.names.has(left.name) || findOperator(left.name) !== undefined) return undefined;
  const span = { ...left.span, end: second.span.end };
  const name = `${left.name}-${second.name}`;
  return report(env, { code: "NN005", span, name, nearest: [joined], fix: write(span, joined, true) });
}
