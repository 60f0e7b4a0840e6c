// Parameters of blocks and models: inputs and options, the binding of dimensions by what comes in, and the initial
// values of `param`.

import type { Span } from "../../base/span.ts";
import { code, type Expectation, type Subject, written } from "../../diagnostics/catalogue/phrases.ts";
import { certainlyDiffer, type Size, sameSize, symbol } from "../../ir/size.ts";
import type { InitializerUse } from "../../ops/definition.ts";
import { isUse } from "../../ops/options.ts";
import { defaultInitializer } from "../../ops/registry.ts";
import type { Expr, Parameter, Statement, TypeExpr } from "../../syntax/ast.ts";
import type { Element } from "../model.ts";
import { batchWritten } from "../say/batchAxis.ts";
import { report, reportNeed } from "../say/report.ts";
import { traceTo } from "../say/trace.ts";
import { elementShown, elementText, innerShape, shapeWanted, sizeText, tensorText } from "../say/words.ts";
import type { Env, Value, Within } from "../state/environment.ts";
import { note } from "../state/facts.ts";
import { broken, isUnresolved, known, open, type Resolved } from "../state/resolved.ts";
import { find } from "../state/scope.ts";
import { langType, type Tensor } from "../state/tensor.ts";
import { int, shown } from "../state/values.ts";
import { wholeFix } from "./arithmetic.ts";
import { convertOption } from "./convert.ts";
import { declare } from "./declare.ts";
import { evaluate } from "./evaluate.ts";
import { isTensorType, parameterKind, resolveElement, sizeOf } from "./types.ts";

/** Returns the inputs of a block or model: its parameters with tensor types. */
export const inputsOf = (parameters: readonly Parameter[]): readonly Parameter[] =>
  parameters.filter((parameter) => isTensorType(parameter.type));

export const optionsOf = (parameters: readonly Parameter[]): readonly Parameter[] =>
  parameters.filter((parameter) => !isTensorType(parameter.type));

/** Returns the initial value of a `param`, `= normal(stddev: 0.02)`; by default that of Keras's `add_weight`. */
export function parameterInitializer(
  statement: Extract<Statement, { kind: "param" }>,
  env: Env,
): Resolved<InitializerUse> {
  if (statement.value === undefined) {
    const usual = defaultInitializer();
    return usual === undefined ? broken : known({ name: usual.name, options: {} });
  }
  const place = { what: { kind: "parameter", name: statement.name.text } as const };
  const value = convertOption({ kind: "initializer" }, statement.value, env, place);
  if (isUnresolved(value)) return value;
  return isUse(value.value) ? known(value.value) : broken;
}

/** The check of a shape entry, which waits until parameters are known. */
interface Deferred {
  readonly entry: Expr;
  readonly actual: Size;
  readonly axis: number;
  readonly input: Tensor;
  readonly type: TypeExpr;
}

/**
 * Declares the inputs in the scope of `env`, binds names of dimensions to the incoming sizes, and checks the other
 * entries. Returns the checks that need parameters; the caller runs them after declaring these.
 */
export function bindInputs(
  parameters: readonly Parameter[],
  inputs: readonly Value[],
  env: Env,
  use: Within,
): () => void {
  const options = new Set(optionsOf(parameters).map((parameter) => parameter.name.text));
  const deferred: Deferred[] = [];
  for (const [i, parameter] of inputsOf(parameters).entries()) {
    const input = inputs[i] ?? broken;
    const { type } = parameter;
    if (input.kind !== "tensor" || type === undefined) {
      declare(env, parameter.name, "parameter", isUnresolved(input) ? input : broken);
      if (type !== undefined) declareOpenDimensions(type, options, env);
      continue;
    }
    const fits = bindShape(parameter, type, input, options, env, use, deferred);
    const axes = (type.shape ?? []).map((entry) => (entry.kind === "name" ? entry.name : undefined));
    declare(env, parameter.name, "parameter", fits ? { ...input, axes } : broken);
    if (fits) note(env.session, { kind: "shape", span: parameter.name.span, inputs: [], output: langType(input) });
  }
  return () => {
    for (const check of deferred) checkEntry(check, env, use);
    for (const parameter of inputsOf(parameters))
      if (parameter.type !== undefined) checkElement(parameter, parameter.type, env, use);
  };
}

function declareOpenDimensions(type: TypeExpr, options: ReadonlySet<string>, env: Env): void {
  for (const entry of type.shape ?? [])
    if (
      entry.kind === "name" &&
      !options.has(entry.name) &&
      find(env.scope, entry.name) === undefined &&
      env.file.names.get(entry.name)?.kind !== "const"
    )
      declare(env, { text: entry.name, span: entry.span }, "dimension", broken);
}

function bindShape(
  parameter: Parameter,
  type: TypeExpr,
  input: Tensor,
  options: ReadonlySet<string>,
  env: Env,
  use: Within,
  deferred: Deferred[],
): boolean {
  const entries = type.shape ?? [];
  const shape = innerShape(input.type);
  if (entries.length !== shape.length) {
    const expected = shapeWanted(entries);
    const actual = tensorText(input.type);
    const trace = traceTo(env.model, input.id);
    report(env, {
      code: "NN101",
      span: use.span,
      what: { kind: "option", name: parameter.name.text, of: use.text },
      expected,
      actual,
      axes: shape.length,
      declared: type.span,
      trace,
      ...batchWritten(type, shape.length),
    });
    declareOpenDimensions(type, options, env);
    return false;
  }
  let fits = true;
  for (const [i, entry] of entries.entries()) {
    const actual = shape[i] ?? 1;
    if (entry.kind === "placeholder" || entry.kind === "hole") continue;
    if (entry.kind === "name" && !options.has(entry.name)) {
      const bound = find(env.scope, entry.name);
      if (bound !== undefined) {
        if (bound.what === "dimension") fits = sameDimension(entry, bound, actual, input, env, use) && fits;
        else deferred.push({ entry, actual, axis: i + 1, input, type });
        continue;
      }
      if (env.file.names.get(entry.name)?.kind !== "const") {
        declare(env, { text: entry.name, span: entry.span }, "dimension", int(actual));
        continue;
      }
    }
    deferred.push({ entry, actual, axis: i + 1, input, type });
  }
  return fits;
}

function sameDimension(
  entry: Extract<Expr, { kind: "name" }>,
  bound: { readonly value: Value; readonly span: Span },
  actual: Size,
  input: Tensor,
  env: Env,
  use: Within,
): boolean {
  if (bound.value.kind !== "int") return true;
  const first = bound.value.size;
  if (sameSize(first, actual)) return true;
  if (env.alone && !certainlyDiffer(first, actual)) return true;
  report(env, {
    code: "NN112",
    span: use.span,
    name: entry.name,
    first: sizeText(first),
    second: sizeText(actual),
    place: bound.span,
    where: use.text,
    trace: traceTo(env.model, input.id),
  });
  return false;
}

function checkEntry({ entry, actual, axis, input, type }: Deferred, env: Env, use: Within): void {
  const wanted = sizeOf(entry, env, "axis");
  if (isUnresolved(wanted) || sameSize(wanted.value, actual)) return;
  if (env.alone && !certainlyDiffer(wanted.value, actual)) return;
  report(env, {
    code: "NN102",
    span: use.span,
    what: { kind: "input", of: use.text },
    axis,
    expected: sizeText(wanted.value),
    actual: sizeText(actual),
    declared: type.span,
    trace: traceTo(env.model, input.id),
  });
}

function checkElement(parameter: Parameter, type: TypeExpr, env: Env, use: Within): void {
  const wanted = resolveElement(type, env);
  const value = find(env.scope, parameter.name.text)?.value;
  if (isUnresolved(wanted) || value?.kind !== "tensor" || sameElement(wanted.value, value.element)) return;
  report(env, {
    code: "NN117",
    span: use.span,
    what: { kind: "option", name: parameter.name.text, of: use.text },
    expected: written(elementText(wanted.value)),
    actual: elementShown(value.element),
    trace: traceTo(env.model, value.id),
  });
}

export function sameElement(a: Element, b: Element): boolean {
  if (a.kind !== b.kind) return false;
  const counts = "count" in a && "count" in b;
  return !counts || !certainlyDiffer(a.count, b.count);
}

/** Declares the options of a block or model: the given value, else `--set` or the default, else NN010. */
export function bindOptions(
  parameters: readonly Parameter[],
  given: ReadonlyMap<string, { readonly expr: Expr; readonly env: Env }>,
  env: Env,
  use: Within & { readonly settable?: boolean },
): void {
  for (const parameter of optionsOf(parameters)) {
    const { name } = parameter;
    const from = given.get(name.text);
    const expr = from?.expr ?? parameter.default;
    if (expr === undefined) {
      if (parameter.type === undefined && use.settable === true) {
        report(env, {
          code: "NN010",
          span: name.span,
          owner: code(use.text),
          missing: { kind: "type", name: name.text },
        });
      } else if (!env.alone) {
        const settable = use.settable === true;
        const finding = {
          code: "NN010",
          span: use.span,
          owner: code(use.text),
          missing: { kind: "option", name: name.text, settable },
        } as const;
        if (settable) reportNeed(env, use.text, finding);
        else report(env, finding);
      }
      declare(env, name, "option", env.alone ? open : broken);
      continue;
    }
    const what = { kind: "option", name: name.text, of: use.text } as const;
    declare(env, name, "option", optionValue(parameter, expr, from?.env ?? env, what));
  }
}

/** Returns the value of a block's option, in the kind that its parameter declares. */
function optionValue(parameter: Parameter, expr: Expr, env: Env, what: Subject): Value {
  const kind = parameterKind(parameter.type);
  const word =
    expr.kind === "name" && find(env.scope, expr.name) === undefined && env.file.names.get(expr.name) === undefined;
  if (kind === "choice" && word && expr.kind === "name") return { kind: "choice", name: expr.name };
  const value = evaluate(expr, env);
  const wrong = (expected: Expectation): Value => {
    if (isUnresolved(value)) return value;
    const fix = expected === "integer" ? wholeFix(expr, value) : {};
    return report(env, { code: "NN009", span: expr.span, what, expected, actual: shown(value), ...fix });
  };
  switch (kind) {
    case "int":
      return value.kind === "int" ? value : wrong("integer");
    case "float":
      if (value.kind === "int" && typeof value.size === "number") return { kind: "float", value: value.size };
      return value.kind === "float" ? value : wrong("number");
    case "bool":
      return value.kind === "bool" ? value : wrong("boolean");
    case "string":
    case "choice":
      if (value.kind === "string" || value.kind === "choice") return value;
      return wrong(kind === "string" ? "string" : "word");
    case "size":
      if (value.kind === "size" || value.kind === "list" || value.kind === "int") return value;
      return wrong("size");
    case "layer":
      return value.kind === "layer" ? value : wrong("layer");
    case "any":
      return value.kind === "tensor" || value.kind === "tuple" || value.kind === "record" ? wrong("option") : value;
  }
}

/** Returns the symbol of an open dimension or option. */
export const openSize = (name: string): Value => int(symbol(name));
