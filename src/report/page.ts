// The report of a run as one page of HTML, which needs no network and no script.

import { type Content, type Html, html } from "../base/html.ts";
import { reportPicture } from "../graph/index.ts";
import { answersPart, type Paint } from "./answers.ts";
import { lineChart, type Series } from "./chart.ts";
import { layerTable } from "./network.ts";
import { date, duration, number, whole } from "./numbers.ts";
import { type Epoch, metricNames, type Run } from "./run.ts";
import { style } from "./style.ts";
import { timePart } from "./time.ts";

/** The most epochs of the table. */
const mostEpochs = 500;

/** A whole page. `script`: for a page that is served live; a page without one forbids scripts. */
export function page(
  title: string,
  content: Content,
  script?: { readonly nonce: string; readonly text: Html },
): string {
  const scripts = script === undefined ? "" : `; script-src 'nonce-${script.nonce}'; connect-src 'self'`;
  const policy = `default-src 'none'; style-src 'unsafe-inline'; img-src data:${scripts}`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="generator" content="nnc">
<link rel="icon" href="data:,">
<title>${title}</title>
<style>${style}</style>
</head>
<body>
<main>
${content}
</main>
${
  script === undefined
    ? ""
    : html`<script nonce="${script.nonce}">${script.text}</script>
`
}</body>
</html>
`.text;
}

const points = (epochs: readonly Epoch[], of: (epoch: Epoch) => number | undefined): Series["points"] =>
  epochs.flatMap((epoch): Series["points"] => {
    const value = of(epoch);
    return value === undefined ? [] : [[epoch.epoch, value]];
  });

/** The curves of one metric. */
export function curvesOf({ epochs }: Pick<Run, "epochs">, metric: string): readonly Series[] {
  const train = points(epochs, ({ metrics }) => metrics[metric]);
  const validation = points(epochs, (epoch) => epoch.validation?.[metric]);
  return [
    { name: "training", look: 0, points: train },
    ...(validation.length === 0 ? [] : [{ name: "validation", look: 1, points: validation }]),
  ];
}

function curvesPart(run: Run): Html {
  const { result } = run;
  const restored = result?.restored;
  const charts = metricNames(run).map((metric, i) => {
    const test = result?.test?.[metric];
    return lineChart({
      ...{ id: `curve-${i}`, title: metric, series: curvesOf(run, metric) },
      ...(test === undefined ? {} : { note: `test ${number(test)}` }),
      ...(restored === undefined ? {} : { mark: { at: restored, name: "The weights are those of this epoch" } }),
    });
  });
  return html`<section aria-labelledby="curves"><h2 id="curves">Curves</h2><div class="charts">${charts}</div>
${restored === undefined ? "" : html`<p class="soft">The dotted line is epoch ${restored}, whose weights the training ends with.</p>`}
<details><summary>The numbers of each epoch</summary>${epochTable(run)}</details></section>`;
}

function epochTable(run: Run): Html {
  const names = metricNames(run);
  const validates = run.epochs.some(({ validation }) => validation !== undefined);
  const shown = run.epochs.slice(-mostEpochs);
  const cell = (value: number | undefined): Html =>
    html`<td class="n">${value === undefined ? "" : number(value)}</td>`;
  const head = (name: string): Html => html`<th scope="col" class="n">${name}</th>`;
  return html`${shown.length < run.epochs.length ? html`<p class="soft">The last ${mostEpochs} of ${whole(run.epochs.length)} epochs.</p>` : ""}
<div class="wide"><table><thead><tr><th scope="col" class="n">epoch</th>${names.map(head)}${validates ? names.map((name) => head(`validation ${name}`)) : ""}<th scope="col" class="n">time</th></tr></thead><tbody>
${shown.map(
  ({ epoch, metrics, validation, seconds }) =>
    html`<tr><th scope="row" class="n">${epoch}</th>${names.map((name) => cell(metrics[name]))}${validates ? names.map((name) => cell(validation?.[name])) : ""}<td class="n">${duration(seconds)}</td></tr>`,
)}</tbody></table></div>`;
}

/** The result in a few large numbers: of the test part, else of validation, else of training. */
function tiles(run: Run): Html {
  const last = run.epochs.find(({ epoch }) => epoch === run.result?.restored) ?? run.epochs.at(-1);
  const [part, metrics] =
    run.result?.test !== undefined
      ? ["test", run.result.test]
      : last?.validation !== undefined
        ? ["validation", last.validation]
        : ["training", last?.metrics ?? {}];
  const tile = (name: string, value: string): Html => html`<li><span class="soft">${name}</span> <b>${value}</b></li>`;
  return html`<ul class="tiles">${Object.entries(metrics).map(([name, value]) => tile(`${part} ${name}`, number(value)))}
${tile("epochs", run.wanted === run.epochs.length ? whole(run.wanted) : `${whole(run.epochs.length)} of ${whole(run.wanted)}`)}
${tile("time of training", duration(trainingSeconds(run)))}
${tile("parameters", whole(run.parameters))}</ul>`;
}

export const trainingSeconds = ({ epochs }: Pick<Run, "epochs">): number =>
  epochs.reduce((all, { seconds }) => all + seconds, 0);

/** Says how a training ended; `live` where it still runs. */
export function endingOf({ result, epochs }: Run, live = false): string {
  if (result === undefined)
    return live ? "The training runs." : "The log tells no end: the training was ended or failed.";
  if (result.interrupted !== undefined)
    return `Somebody stopped it in epoch ${result.interrupted.epoch}, after step ${whole(result.interrupted.step)}.`;
  if (result.damaged !== undefined)
    return `It failed in epoch ${result.damaged.epoch}, step ${whole(result.damaged.step)}: a number was no longer finite.`;
  if (result.spent !== undefined)
    return `Its budget was spent: it ended in epoch ${result.spent.epoch}, after step ${whole(result.spent.step)}.`;
  if (result.stopped !== undefined) return `It stopped after epoch ${result.stopped}, for want of a better result.`;
  return epochs.length === 1 ? "It went through its one epoch." : `It went through all ${whole(epochs.length)} epochs.`;
}

type Fact = readonly [name: string, value: string];

/** All facts about a run, in rows. */
export function factsOf(run: Run): readonly Fact[] {
  const { examplesOf: counts, program } = run;
  const facts: readonly (readonly [string, string | undefined])[] = [
    ["program", run.file],
    ["model", run.model],
    ["data", run.dataset],
    ["training examples", whole(counts.train)],
    ["validation examples", whole(counts.validation)],
    ["test examples", whole(counts.test)],
    ["batch", whole(run.batch)],
    ["seed", String(run.seed)],
    ["epochs asked for", whole(run.wanted)],
    ["parameters", whole(run.parameters)],
    [
      "target",
      `${run.target}${run.variant === undefined ? "" : `, ${run.variant}`}${run.strictMath ? ", strict math" : ""}`,
    ],
    ["threads", whole(run.threads)],
    ["memory", program?.peakBytes === undefined ? undefined : `${(program.peakBytes / 2 ** 20).toFixed(1)} MiB`],
    ["time of training", duration(trainingSeconds(run))],
    ["started (UTC)", run.started === undefined ? undefined : date(run.started)],
    ["ended (UTC)", run.ended === undefined ? undefined : date(run.ended)],
    ["nnc", program?.version],
    ["Node", run.node],
    ["system", run.system],
  ];
  const options = (program?.options ?? []).map(([name, value]): Fact => [`option ${name}`, value]);
  return [
    ...facts.flatMap(([name, value]): readonly Fact[] => (value === undefined ? [] : [[name, value]])),
    ...options,
  ];
}

function configurationPart(run: Run): Html {
  const { program } = run;
  return html`<section aria-labelledby="configuration"><h2 id="configuration">Configuration</h2>
<div class="wide"><table class="facts"><tbody>${factsOf(run).map(([name, value]) => html`<tr><th scope="row">${name}</th><td>${value}</td></tr>`)}</tbody></table></div>
${(program?.files ?? []).map(({ name, text }) => html`<h3>${name}</h3><pre tabindex="0" aria-label="${name}"><code>${text}</code></pre>`)}
${program === undefined ? html`<p class="soft">The log has no program.json, so the source and the network are not known here; nnc train --log writes it.</p>` : ""}</section>`;
}

function networkPart({ program }: Run): Html {
  if (program === undefined) return html``;
  return html`<section aria-labelledby="network"><h2 id="network">Network</h2>
${program.network === undefined ? html`<p class="soft">The log has no picture of the network; the table lists its layers.</p>` : html`<div class="network">${reportPicture(program.network)}</div>`}
<details><summary>The layers as a table</summary>${layerTable(program.layers)}</details></section>`;
}

/** The content of a report. */
export function reportContent(run: Run, paint: Paint, live = false): Html {
  return html`<header><h1>${run.model} <span class="soft">on ${run.dataset}</span></h1>
<p class="soft" role="status">${endingOf(run, live)}</p>${tiles(run)}</header>
${curvesPart(run)}
${run.examples === undefined ? "" : answersPart(run.examples, paint)}
${networkPart(run)}
${run.profile === undefined ? "" : timePart(run.profile)}
${configurationPart(run)}`;
}

/** The report as a file. */
export const reportPage = (run: Run, paint: Paint): string =>
  page(`${run.model} on ${run.dataset}`, reportContent(run, paint));
