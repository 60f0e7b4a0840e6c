// Trainings as text: losses, optimizers and metrics of one output or several, and steps.

import { formulaText } from "./formulas.ts";
import { reserved } from "./names.ts";
import { useText } from "./options.ts";
import type { Experiment, Goal, Group, Stage, Term, Training, Use } from "./tree.ts";

const listed = (uses: readonly Use[]): string => uses.map((use) => useText(use)).join(", ");

export function termsText(terms: readonly Term[]): string {
  const [first = "0", ...more] = terms.map(({ scale, reduction, formula }) => {
    const text = `${reduction}(${formulaText(formula)})`;
    return scale === 1 ? text : `${scale} * ${text}`;
  });
  return [first, ...more.map((text) => (text.startsWith("-") ? `- ${text.slice(1)}` : `+ ${text}`))].join(" ");
}

type Scored = Pick<Goal, "loss" | "weight" | "terms">;
const lossText = ({ loss, weight, terms }: Scored): string | undefined => {
  if (terms !== undefined && terms.length > 0) return termsText(terms);
  if (loss === undefined) return undefined;
  return weight === undefined ? useText(loss) : `${weight} * ${useText(loss)}`;
};

const record = (entries: readonly (readonly [string, string | undefined])[]): string =>
  `{ ${entries.flatMap(([name, text]) => (text === undefined ? [] : [`${name}: ${text}`])).join(", ")} }`;

function wholeLoss({ training, goals = [], target }: Experiment): string | undefined {
  const { loss, weight, terms } = training;
  if (terms !== undefined || goals.length === 0) return lossText(training);
  const own: Scored = { loss, ...(weight === undefined ? {} : { weight }) };
  return record([[target.name, lossText(own)], ...goals.map((goal) => [goal.name, lossText(goal)] as const)]);
}

function metricsText({ training, goals = [], target }: Experiment): string | undefined {
  const { metrics, batch } = training;
  if (goals.length === 0) {
    if (metrics.length === 0) return undefined;
    return batch % 3 === 0 ? `[${listed(metrics)}]` : listed(metrics);
  }
  const all = [[target.name, metrics] as const, ...goals.map((goal) => [goal.name, goal.metrics] as const)];
  const some = all.filter(([, uses]) => uses.length > 0);
  const text = (uses: readonly Use[]): string => (uses.length === 1 ? listed(uses) : `[${listed(uses)}]`);
  return some.length === 0 ? undefined : record(some.map(([name, uses]) => [name, text(uses)]));
}

/** A path stands between back quotes unless it is a plain name. */
const pathText = (path: string): string =>
  /^[A-Za-z_]\w*$/.test(path) && !reserved.includes(path) ? path : `\`${path}\``;

function optimizerText(optimizer: Use, groups: readonly Group[] = []): string {
  if (groups.length === 0) return useText(optimizer);
  const own = groups.map((group) => [pathText(group.path), useText(group.optimizer)] as const);
  return record([...own, ["rest", useText(optimizer)]]);
}

const clauseLines = (clauses: readonly (readonly [string, string | undefined])[]): readonly string[] =>
  clauses.flatMap(([name, text]) => (text === undefined ? [] : [`  ${name.padEnd(9)} ${text}`]));

const pathsText = (paths: readonly string[] | undefined): string | undefined =>
  paths === undefined || paths.length === 0 ? undefined : paths.map(pathText).join(", ");

function stageLines(stage: Stage, whole: string | undefined): readonly string[] {
  const { name, terms, optimizer, groups, paths } = stage;
  const clauses = clauseLines([
    ["loss", terms === undefined || terms.length === 0 ? whole : termsText(terms)],
    ["optimizer", optimizerText(optimizer, groups)],
    ["weights", pathsText(paths)],
  ]);
  return [`  step ${name} {`, ...clauses.map((line) => `  ${line}`), "  }"];
}

/** What minimizes: the clauses of the training, or its steps. */
function objectiveClauses(experiment: Experiment, { optimizer, groups, paths }: Training) {
  return [
    ["loss", wholeLoss(experiment)],
    ["optimizer", optimizerText(optimizer, groups)],
    ["weights", pathsText(paths)],
  ] as const;
}

function bucketsText({ field, lengths }: NonNullable<Training["buckets"]>): string {
  const list = `[${lengths.join(", ")}]`;
  return field === undefined ? list : record([[pathText(field), list]]);
}

export function trainingLines(experiment: Experiment): readonly string[] {
  const { model, dataset, training } = experiment;
  const { weighted, classWeights, batch, buckets, epochs, seed, stages = [] } = training;
  const lines = clauseLines([
    ...(stages.length > 0 ? [] : objectiveClauses(experiment, training)),
    ["metrics", metricsText(experiment)],
    ["weighted_metrics", weighted && listed(weighted)],
    ["class_weight", classWeights && `{ ${classWeights.map((number, i) => `${i}: ${number}`).join(", ")} }`],
    ["batch", String(batch)],
    ["buckets", buckets && bucketsText(buckets)],
    ["epochs", epochs?.toString()],
    ["seed", seed?.toString()],
  ]);
  const steps = stages.flatMap((stage) => stageLines(stage, wholeLoss(experiment)));
  const ordered = batch % 2 === 0 ? [...lines].reverse() : lines;
  return [`train ${model} on ${dataset} {`, ...steps, ...ordered, "}", ""];
}
