// Sizes and amounts in values: `3`, `3x3` and `[3, 1]` as lists of numbers. Reports nothing.

import { write } from "../../diagnostics/catalogue/fixes.ts";
import type { Fix } from "../../diagnostics/diagnostic.ts";
import type { Expr } from "../../syntax/ast.ts";
import { exprText } from "../say/words.ts";
import type { Value } from "../state/environment.ts";
import { allOf, isUnresolved, known, open, type Resolved } from "../state/resolved.ts";

/** Returns a number, size or list as `rank` numbers; undefined for other kinds and other lengths. */
export function listOf(value: Value, rank: number): Resolved<readonly number[]> | undefined {
  if (value.kind === "int")
    return typeof value.size === "number" ? known(new Array<number>(rank).fill(value.size)) : open;
  if (value.kind === "size") return value.values.length === rank ? known(value.values) : undefined;
  if (value.kind !== "list" || value.items.length !== rank) return undefined;
  const numbers: Resolved<number>[] = [];
  for (const item of value.items) {
    if (isUnresolved(item)) return item;
    if (item.kind !== "int") return undefined;
    numbers.push(typeof item.size === "number" ? known(item.size) : open);
  }
  return allOf(numbers);
}

/** The items of a list, or of Python's tuples, which stand for one. */
export const itemsOf = (expr: Expr): readonly Expr[] =>
  expr.kind === "list" || expr.kind === "tuple" ? expr.items : [expr];

/** A tuple of Python as the list that it stands for, with the tuples in it; `None` is an open size there. */
function asList(expr: Expr): string {
  if (expr.kind === "tuple" || expr.kind === "list") return `[${expr.items.map(asList).join(", ")}]`;
  return expr.kind === "name" && expr.name === "None" ? "_" : exprText(expr);
}

const hasTuple = (expr: Expr): boolean => expr.kind === "tuple" || (expr.kind === "list" && expr.items.some(hasTuple));

/** The fix for tuples where lists belong. */
export const listFix = (expr: Expr): { readonly fix?: Fix } =>
  hasTuple(expr) ? { fix: write(expr.span, asList(expr), true) } : {};

/** The number of pairs that a value is: 1, unless it is a list of lists. */
export const pairsIn = (value: Value): number =>
  value.kind === "list" && value.items.some(({ kind }) => kind !== "int") ? value.items.length : 1;

/** Returns the amounts before and after each axis; undefined if the value has another form. */
export function amountsOf(rank: number, value: Value): Resolved<readonly number[]> | undefined {
  if (value.kind === "list" && rank === 1 && value.items.length === 2) return listOf(value, 2);
  if (value.kind === "list" && value.items.length === rank) {
    const parts = value.items.flatMap((item) => listOf(item, 2) ?? []);
    if (parts.length < rank) return undefined;
    const pairs = allOf(parts);
    return isUnresolved(pairs) ? pairs : known(pairs.value.flat());
  }
  const sizes = listOf(value, rank);
  if (sizes === undefined || isUnresolved(sizes)) return sizes;
  return known(sizes.value.flatMap((size) => [size, size]));
}
