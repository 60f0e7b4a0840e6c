// Blocks are templates: every use makes a copy with its own sizes, options and weights. The checker also checks a block
// alone, with open sizes, for mistakes that do not depend on them.

import type { Span } from "../../base/span.ts";
import { code, quoted } from "../../diagnostics/catalogue/phrases.ts";
import { batchSize, type Size, symbol } from "../../ir/size.ts";
import type { Block, Body, Parameter, TypeExpr } from "../../syntax/ast.ts";
import { dtypeOf, type Element } from "../model.ts";
import { report } from "../say/report.ts";
import { addNode, newModel, newNaming, nextPath, sharedNaming, snakeCase } from "../state/building.ts";
import type { Env, Layer, Session, Value } from "../state/environment.ts";
import { isNoted, note } from "../state/facts.ts";
import {
  broken,
  isUnresolved,
  open,
  type Resolved,
  type Unresolved,
  unresolvedOf,
  valueIn,
} from "../state/resolved.ts";
import { emptyScope } from "../state/scope.ts";
import { langType, type Tensor } from "../state/tensor.ts";
import { runStatements } from "./control.ts";
import { convertOption } from "./convert.ts";
import { declare } from "./declare.ts";
import { applied, evaluate } from "./evaluate.ts";
import { assignArguments } from "./options.ts";
import { bindInputs, bindOptions, inputsOf, openSize, optionsOf } from "./parameters.ts";
import { checkResult } from "./results.ts";
import { isDimension, resolveElement, sizeOf } from "./types.ts";

/** Returns the result of a block for these inputs; broken after a report. */
export function applyBlock(layer: Layer, block: Block, inputs: readonly Value[], env: Env, span: Span): Value {
  const { session } = env;
  const wanted = inputsOf(block.parameters);
  const callEnv = { ...layer.env, model: env.model };
  const taken = takeArguments(layer, block, callEnv);
  const path = layer.path ?? nextPath(env.model, env.naming, taken.name ?? snakeCase(block.name.text));
  const file = session.files.get(block.name.span.file);
  if (session.circular.has(block) || file === undefined) return broken;
  if (inputs.length !== wanted.length) return countProblem(block, layer, inputs.length, env, span);
  // An input is broken, but the options are still worth a look.
  const missing = unresolvedOf(inputs);
  if (missing !== undefined) {
    for (const { expr, env: own } of taken.options.values()) if (expr.kind !== "name") evaluate(expr, own);
    return missing;
  }
  const inner: Env = {
    session,
    file,
    model: env.model,
    scope: emptyScope(),
    naming: layer.path !== undefined || env.naming.shared ? sharedNaming(env.model, path) : newNaming(path),
    current: undefined,
    alone: env.alone,
    within: { text: layer.text, span },
  };
  const use = { text: layer.text, span };
  const checkLater = bindInputs(block.parameters, inputs, inner, use);
  bindOptions(block.parameters, taken.options, inner, use);
  checkLater();
  const before = env.model.parameters;
  const from = env.model.nodes.length;
  const value = bodyValue(block, inner);
  const part = { kind: "block", name: block.name.text, text: layer.text, path, span, from } as const;
  env.model.parts.push({ ...part, to: env.model.nodes.length });
  if (value.kind === "tensor") noteUse(env, span, inputs, value, before);
  return value;
}

/** Records a fact: the shapes of this use of a block, and the parameters it adds to the `before` ones. */
function noteUse(env: Env, span: Span, inputs: readonly Value[], output: Tensor, before: number): void {
  if (isNoted(env.session, "shape", span)) return;
  const parameters = env.model.parameters - before;
  note(env.session, {
    kind: "shape",
    span,
    inputs: inputs.flatMap((input) => (input.kind === "tensor" ? [langType(input)] : [])),
    output: langType(output),
    value: output.id,
    ...(parameters === 0 ? {} : { parameters }),
  });
}

interface Taken {
  readonly options: ReadonlyMap<
    string,
    { readonly expr: Block["parameters"][number]["default"] & object; readonly env: Env }
  >;
  readonly name?: string;
}

function takeArguments(layer: Layer, block: Block, env: Env): Taken {
  const positional = optionsOf(block.parameters).map((parameter) => parameter.name.text);
  const named = new Map(positional.map((name) => [name, name]));
  if (!named.has("name")) named.set("name", "name");
  const taken = assignArguments(env, block.name.text, layer.arguments, positional, named);
  const options = new Map<string, { expr: Block["parameters"][number]["default"] & object; env: Env }>();
  let name: string | undefined;
  for (const [option, { argument }] of taken) {
    if (option === "name" && !positional.includes("name")) {
      const value = valueIn(
        convertOption({ kind: "string" }, argument.value, env, {
          what: { kind: "option", name: "name", of: block.name.text },
        }),
      );
      if (typeof value === "string") name = value;
    } else options.set(option, { expr: argument.value, env });
  }
  return name === undefined ? { options } : { options, name };
}

function countProblem(block: Block, layer: Layer, given: number, env: Env, span: Span): Unresolved {
  const names = inputsOf(block.parameters).map((parameter) => parameter.name.text);
  const count = names.length;
  if (given < names.length)
    return report(env, {
      code: "NN010",
      span,
      owner: code(layer.text),
      missing: { kind: "values", count, names, call: layer.text },
    });
  return report(env, {
    code: "NN009",
    span,
    what: code(layer.text),
    expected: { kind: "values", count },
    actual: { kind: "count", count: given },
  });
}

/** Runs the body with its only input as the current value, and checks the declared result. */
export function bodyValue(
  declared: {
    readonly parameters: readonly Parameter[];
    readonly body: Body;
    readonly result?: TypeExpr;
    readonly name: Block["name"];
  },
  env: Env,
): Value {
  const inputs = inputsOf(declared.parameters);
  const [only] = inputs;
  // A parameter without a type, which is reported, may be the intended input.
  const untyped = inputs.length === 0 && declared.parameters.some(({ type, default: value }) => !type && !value);
  const one = inputs.length === 1 && only !== undefined ? env.scope.names.get(only.name.text)?.value : undefined;
  const current = untyped ? broken : one;
  const { value } = runStatements(declared.body.statements, { ...env, current });
  if (value === undefined) {
    return report(env, {
      code: "NN010",
      span: declared.name.span,
      owner: quoted(declared.name.text),
      missing: "result",
    });
  }
  const result = applied(value, declared.body.span, env);
  if (declared.result !== undefined) checkResult(declared.result, result, declared, env);
  return result;
}

/** Checks a block, or a model with open sizes, by itself. Keeps only the reports. */
export function checkAlone(
  session: Session,
  file: Env["file"],
  declared: {
    readonly parameters: readonly Parameter[];
    readonly body: Body;
    readonly result?: TypeExpr;
    readonly name: Block["name"];
  },
): void {
  const env: Env = {
    session: { ...session, budget: session.spare },
    file,
    model: newModel(),
    scope: emptyScope(),
    naming: newNaming(""),
    current: undefined,
    alone: true,
  };
  for (const parameter of inputsOf(declared.parameters)) {
    const names = optionsOf(declared.parameters).map((option) => option.name.text);
    declare(env, parameter.name, "parameter", openInput(parameter, new Set(names), env));
  }
  for (const parameter of optionsOf(declared.parameters)) {
    if (parameter.default !== undefined && parameter.default.kind !== "name") evaluate(parameter.default, env);
    const isInt = parameter.type?.element.text === "int";
    declare(env, parameter.name, "option", isInt ? openSize(parameter.name.text) : open);
  }
  bodyValue(declared, env);
}

/** Returns an input with symbols for its open sizes. */
function openInput(parameter: Parameter, options: ReadonlySet<string>, env: Env): Value {
  const { type } = parameter;
  if (type === undefined) return broken;
  const shape: Size[] = [];
  for (const [i, entry] of (type.shape ?? []).entries()) {
    const fresh = symbol(`${parameter.name.text}.${i + 1}`);
    if (entry.kind === "name" && options.has(entry.name)) shape.push(symbol(entry.name));
    else if (isDimension(entry, env)) {
      const open = openSize(entry.name);
      declare(env, { text: entry.name, span: entry.span }, "dimension", open);
      shape.push(symbol(entry.name));
    } else if (entry.kind === "placeholder" || entry.kind === "hole" || mentions(entry, options)) shape.push(fresh);
    else {
      shape.push(valueIn(sizeOf(entry, env, "axis")) ?? fresh);
    }
  }
  const element: Resolved<Element> = mentions(type.argument, options) ? open : resolveElement(type, env);
  if (isUnresolved(element)) return element;
  const tensorType = { dtype: dtypeOf(element.value), shape: [batchSize, ...shape] };
  const node = { kind: "input" as const, name: parameter.name.text };
  return addNode(env.model, tensorType, parameter.name.span, node, element.value);
}

function mentions(expr: TypeExpr["argument"], names: ReadonlySet<string>): boolean {
  if (expr === undefined) return false;
  const open = [expr];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (at.kind === "name" && names.has(at.name)) return true;
    if (at.kind === "binary") open.push(at.left, at.right);
    if (at.kind === "unary") open.push(at.operand);
  }
  return false;
}
