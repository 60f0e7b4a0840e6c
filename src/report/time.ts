// Where the time of a training step goes, as a list of bars.

import { type Html, html } from "../base/html.ts";
import { percent, whole } from "./numbers.ts";
import type { Profile } from "./run.ts";

const mostLayers = 24;

const milliseconds = (value: number): string => `${Number(value.toPrecision(3))} ms`;

/** The part of a report about time: the layers that take most of it, the longest bar first. */
export function timePart({ samples, stepMilliseconds, waitingForData, layers }: Profile): Html {
  const timed = layers.map((layer) => ({ ...layer, both: layer.forward + layer.backward }));
  const all = timed.reduce((sum, { both }) => sum + both, 0);
  const sorted = [...timed].sort((a, b) => b.both - a.both);
  const shown = sorted.slice(0, mostLayers);
  const longest = Math.max(...shown.map(({ both }) => both));
  const width = (value: number): string => `width:${((100 * value) / Math.max(longest, 1e-12)).toFixed(1)}%`;
  const row = ({ name, forward, backward, both }: (typeof timed)[number]): Html =>
    html`<tr><th scope="row">${name}</th><td class="bars"><span class="fore" style="${width(forward)}" title="forward ${milliseconds(forward)}"></span><span class="hind" style="${width(backward)}" title="backward ${milliseconds(backward)}"></span></td><td class="n">${milliseconds(both)}</td><td class="n">${percent(both / Math.max(all, 1e-12))}</td></tr>`;
  const rest = sorted.slice(mostLayers);
  return html`<section aria-labelledby="time"><h2 id="time">Time by layer</h2>
<p class="soft">A step of ${whole(samples)} examples takes ${milliseconds(stepMilliseconds)}; ${percent(waitingForData)} of it is waiting for data. The first part of a bar is the way forward, the second the gradients and the update.</p>
<div class="wide"><table class="times"><tbody>${shown.map(row)}</tbody></table></div>
${rest.length === 0 ? "" : html`<p class="soft">${whole(rest.length)} smaller ones take ${percent(rest.reduce((sum, { both }) => sum + both, 0) / all)} together.</p>`}</section>`;
}
