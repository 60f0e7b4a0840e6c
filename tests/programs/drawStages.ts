// Random divisions of a model's weights: steps that train them in turn, optimizers for some of them, and trainings of a part. The
// checker says which weights there are.

import { checkProgram } from "../../src/driver/check.ts";
import { drawTerms } from "./drawObjective.ts";
import { drawOptimizer } from "./drawTraining.ts";
import { entry, filesOf } from "./files.ts";
import { outputShapes } from "./infer.ts";
import type { Names } from "./names.ts";
import { shuffled } from "./options.ts";
import { printProgram } from "./print.ts";
import type { Random } from "./random.ts";
import type { Group, Program, Stage, Training } from "./tree.ts";

function checkedOf(program: Program) {
  const text = printProgram(program);
  return text === undefined ? undefined : checkProgram({ entry, texts: filesOf(text) });
}

/** Paths of layers, blocks and single weights, none below another, that together are all that is trained. */
function pathsOf(random: Random, program: Program): readonly string[] {
  const checked = checkedOf(program);
  if (checked === undefined) return [];
  const model = checked.program.models.find(({ name }) => name === program.model);
  const weights = (model?.weights ?? []).filter(({ trainable }) => trainable).map(({ path }) => path);
  const roots = [...new Set(weights.map((path) => path.split("/")[0] ?? path))];
  return roots.flatMap((root) => {
    const below = weights.filter((path) => path.startsWith(`${root}/`));
    return random.chance(0.25) && below.length > 1 ? below : [root];
  });
}

function drawGroups(random: Random, paths: readonly string[]): readonly Group[] {
  return paths
    .slice(0, random.int(1, Math.min(3, paths.length)))
    .map((path) => ({ path, optimizer: drawOptimizer(random) }));
}

/** The program with its first training divided; the same program where that leaves a step without a path to its weights. */
export function drawStages(random: Random, names: Names, program: Program): Program {
  const divided = attemptStages(random, names, program);
  const diagnostics = checkedOf(divided)?.diagnostics ?? [];
  return diagnostics.some(({ code }) => code === "NN210") ? program : divided;
}

function attemptStages(random: Random, names: Names, program: Program): Program {
  const paths = shuffled(random, pathsOf(random, program));
  const outputs = outputShapes(program, program);
  if (paths.length === 0 || outputs === undefined) return program;
  const { training } = program;
  const withTraining = (changes: Partial<Training>): Program => ({ ...program, training: { ...training, ...changes } });
  const form = random.weighted({ steps: 4, groups: 3, paths: 2 });
  if (form === "groups") return withTraining({ groups: drawGroups(random, paths) });
  if (form === "paths") return withTraining({ paths: paths.slice(0, random.int(1, paths.length)) });
  const count = Math.min(paths.length, random.pick([1, 2, 2, 2, 3]));
  const stages = Array.from({ length: count }, (_, i): Stage => {
    const own = paths.filter((_, at) => at % count === i);
    const terms = random.chance(0.6) ? { terms: drawTerms(random, names, program, outputs) } : {};
    const groups = random.chance(0.2) && own.length > 1 ? { groups: drawGroups(random, own) } : {};
    return { name: names.value(), ...terms, optimizer: drawOptimizer(random), ...groups, paths: own };
  });
  return withTraining({ stages });
}
