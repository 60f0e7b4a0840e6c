// The network as a diagram: a box for each layer from top to bottom, with its shape, and lines for what a layer reads that is not the
// one above it.

import { type Html, html } from "../base/html.ts";
import { whole } from "./numbers.ts";
import type { Layer } from "./run.ts";

const box = { width: 270, height: 40, gap: 16 };
/** The room between two lines at the side. */
const lane = 12;
/** The most lanes; further lines share the last. */
const mostLanes = 12;
/** The most layers of a diagram. */
const mostLayers = 400;

interface Skip {
  readonly from: number;
  readonly to: number;
  readonly lane: number;
}

/** Gives each line that jumps over layers a lane in which no other runs at that height. */
function skipsOf(layers: readonly Layer[]): readonly Skip[] {
  const ends: number[] = [];
  const jumps = layers
    .flatMap(({ from }, to) => from.filter((at) => at < to - 1).map((at) => ({ from: at, to })))
    .sort((a, b) => a.from - b.from || a.to - b.to);
  return jumps.map((jump) => {
    const free = ends.findIndex((end) => end <= jump.from);
    const chosen = Math.min(free < 0 ? ends.length : free, mostLanes - 1);
    ends[chosen] = Math.max(ends[chosen] ?? 0, jump.to);
    return { ...jump, lane: chosen };
  });
}

const shorten = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

function layerBox({ path, text, shape, parameters }: Layer, left: number, top: number): Html {
  const said = text.replace(/\s+/g, " ");
  const isInput = said === "input";
  const more = parameters > 0 ? `${whole(parameters)} parameters` : "";
  return html`<g><title>${path}: ${said}, ${shape}${more === "" ? "" : `, ${more}`}</title>
<rect class="${isInput ? "layer in" : "layer"}" x="${left}" y="${top}" width="${box.width}" height="${box.height}" rx="6"/>
<text class="name" x="${left + 10}" y="${top + 17}">${shorten(isInput ? path : said, 34)}</text>
<text class="shape" x="${left + 10}" y="${top + 33}">${shorten(shape, 26)}</text>
<text class="shape" x="${left + box.width - 10}" y="${top + 33}" text-anchor="end">${more}</text></g>`;
}

/** Returns the diagram; for a network without layers, or with very many, a sentence. */
export function networkDiagram(layers: readonly Layer[]): Html {
  if (layers.length > mostLayers)
    return html`<p class="soft">The network has ${whole(layers.length)} layers, too many for a diagram; the table lists them.</p>`;
  const skips = skipsOf(layers);
  const lanes = skips.reduce((most, skip) => Math.max(most, skip.lane + 1), 0);
  const left = 6 + lanes * lane + (lanes > 0 ? 8 : 0);
  const step = box.height + box.gap;
  const middle = (at: number): number => at * step + 4 + box.height / 2;
  const [width, height] = [left + box.width + 6, layers.length * step + 4];
  const below = layers.flatMap(({ from }, to) => (from.includes(to - 1) ? [to] : []));
  return html`<div class="network"><svg viewBox="0 0 ${width} ${height}" style="width:${width}px" role="img" aria-labelledby="network-title network-text">
<title id="network-title">The network</title><desc id="network-text">${layers.length} boxes from the input to the output. The table of layers says the same.</desc>
${skips.map(({ from, to, lane: at }) => {
  const x = left - 8 - at * lane;
  return html`<path class="flow" d="M${left},${middle(from) + 6}H${x}V${middle(to) - 6}H${left - 2}"/><path class="tip" d="M${left},${middle(to) - 6}l-6,-4v8z"/>`;
})}
${below.map((to) => {
  const [x, y] = [left + box.width / 2, to * step + 4];
  return html`<path class="flow" d="M${x},${y - box.gap}V${y - 4}"/><path class="tip" d="M${x},${y}l-4,-6h8z"/>`;
})}
${layers.map((layer, i) => layerBox(layer, left, i * step + 4))}</svg></div>`;
}

/** Returns the layers as a table. */
export const layerTable = (layers: readonly Layer[]): Html =>
  html`<div class="wide"><table><thead><tr><th scope="col">layer</th><th scope="col">as written</th><th scope="col">output</th><th scope="col" class="n">parameters</th><th scope="col" class="n">FLOPs</th></tr></thead><tbody>
${layers.map(
  ({ path, text, shape, parameters, flops }) =>
    html`<tr><th scope="row">${path}</th><td>${text.replace(/\s+/g, " ")}</td><td>${shape}</td><td class="n">${whole(parameters)}</td><td class="n">${whole(flops)}</td></tr>`,
)}</tbody></table></div>`;
