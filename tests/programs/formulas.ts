// Expressions over tensors: their text, with parentheses only where they are needed, and their types.

import { type TensorType, tensor } from "../../src/ir/types.ts";
import { inputNames } from "../../src/ops/call.ts";
import { findOperator } from "../../src/ops/registry.ts";
import { inferOperator, inferPart, inferResults, inferUse, type Scope } from "./operators.ts";
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
      return `${formula.layer}.${formula.weight.includes("/") ? `\`${formula.weight}\`` : formula.weight}`;
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
    case "part":
      return `${formulaText(formula.of, TIGHTEST)}[${formula.key}]`;
    case "apply":
      return within(0, applyText(formula));
  }
}

const listText = (formulas: readonly Formula[]): string => `(${formulas.map((one) => formulaText(one, 1)).join(", ")})`;

function applyText({ use, of, named }: Extract<Formula, { form: "apply" }>): string {
  const [first, ...others] = of;
  const before = first !== undefined && others.length === 0 ? formulaText(first, 1) : listText(of);
  const inputs = named.map(({ input, values }) => {
    const [only, ...more] = values;
    return `${input}: ${only !== undefined && more.length === 0 ? formulaText(only) : listText(values)}`;
  });
  return `${before} -> ${useText({ ...use, bare: false, common: [...inputs, ...use.common] })}`;
}

/** The types of what goes into a call, and the names of inputs where some are named; undefined where something does not fit. */
function inferInputs(
  formula: Extract<Formula, { form: "call" | "apply" }>,
  current: TensorType | undefined,
  scope: Scope,
): { readonly types: readonly TensorType[]; readonly names?: readonly string[] } | undefined {
  const named = formula.form === "apply" ? formula.named : [];
  const piped = formula.of.map((one) => inferFormula(one, current, scope));
  // Within the parentheses `_` is what comes through the pipe.
  const own = piped.length === 1 ? piped[0] : undefined;
  const types = [...piped, ...named.flatMap(({ values }) => values).map((one) => inferFormula(one, own, scope))];
  if (!types.every((type) => type !== undefined)) return undefined;
  const def = findOperator(formula.use.name);
  if (def === undefined || named.length === 0) return { types };
  const names = named.flatMap(({ input, values }) => values.map(() => input));
  return { types, names: [...inputNames(def, formula.of.length), ...names] };
}

/** The types of all results of a call; undefined where something does not fit. */
export function inferParts(
  formula: Formula,
  current: TensorType | undefined,
  scope: Scope,
): readonly TensorType[] | undefined {
  if (formula.form !== "call" && formula.form !== "apply") return undefined;
  const inputs = inferInputs(formula, current, scope);
  return inputs && inferResults(formula.use, inputs.types, scope, inputs.names);
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
    case "call":
    case "apply": {
      const types = inferParts(formula, current, scope);
      return types?.length === 1 ? types[0] : undefined;
    }
    case "part": {
      const type = inferFormula(formula.of, current, scope);
      return type && inferPart(type, formula.key);
    }
    case "pipe": {
      let type = inferFormula(formula.of, current, scope);
      for (const use of formula.links) type = type && inferUse(use, [type], scope);
      return type;
    }
  }
}

/** The formula with another one in the place of the current value. */
export function withCurrent(formula: Formula, current: Formula): Formula {
  const within = (one: Formula): Formula => withCurrent(one, current);
  switch (formula.form) {
    case "current":
      return current;
    case "value":
    case "weight":
    case "entry":
    case "number":
    case "setting":
      return formula;
    case "minus":
    case "pipe":
    case "part":
      return { ...formula, of: within(formula.of) };
    case "infix":
      return { ...formula, left: within(formula.left), right: within(formula.right) };
    case "call":
      return { ...formula, of: formula.of.map(within) };
    case "apply": {
      const named = formula.named.map((one) => ({ ...one, values: one.values.map(within) }));
      return { ...formula, of: formula.of.map(within), named };
    }
  }
}
