// Several runs side by side: their results, and the settings in which they differ. As rows for a terminal, and as a page.

import { fnv1a } from "../base/hash.ts";
import { type Html, html } from "../base/html.ts";
import { lineChart } from "./chart.ts";
import { date, duration, number, whole } from "./numbers.ts";
import { curvesOf, factsOf, page, trainingSeconds } from "./page.ts";
import { type Epoch, type Metrics, metricNames, type Run } from "./run.ts";

/** Rows of a table: a name, then a cell for each column. */
export type Rows = readonly (readonly string[])[];

/** The names of metrics of several runs, each once. */
const allMetrics = (runs: readonly Run[]): readonly string[] => [...new Set(runs.flatMap(metricNames))];

/** Whether a higher number of a metric is better, as far as the log says; a loss is better if it is lower. */
const isHigher = ({ program }: Run, metric: string): boolean => program?.higher.includes(metric) === true;

/** The best number of a metric over epochs; undefined without any. */
function bestOf(run: Run, metric: string, of: (epoch: Epoch) => Metrics | undefined): number | undefined {
  const values = run.epochs
    .map((epoch) => of(epoch)?.[metric])
    .filter((value) => value !== undefined && !Number.isNaN(value));
  if (values.length === 0) return undefined;
  const better = isHigher(run, metric) ? Math.max : Math.min;
  return values.reduce((a, b) => better(a as number, b as number));
}

const shown = (value: number | undefined): string => (value === undefined ? "" : number(value));

/** The results of runs: for each metric that any of them has, the best of validation (else of training), and the test. */
function resultRows(runs: readonly Run[]): Rows {
  const rows = allMetrics(runs).flatMap(
    (metric): Rows => [
      [`best training ${metric}`, ...runs.map((run) => shown(bestOf(run, metric, ({ metrics }) => metrics)))],
      [`best validation ${metric}`, ...runs.map((run) => shown(bestOf(run, metric, ({ validation }) => validation)))],
      [`test ${metric}`, ...runs.map((run) => shown(run.result?.test?.[metric]))],
    ],
  );
  return rows.filter(([, ...cells]) => cells.some((cell) => cell !== ""));
}

/** The facts of a run by their names, with a mark of each source text. */
function facts(run: Run): ReadonlyMap<string, string> {
  const marks = (run.program?.files ?? []).map(
    ({ name, text }) => [`source of ${name}`, fnv1a(text).toString(16).padStart(8, "0")] as const,
  );
  return new Map([...factsOf(run), ...marks]);
}

/** What differs between runs by itself. */
const ownFacts = ["time of training", "started (UTC)", "ended (UTC)"];

/** The settings in which runs differ, and when and how long each ran. */
export function differenceRows(runs: readonly Run[]): Rows {
  const all = runs.map(facts);
  const names = [...new Set(all.flatMap((one) => [...one.keys()]))];
  return names
    .map((name) => [name, ...all.map((one) => one.get(name) ?? "")])
    .filter(([name = "", ...cells]) => ownFacts.includes(name) || new Set(cells).size > 1);
}

/** The rows of a comparison. */
export const comparison = (runs: readonly Run[]): { readonly results: Rows; readonly differences: Rows } => ({
  results: resultRows(runs),
  differences: differenceRows(runs),
});

/** The runs as rows, the first one a head: when, how long, and the results. */
export function runRows(runs: readonly Run[]): Rows {
  const metrics = allMetrics(runs);
  const validated = metrics.filter((metric) =>
    runs.some((run) => bestOf(run, metric, ({ validation }) => validation) !== undefined),
  );
  const tested = metrics.filter((metric) => runs.some(({ result }) => result?.test?.[metric] !== undefined));
  const trained = metrics.filter((metric) => !validated.includes(metric) && !tested.includes(metric));
  const cells = (run: Run): readonly string[] => [
    ...trained.map((metric) => shown(bestOf(run, metric, (epoch) => epoch.metrics))),
    ...validated.map((metric) => shown(bestOf(run, metric, ({ validation }) => validation))),
    ...tested.map((metric) => shown(run.result?.test?.[metric])),
  ];
  return [
    [
      ...["run", "model", "data", "started (UTC)", "epochs", "time"],
      ...trained.map((metric) => `training ${metric}`),
      ...validated.map((metric) => `validation ${metric}`),
      ...tested.map((metric) => `test ${metric}`),
    ],
    ...runs.map((run) => [
      ...[run.name, run.model, run.dataset, run.started === undefined ? "" : date(run.started)],
      ...[`${whole(run.epochs.length)}/${whole(run.wanted)}`, duration(trainingSeconds(run))],
      ...cells(run),
    ]),
  ];
}

const tableOf = (rows: Rows, runs: readonly Run[]): Html =>
  html`<div class="wide"><table><thead><tr><td></td>${runs.map(({ name }) => html`<th scope="col" class="n">${name}</th>`)}</tr></thead><tbody>
${rows.map(([name, ...cells]) => html`<tr><th scope="row">${name}</th>${cells.map((cell) => html`<td class="n">${cell}</td>`)}</tr>`)}</tbody></table></div>`;

/** The most runs whose curves can be told apart. */
export const mostCompared = 8;

/** The comparison as a page: curves of validation, where all runs have them, else of training. */
export function comparePage(runs: readonly Run[]): string {
  const { results, differences } = comparison(runs);
  const charts = allMetrics(runs).map((metric, i) => {
    const curves = runs.map((run) => curvesOf(run, metric));
    const validated = curves.every((one) => one.length > 1);
    const series = curves.flatMap((one, look) => {
      const curve = one[validated ? 1 : 0];
      return curve === undefined ? [] : [{ ...curve, name: runs[look]?.name ?? "", look }];
    });
    return lineChart({ id: `curve-${i}`, title: metric, series, note: validated ? "validation" : "training" });
  });
  return page(
    `${whole(runs.length)} runs`,
    html`<h1>${whole(runs.length)} runs</h1><section aria-labelledby="curves"><h2 id="curves">Curves</h2><div class="charts">${charts}</div></section>
<section aria-labelledby="results"><h2 id="results">Results</h2>${tableOf(results, runs)}</section>
<section aria-labelledby="differences"><h2 id="differences">Settings that differ</h2>${tableOf(differences, runs)}</section>`,
  );
}
