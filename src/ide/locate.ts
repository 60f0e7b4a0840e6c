// From an offset to the syntax around it. Walks any tree by its spans, so a new kind of node needs nothing here.

import { append } from "../base/append.ts";
import type {
  Argument,
  Body,
  DatasetClause,
  Declaration,
  Expr,
  Field,
  Name,
  Parameter,
  SourceFile,
  Statement,
  Subscript,
  TrainClause,
  TypeExpr,
} from "../syntax/ast.ts";

/** Nodes that have a `kind`. */
export type Kinded = Declaration | DatasetClause | TrainClause | Statement | Expr;
type Plain = Name | Argument | Subscript | Parameter | Field | TypeExpr | Body;
export type Located = Kinded | Plain;

const isKinded = (node: Located): node is Kinded => "kind" in node;
export const asKinded = (node: Located | undefined): Kinded | undefined =>
  node !== undefined && isKinded(node) ? node : undefined;
const asPlain = (node: Located | undefined): Plain | undefined =>
  node !== undefined && !isKinded(node) ? node : undefined;

/** A name at its declaration, or one that is no expression: of an option, a clause, an element type. */
export function asName(node: Located | undefined): Name | undefined {
  const plain = asPlain(node);
  return plain !== undefined && "text" in plain ? plain : undefined;
}
export function asArgument(node: Located | undefined): Argument | undefined {
  const plain = asPlain(node);
  return plain !== undefined && "value" in plain && !("form" in plain) ? plain : undefined;
}
/** A parameter of a block or model, or a field of a data set. */
export function asParameter(node: Located | undefined): Parameter | Field | undefined {
  const plain = asPlain(node);
  return plain !== undefined && "name" in plain && !("value" in plain) ? (plain as Parameter | Field) : undefined;
}
export function asType(node: Located | undefined): TypeExpr | undefined {
  const plain = asPlain(node);
  return plain !== undefined && "element" in plain ? plain : undefined;
}

const expressionKinds: ReadonlySet<string> = new Set([
  ...(["number", "size", "string", "bool", "name", "placeholder", "list", "tuple", "record"] as const),
  ...(["call", "index", "member", "unary", "binary", "pipe", "if", "repeat", "hole"] as const),
] satisfies Expr["kind"][]);
export function asExpr(node: Located | undefined): Expr | undefined {
  const found = asKinded(node);
  return found !== undefined && expressionKinds.has(found.kind) ? (found as Expr) : undefined;
}

const hasSpan = (node: object): node is Located => "span" in node;

const isSpan = (value: object): boolean => "file" in value && "start" in value && "end" in value;

/** Returns the nodes directly below, also those in objects without a span. */
function below(node: object): readonly Located[] {
  const found: Located[] = [];
  const open: unknown[] = Object.values(node);
  while (open.length > 0) {
    const at = open.pop();
    if (typeof at !== "object" || at === null || isSpan(at)) continue;
    if (hasSpan(at)) found.push(at);
    else append(open, Object.values(at));
  }
  return found;
}

const length = ({ span }: Located): number => span.end - span.start;

/** Returns the smallest node that holds the offset; one that ends right before it only if no other holds it. */
function childAt(nodes: readonly Located[], offset: number): Located | undefined {
  const near = nodes.filter(({ span }) => span.start <= offset && offset <= span.end);
  const inside = near.filter(({ span }) => offset < span.end);
  return (inside.length > 0 ? inside : near).toSorted((a, b) => length(a) - length(b))[0];
}

/** Returns the declarations that may hold the offset. They are in the order of the text, one after the other. */
function declarationsNear({ declarations }: SourceFile, offset: number): readonly Located[] {
  let low = 0;
  let high = declarations.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((declarations[middle]?.span.start ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  return declarations.slice(Math.max(0, low - 2), low);
}

/** Returns the nodes around `offset`, outermost first; none outside every declaration. */
export function pathAt(file: SourceFile | undefined, offset: number): readonly Located[] {
  const path: Located[] = [];
  let node = file && childAt(declarationsNear(file, offset), offset);
  while (node !== undefined) {
    path.push(node);
    node = childAt(below(node), offset);
  }
  return path;
}
