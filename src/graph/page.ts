// A page with a network: its blocks fold and unfold by a click or a key. It asks the network for nothing, and works on a phone, in light
// and in dark.

import { Html, html } from "../base/html.ts";
import type { Family, Network } from "./network.ts";
import { colours, svgOf } from "./svg.ts";
import type { Tree } from "./tree.ts";
import type { Folds } from "./view.ts";
import { viewerHash, viewerScript } from "./viewer.generated.ts";
import type { ShownNetwork } from "./viewer.ts";

const darkBoxes = Object.entries(colours)
  .map(([name, { dark }]) => `.picture .b-${name as Family}{fill:${dark.fill};stroke:${dark.stroke}}`)
  .join("\n");

/** The style of pictures in the dark, for any page that shows one. */
export const darkPicture = new Html(`.picture .paper{fill:none}
.picture .t-name,.picture .t-detail{fill:#e7eaef}
.picture .t-soft{fill:#a0a9b6}
.picture .t-count{fill:#ff8a6b}
.picture .flow{stroke:#a0a9b6}
.picture .tip{fill:#a0a9b6}
.picture .frame{fill:#181c22;stroke:#4a5361}
.picture .head{fill:#262c35}
.picture .corner{stroke:#a0a9b6}
${darkBoxes}`);

const style = new Html(`:root{color-scheme:light dark}
*{box-sizing:border-box}
body{margin:0;background:#fff;color:#1c2128;font:15px/1.4 system-ui,sans-serif}
main{display:flex;flex-direction:column;align-items:center;padding:.8rem .5rem 2rem}
nav{display:flex;flex-wrap:wrap;gap:.5rem;margin:0 0 .6rem}
button{font:inherit;color:inherit;background:#f5f6f8;border:1px solid #aab2bd;border-radius:6px;padding:.3rem .7rem;cursor:pointer}
#picture{max-width:100%;overflow-x:auto}
.picture{display:block}
.picture .fold,.picture .apart{cursor:pointer}
.picture .fold:focus-visible,.picture .apart:focus-visible{outline:2px solid #2563b0}
@media(max-width:40rem){.picture{max-width:max(100%,26rem);height:auto}}
@media print{nav{display:none}#picture{overflow:visible}.picture{max-width:100%;height:auto}}
@media screen and (prefers-color-scheme:dark){body{background:#14171c;color:#e7eaef}
button{background:#262c35;border-color:#4a5361}
${darkPicture.text}}`);

const codeOf = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;

/** The data as a script element holds it: no text in it can end the element or turn the reading direction. */
function data(network: Network, { open, apart }: Folds): Html {
  const shown: ShownNetwork = { network, open: [...open], apart: [...apart] };
  return new Html(
    JSON.stringify(shown).replace(/[<\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, codeOf),
  );
}

/** Returns the page of a network, which first shows it with these folds. */
export function networkPage(network: Network, trees: readonly Tree[], folds: Folds): string {
  const policy = `default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src '${viewerHash}'`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="generator" content="nnc">
<link rel="icon" href="data:,">
<title>${network.model}</title>
<style>${style}</style>
</head>
<body>
<main>
<nav><button type="button" data-all="fold">fold all</button><button type="button" data-all="first">as at first</button><button type="button" data-all="unfold">unfold all</button></nav>
<div id="picture">${svgOf(network, trees, folds, { use: "page", columns: 1 })}</div>
</main>
<script type="application/json" id="network">${data(network, folds)}</script>
<script>${new Html(viewerScript)}</script>
</body>
</html>
`.text;
}
