// A placed network as SVG. Colours are attributes, so that any program shows the picture; a page may give other ones by the classes, as
// in the dark. Texts are escaped by `html`.

import { type Html, html } from "../base/html.ts";
import { type Box, type BoxLine, heightOfLine } from "./boxes.ts";
import { type Columns, inColumns } from "./columns.ts";
import { type Family, families, type Network } from "./network.ts";
import {
  headHeight,
  labelSize,
  type Placed,
  type PlacedBox,
  type PlacedFrame,
  type PlacedLine,
  stackStep,
} from "./plane.ts";
import { bytesShort, short, widthOf } from "./text.ts";
import type { Tree } from "./tree.ts";
import { type Folds, itemsOf, linksOf } from "./view.ts";

interface Colour {
  readonly fill: string;
  readonly stroke: string;
}

/** The colours of boxes, on white and on black. */
export const colours: Readonly<Record<string, { readonly light: Colour; readonly dark: Colour }>> = {
  convolution: { light: { fill: "#dbe9fb", stroke: "#3b78c3" }, dark: { fill: "#1d3350", stroke: "#6fa8ec" } },
  dense: { light: { fill: "#e6dff8", stroke: "#7a55c0" }, dark: { fill: "#33284f", stroke: "#a98bea" } },
  recurrent: { light: { fill: "#fde3cf", stroke: "#c8691c" }, dark: { fill: "#4a2d14", stroke: "#eb9a55" } },
  attention: { light: { fill: "#fbdbe5", stroke: "#c0385f" }, dark: { fill: "#4b1c2b", stroke: "#ef7f9f" } },
  normalization: { light: { fill: "#e3f1d9", stroke: "#5f9237" }, dark: { fill: "#26391a", stroke: "#94c96b" } },
  activation: { light: { fill: "#fdf1c8", stroke: "#b58a10" }, dark: { fill: "#40340f", stroke: "#dcb544" } },
  pooling: { light: { fill: "#d5efec", stroke: "#23877c" }, dark: { fill: "#123b37", stroke: "#5fc3b8" } },
  shape: { light: { fill: "#ececec", stroke: "#7d7d7d" }, dark: { fill: "#2e2e2e", stroke: "#a5a5a5" } },
  merging: { light: { fill: "#ffffff", stroke: "#4b4b4b" }, dark: { fill: "#1c2128", stroke: "#c4c4c4" } },
  regularization: { light: { fill: "#f3e7da", stroke: "#94714a" }, dark: { fill: "#3a2d20", stroke: "#c9a67e" } },
  preprocessing: { light: { fill: "#e4ebf2", stroke: "#64788d" }, dark: { fill: "#26313c", stroke: "#9db2c7" } },
  other: { light: { fill: "#f6f6f6", stroke: "#808080" }, dark: { fill: "#262b33", stroke: "#9a9a9a" } },
  input: { light: { fill: "#ffffff", stroke: "#1c2128" }, dark: { fill: "#14171c", stroke: "#e7eaef" } },
  output: { light: { fill: "#ffffff", stroke: "#1c2128" }, dark: { fill: "#14171c", stroke: "#e7eaef" } },
  target: { light: { fill: "#ffffff", stroke: "#1c2128" }, dark: { fill: "#14171c", stroke: "#e7eaef" } },
  weight: { light: { fill: "#f1edfb", stroke: "#7a55c0" }, dark: { fill: "#2a2340", stroke: "#a98bea" } },
  loss: { light: { fill: "#fde2de", stroke: "#b8402e" }, dark: { fill: "#4c1f18", stroke: "#f0806f" } },
  block: { light: { fill: "#f5f6f8", stroke: "#5a6370" }, dark: { fill: "#222831", stroke: "#a0a9b6" } },
};

const ink = {
  name: "#1c2128",
  detail: "#1c2128",
  soft: "#5a6370",
  line: "#5a6370",
  frame: "#aab2bd",
  head: "#edeff2",
  inside: "#fbfcfd",
} as const;
const font = "Helvetica, Arial, 'Liberation Sans', sans-serif";

const lightOf = (name: string): Colour => (colours[name] ?? colours.other)?.light ?? { fill: "#fff", stroke: "#000" };

const lineText = ({ text, size, look }: BoxLine, x: number, y: number): Html =>
  html`<text class="t-${look}" x="${x}" y="${y}" text-anchor="middle" font-size="${size}" fill="${ink[look]}"${look === "name" ? bold : plain}>${text}</text>`;

const bold = html` font-weight="600"`;
const plain = html``;

/** Where the baseline of each line of a box stands. */
function baselines({ lines, height }: Box): readonly number[] {
  const all = lines.reduce((sum, line) => sum + heightOfLine(line), 0);
  let y = (height - all) / 2;
  return lines.map((line) => {
    y += heightOfLine(line);
    return y - 4;
  });
}

const rounding = { round: 13, sign: 13, plain: 4, folded: 4 } as const;

/** What a page needs to know of a place that folds. */
const foldOf = (id: string, text: string): Html =>
  html` class="fold" data-fold="${id}" tabindex="0" role="button" aria-label="${text}"`;

function boxText({ item, box, x, y }: PlacedBox, folds: boolean): Html {
  const { fill, stroke } = lightOf(box.colour);
  const rx = Math.min(rounding[box.form], box.height / 2);
  const look = html`class="b-${box.colour}" width="${box.width}" height="${box.height}" rx="${rx}" fill="${fill}" stroke="${stroke}"`;
  const copies =
    item.times > 1 ? [2, 1].map((i) => html`<rect ${look} x="${x + i * stackStep}" y="${y + i * stackStep}"/>`) : [];
  const dash = box.dashed ? html` stroke-dasharray="4 3"` : plain;
  const lines = box.lines.map((line, i) => lineText(line, x + box.width / 2, y + (baselines(box)[i] ?? 0)));
  const fold = item.branch === undefined || !folds ? plain : foldOf(item.branch.id, `unfold ${item.branch.text}`);
  const corner =
    item.branch === undefined || !folds
      ? plain
      : html`<path class="corner" d="M${x + box.width - 13},${y + 8}h7m-3.5,-3.5v7" stroke="${ink.soft}" fill="none"/>`;
  return html`<g${fold}><title>${box.title}</title>${copies}<rect ${look} x="${x}" y="${y}"${dash}/>${lines}${corner}</g>
`;
}

function frameText({ item, head, x, y, width, height }: PlacedFrame, folds: boolean): Html {
  const { branch, times, stack } = item;
  if (branch === undefined) return html``;
  const look = html`class="frame" width="${width}" height="${height}" rx="6" fill="${ink.inside}" stroke="${ink.frame}"`;
  const copies =
    times > 1 ? [2, 1].map((i) => html`<rect ${look} x="${x + i * stackStep}" y="${y + i * stackStep}"/>`) : [];
  const baseline = y + 16;
  const after = x + 12 + widthOf(head.name, 12.5, true) + 8;
  const count = stack === undefined ? "" : `× ${stack.items.length}`;
  const countWidth = count === "" ? 0 : widthOf(count, 12.5, true) + 8;
  const choice = times > 1 ? "show each" : "show one for all";
  const button = folds ? html` data-apart="${stack?.id}" tabindex="0" role="button" aria-label="${choice}"` : plain;
  const apart =
    stack === undefined
      ? plain
      : html`<g class="apart"${button}><text class="t-count" x="${after}" y="${baseline}" font-size="12.5" font-weight="600" fill="#b8402e">${count}</text></g>`;
  const dash = head.dashed ? html` stroke-dasharray="4 3"` : plain;
  return html`<g>${copies}<rect ${look} x="${x}" y="${y}"${dash}/>
<g${folds ? foldOf(branch.id, `fold ${branch.text}`) : plain}><title>${branch.text}</title><path class="head" d="M${x + 0.5},${y + headHeight}v-${headHeight - 6}q0,-5.5 5.5,-5.5h${width - 12}q5.5,0 5.5,5.5v${headHeight - 6}z" fill="${ink.head}"/>
<text class="t-name" x="${x + 12}" y="${baseline}" font-size="12.5"${bold} fill="${ink.name}">${head.name}</text>
<text class="t-soft" x="${after + countWidth}" y="${baseline}" font-size="${labelSize}" fill="${ink.soft}">${head.more}</text>
${folds ? html`<path class="corner" d="M${x + width - 17},${y + 12}h8" stroke="${ink.soft}" fill="none"/>` : plain}</g>${apart}</g>
`;
}

const fixed = (value: number): number => Math.round(value * 10) / 10;

function lineText_({ path, tip }: PlacedLine): Html {
  const d = path.map(([command, ...numbers]) => command + numbers.map(fixed).join(",")).join("");
  const tips = { down: "l-4,-7h8z", right: "l-7,-4v8z", left: "l7,-4v8z" } as const;
  const end =
    tip === undefined
      ? plain
      : html`<path class="tip" d="M${fixed(tip.x)},${fixed(tip.y)}${tips[tip.towards]}" fill="${ink.line}"/>`;
  return html`<path class="flow" d="${d}" fill="none" stroke="${ink.line}" stroke-width="1.3"/>${end}
`;
}

function placedText(one: Placed, folds: boolean): Html {
  switch (one.kind) {
    case "box":
      return boxText(one, folds);
    case "frame":
      return frameText(one, folds);
    case "line":
      return lineText_(one);
    case "label":
      return html`<text class="t-soft" x="${one.x}" y="${one.y}" font-size="${labelSize}" fill="${ink.soft}">${one.text}</text>
`;
  }
}

/** The names of the colours in the picture, each beside its colour, in rows. */
function legend(
  placed: readonly Placed[],
  width: number,
  top: number,
): { readonly text: Html; readonly height: number } {
  const used = new Set(placed.flatMap((one) => (one.kind === "box" ? [one.box.colour] : [])));
  const shown = families.filter((family: Family) => used.has(family) && family !== "other");
  let [x, y] = [0, top];
  const parts = shown.map((family) => {
    const { fill, stroke } = lightOf(family);
    const wide = widthOf(family, labelSize) + 34;
    if (x > 0 && x + wide > width) [x, y] = [0, y + 18];
    const part = html`<rect class="b-${family}" x="${margin + x}" y="${y}" width="12" height="12" rx="2" fill="${fill}" stroke="${stroke}"/><text class="t-soft" x="${margin + x + 17}" y="${y + 10}" font-size="${labelSize}" fill="${ink.soft}">${family}</text>
`;
    x += wide;
    return part;
  });
  return { text: html`${parts}`, height: shown.length === 0 ? 0 : y + 18 - top };
}

const margin = 14;

/** Returns `CharGPT · 812 k parameters · 3.2 MB · 290 MFLOP`. */
export function captionOf({ parameters, bytes, flops }: Network): string {
  const arithmetic = flops === undefined ? "" : ` · ${short(flops)}${short(flops).includes(" ") ? "" : " "}FLOP`;
  return `${short(parameters)} parameters · ${bytesShort(bytes)}${arithmetic}`;
}

/** What a picture is for: a file of its own, a page that folds it, or a part of a report. */
export interface Purpose {
  readonly use: "file" | "page" | "report";
  readonly columns: Columns;
}

/** The names of a picture for those who cannot see it. */
const spoken = ({ model, nodes }: Network): Html =>
  html`<title id="network-title">${model}</title><desc id="network-text">${nodes.length} nodes, each with lines to those that read it.</desc>`;

/** Returns the network as it is seen with these folds. */
export function svgOf(network: Network, trees: readonly Tree[], folds: Folds, { use, columns }: Purpose): Html {
  const scene = { nodes: network.nodes, links: linksOf(network, trees, folds) };
  const level = inColumns(scene, itemsOf(trees, folds), columns);
  const caption = captionOf(network);
  const inner = Math.ceil(
    Math.max(level.width, widthOf(caption, labelSize), widthOf(network.model, 15, true), leastWidth),
  );
  const [dx, dy] = [margin + Math.round((inner - level.width) / 2), margin + 46];
  const key = legend(level.placed, inner, dy + level.height + 22);
  const below = key.height === 0 ? 0 : 22 + key.height;
  const [width, height] = [inner + 2 * margin, Math.ceil(dy + level.height + below + margin)];
  const kind = use === "page" ? html`role="group"` : html`role="img"`;
  const file = use === "file" ? html` xmlns="http://www.w3.org/2000/svg" data-generator="nnc"` : plain;
  return html`<svg class="picture"${file} width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${font}" ${kind} aria-labelledby="network-title network-text">
${spoken(network)}
<rect class="paper" width="${width}" height="${height}" fill="#fff"/>
<text class="t-name" x="${margin}" y="${margin + 14}" font-size="15"${bold} fill="${ink.name}">${network.model}</text>
<text class="t-soft" x="${margin}" y="${margin + 31}" font-size="${labelSize}" fill="${ink.soft}">${caption}</text>
<g transform="translate(${dx},${dy})">
${level.placed.map((one) => placedText(one, use === "page"))}</g>
${key.text}</svg>
`;
}

/** The width that a short network's legend needs. */
const leastWidth = 240;
