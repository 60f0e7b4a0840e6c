// The layers of a network as a table.

import { type Html, html } from "../base/html.ts";
import { whole } from "./numbers.ts";
import type { Layer } from "./run.ts";

/** Returns the layers as a table. */
export const layerTable = (layers: readonly Layer[]): Html =>
  html`<div class="wide"><table><thead><tr><th scope="col">layer</th><th scope="col">as written</th><th scope="col">output</th><th scope="col" class="n">parameters</th><th scope="col" class="n">FLOPs</th></tr></thead><tbody>
${layers.map(
  ({ path, text, shape, parameters, flops }) =>
    html`<tr><th scope="row">${path}</th><td>${text.replace(/\s+/g, " ")}</td><td>${shape}</td><td class="n">${whole(parameters)}</td><td class="n">${whole(flops)}</td></tr>`,
)}</tbody></table></div>`;
