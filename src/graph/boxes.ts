// What a box of a picture says, and how large it is.

import type { NetworkNode } from "./network.ts";
import { bytesShort, fitted, short, twoLines, widthOf } from "./text.ts";
import type { Branch } from "./tree.ts";
import type { Item } from "./view.ts";

export interface BoxLine {
  readonly text: string;
  readonly size: number;
  readonly look: "name" | "detail" | "soft";
}
export interface Box {
  readonly width: number;
  readonly height: number;
  readonly lines: readonly BoxLine[];
  /** The name of its colours. */
  readonly colour: string;
  /** Round ends, for what comes in and goes out; a small box with a sign; any other layer; a folded block. */
  readonly form: "round" | "sign" | "plain" | "folded";
  readonly dashed: boolean;
  /** The full text, for who points at it. */
  readonly title: string;
}

const sizes = { name: 12.5, detail: 11, soft: 10.5 } as const;
const lineHeights = { name: 16, detail: 14, soft: 13.5 } as const;
const mostWidth = 215;
const leastWidth = 84;

const line = (text: string, look: BoxLine["look"]): BoxLine => ({
  text: fitted(text, sizes[look], mostWidth, look === "name"),
  size: sizes[look],
  look,
});

const widthOfLine = ({ text, size, look }: BoxLine): number => widthOf(text, size, look === "name");

export const heightOfLine = ({ look }: BoxLine): number => lineHeights[look];

/** Returns `1.2 k parameters · 4.7 kB`; nothing for none. */
function weightsText(parameters: number, bytes: number): string {
  if (parameters === 0) return "";
  return `${short(parameters)} parameter${parameters === 1 ? "" : "s"} · ${bytesShort(bytes)}`;
}

function boxed(
  lines: readonly BoxLine[],
  look: Pick<Box, "colour" | "title"> & Partial<Pick<Box, "form" | "dashed">>,
): Box {
  const { form = "plain", dashed = false } = look;
  const inner = Math.max(...lines.map(widthOfLine));
  const least = form === "sign" ? 34 : form === "round" ? 60 : leastWidth;
  const width = Math.ceil(Math.max(least, inner + (form === "sign" ? 16 : form === "round" ? 30 : 24)));
  const height = lines.reduce((sum, one) => sum + lineHeights[one.look], 0) + (lines.length === 1 ? 10 : 12);
  // An even width has its middle on a whole pixel.
  return { lines, width: width + (width % 2), height, ...look, form, dashed };
}

const isSign = (text: string): boolean => !/\p{L}/u.test(text);

const filled = (lines: readonly (BoxLine | undefined)[]): readonly BoxLine[] =>
  lines.filter((one) => one !== undefined);

const lineIf = (text: string, look: BoxLine["look"]): BoxLine | undefined =>
  text === "" ? undefined : line(text, look);

function flopsText(flops: number | undefined): string {
  return flops === undefined || flops === 0 ? "" : `, ${short(flops)}${short(flops).includes(" ") ? "" : " "}FLOP`;
}

function nodeBox(node: NetworkNode): Box {
  const { kind, name, detail, text, path, shape, parameters, bytes, shares, flops } = node;
  const title = `${path}: ${text}${shape === "" ? "" : `, ${shape}`}${flopsText(flops)}`;
  const weights = weightsText(parameters, bytes);
  switch (kind) {
    case "input":
    case "output":
    case "target":
      return boxed([line(name, "name")], { colour: kind, form: "round", dashed: kind === "target", title });
    case "weight": {
      const second = shares === undefined ? weights : "shared weights";
      const look = { colour: "weight", form: "round", dashed: shares !== undefined, title } as const;
      return boxed(filled([line(name, "name"), lineIf(second, "soft")]), look);
    }
    case "loss": {
      const trains = (node.trains ?? []).map(({ optimizer, weights: of }) => `${optimizer} trains ${of}`);
      const steps = (node.trains ?? []).map(({ optimizer, weights: of }) => {
        const whole = `${optimizer.replace("()", "")} trains ${of}`;
        return widthOf(whole, sizes.soft) <= mostWidth ? whole : `${optimizer.split("(")[0]} trains ${of}`;
      });
      const formula = twoLines(detail, sizes.detail, mostWidth).map((one) => line(one, "detail"));
      return boxed(
        [line(name === "loss" ? "loss" : `step ${name}`, "name"), ...formula, ...steps.map((one) => line(one, "soft"))],
        {
          colour: "loss",
          title: [title, ...trains].join("\n"),
        },
      );
    }
    case "layer": {
      if (isSign(name)) return boxed([line(name, "name")], { colour: node.family, form: "sign", title });
      const details = detail === "" ? [] : twoLines(detail, sizes.detail, mostWidth).map((one) => line(one, "detail"));
      const last = shares === undefined ? weights : "shared weights";
      const lines = filled([line(name, "name"), ...details, lineIf(last, "soft")]);
      return boxed(lines, { colour: node.family, dashed: shares !== undefined, title });
    }
  }
}

/** The sums over the nodes that an item stands for. */
export interface Sums {
  readonly parameters: number;
  readonly bytes: number;
  readonly layers: number;
  /** Whether all of its weights belong to nodes before it. */
  readonly shared: boolean;
}

/** Returns the sums over the nodes from the first to before the last. */
export function sumsOf(nodes: readonly NetworkNode[], from: number, to: number): Sums {
  const own = nodes.slice(from, to);
  const sharing = own.filter(({ shares }) => shares !== undefined);
  return {
    parameters: own.reduce((sum, { parameters }) => sum + parameters, 0),
    bytes: own.reduce((sum, { bytes }) => sum + bytes, 0),
    layers: own.length,
    shared: sharing.length > 0 && sharing.every(({ shares = 0 }) => shares < from),
  };
}

/** Returns the options of `Residual(64)`; nothing if they are names of the block around. */
function argumentsIn({ kind, text }: Branch): string {
  const given = kind === "block" ? (/^[^(]*\((.*)\)$/.exec(text)?.[1] ?? "") : "";
  const values = given.replace(/\w+:|\b(?:true|false|none|same|valid)\b/g, "");
  return /\p{L}/u.test(values) ? "" : given;
}

/** What the title of an open block says. */
export function headOf(branch: Branch, times: number, sums: Sums): { readonly name: string; readonly more: string } {
  const weights = sums.shared ? "shared weights" : weightsText(sums.parameters, sums.bytes);
  const more = [argumentsIn(branch), weights].filter((one) => one !== "").join(" · ");
  return { name: times > 1 && branch.kind === "turn" ? "repeat" : branch.name, more };
}

/** Returns the box of a layer or of a folded block. */
export function boxOf(item: Item, sums: Sums): Box {
  const { node, branch, times } = item;
  if (node !== undefined || branch === undefined) return nodeBox(node as NetworkNode);
  const { name, more } = headOf(branch, times, sums);
  const [given, weights] = [
    argumentsIn(branch),
    sums.shared ? "shared weights" : weightsText(sums.parameters, sums.bytes),
  ];
  const details = given === "" ? `${short(sums.layers / times)} layers` : given;
  const title = `${branch.text}${times > 1 ? `, ${times} times` : ""}${more === "" ? "" : `: ${more}`}`;
  const head = line(times > 1 ? `${name}  × ${times}` : name, "name");
  const lines = filled([head, lineIf(details, "detail"), lineIf(weights, "soft")]);
  return boxed(lines, { colour: "block", form: "folded", title, dashed: sums.shared });
}
