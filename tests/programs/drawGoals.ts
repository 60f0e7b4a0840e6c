// Random outputs beside the first: each starts from a value of the body and has a target and a loss of its own, or neither.

import { lossCall } from "./drawObjective.ts";
import { drawTraining } from "./drawTraining.ts";
import { drawHead, drawOtherHead, type Head } from "./heads.ts";
import { emptyScope, infer } from "./infer.ts";
import type { Names } from "./names.ts";
import { hasBatch, type Scope, shapeOf } from "./operators.ts";
import { NoOptions } from "./options.ts";
import type { Random } from "./random.ts";
import type { Formula, Goal, Term, Use } from "./tree.ts";

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

function drawGoal(random: Random, names: Names, scope: Scope, classes: number): Goal | undefined {
  const starts = [...scope.values].filter(
    ([, type]) => type.dtype === "f32" && hasBatch(type) && shapeOf(type).length > 0,
  );
  if (starts.length === 0) return undefined;
  const [from, type] = random.pick(starts);
  const of: Formula = { form: "value", name: from };
  const name = names.value();
  if (random.chance(0.2)) return { name, formula: of, metrics: [] };
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
