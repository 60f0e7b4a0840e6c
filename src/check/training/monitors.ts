// What a training reports, by name, and the result that a learning rate follows: NN007 if there is no such result.

import type { Span } from "../../base/span.ts";
import type { Fact } from "../../diagnostics/catalogue/advice.ts";
import type { Subject } from "../../diagnostics/catalogue/phrases.ts";
import { graphBuilder } from "../../ir/graphBuilder.ts";
import { tensor } from "../../ir/types.ts";
import { isUse } from "../../ops/options.ts";
import { findMetric, findSchedule } from "../../ops/registry.ts";
import { type CheckedDataset, type CheckedTraining, graphType, type MetricUse, type WeightGroup } from "../model.ts";
import { report } from "../say/report.ts";
import type { Env } from "../state/environment.ts";
import type { Pairing } from "./pairing.ts";

/** The names of what a training reports, each once: a repeated one gets a number. */
export interface ReportNames {
  /** Of each step: its sum of losses, and those of its terms; undefined where it is the whole loss. */
  readonly steps: readonly { readonly sum: string | undefined; readonly terms: readonly (string | undefined)[] }[];
  readonly metrics: readonly string[];
}

type Reporting = Pick<CheckedTraining, "steps" | "metrics">;

/** The name of the whole loss. */
const LOSS = "loss";

export function reportNames({ steps, metrics }: Reporting): ReportNames {
  const names = new Set([LOSS]);
  const once = (wished: string): string => {
    let name = wished;
    for (let i = 1; names.has(name); i++) name = `${wished}_${i}`;
    names.add(name);
    return name;
  };
  const ofLoss = (name: string | undefined): string | undefined =>
    name === undefined ? undefined : once(`${name}_loss`);
  const several = steps.flatMap(({ terms }) => terms).length > 1;
  return {
    steps: steps.map(({ name, terms }) => ({
      sum: ofLoss(steps.length > 1 ? name : undefined),
      terms: terms.map((term) => ofLoss(several ? term.name : undefined)),
    })),
    metrics: metrics.map(({ shown }) => once(shown)),
  };
}

/** The result that a rate follows. */
export interface Monitor {
  /** The name in reports, without `val_`. */
  readonly name: string;
  readonly part: "train" | "validation";
  readonly higherIsBetter: boolean;
}

/** Why a rate cannot follow a result: `names` has what it could follow. */
export type MonitorProblem =
  | { readonly problem: "unreported"; readonly wished: string; readonly names: readonly string[] }
  | { readonly problem: "unvalidated" };

/** Returns the result that a rate follows; undefined if it follows none. */
export function monitorOf(
  training: Reporting,
  { split }: Pick<CheckedDataset, "split">,
  { optimizer }: WeightGroup,
): Monitor | MonitorProblem | undefined {
  const rate = optimizer.options.learning_rate;
  if (!isUse(rate)) return undefined;
  const monitored = findSchedule(rate.name)?.follows?.monitor(rate.options);
  if (monitored === undefined) return undefined;
  const names = reportNames(training);
  const losses = names.steps.flatMap(({ sum, terms }) => [sum, ...terms]).filter((each) => each !== undefined);
  const all = [LOSS, ...losses, ...names.metrics];
  const validates = split.validation > 0;
  const wished = monitored.name ?? (validates ? `val_${LOSS}` : LOSS);
  const inner = wished.startsWith("val_") ? wished.slice("val_".length) : undefined;
  const name = all.includes(wished) ? wished : inner;
  if (name === undefined || !all.includes(name))
    return { problem: "unreported", wished, names: [...all, ...(validates ? all.map((each) => `val_${each}`) : [])] };
  const part = name === wished ? "train" : "validation";
  if (part === "validation" && !validates) return { problem: "unvalidated" };
  const metric = training.metrics[names.metrics.indexOf(name)];
  const usual = metric === undefined ? false : findMetric(metric.name)?.higherIsBetter === true;
  return { name, part, higherIsBetter: monitored.higherIsBetter ?? usual };
}

/** Whether a metric has more than one number as its result. */
export function isListed(use: MetricUse, { entry, dataset }: Pairing): boolean {
  const metric = findMetric(use.name);
  const output = entry.model.outputs.find(({ name }) => name === use.output);
  const target = dataset.fields.find(({ name }) => name === use.target);
  if (metric === undefined || output === undefined || target === undefined) return false;
  let count = 0;
  const g = graphBuilder(() => count++);
  const states = metric.state(graphType(output.type), graphType(target.type), use.options);
  const state = states.map(({ name, shape }) => [name, g.param(name, tensor("f32", ...shape))]);
  return metric.result(g, Object.fromEntries(state), use.options).type.shape.length > 0;
}

/** Reports NN007 for a rate that follows what the training does not report as one number. */
export function checkMonitors(training: Reporting, pairing: Pairing): void {
  const { env, dataset } = pairing;
  const names = reportNames(training).metrics;
  for (const group of training.steps.flatMap(({ groups }) => groups)) {
    const monitor = monitorOf(training, dataset, group);
    const rate = group.optimizer.options.learning_rate;
    if (monitor === undefined || !isUse(rate)) continue;
    const what = { kind: "option", name: "monitor", of: rate.name } as const;
    const { span } = group.optimizer;
    const tell = (fact: Fact): void => void report(env, { code: "NN007", span, what, is: { fact } });
    if ("problem" in monitor) {
      if (monitor.problem === "unvalidated") tell({ kind: "unvalidated", dataset: dataset.name });
      else tellUnreported(monitor, { span, what }, env);
      continue;
    }
    const metric = training.metrics[names.indexOf(monitor.name)];
    const higherIsBetter = metric === undefined ? false : findMetric(metric.name)?.higherIsBetter === true;
    if (higherIsBetter !== monitor.higherIsBetter) {
      const fault = { kind: "turned", monitor: monitor.name, higherIsBetter } as const;
      report(env, { code: "NN402", span, schedule: rate.name, fault });
    }
    if (metric !== undefined && isListed(metric, pairing)) tell({ kind: "listed", metric: monitor.name });
  }
}

function tellUnreported(
  { wished, names }: Extract<MonitorProblem, { problem: "unreported" }>,
  { span, what }: { readonly span: Span; readonly what: Subject },
  env: Env,
): void {
  const is = { actual: { kind: "quoted", text: wished }, range: { kind: "oneOf", words: names } } as const;
  report(env, { code: "NN007", span, what, is });
}
