// Evaluates expressions. Walks long pipes and sums without recursion, and counts depth, so that no program can overflow
// the stack.

import { append } from "../../base/append.ts";
import type { Span } from "../../base/span.ts";
import { write } from "../../diagnostics/catalogue/fixes.ts";
import { atMost, quoted, type Range } from "../../diagnostics/catalogue/phrases.ts";
import type { Fix } from "../../diagnostics/diagnostic.ts";
import { findFunction, findPrefix } from "../../ops/registry.ts";
import type { Prefix } from "../../ops/signs.ts";
import type { Expr } from "../../syntax/ast.ts";
import { valueOfName } from "../program/global.ts";
import { report, unread } from "../say/report.ts";
import { exprText } from "../say/words.ts";
import { largest } from "../state/budget.ts";
import type { Env, Value } from "../state/environment.ts";
import { note } from "../state/facts.ts";
import { broken, isUnresolved } from "../state/resolved.ts";
import { hasTensor } from "../state/scope.ts";
import { langType } from "../state/tensor.ts";
import { int, shown } from "../state/values.ts";
import { applyLayer, numberTensor } from "./apply.ts";
import { computeBinary, computeUnary, dividedByZero, numberIn } from "./arithmetic.ts";
import { evaluateCall } from "./calls.ts";
import { evaluateIf, evaluateRepeat } from "./control.ts";
import { hyphenated } from "./elsewhere.ts";
import { evaluateIndex } from "./indexing.ts";
import { joinTensors } from "./joins.ts";
import { deeper, step } from "./limits.ts";
import { evaluateMember } from "./members.ts";

/** Returns the value of an expression; broken after a report if any part of it is. */
export function evaluate(expr: Expr, env: Env): Value {
  if (!step(env, expr.span)) return broken;
  return deeper(env, expr.span, () => evaluateKind(expr, env));
}

function evaluateKind(expr: Expr, env: Env): Value {
  switch (expr.kind) {
    case "number":
      return numberValue(expr, env);
    case "size":
      return { kind: "size", values: expr.values };
    case "string":
      return { kind: "string", value: expr.value };
    case "bool":
      return { kind: "bool", value: expr.value };
    case "name":
      return valueOfName(env, expr.name, expr.span);
    case "placeholder":
      return env.current ?? missingCurrent(env, expr.span);
    case "list":
      return { kind: "list", items: expr.items.map((item) => evaluate(item, env)) };
    case "tuple":
      return { kind: "tuple", items: expr.items.map((item) => evaluate(item, env)) };
    case "record":
      return evaluateRecord(expr.entries, env);
    case "call":
      return evaluateCall(expr, env);
    case "index":
      return evaluateIndex(expr, env);
    case "member":
      return evaluateMember(expr, env);
    case "unary":
      return evaluateUnary(expr, env);
    case "binary":
      return hyphenated(expr, env) ?? evaluateBinary(expr, env);
    case "pipe":
      return evaluatePipe(expr, env);
    case "if":
      return evaluateIf(expr, env);
    case "repeat":
      return evaluateRepeat(expr, env);
    case "hole":
      return unread(env, expr.span);
  }
}

function numberValue(expr: Extract<Expr, { kind: "number" }>, env: Env): Value {
  if (!Number.isFinite(expr.value) || (expr.isInteger && !Number.isSafeInteger(expr.value))) {
    const range: Range = expr.isInteger ? atMost(largest) : "finite";
    return report(env, {
      code: "NN007",
      span: expr.span,
      what: "number",
      is: { actual: { kind: "count", count: expr.value }, range },
    });
  }
  return expr.isInteger && !expr.percent ? int(expr.value) : { kind: "float", value: expr.value };
}

/** Reports NN005 for `_`, or a layer, if there is no current value. */
function missingCurrent(env: Env, span: Span): Value {
  const without = !hasTensor(env.scope);
  return report(env, {
    code: "NN005",
    span,
    name: "_",
    nearest: [],
    ...(without ? { departure: "namedInputs" } : {}),
  });
}

function evaluateRecord(entries: Extract<Expr, { kind: "record" }>["entries"], env: Env): Value {
  const values = new Map<string, { readonly value: Value; readonly span: Span }>();
  for (const { name, value } of entries) {
    const before = values.get(name.text);
    if (before !== undefined)
      report(env, {
        code: "NN004",
        span: name.span,
        name: name.text,
        first: before.span,
        what: "entry",
      });
    else values.set(name.text, { value: evaluate(value, env), span: name.span });
  }
  return { kind: "record", entries: values };
}

function evaluateUnary(expr: Extract<Expr, { kind: "unary" }>, env: Env): Value {
  // A chain of signs may be as long as the text.
  const signs = [expr];
  let operand = expr.operand;
  while (operand.kind === "unary") {
    signs.push(operand);
    operand = operand.operand;
  }
  let value = evaluate(operand, env);
  for (const sign of signs.reverse())
    value =
      value.kind === "tensor"
        ? ofTensor(sign.operator, value, sign, env)
        : computeUnary(env, sign.operator, value, sign.span);
  return value;
}

function ofTensor(sign: Prefix, value: Value, expr: Expr, env: Env): Value {
  const def = findPrefix(sign);
  if (def === undefined) return broken;
  const layer = { of: { kind: "op" as const, def }, arguments: [], env, span: expr.span, text: exprText(expr) };
  return applyLayer(layer, value, env, expr.span);
}

function evaluateBinary(expr: Extract<Expr, { kind: "binary" }>, env: Env): Value {
  const spine = [expr];
  let leftmost = expr.left;
  while (leftmost.kind === "binary") {
    spine.push(leftmost);
    leftmost = leftmost.left;
  }
  let left = evaluate(leftmost, env);
  for (const operation of spine.reverse()) {
    const right = evaluateOperand(operation, left, env);
    left = combine(operation, left, right, env);
  }
  return left;
}

/** Evaluates the right side, unless the left decides: `c == 3 and 12 / c == 4` divides only if it should. */
function evaluateOperand(expr: Extract<Expr, { kind: "binary" }>, left: Value, env: Env): Value {
  const decided =
    left.kind === "bool" && ((expr.operator === "and" && !left.value) || (expr.operator === "or" && left.value));
  return decided ? left : evaluate(expr.right, env);
}

function combine(expr: Extract<Expr, { kind: "binary" }>, left: Value, right: Value, env: Env): Value {
  const numeric = (value: Value, beside: Value): Value =>
    value.kind === "int" || value.kind === "float" ? numberTensor(env, value, expr, beside) : value;
  if (left.kind === "tensor" || right.kind === "tensor") {
    if (expr.operator === "/" && numberIn(right) === 0) return dividedByZero(env, expr.right.span, exprText(expr));
    const [a, b] = [numeric(left, right), numeric(right, left)];
    return joinTensors(expr, a, b, env);
  }
  const place = {
    span: expr.span,
    // Only a report needs this text, and an operation may run a million times.
    get text() {
      return exprText(expr);
    },
    left: expr.left.span,
    right: expr.right.span,
  };
  // `false and x` is false and `true or x` is true, even if x is open.
  if (expr.operator === "and" || expr.operator === "or")
    for (const side of [left, right]) if (side.kind === "bool" && side.value === (expr.operator === "or")) return side;
  return computeBinary(env, expr.operator, left, right, place);
}

function evaluatePipe(expr: Extract<Expr, { kind: "pipe" }>, env: Env): Value {
  const stages = [expr];
  let first = expr.left;
  while (first.kind === "pipe") {
    stages.push(first);
    first = first.left;
  }
  let value = applied(evaluate(first, env), first.span, env);
  for (const stage of stages.reverse()) {
    if (value.kind !== "tensor" && value.kind !== "tuple" && value.kind !== "column" && !isUnresolved(value)) {
      const span = stage.left.span;
      return report(env, {
        code: "NN009",
        span,
        what: quoted("->"),
        expected: "tensorOnLeft",
        actual: shown(value),
      });
    }
    value = pipeInto(stage.right, value, { ...env, current: value });
  }
  return value;
}

/** Applies a layer in front of a pipe to the current value. */
export function applied(value: Value, span: Span, env: Env): Value {
  if (value.kind !== "layer") return value;
  if (env.current === undefined) return missingCurrent(env, span);
  return applyLayer(value.layer, env.current, env, span);
}

function pipeInto(right: Expr, piped: Value, env: Env): Value {
  const value = evaluate(right, env);
  if (value.kind === "layer") return applyLayer(value.layer, piped, env, right.span);
  if (value.kind === "tensor" && !mentionsCurrent(right)) {
    const named = namedNumbers(right);
    return report(env, {
      code: "NN009",
      span: right.span,
      what: quoted("->"),
      expected: "layerOnRight",
      actual: "tensor",
      ...(named === undefined ? { advice: "placeholder" as const } : { fix: named }),
    });
  }
  if (value.kind === "tensor" || value.kind === "tuple" || value.kind === "record" || isUnresolved(value)) return value;
  return report(env, {
    code: "NN009",
    span: right.span,
    what: quoted("->"),
    expected: "layerOnRight",
    actual: shown(value),
  });
}

/** The fix for the options of a function where numbers stand in the place of its tensor: `x -> elu(0.5)`. */
function namedNumbers(right: Expr): Fix | undefined {
  if (right.kind !== "call" || right.callee.kind !== "name") return undefined;
  const def = findFunction(right.callee.name);
  if (def === undefined || def.variadic === true || def.inputs.length !== 1) return undefined;
  const options = Object.entries(def.options).filter(([, { type }]) => type.kind === "float");
  const written = right.arguments.map(({ name, value }, i) => {
    const option = options[i]?.[0];
    return name === undefined && value.kind === "number" && option !== undefined && `${option}: ${exprText(value)}`;
  });
  if (written.includes(false)) return undefined;
  return write(right.span, `${right.callee.name}(${written.join(", ")})`, true);
}

/** Whether the expression uses the value before it: through `_`, or through a body, which starts with it. */
function mentionsCurrent(expr: Expr): boolean {
  const open: Expr[] = [expr];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (at.kind === "placeholder" || at.kind === "if" || at.kind === "repeat") return true;
    if (at.kind === "call") open.push(at.callee, ...at.arguments.map((argument) => argument.value));
    else if (at.kind === "binary" || at.kind === "pipe") open.push(at.left, at.right);
    else if (at.kind === "unary") open.push(at.operand);
    else if (at.kind === "member" || at.kind === "index") open.push(at.object);
    else if (at.kind === "list" || at.kind === "tuple") append(open, at.items);
  }
  return false;
}

/** Records the shape of a value as a fact for the editor. */
export function noteValue(env: Env, span: Span, value: Value): void {
  if (value.kind === "tensor") note(env.session, { kind: "shape", span, inputs: [], output: langType(value) });
}
