// Pictures of networks, from plain data: SVG, a page that folds, Graphviz's language.

import type { Columns } from "./columns.ts";
import { dotOf } from "./dot.ts";
import type { Network } from "./network.ts";
import { networkPage } from "./page.ts";
import { svgOf } from "./svg.ts";
import { treeOf } from "./tree.ts";
import { defaultFolds, type Folds, unfolded } from "./view.ts";

export type { Columns } from "./columns.ts";
export type { Network, NetworkBlock, NetworkNode } from "./network.ts";
export { darkPicture } from "./page.ts";

/** How far blocks are open: to a depth, or all, with each of those that are alike. By default as far as there is room. */
export type Opening = { readonly depth?: number } | "all";

/** The forms of a picture. */
export interface Pictures {
  svg(): string;
  html(): string;
  dot(): string;
}

/** Returns the pictures of a network. An SVG has as many columns as a page has room for, a page has one. */
export function picturesOf(network: Network, opening: Opening = {}, columns: Columns = "some"): Pictures {
  const trees = treeOf(network);
  const folds: Folds = opening === "all" ? unfolded(trees) : defaultFolds(trees, opening.depth);
  return {
    svg: () => svgOf(network, trees, folds, columns).text,
    html: () => networkPage(network, trees, folds),
    dot: () => dotOf(network, trees, folds),
  };
}
