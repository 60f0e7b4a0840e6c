// Random expressions over the tensors of a body: kept values, inputs, parameters, weights of named layers, entries of records.
// Divisors, bases and exponents stay where the functions are tame.

import { type TensorType, tensor } from "../../src/ir/types.ts";
import { findActivation, namesOf } from "../../src/ops/registry.ts";
import { drawPart } from "./drawPart.ts";
import { inferFormula } from "./formulas.ts";
import { drawLayer, growing, joining, type Making, narrow, single } from "./layers.ts";
import { batched, hasBatch, type Scope, type Shape, shapeOf, trial } from "./operators.ts";
import type { Formula, Operator, Use } from "./tree.ts";

const infix = (operator: Operator, left: Formula, right: Formula): Formula => ({
  form: "infix",
  operator,
  left,
  right,
});
const number = (value: number): Formula => ({ form: "number", value });
const call = (name: string, ...of: readonly Formula[]): Formula => ({
  form: "call",
  use: { name, given: [], common: [] },
  of,
});
const above = (formula: Formula): Formula => infix("+", call("abs", formula), number(0.5));

/** Every leaf that a scope has. */
function leavesOf({ values, records, layers, settings }: Scope): Readonly<Record<string, readonly Formula[]>> {
  return {
    values: [...values.keys()].map((name) => ({ form: "value", name })),
    entries: [...records].flatMap(([of, entries]) =>
      [...entries.keys()].map((entry) => ({ form: "entry", of, entry }) as const),
    ),
    weights: [...layers].flatMap(([layer, { named }]) =>
      [...(named?.keys() ?? [])].map((weight) => ({ form: "weight", layer, weight }) as const),
    ),
    settings: [...settings].flatMap(([name, value]) =>
      typeof value === "number" ? [{ form: "setting", name } as const] : [],
    ),
  };
}
const shares = { values: 3, entries: 6, weights: 5, settings: 0.6 };

/** Of tensors alone, so that what is made is no number of the compiler's. */
function drawLeaf({ random }: Making, scope: Scope): Formula {
  const leaves = leavesOf(scope);
  const kinds = Object.keys(shares).filter((kind) => (leaves[kind] ?? []).length > 0 && kind !== "settings");
  if (kinds.length === 0 || random.chance(0.2)) return { form: "current" };
  const kind = random.weighted(Object.fromEntries(kinds.map((one) => [one, shares[one as keyof typeof shares]])));
  return random.pick(leaves[kind]!);
}

const activations = namesOf("function").filter((name) => findActivation(name) !== undefined && !growing.has(name));
const functions = single.filter(({ tier, name }) => tier === "function" && !narrow.has(name) && !growing.has(name));
const ofTwo = joining.filter(({ tier, name }) => tier === "function" && !narrow.has(name));

/** A function of one value, or the same with its sign turned. */
function around(making: Making, formula: Formula, type: TensorType): Formula {
  const { random } = making;
  const form = random.int(0, 6);
  if (form === 6) return drawPart(random, formula, type) ?? formula;
  if (form === 0) return { form: "minus", of: formula };
  if (form === 1) return infix(random.pick(["*", "+", "-"]), number(random.pick([2, 0.5, -1.5])), formula);
  if (form === 2) return call(random.pick(["log", "sqrt", "rsqrt"]), above(formula));
  if (form === 3 && hasBatch(type)) {
    const link = drawLayer(making, random.pick(single), shapeOf(type));
    if (!narrow.has(link.name) && !growing.has(link.name)) return { form: "pipe", of: formula, links: [link] };
  }
  if (form === 4) return call(random.pick(activations), formula);
  const use: Use = { ...drawLayer(making, random.pick(functions), shapeOf(type)), bare: false };
  return { form: "call", use: keyed(use), of: [formula] };
}

/** Behind tensors a number is a tensor too, so that options go by name. */
const keyed = (use: Use): Use => ({
  ...use,
  given: use.given.map((given) => ({ ...given, key: given.key ?? given.option })),
});

function together(making: Making, left: Formula, right: Formula, shape: Shape): Formula {
  const { random } = making;
  const operator = random.pick(["+", "-", "*", "+", "*", "@", "@", "/", "**", "call"] as const);
  if (operator === "call") {
    const use = { ...drawLayer(making, random.pick(ofTwo), shape), bare: false };
    return { form: "call", use: keyed(use), of: [left, right] };
  }
  if (operator === "/") return infix("/", left, above(right));
  if (operator === "**") return infix("**", above(left), random.chance(0.5) ? number(2) : call("tanh", right));
  return infix(operator, left, right);
}

/** A formula whose type is accepted; undefined after many attempts. */
export function drawFormula(
  making: Making,
  shape: Shape,
  scope: Scope,
  accepts: (type: TensorType) => boolean = hasBatch,
  start: Formula = { form: "current" },
): Formula | undefined {
  const { random } = making;
  const current = batched(shape);
  const inferred = (formula: Formula): TensorType | undefined => inferFormula(formula, current, trial(scope));
  let formula = start;
  let type = inferred(formula) ?? tensor("f32");
  const wanted = random.pick([1, 2, 2, 3, 4]);
  for (let attempt = 0, made = 0; attempt < 40 && made < wanted; attempt++) {
    let other = drawLeaf(making, scope);
    const otherType = inferred(other);
    if (otherType === undefined) continue;
    if (random.chance(0.25)) other = around(making, other, otherType);
    const next = random.chance(0.25)
      ? around(making, formula, type)
      : random.chance(0.5)
        ? together(making, formula, other, shape)
        : together(making, other, formula, shape);
    const nextType = inferred(next);
    if (nextType === undefined) continue;
    formula = next;
    type = nextType;
    made++;
  }
  const scale = leavesOf(scope).settings ?? [];
  if (scale.length > 0 && random.chance(0.1)) formula = infix(random.pick(["*", "+"]), formula, random.pick(scale));
  const end = inferred(formula);
  return formula.form === "current" || end?.dtype !== "f32" || !accepts(end) ? undefined : formula;
}
