// LoopProgram expressions as JavaScript. The compiler chose all names; numbers read back exactly.

import type { Address, Expr, Extent, Guard } from "../../ir/loops.ts";
import type { ScalarName } from "../../ir/scalar/names.ts";
import { scalarFunction } from "../../ir/scalar.ts";
import { openEnds } from "../loops/guards.ts";
import { jsSpelling } from "./scalars.ts";

/** A function that the text calls: a scalar function, or the random numbers of the runtime. */
export type Helper = ScalarName | "uniform";

/** The spelling of addresses and loads at the current place, and the helper functions that the text needs. */
export interface Spelling {
  address(address: Address): string;
  /** The variable that already holds a load; undefined if the text must read the buffer. */
  load(expr: Extract<Expr, { kind: "load" }>): string | undefined;
  /** The number of a random stream. */
  stream(stream: number): string;
  extents: ReadonlyMap<string, Extent>;
  helpers: Set<Helper>;
  /** The name of a local: a tile has several of each. */
  local(name: string): string;
}

export function numberText(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return "Infinity";
  if (value === Number.NEGATIVE_INFINITY) return "-Infinity";
  if (Number.isNaN(value)) return "NaN";
  return Object.is(value, -0) ? "-0" : String(value);
}

export const extentText = (extent: Extent): string => (typeof extent === "number" ? String(extent) : "samples");

/** `784 * n + i - 29`; "0" for nothing. */
export function addressText(address: Address): string {
  let text = "";
  for (const [loop, stride] of Object.entries(address.strides)) {
    const size = Math.abs(stride);
    const term = size === 1 ? loop : `${loop} * ${size}`;
    text += text === "" ? (stride < 0 ? `-${term}` : term) : stride < 0 ? ` - ${term}` : ` + ${term}`;
  }
  if (text === "") return String(address.offset);
  if (address.offset === 0) return text;
  return address.offset < 0 ? `${text} - ${-address.offset}` : `${text} + ${address.offset}`;
}

const isAtomic = (text: string): boolean => /^-?[\w.$]+$/.test(text) || /^[\w.$]+[[(][^[\]()]*[\])]$/.test(text);
const atomic = (text: string): string => (isAtomic(text) && !text.startsWith("-") ? text : `(${text})`);

/** The test of all guards; undefined if they always hold. */
export function guardText(guards: readonly Guard[], spelling: Spelling): string | undefined {
  const tests: string[] = [];
  for (const guard of guards) {
    const open = openEnds(guard, spelling.extents);
    const text = addressText(guard.index);
    if (open.low) tests.push(`${text} >= 0`);
    if (open.high) tests.push(`${text} < ${extentText(guard.size)}`);
  }
  return tests.length === 0 ? undefined : tests.join(" && ");
}

/** Whether a value may have more digits than an f32: it is not a whole number and not read from memory. */
function mayHaveFraction(expr: Expr): boolean {
  switch (expr.kind) {
    case "guarded":
    case "local":
      return true;
    case "apply":
      return scalarFunction(expr.fn).result(expr.args.map(() => "f32")) === "f32";
    case "number":
    case "load":
    case "index":
    case "batch":
    case "random":
      return false;
  }
}

export function expressionText(expr: Expr, spelling: Spelling): string {
  switch (expr.kind) {
    case "number":
      return numberText(expr.value);
    case "load": {
      const known = spelling.load(expr);
      if (known !== undefined) return known;
      const text = `${expr.buffer}[${spelling.address(expr.address)}]`;
      const test = guardText(expr.guards, spelling);
      return test === undefined ? text : `${test} ? ${text} : ${numberText(expr.otherwise)}`;
    }
    case "index":
      return addressText(expr.address);
    case "batch":
      return expr.factor === 1 ? "samples" : `${numberText(expr.factor)} * samples`;
    case "local":
      return spelling.local(expr.name);
    case "random": {
      spelling.helpers.add("uniform");
      const seed = expressionText(expr.seed, spelling);
      const step = expressionText(expr.step, spelling);
      return `uniform(${seed}, ${spelling.stream(expr.stream)}, ${step}, ${addressText(expr.element)})`;
    }
    case "guarded": {
      const value = expressionText(expr.value, spelling);
      const test = guardText(expr.guards, spelling);
      return test === undefined ? value : `${test} ? ${atomic(value)} : ${numberText(expr.otherwise)}`;
    }
    case "apply": {
      const [first] = expr.args;
      if (expr.fn === "f32" && first !== undefined && mayHaveFraction(first))
        return `Math.fround(${expressionText(first, spelling)})`;
      const { expression, helper } = jsSpelling(expr.fn);
      if (helper !== undefined) spelling.helpers.add(expr.fn);
      const args = expr.args.map((arg) => expressionText(arg, spelling));
      // A comparison that only selects need not become a number first.
      const test = expr.fn === "select" ? /^([^?]*) \? 1 : 0$/.exec(args[0] ?? "")?.[1] : undefined;
      if (test !== undefined) return `${test} ? ${atomic(args[1] ?? "")} : ${atomic(args[2] ?? "")}`;
      // An argument of a call needs no parentheses of its own.
      const isCall = /^[\w.]+\((?:(?:#\d|\d+)(?:, )?)+\)$/.test(expression);
      return expression.replace(/#(\d)/g, (_, i: string) => {
        const text = args[Number(i)] ?? "";
        return isCall ? text : atomic(text);
      });
    }
  }
}
