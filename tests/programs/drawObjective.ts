// Random losses that are expressions: losses as functions, and formulas of outputs and fields, each made one number a sample.

import { findOperator } from "../../src/ops/registry.ts";
import { drawFormula } from "./drawFormula.ts";
import { withCurrent } from "./formulas.ts";
import { emptyScope } from "./infer.ts";
import type { Making } from "./layers.ts";
import type { Names } from "./names.ts";
import { batched, type Scope, type Shape } from "./operators.ts";
import type { Random } from "./random.ts";
import type { Experiment, Formula, Goal, Term, Use } from "./tree.ts";

/** Whether an objective may have it: no layer of it has weights or an activity of its own. */
function isPlain(formula: Formula): boolean {
  const plain = ({ name, common }: Use): boolean => {
    const def = findOperator(name);
    return def?.weights === undefined && def?.activity === undefined && common.length === 0;
  };
  switch (formula.form) {
    case "current":
    case "value":
    case "weight":
    case "entry":
    case "number":
    case "setting":
      return true;
    case "minus":
    case "part":
      return isPlain(formula.of);
    case "infix":
      return isPlain(formula.left) && isPlain(formula.right);
    case "pipe":
      return isPlain(formula.of) && formula.links.every(plain);
    case "call":
    case "apply":
      return plain(formula.use) && formula.of.every(isPlain);
  }
}

/** How an expression names the output or target of a name: `prediction`, `prediction.price`. */
const named = (word: string, all: readonly string[], name: string): Formula =>
  all.length === 1 ? { form: "value", name: word } : { form: "entry", of: word, entry: name };

type Scored = Pick<Goal, "name" | "target" | "loss">;

/** What an expression may name. */
function scopeFor({ inputs }: Experiment, scored: readonly Scored[], outputs: ReadonlyMap<string, Shape>): Scope {
  const scope = emptyScope();
  for (const { name, shape, tokens } of inputs) if (tokens === undefined) scope.values.set(name, batched(shape));
  const bind = (word: string, all: ReadonlyMap<string, Shape>, numbers: readonly string[]): void => {
    const types = new Map(numbers.map((name) => [name, batched(all.get(name) ?? [])]));
    const [only] = types.values();
    if (all.size > 1) scope.records.set(word, types);
    else if (only !== undefined) scope.values.set(word, only);
  };
  bind("prediction", outputs, [...outputs.keys()]);
  const targets = scored.flatMap(({ target }) => target ?? []);
  const shapes = new Map(targets.map(({ name, shape }) => [name, shape ?? outputs.get(name) ?? []]));
  // Classes are no numbers.
  bind(
    "target",
    shapes,
    targets.filter(({ kind }) => kind === "numbers").map(({ name }) => name),
  );
  return scope;
}

/** A loss as a function of target and prediction, whose result something else reduces. */
export function lossCall(loss: Use, of: readonly Formula[]): Formula {
  const given = loss.given.filter(({ option }) => option !== "reduction");
  // Behind tensors a number is a tensor too, so that options go by name.
  const keyed = given.map((one) => ({ ...one, key: one.key ?? one.option }));
  return { form: "call", use: { ...loss, given: keyed, bare: false }, of };
}

const reductions = ["mean", "mean", "sum", "sum", "max", "logsumexp"];

/** The terms of a loss of all outputs. */
export function drawTerms(
  random: Random,
  names: Names,
  experiment: Experiment,
  outputs: ReadonlyMap<string, Shape>,
): readonly Term[] {
  const { goals = [], target, training } = experiment;
  const scored: readonly Scored[] = [{ name: target.name, target, loss: training.loss }, ...goals];
  const all = scored.map(({ name }) => name);
  const targets = scored.flatMap((one) => (one.target === undefined ? [] : [one.name]));
  const scope = scopeFor(experiment, scored, outputs);
  const draw: Making["draw"] = () => ({ steps: [], shape: [] });
  const making: Making = { random, names, blocks: [], parameters: [], depth: 0, draw };
  const scale = (): number => random.pick([1, 1, 0.5, 2, 0.1, -0.25]);
  return scored.flatMap(({ name, target: own, loss }): readonly Term[] => {
    const prediction = named("prediction", all, name);
    const terms: Term[] = [];
    if (own !== undefined && loss !== undefined && random.chance(0.7)) {
      const formula = lossCall(loss, [named("target", targets, name), prediction]);
      terms.push({ scale: Math.abs(scale()), reduction: random.pick(["mean", "mean", "sum"]), formula });
    }
    if (terms.length > 0 && random.chance(0.4)) return terms;
    const formula = drawFormula(making, outputs.get(name) ?? [], scope);
    const whole = formula && withCurrent(formula, prediction);
    if (whole !== undefined && isPlain(whole))
      terms.push({ scale: scale(), reduction: random.pick(reductions), formula: whole });
    return terms.length > 0 ? terms : [{ scale: 1, reduction: "mean", formula: prediction }];
  });
}
