// Random outputs beside the first: each starts from a value of the body and has a target and a loss of its own, or neither.

import { allDefinitions } from "../../src/ops/registry.ts";
import { lossCall } from "./drawObjective.ts";
import { drawMetric, drawTraining } from "./drawTraining.ts";
import { comparing, drawHead, drawOtherHead, type Head } from "./heads.ts";
import { emptyScope, infer } from "./infer.ts";
import type { Names } from "./names.ts";
import { hasBatch, type Scope, type Shape, shapeOf } from "./operators.ts";
import { NoOptions } from "./options.ts";
import type { Random } from "./random.ts";
import type { Formula, Given, Goal, Term, Use } from "./tree.ts";

/** A head for the classes that the data has. */
function headFor(random: Random, name: string, classes: number, shape: readonly number[]): Head | undefined {
  const head = drawHead(random, name, shape);
  const named: Head = { ...head, target: { ...head.target, name } };
  if (head.target.kind === "numbers" || head.classes === classes) return named;
  try {
    return drawOtherHead(random, named.target, classes, shape);
  } catch (error) {
    if (error instanceof NoOptions) return undefined;
    throw error;
  }
}

const boxMetrics = allDefinitions().flatMap((def) => (def.tier === "metric" && def.fits === "boxes" ? [def] : []));

const set = (option: string, value: number | readonly number[]): Given => ({
  option,
  text: typeof value === "number" ? String(value) : `[${value.join(", ")}]`,
  value,
});

/**
 * Boxes that are found, and others that are there: no loss by name compares lists of different lengths. Their last numbers are
 * classes 0 and 1.
 */
function drawBoxes(random: Random, name: string, of: Formula, shape: Shape): Goal {
  const [found, known] = [random.int(1, 4), random.int(1, 3)];
  const link = (layer: string, ...given: readonly Given[]): Use => ({ name: layer, given, common: [] });
  const links = [
    ...(shape.length > 1 ? [link("Flatten")] : []),
    link("Dense", set("units", 6 * found)),
    link("Reshape", set("target_shape", [found, 6])),
    link("sigmoid"),
  ];
  const call = (use: string, one: Formula): Formula => ({ form: "call", use: link(use), of: [one] });
  const [prediction, target]: readonly Formula[] = ["prediction", "target"].map((word) => ({
    form: "value",
    name: word,
  }));
  const away: Formula = { form: "infix", operator: "-", left: prediction!, right: call("mean", target!) };
  return {
    name,
    formula: { form: "infix", operator: "*", left: { form: "pipe", of, links }, right: { form: "number", value: 2 } },
    target: { name, kind: "numbers", scaled: "pixels / 128", shape: [known, 5] },
    terms: [{ scale: random.pick([1, 0.5]), reduction: random.pick(["mean", "sum"]), formula: call("square", away) }],
    metrics: [drawMetric(random, boxMetrics, comparing([found, 6], [known, 5], "f32"))],
  };
}

function drawGoal(random: Random, names: Names, scope: Scope, classes: number): Goal | undefined {
  const starts = [...scope.values].filter(
    ([, type]) => type.dtype === "f32" && hasBatch(type) && shapeOf(type).length > 0,
  );
  if (starts.length === 0) return undefined;
  const [from, type] = random.pick(starts);
  const of: Formula = { form: "value", name: from };
  const name = names.value();
  if (random.chance(0.2)) return { name, formula: of, metrics: [] };
  if (random.chance(0.15)) return drawBoxes(random, name, of, shapeOf(type));
  const head = headFor(random, name, classes, shapeOf(type));
  if (head === undefined) return undefined;
  const links = head.steps.flatMap((step) => (step.kind === "layer" ? [step.use] : []));
  const formula: Formula = links.length === 0 ? of : { form: "pipe", of, links };
  const output = infer(head.steps, shapeOf(type), emptyScope());
  if (output === undefined) return undefined;
  const { loss, metrics, weight } = drawTraining(random, head, output, true);
  const terms = random.chance(0.25) ? { terms: [ownTerm(random, loss)] } : {};
  return { name, formula, target: head.target, loss, metrics, ...(weight === undefined ? {} : { weight }), ...terms };
}

/** The loss as an expression of this output and its target alone. */
function ownTerm(random: Random, loss: Use): Term {
  const of: readonly Formula[] = ["target", "prediction"].map((name) => ({ form: "value", name }));
  return { scale: random.pick([1, 0.5]), reduction: random.pick(["mean", "sum"]), formula: lossCall(loss, of) };
}

export function drawGoals(random: Random, names: Names, scope: Scope, classes: number): readonly Goal[] {
  return Array.from({ length: random.pick([1, 1, 2]) }, () => drawGoal(random, names, scope, classes)).filter(
    (goal) => goal !== undefined,
  );
}
