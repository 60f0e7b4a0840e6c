// What a trained model says about examples it has not seen: confusion matrices, predicted beside right numbers, the worst mistakes.

import { type Content, type Html, html } from "../base/html.ts";
import { scatterChart } from "./chart.ts";
import type { Confusion, Example, Examples, Look } from "./examples.ts";
import { number, percent, whole } from "./numbers.ts";

/** Makes the address of a picture: a data URL. */
export type Paint = (picture: Extract<Look, { readonly kind: "picture" }>) => string;

/** The most classes of a matrix that is shown whole. */
const mostClasses = 30;
const mostPairs = 20;

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);

/** A cell, the darker the larger the share of its row is. */
function matrixCell(count: number, all: number, words: string): Html {
  if (count === 0) return html`<td class="none"><span title="${words}">·</span></td>`;
  const share = Math.round((100 * count) / all);
  const ink = share > 55 ? "var(--on-heat)" : "var(--ink)";
  return html`<td style="background:color-mix(in srgb,var(--heat) ${Math.max(share, 6)}%,var(--back));color:${ink}"><span title="${words}">${whole(count)}</span></td>`;
}

function matrix({ name, labels, counts }: Confusion): Html {
  return html`<p class="soft">${name}: rows are the right class, columns what the model says.</p><div class="wide"><table class="matrix">
<thead><tr><td></td>${labels.map((label) => html`<th scope="col">${label}</th>`)}<th scope="col" class="rate">found</th></tr></thead><tbody>
${counts.map((row, i) => {
  const all = sum(row);
  const label = labels[i] ?? "";
  return html`<tr><th scope="row">${label}</th>${row.map((count, j) =>
    matrixCell(count, all, `${whole(count)} of class ${label}, taken for ${labels[j] ?? ""}`),
  )}<td class="rate">${all === 0 ? "–" : percent((row[i] ?? 0) / all)}</td></tr>`;
})}</tbody></table></div>`;
}

/** The classes that are taken for each other most, where there are too many for a matrix. */
function confusedPairs({ name, labels, counts }: Confusion): Html {
  const pairs = counts
    .flatMap((row, i) =>
      row.map((count, j) => ({ count, right: labels[i] ?? "", said: labels[j] ?? "", same: i === j })),
    )
    .filter(({ count, same }) => count > 0 && !same)
    .sort((a, b) => b.count - a.count)
    .slice(0, mostPairs);
  return html`<p>${name} has ${whole(labels.length)} classes. These are confused most:</p>
<div class="wide"><table><thead><tr><th scope="col">right</th><th scope="col">the model says</th><th scope="col" class="n">times</th></tr></thead><tbody>
${pairs.map(({ count, right, said }) => html`<tr><td>${right}</td><td>${said}</td><td class="n">${whole(count)}</td></tr>`)}</tbody></table></div>`;
}

function confusionPart(confusion: Confusion): Html {
  const { counts, labels } = confusion;
  const all = sum(counts.map(sum));
  const right = sum(counts.map((row, i) => row[i] ?? 0));
  const share = all === 0 ? "" : `: ${whole(right)} of ${whole(all)} are right, ${percent(right / all)}`;
  return html`<h3>Which class it takes for which${share}</h3>${labels.length > mostClasses ? confusedPairs(confusion) : matrix(confusion)}`;
}

function look(one: Look, place: string, named: boolean, paint: Paint): Html {
  if (one.kind === "picture") {
    const picture = html`<img src="${paint(one)}" width="${one.width}" height="${one.height}" alt="${place}: ${one.name}">`;
    return named ? html`${picture}<p class="soft name">${one.name}</p>` : picture;
  }
  if (one.kind === "text") return html`<blockquote>${one.text}</blockquote>`;
  return html`<table>${one.values.map(([name, value]) => html`<tr><th scope="row">${name}</th><td class="n">${value}</td></tr>`)}</table>`;
}

function exampleCard({ place, looks, answers, loss }: Example, named: boolean, paint: Paint): Html {
  const about = (name: string): Content => (named ? html`<span class="soft">${name}: </span>` : "");
  return html`<li>${looks.map((one) => look(one, place, looks.filter(({ kind }) => kind === "picture").length > 1, paint))}
${answers.map(
  ({ name, right, said }) =>
    html`<p>${about(name)}says <b class="said">${said}</b></p><p>${about(name)}is <b class="right">${right}</b></p>`,
)}${loss === undefined ? "" : html`<p class="soft">loss ${number(loss)}</p>`}<p class="soft">${place}</p></li>`;
}

/** Returns the part of a report about single examples. */
export function answersPart(examples: Examples, paint: Paint): Html {
  const { part, count, looked, order, confusions, pairs, worst } = examples;
  const long = worst.some(({ looks }) => looks.some(({ kind }) => kind !== "picture"));
  const which = order === "margin" ? "It is surest of the first ones." : "The first ones have the largest loss.";
  const among = looked < count ? `the first ${whole(looked)} of ${whole(count)}` : whole(count);
  const named = worst.some(({ answers }) => answers.length > 1);
  return html`<section aria-labelledby="answers"><h2 id="answers">What it says about the ${part} part</h2>
${confusions.map(confusionPart)}
${pairs.length === 0 ? "" : html`<div class="charts">${pairs.map(({ name, right, said }, i) => scatterChart({ id: `pairs-${i}`, title: name, right, said }))}</div>`}
<h3>Its worst mistakes</h3>
${
  worst.length === 0
    ? html`<p>Among ${among} examples there is no mistake.</p>`
    : html`<p class="soft">Of ${among} examples. ${which}</p><ol class="${long ? "examples long" : "examples"}">${worst.map((one) => exampleCard(one, named, paint))}</ol>`
}</section>`;
}
