// Bodies and their control: statements, `if` and `repeat`, with the rules of the current value.

import { putBefore, withArgument, write } from "../../diagnostics/catalogue/fixes.ts";
import { atLeast, quoted } from "../../diagnostics/catalogue/phrases.ts";
import type { Fix } from "../../diagnostics/diagnostic.ts";
import { findLayer } from "../../ops/registry.ts";
import type { Body, Expr, Statement } from "../../syntax/ast.ts";
import { report } from "../say/report.ts";
import { elementShown, exprText } from "../say/words.ts";
import { addNode, nextPath } from "../state/building.ts";
import type { Env, Value } from "../state/environment.ts";
import { broken, isUnresolved, open, type Unresolved, unresolvedOf } from "../state/resolved.ts";
import { emptyScope } from "../state/scope.ts";
import { shown } from "../state/values.ts";
import { wholeFix } from "./arithmetic.ts";
import { declare } from "./declare.ts";
import { applied, evaluate, noteValue } from "./evaluate.ts";
import { step } from "./limits.ts";
import { parameterInitializer } from "./parameters.ts";
import { resolveType, tensorTypeOf } from "./types.ts";
import { enterWeight } from "./weights.ts";

/** The result of a body: its current value at the end, or its returned value. */
export interface Result {
  readonly value: Value | undefined;
  readonly returned: boolean;
}

/** Runs the statements in a new scope, starting with the current value of `env`. */
function runBody(body: Body, env: Env): Result {
  const result = runStatements(body.statements, { ...env, scope: emptyScope(env.scope) });
  const inner = body.statements.find((statement) => statement.kind === "return");
  if (inner !== undefined)
    report(env, {
      code: "NN009",
      span: inner.span,
      what: quoted("return"),
      expected: "outermost",
      actual: "inner",
    });
  return result;
}

/** Runs statements in the scope of `env` itself. */
export function runStatements(statements: readonly Statement[], env: Env): Result {
  let current = env.current;
  for (const [i, statement] of statements.entries()) {
    if (!step(env, statement.span)) return { value: broken, returned: false };
    const here = { ...env, current };
    switch (statement.kind) {
      case "let":
        runLet(statement, statements.slice(i + 1), here);
        break;
      case "unpack":
        runUnpack(statement, here);
        break;
      case "layer":
        runLayer(statement, here);
        break;
      case "param":
        runParam(statement, here);
        break;
      case "return": {
        const value = applied(evaluate(statement.value, here), statement.value.span, here);
        const next = statements[i + 1];
        if (next !== undefined) report(env, { code: "NN116", span: next.span, kind: "unreachable" });
        return { value, returned: true };
      }
      case "expression":
        current = runExpression(statement.value, here);
        break;
    }
  }
  return { value: current, returned: false };
}

function runExpression(expr: Expr, env: Env): Value | undefined {
  // An `if` or `repeat` may make a current value where there is none.
  const value = applied(evaluate(expr, env), expr.span, env);
  if (value.kind === "tensor") {
    if (expr.kind !== "name" && expr.kind !== "placeholder")
      env.model.statements.push({ id: value.id, span: expr.span, text: exprText(expr) });
    return value;
  }
  if (value.kind === "tuple" || value.kind === "record" || isUnresolved(value)) return value;
  return report(env, {
    code: "NN009",
    span: expr.span,
    what: "line",
    expected: "lineOfBody",
    actual: shown(value),
  });
}

/** A layer gets its name by `layer` if it is applied later; else its result was meant. */
function letFix(
  { name, value, span }: Extract<Statement, { kind: "let" }>,
  rest: readonly Statement[],
  env: Env,
): { readonly fix?: Fix } {
  const isApplied = rest.some((one) => applies(one, name.text));
  if (isApplied) return { fix: write({ ...span, end: name.span.start }, "layer ", true) };
  if (env.current?.kind !== "tensor") return {};
  return { fix: putBefore(value.span, "_ -> ", exprText(value)) };
}

/** Whether a part of a statement applies a layer of this name: `x -> h`, `h(x)`. */
function applies(part: unknown, name: string): boolean {
  if (typeof part !== "object" || part === null) return false;
  const { kind, right, callee } = part as { readonly kind?: string; readonly right?: Expr; readonly callee?: Expr };
  const isName = (expr: Expr | undefined): boolean => expr?.kind === "name" && expr.name === name;
  if ((kind === "pipe" && isName(right)) || (kind === "call" && isName(callee))) return true;
  return Object.values(part).some((inner) => applies(inner, name));
}

function runLet(statement: Extract<Statement, { kind: "let" }>, rest: readonly Statement[], env: Env): void {
  let value = evaluate(statement.value, env);
  if (value.kind === "layer") {
    const { text } = statement.name;
    value = report(env, {
      code: "NN009",
      span: statement.value.span,
      what: quoted(`let ${text}`),
      expected: "value",
      actual: "layer",
      advice: { kind: "letOfLayer", name: text },
      ...letFix(statement, rest, env),
    });
  }
  noteValue(env, statement.name.span, value);
  declare(env, statement.name, "value", value, statement.value.span);
}

/** Gives each of several values its name: `let (out, h, c) = x -> LSTM(8, return_state: true)`. */
function runUnpack(statement: Extract<Statement, { kind: "unpack" }>, env: Env): void {
  const { names } = statement;
  const value = evaluate(statement.value, env);
  const fits = value.kind === "tuple" && value.items.length === names.length;
  const missing = fits ? undefined : isUnresolved(value) ? value : wrongNames(statement, value, env);
  for (const [i, name] of names.entries()) {
    const item = missing ?? (value.kind === "tuple" ? value.items[i] : undefined) ?? broken;
    if (name.text === "_") continue;
    noteValue(env, name.span, item);
    declare(env, name, "value", item, statement.value.span);
  }
}

type Unpack = Extract<Statement, { kind: "unpack" }>;

function wrongNames(statement: Unpack, actual: Value, env: Env): Unresolved {
  const { names, value } = statement;
  return report(env, {
    code: "NN009",
    span: value.span,
    what: quoted(`let (${names.map(({ text }) => text).join(", ")})`),
    expected: { kind: "values", count: names.length },
    actual: shown(actual),
    ...plainName(statement, actual),
  });
}

/** A single result has a name without parentheses; a recurrent layer has its states as results if it is told so. */
function plainName({ names, namesSpan, value }: Unpack, actual: Value): { readonly fix?: Fix } {
  const [first, ...others] = names;
  const call = value.kind === "pipe" ? value.right : value;
  if (actual.kind !== "tensor" || first === undefined || others.length === 0) return {};
  if (others.every(({ text }) => text === "_")) return { fix: write(namesSpan, first.text, true) };
  if (call.kind !== "call" || call.callee.kind !== "name" || call.arguments.length === 0) return {};
  if (findLayer(call.callee.name)?.options.return_state === undefined) return {};
  const end = { ...call.span, start: call.span.end - 1, end: call.span.end - 1 };
  return { fix: withArgument(end, "return_state: true", true) };
}

function runLayer(statement: Extract<Statement, { kind: "layer" }>, env: Env): void {
  const value = evaluate(statement.value, env);
  if (value.kind !== "layer") {
    const missing = isUnresolved(value)
      ? value
      : report(env, {
          code: "NN009",
          span: statement.value.span,
          what: quoted(`layer ${statement.name.text}`),
          expected: "layer",
          actual: shown(value),
        });
    declare(env, statement.name, "layer", missing);
    return;
  }
  const path = value.layer.path ?? nextPath(env.model, env.naming, statement.name.text);
  declare(env, statement.name, "layer", { kind: "layer", layer: { ...value.layer, path } });
}

function runParam(statement: Extract<Statement, { kind: "param" }>, env: Env): void {
  const resolved = resolveType(statement.type, env);
  const initializer = parameterInitializer(statement, env);
  if (isUnresolved(resolved) || isUnresolved(initializer)) {
    declare(env, statement.name, "parameter", unresolvedOf([resolved, initializer]) ?? broken);
    return;
  }
  const type = resolved.value;
  if (type.element.kind !== "f32") {
    const wrong = report(env, {
      code: "NN117",
      span: statement.type.span,
      what: { kind: "parameter", name: statement.name.text },
      expected: "f32",
      actual: elementShown(type.element),
    });
    declare(env, statement.name, "parameter", wrong);
    return;
  }
  const path = nextPath(env.model, env.naming, statement.name.text);
  const { name } = statement;
  const def = { name: name.text, shape: type.shape, initializer: initializer.value, trainable: true };
  const own = { name: name.text };
  const what = { own: { kind: "parameter", ...own }, shared: { kind: "sharedParameter", ...own } } as const;
  const misfit = enterWeight(env, path, def, name.span, what);
  if (misfit !== undefined) {
    declare(env, name, "parameter", misfit);
    return;
  }
  const tensor = addNode(env.model, tensorTypeOf(type), name.span, { kind: "weight", path }, type.element);
  noteValue(env, name.span, tensor);
  declare(env, name, "parameter", tensor);
}

/** Evaluates `if` to the chosen arm's value, or to the current value without `else`. If undecided, checks both arms. */
export function evaluateIf(expr: Extract<Expr, { kind: "if" }>, env: Env): Value {
  const condition = evaluate(expr.condition, env);
  if (condition.kind === "bool") return condition.value ? arm(expr.then, env) : otherwise(expr, env);
  if (!isUnresolved(condition)) {
    return report(env, {
      code: "NN009",
      span: expr.condition.span,
      what: quoted("if"),
      expected: "decided",
      actual: shown(condition),
    });
  }
  const [yes, no] = [arm(expr.then, env), otherwise(expr, env)];
  return sameTensor(yes, no) ? yes : (unresolvedOf([condition, yes, no]) ?? open);
}

const sameTensor = (a: Value, b: Value): boolean =>
  a.kind === "tensor" &&
  b.kind === "tensor" &&
  JSON.stringify([a.type, a.element]) === JSON.stringify([b.type, b.element]);

function otherwise(expr: Extract<Expr, { kind: "if" }>, env: Env): Value {
  const { otherwise: other } = expr;
  if (other === undefined) return env.current ?? nothing(expr, env);
  return "kind" in other ? applied(evaluate(other, env), other.span, env) : arm(other, env);
}

function arm(body: Body, env: Env): Value {
  return runBody(body, env).value ?? nothing(body, env);
}

/** Reports a body that yields no value, where none came in either. */
function nothing(place: Pick<Expr, "span">, env: Env): Value {
  return report(env, { code: "NN010", span: place.span, owner: "body", missing: "yield" });
}

/** Evaluates `repeat`: each turn starts with the result of the last one. */
export function evaluateRepeat(expr: Extract<Expr, { kind: "repeat" }>, env: Env): Value {
  const count = evaluate(expr.count, env);
  if (isUnresolved(count) || (count.kind === "int" && typeof count.size !== "number")) {
    arm(expr.body, env);
    return isUnresolved(count) ? count : open;
  }
  if (count.kind !== "int" || typeof count.size !== "number") {
    return report(env, {
      code: "NN009",
      span: expr.count.span,
      what: quoted("repeat"),
      expected: "integer",
      actual: shown(count),
      ...wholeFix(expr.count, count),
    });
  }
  if (count.size < 0) {
    const actual = { kind: "count", count: count.size } as const;
    return report(env, {
      code: "NN007",
      span: expr.count.span,
      what: "count",
      is: { actual, range: atLeast(0) },
    });
  }
  let current = env.current;
  for (let turn = 0; turn < count.size; turn++) {
    if (!step(env, expr.span)) return broken;
    const from = env.model.nodes.length;
    current = runBody(expr.body, { ...env, current }).value;
    const name = [turn + 1, count.size] as const;
    const part = { kind: "turn", name, text: `repeat ${count.size}`, path: env.naming.path, from } as const;
    env.model.parts.push({ ...part, span: expr.span, to: env.model.nodes.length });
    // Another turn would report nothing new about a broken value.
    if (current !== undefined && isUnresolved(current)) break;
  }
  return current ?? nothing(expr, env);
}
