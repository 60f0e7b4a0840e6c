// Expressions over tensors: their text, with parentheses only where they are needed, and their types.

import { type TensorType, tensor } from "../../src/ir/types.ts";
import { inferOperator, inferResults, inferUse, type Scope } from "./operators.ts";
import { useText } from "./options.ts";
import type { Formula, Operator } from "./tree.ts";

const tightness: Readonly<Record<Operator, number>> = { "+": 1, "-": 1, "*": 2, "/": 2, "@": 2, "**": 4 };
const MINUS = 3;
const TIGHTEST = 5;

/** `least`: how tightly it must hold together. */
export function formulaText(formula: Formula, least = 0): string {
  const within = (own: number, text: string): string => (least > own ? `(${text})` : text);
  switch (formula.form) {
    case "current":
      return "_";
    case "value":
    case "setting":
      return formula.name;
    case "weight":
      return `${formula.layer}.${formula.weight}`;
    case "entry":
      return `${formula.of}.${formula.entry}`;
    case "number":
      return within(formula.value < 0 ? MINUS : TIGHTEST, String(formula.value));
    case "minus":
      return within(MINUS, `-${formulaText(formula.of, MINUS + 1)}`);
    case "infix": {
      const own = tightness[formula.operator];
      const isPower = formula.operator === "**";
      const left = formulaText(formula.left, isPower ? own + 1 : own);
      const right = formulaText(formula.right, isPower ? own : own + 1);
      return within(own, `${left} ${formula.operator} ${right}`);
    }
    case "call":
      return useText(
        { ...formula.use, bare: false },
        formula.of.map((one) => formulaText(one)),
      );
    case "pipe":
      return within(0, [formulaText(formula.of, 1), ...formula.links.map((use) => useText(use))].join(" -> "));
  }
}

/** The types of all results of a call; undefined where something does not fit. */
export function inferParts(
  formula: Formula,
  current: TensorType | undefined,
  scope: Scope,
): readonly TensorType[] | undefined {
  if (formula.form !== "call") return undefined;
  const types = formula.of.map((one) => inferFormula(one, current, scope));
  return types.every((type) => type !== undefined) ? inferResults(formula.use, types, scope) : undefined;
}

/** The type of a formula; `current` is that of `_`. Undefined where something does not fit. */
export function inferFormula(formula: Formula, current: TensorType | undefined, scope: Scope): TensorType | undefined {
  switch (formula.form) {
    case "current":
      return current;
    case "value":
      return scope.values.get(formula.name);
    case "weight": {
      const shape = scope.layers.get(formula.layer)?.named?.get(formula.weight);
      return shape && tensor("f32", ...shape);
    }
    case "entry":
      return scope.records.get(formula.of)?.get(formula.entry);
    case "number":
      return tensor("f32");
    case "setting":
      return typeof scope.settings.get(formula.name) === "number" ? tensor("f32") : undefined;
    case "minus":
      return inferFormula(formula.of, current, scope);
    case "infix": {
      const left = inferFormula(formula.left, current, scope);
      const right = inferFormula(formula.right, current, scope);
      return left && right && inferOperator(formula.operator, left, right);
    }
    case "call": {
      const types = formula.of.map((one) => inferFormula(one, current, scope));
      return types.every((type) => type !== undefined) ? inferUse(formula.use, types, scope) : undefined;
    }
    case "pipe": {
      let type = inferFormula(formula.of, current, scope);
      for (const use of formula.links) type = type && inferUse(use, [type], scope);
      return type;
    }
  }
}
