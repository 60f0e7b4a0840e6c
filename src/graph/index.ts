// Pictures of networks, from plain data: SVG, a page that folds, Graphviz's language.

import type { Html } from "../base/html.ts";
import type { Columns } from "./columns.ts";
import { dotOf } from "./dot.ts";
import type { Network } from "./network.ts";
import { networkPage } from "./page.ts";
import { svgOf } from "./svg.ts";
import { treeOf } from "./tree.ts";
import { defaultFolds, type Folds, unfolded } from "./view.ts";

export type { Columns } from "./columns.ts";
export { families, type Network, type NetworkBlock, type NetworkNode, nodeKinds } from "./network.ts";
export { darkPicture } from "./page.ts";

/** How far blocks are open: to a depth, or all, with each of those that are alike. By default as far as there is room. */
export type Opening = { readonly depth?: number } | "all";

/** The forms of a picture. */
export interface Pictures {
  svg(): string;
  html(): string;
  dot(): string;
}

/** Returns the picture as a part of a report, which shows it in columns and folds nothing. */
export function reportPicture(network: Network): Html {
  const trees = treeOf(network);
  return svgOf(network, trees, defaultFolds(trees), { use: "report", columns: "some" });
}

/** Returns the pictures of a network. An SVG has as many columns as a page has room for, a page has one. */
export function picturesOf(network: Network, opening: Opening = {}, columns: Columns = "some"): Pictures {
  const trees = treeOf(network);
  const folds: Folds = opening === "all" ? unfolded(trees) : defaultFolds(trees, opening.depth);
  return {
    svg: () => svgOf(network, trees, folds, { use: "file", columns }).text,
    html: () => networkPage(network, trees, folds),
    dot: () => dotOf(network, trees, folds),
  };
}
