// Numbers and truths that nnc knows while it compiles, as expressions over names: their text, their value, and random ones that
// have a wanted value.

import type { OptionValue } from "../../src/ir/graph.ts";
import type { Random } from "./random.ts";
import type { Reckoning, Sign } from "./tree.ts";

export type Settings = ReadonlyMap<string, OptionValue>;
type Plain = number | boolean;

const tightness: Readonly<Record<Sign, number>> = {
  or: 1,
  and: 2,
  "==": 4,
  "!=": 4,
  "<": 4,
  "<=": 4,
  ">": 4,
  ">=": 4,
  "+": 5,
  "-": 5,
  "*": 6,
  "/": 6,
};

export const nameOf = (name: string): Reckoning => ({ form: "name", name });
export const literal = (value: Plain): Reckoning => ({ form: "literal", value, text: String(value) });

/** With parentheses only where they are needed; comparisons do not chain. */
export function reckoningText(reckoning: Reckoning, least = 0): string {
  switch (reckoning.form) {
    case "literal":
      return reckoning.text;
    case "name":
      return reckoning.name;
    case "list":
      return `[${reckoning.items.map((item) => reckoningText(item)).join(", ")}]`;
    case "not": {
      const text = `not ${reckoningText(reckoning.of, 3)}`;
      return least > 3 ? `(${text})` : text;
    }
    case "binary": {
      const own = tightness[reckoning.sign];
      const left = reckoningText(reckoning.left, own === 4 ? 5 : own);
      const text = `${left} ${reckoning.sign} ${reckoningText(reckoning.right, own + 1)}`;
      return least > own ? `(${text})` : text;
    }
  }
}

/** Undefined where a name is not known, kinds do not fit, or a quotient of whole numbers is none. */
export function reckon(reckoning: Reckoning, settings: Settings): OptionValue {
  switch (reckoning.form) {
    case "literal":
      return reckoning.value;
    case "name":
      return settings.get(reckoning.name);
    case "list": {
      const values = reckoning.items.map((item) => reckon(item, settings));
      return values.every((value) => typeof value === "number") ? values : undefined;
    }
    case "not": {
      const value = reckon(reckoning.of, settings);
      return typeof value === "boolean" ? !value : undefined;
    }
    case "binary": {
      const left = reckon(reckoning.left, settings);
      const decided = reckoning.sign === "or" ? true : reckoning.sign === "and" ? false : undefined;
      if (decided !== undefined && left === decided) return left;
      return computed(reckoning.sign, left, reckon(reckoning.right, settings));
    }
  }
}

function computed(sign: Sign, left: OptionValue, right: OptionValue): OptionValue {
  if (sign === "and" || sign === "or")
    return typeof left === "boolean" && typeof right === "boolean" ? right : undefined;
  if (typeof left !== "number" || typeof right !== "number") {
    const comparable = typeof left === "boolean" && typeof right === "boolean";
    return comparable && (sign === "==" || sign === "!=") ? (left === right) === (sign === "==") : undefined;
  }
  switch (sign) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "/":
      return left % right === 0 ? left / right : undefined;
    case "==":
      return left === right;
    case "!=":
      return left !== right;
    case "<":
      return left < right;
    case "<=":
      return left <= right;
    case ">":
      return left > right;
    case ">=":
      return left >= right;
  }
}

const binary = (sign: Sign, left: Reckoning, right: Reckoning): Reckoning => ({ form: "binary", sign, left, right });
const wholesOf = (settings: Settings): readonly (readonly [string, number])[] =>
  [...settings].flatMap(([name, value]) =>
    typeof value === "number" && Number.isInteger(value) ? [[name, value] as const] : [],
  );

/** A whole number over a name; undefined where there is none, or none of this value. */
export function drawWhole(random: Random, wanted: number, settings: Settings): Reckoning | undefined {
  const known = wholesOf(settings);
  if (known.length === 0) return undefined;
  const [name, value] = random.pick(known);
  const own = nameOf(name);
  if (value === wanted && random.chance(0.6)) return own;
  const [other, more] = random.pick(known);
  const forms: readonly Reckoning[] = [
    ...(wanted >= value ? [binary("+", own, literal(wanted - value))] : [binary("-", own, literal(value - wanted))]),
    ...(value > 0 && wanted % value === 0 ? [binary("*", literal(wanted / value), own)] : []),
    ...(wanted > 0 && value % wanted === 0 ? [binary("/", own, literal(value / wanted))] : []),
    ...(wanted > value * more ? [binary("+", binary("*", own, nameOf(other)), literal(wanted - value * more))] : []),
    ...(wanted === 2 * value ? [binary("*", binary("+", own, own), literal(1))] : []),
    binary("-", literal(wanted + value), own),
  ];
  return random.pick(forms);
}

/** Sizes, some of them over names; undefined where none is. */
export function drawSizes(random: Random, wanted: readonly number[], settings: Settings): Reckoning | undefined {
  const items = wanted.map((size) => {
    const over = size > 0 && random.chance(0.6) ? drawWhole(random, size, settings) : undefined;
    return over ?? { form: "literal" as const, value: size, text: size === -1 ? "_" : String(size) };
  });
  return items.some(({ form }) => form !== "literal") ? { form: "list", items } : undefined;
}

/** A truth over names, of this value. */
export function drawTruth(random: Random, wanted: boolean, settings: Settings): Reckoning | undefined {
  const flags = [...settings].flatMap(([name, value]) => (typeof value === "boolean" ? [[name, value] as const] : []));
  const whole = wholesOf(settings);
  const simple = (): Reckoning | undefined => {
    if (flags.length > 0 && random.chance(0.6)) {
      const [name] = random.pick(flags);
      return random.chance(0.3) ? { form: "not", of: nameOf(name) } : nameOf(name);
    }
    if (whole.length === 0) return undefined;
    const [name, value] = random.pick(whole);
    const sign = random.pick(["==", "!=", "<", "<=", ">", ">="] as const);
    const right = drawWhole(random, Math.max(0, value + random.int(-1, 1)), settings);
    return binary(sign, nameOf(name), right !== undefined && random.chance(0.3) ? right : literal(value));
  };
  for (let attempt = 0; attempt < 10; attempt++) {
    const [first, second] = [simple(), simple()];
    if (first === undefined || second === undefined) return undefined;
    const both = random.chance(0.35) ? binary(random.pick(["and", "or"]), first, second) : first;
    const made: Reckoning = random.chance(0.15) ? { form: "not", of: both } : both;
    if (reckon(made, settings) === wanted) return made;
  }
  return undefined;
}
