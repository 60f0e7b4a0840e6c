// Reports why two tensors do not fit element by element, with the most telling code: as branches of one value (NN110), as
// an axis missing in the middle (NN111), or as plain sizes (NN102).

import type { Span } from "../../base/span.ts";
import { adaptSkip } from "../../diagnostics/catalogue/fixes.ts";
import type { Fix } from "../../diagnostics/diagnostic.ts";
import { type Size, sameSize } from "../../ir/size.ts";
import { sameShape } from "../../ir/types.ts";
import type { OpDef } from "../../ops/definition.ts";
import { findAdaptation } from "../../ops/registry.ts";
import type { Expr } from "../../syntax/ast.ts";
import { argumentsOf, type ModelNode } from "../model.ts";
import type { Env } from "../state/environment.ts";
import { broken, type Unresolved } from "../state/resolved.ts";
import { find } from "../state/scope.ts";
import type { Tensor } from "../state/tensor.ts";
import { report } from "./report.ts";
import { dependentsOf, mayTrace, sourcesOf, traceTo } from "./trace.ts";
import { innerShape, shapeText, tensorText } from "./words.ts";

/** Whether the shapes, aligned at the last axis, have axes that differ without one being 1. */
export function misfit(left: Tensor, right: Tensor): boolean {
  const [a, b] = [innerShape(left.type), innerShape(right.type)];
  const shared = Math.min(a.length, b.length);
  for (let i = 1; i <= shared; i++) {
    const [x, y] = [a[a.length - i] ?? 1, b[b.length - i] ?? 1];
    if (x !== 1 && y !== 1 && !sameSize(x, y)) return true;
  }
  return false;
}

export interface Join {
  /** `body + skip` */
  readonly what: string;
  readonly def: OpDef;
  readonly span: Span;
  readonly inputs: readonly Tensor[];
  /** The expressions of the inputs, if they are known. */
  readonly operands: readonly Expr[];
}

/** Reports why the values do not fit, with the most telling code. */
export function describeJoin(env: Env, join: Join): Unresolved {
  const [left, right] = differing(join.inputs);
  if (left === undefined || right === undefined) return broken;
  const { what, span } = join;
  const [a, b] = [innerShape(left.type), innerShape(right.type)];
  const texts = { left: tensorText(left.type), right: tensorText(right.type) };
  const meet = commonSource(env, left, right);
  if (meet !== undefined) {
    const branches = [left, right].map((side) => branchOf(env, side, meet));
    const fix = repair(env, join, left, right, meet);
    const trace = traceTo(env.model, left.id);
    return report(env, {
      code: "NN110",
      span,
      what,
      sign: join.def.infix,
      ...texts,
      branches,
      trace,
      ...(fix === undefined ? {} : { repair: { fix } }),
    });
  }
  const trace = traceTo(env.model, right.id);
  const [smaller, larger] = a.length < b.length ? [a, b] : [b, a];
  if (smaller.length < larger.length && isSubsequence(smaller, larger)) {
    return report(env, { code: "NN111", span, what, smaller: shapeText(smaller), larger: shapeText(larger), trace });
  }
  const side = { kind: "rightSide", of: what } as const;
  return report(env, { code: "NN102", span, what: side, expected: texts.left, actual: texts.right, trace });
}

/** Returns the first input and the first one that does not fit it. */
function differing(inputs: readonly Tensor[]): readonly [Tensor | undefined, Tensor | undefined] {
  const [first, ...rest] = inputs;
  return first === undefined ? [undefined, undefined] : [first, rest.find((other) => misfit(first, other)) ?? rest[0]];
}

/** Returns the nearest value that both come from. */
function commonSource(env: Env, left: Tensor, right: Tensor): ModelNode | undefined {
  if (!mayTrace(env.model)) return undefined;
  const others = sourcesOf(env.model, [right.id]);
  let nearest = -1;
  for (const id of sourcesOf(env.model, [left.id])) if (id > nearest && others.has(id)) nearest = id;
  return env.model.nodes[nearest];
}

/** Returns the step of a branch that changed the shape of the common value, or the end of the branch if none did. */
function branchOf(env: Env, side: Tensor, meet: ModelNode): { span: Span; from?: string; shape: string } {
  const { nodes } = env.model;
  const between = dependentsOf(env.model, meet.id, side.id);
  let changed: ModelNode | undefined;
  for (let node = nodes[side.id]; node !== undefined && node.id !== meet.id; ) {
    const before: ModelNode | undefined = argumentsOf(node)
      .map((id) => nodes[id])
      .find((arg) => arg !== undefined && between.has(arg.id));
    if (before !== undefined && !sameShape(before.type.shape, node.type.shape)) changed = node;
    node = before;
  }
  if (changed?.kind === "call") {
    const from = nodes[changed.args.find((id) => nodes[id] !== undefined) ?? -1];
    if (from !== undefined) return { span: changed.span, from: tensorText(from.type), shape: tensorText(changed.type) };
  }
  const end = nodes[side.id] ?? meet;
  return { span: end.span, shape: tensorText(side.type) };
}

/** Whether removing some axes from `larger` leaves `smaller`. */
function isSubsequence(smaller: readonly Size[], larger: readonly Size[]): boolean {
  let at = 0;
  for (const size of larger) if (at < smaller.length && sameSize(size, smaller[at] ?? 0)) at++;
  return at === smaller.length && smaller.length > 0;
}

/** Returns a layer that brings the side that is still the common value to the other side's shape. */
function repair(env: Env, join: Join, left: Tensor, right: Tensor, meet: ModelNode): Fix | undefined {
  for (const [i, [skip, body]] of (
    [
      [right, left],
      [left, right],
    ] as const
  ).entries()) {
    const operand = join.operands[1 - i];
    if (skip.id !== meet.id || operand?.kind !== "name") continue;
    const [from, to] = [innerShape(skip.type), innerShape(body.type)];
    const adaptation = findAdaptation(from, to, ({ parameters }) => parameters > 0);
    if (adaptation === undefined) continue;
    const text = `${sourceName(env, skip) ?? operand.name} -> ${adaptation.call}`;
    const origin = find(env.scope, operand.name)?.origin;
    return adaptSkip(origin ?? operand.span, text, {
      strided: !sameShape(from.slice(0, -1), to.slice(0, -1)),
      parameters: adaptation.parameters,
      inParentheses: origin === undefined,
    });
  }
  return undefined;
}

/** Returns the first name of the value in the body: a parameter rather than a `let` of it. */
function sourceName(env: Env, tensor: Tensor): string | undefined {
  for (let scope: Env["scope"] | undefined = env.scope; scope !== undefined; scope = scope.parent)
    for (const binding of scope.names.values())
      if (binding.what === "parameter" && binding.value.kind === "tensor" && binding.value.id === tensor.id)
        return binding.name;
  return undefined;
}
