// The look of a report, on a phone and on a wide page, in light and in dark. It asks the network for nothing.

import { Html } from "../base/html.ts";
import { darkPicture } from "../graph/index.ts";

const light =
  "--back:#fff;--ink:#1c2128;--soft:#5a6370;--line:#d5dae1;--card:#f5f6f8;--heat:#2563b0;--good:#1e7a45;--bad:#b3361b;--on-heat:#fff;--c0:#2563b0;--c1:#c2530a;--c2:#1e7a45;--c3:#8a3ea8;--c4:#9a6a00;--c5:#b3361b;--c6:#0d7a86;--c7:#5a6370";
const dark =
  "--back:#14171c;--ink:#e7eaef;--soft:#a0a9b6;--line:#333a45;--card:#1c2128;--heat:#6aa8ff;--good:#6fd195;--bad:#ff8a6b;--on-heat:#10141a;--c0:#6aa8ff;--c1:#ffa05c;--c2:#6fd195;--c3:#d597f0;--c4:#e6bd55;--c5:#ff8a6b;--c6:#5fd0dc;--c7:#a0a9b6";

const dashes = ["none", "6 4", "2 3", "8 3 2 3", "12 4", "4 2", "1 3", "10 2 2 2"];
const looks = dashes
  .map(
    (dash, i) =>
      `.curve.look${i}{stroke:var(--c${i});stroke-dasharray:${dash}}.dot.look${i},.point.look${i}{fill:var(--c${i})}`,
  )
  .join("\n");

/** The style sheet. */
export const style = new Html(`:root{color-scheme:light dark;${light}}
@media(prefers-color-scheme:dark){:root{${dark}}}
*{box-sizing:border-box}
body{margin:0;background:var(--back);color:var(--ink);font:16px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
main{max-width:76rem;margin:0 auto;padding:1.25rem 1rem 3rem}
h1{font-size:1.6rem;line-height:1.2;margin:0 0 .3rem}
h2{font-size:1.2rem;margin:2.4rem 0 .6rem;padding-top:.6rem;border-top:1px solid var(--line)}
h3{font-size:1rem;margin:1.2rem 0 .4rem}
p{margin:.4rem 0;max-width:46rem}
.soft,figcaption span{color:var(--soft)}
.tiles{display:flex;flex-wrap:wrap;gap:.6rem;margin:1rem 0 0;padding:0;list-style:none}
.tiles li{background:var(--card);border-radius:8px;padding:.5rem .9rem;min-width:7rem}
.tiles b{display:block;font-size:1.3rem;font-variant-numeric:tabular-nums}
.charts{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,20rem),1fr));gap:1.2rem}
figure{margin:0;min-width:0}
figure>svg{display:block;width:100%;max-width:34rem;height:auto;margin-top:.3rem}
figure svg text{fill:var(--soft);font:12px system-ui,sans-serif;font-variant-numeric:tabular-nums}
.grid{stroke:var(--line);stroke-width:1}
.mark{stroke:var(--soft);stroke-width:1;stroke-dasharray:2 3}
.curve{fill:none;stroke-width:2;stroke-linejoin:round}
.point{opacity:.65}
${looks}
.legend{display:flex;flex-wrap:wrap;gap:.2rem 1rem;list-style:none;margin:.2rem 0 0;padding:0;font-size:.9rem}
.legend svg{width:28px;height:8px;margin-right:.4rem;vertical-align:middle}
.wide,.network{overflow-x:auto}
table{border-collapse:collapse;font-size:.92rem;font-variant-numeric:tabular-nums;overflow-wrap:normal}
th,td{padding:.25rem .6rem;border-bottom:1px solid var(--line);text-align:left;vertical-align:top}
th{font-weight:600}
.n{text-align:right}
.facts th{white-space:nowrap;padding-left:0}
.facts td{overflow-wrap:anywhere}
.matrix td,.matrix thead th{text-align:center;min-width:2.1rem;padding:.3rem .35rem;border:1px solid var(--back)}
@media(max-width:32rem){.matrix{font-size:.75rem}.matrix td,.matrix thead th{min-width:1.5rem;padding:.25rem .1rem}.matrix tbody th{padding:.25rem .3rem .25rem 0}}
.matrix tbody th{max-width:10rem;text-align:right}
.matrix td.none{color:var(--soft)}
.matrix .rate{padding-left:.6rem;text-align:right;white-space:nowrap;color:var(--soft)}
.examples{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,10rem),1fr));gap:.9rem;padding:0;margin:.6rem 0;list-style:none}
.examples.long{grid-template-columns:repeat(auto-fill,minmax(min(100%,16rem),1fr))}
.examples li{background:var(--card);border-radius:8px;padding:.7rem;font-size:.92rem;min-width:0}
.examples img{display:block;width:100%;max-width:11rem;height:auto;image-rendering:pixelated;border-radius:4px;background:#000;margin-bottom:.5rem}
.examples blockquote{margin:0 0 .5rem;font-style:normal}
.examples p{margin:.1rem 0}
.examples .name{font-size:.85rem;margin:-.35rem 0 .5rem}
.examples .said{color:var(--bad)}
.examples .right{color:var(--good)}
.examples table{font-size:.85rem;margin-bottom:.5rem;overflow-wrap:anywhere}
.examples th,.examples td{padding:.05rem .6rem .05rem 0;border:0;font-weight:400}
.times{width:100%;max-width:56rem}
.times th{font-weight:400;max-width:22rem;padding-left:0}
.times .n{white-space:nowrap}
.bars{min-width:8rem;width:40%;white-space:nowrap;font-size:0;vertical-align:middle}
@media(max-width:32rem){.times{font-size:.8rem}.times th{max-width:9rem}.times .bars{min-width:3rem;width:22%}.times td{padding:.25rem .2rem}}
.bars span{display:inline-block;height:.8rem;background:var(--c0)}
.bars .hind{background:var(--c1)}
pre{background:var(--card);border-radius:8px;padding:.8rem;overflow-x:auto;font:13px/1.45 ui-monospace,monospace;overflow-wrap:normal;tab-size:2}
summary{cursor:pointer;color:var(--soft);margin:.6rem 0}
.network svg{display:block;max-width:none;height:auto}
@media screen and (prefers-color-scheme:dark){${darkPicture.text}}
@media print{.network,.wide{overflow:visible}}`);
