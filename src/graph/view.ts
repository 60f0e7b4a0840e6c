// What of a network's tree is seen: which blocks are open, and which equal ones stand side by side.

import type { Network, NetworkNode } from "./network.ts";
import type { Branch, Stack, Tree } from "./tree.ts";

/** The state of a picture. */
export interface Folds {
  /** The ids of the branches that are open. */
  readonly open: ReadonlySet<string>;
  /** The ids of the stacks whose branches are all shown. */
  readonly apart: ReadonlySet<string>;
}

/** One thing that is seen at a level: a layer, a block that is folded, or one that is open, with what it holds. */
export interface Item {
  readonly key: string;
  readonly from: number;
  readonly to: number;
  readonly node?: NetworkNode;
  readonly branch?: Branch;
  /** How often it is there, one after another. */
  readonly times: number;
  /** The stack that it stands for or comes from. */
  readonly stack?: Stack;
  readonly isOpen: boolean;
  readonly inside: readonly Item[];
}

/** Returns what is seen of some trees. */
export function itemsOf(trees: readonly Tree[], folds: Folds): readonly Item[] {
  return trees.flatMap((tree): readonly Item[] => {
    if (tree.kind === "leaf") {
      const { node, from, to } = tree;
      return [{ key: `n${node.id}`, from, to, node, times: 1, isOpen: false, inside: [] }];
    }
    if (tree.kind !== "stack") return [itemOf(tree, folds, { times: 1 })];
    const [first] = tree.items;
    if (folds.apart.has(tree.id) || first === undefined)
      return tree.items.map((branch, i) => itemOf(branch, folds, { times: 1, ...(i === 0 ? { stack: tree } : {}) }));
    return [{ ...itemOf(first, folds, { times: tree.items.length, stack: tree }), to: tree.to }];
  });
}

function itemOf(branch: Branch, folds: Folds, more: { readonly times: number; readonly stack?: Stack }): Item {
  const isOpen = folds.open.has(branch.id);
  const inside = isOpen ? itemsOf(branch.children, folds) : [];
  return { key: branch.id, from: branch.from, to: branch.to, branch, isOpen, inside, ...more };
}

/** The number of boxes that are seen. */
export const boxesIn = (items: readonly Item[]): number =>
  items.reduce((sum, { inside }) => sum + 1 + boxesIn(inside), 0);

/** All branches, each with its depth; of a stack the first, unless all are asked for. */
function branchesIn(
  trees: readonly Tree[],
  depth: number,
  all: boolean,
): readonly { readonly branch: Branch; readonly depth: number }[] {
  return trees.flatMap((tree) => {
    if (tree.kind === "leaf") return [];
    const branches = tree.kind === "stack" ? (all ? tree.items : tree.items.slice(0, 1)) : [tree];
    return branches.flatMap((branch) => [{ branch, depth }, ...branchesIn(branch.children, depth + 1, all)]);
  });
}

const stacksIn = (trees: readonly Tree[]): readonly string[] =>
  trees.flatMap((tree) => {
    if (tree.kind === "leaf") return [];
    if (tree.kind !== "stack") return stacksIn(tree.children);
    return [tree.id, ...tree.items.flatMap(({ children }) => stacksIn(children))];
  });

/** The most boxes of a picture that nobody unfolded by hand. */
export const mostBoxes = 60;
/** The most boxes of any picture: a browser lays them out in a moment. */
const mostEver = 1500;

/** Returns folds with blocks open down to a depth; none deeper than the most boxes allow. */
function openTo(trees: readonly Tree[], depth: number, most: number, wanted: (branch: Branch) => boolean): Folds {
  const apart = new Set<string>();
  let folds: Folds = { open: new Set(), apart };
  const branches = branchesIn(trees, 0, false).filter(({ branch }) => wanted(branch));
  for (let level = 0; level < depth; level++) {
    const next = branches.filter((one) => one.depth <= level).map(({ branch }) => branch.id);
    const tried: Folds = { open: new Set(next), apart };
    if (next.length === 0 || next.length === folds.open.size || boxesIn(itemsOf(trees, tried)) > most) break;
    folds = tried;
  }
  return folds;
}

/** Tells of branches in order whether one is the first of its name: a reader needs to see a block only once. */
function isFirst(): (branch: Branch) => boolean {
  const seen = new Set<string>();
  return ({ kind, name }) => {
    const key = kind === "turn" ? kind : name;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  };
}

/**
 * Opens the first use of each block, level by level, as long as there are few boxes; `depth` says instead how many levels of all
 * blocks.
 */
export const defaultFolds = (trees: readonly Tree[], depth?: number): Folds =>
  depth === undefined ? openTo(trees, 50, mostBoxes, isFirst()) : openTo(trees, depth, mostEver, () => true);

/** Opens all, and shows equal blocks one by one, unless these are too many. */
export function unfolded(trees: readonly Tree[]): Folds {
  const open = new Set(branchesIn(trees, 0, true).map(({ branch }) => branch.id));
  const folds = { open, apart: new Set(stacksIn(trees)) };
  return boxesIn(itemsOf(trees, folds)) <= mostEver ? folds : openTo(trees, 50, mostEver, () => true);
}

/** Finds the node that stands for a node in what is seen: of a stack that is together, the one of its first branch. */
export function representative(
  trees: readonly Tree[],
  folds: Folds,
): (id: number) => { readonly id: number; readonly copy: string } {
  const find = (level: readonly Tree[], id: number, copy: string): { readonly id: number; readonly copy: string } => {
    const tree = level.find(({ from, to }) => from <= id && id < to);
    if (tree === undefined || tree.kind === "leaf") return { id, copy };
    if (tree.kind !== "stack") return find(tree.children, id, copy);
    const at = tree.items.findIndex(({ from, to }) => from <= id && id < to);
    const [first, item] = [tree.items[0] as Branch, tree.items[at] as Branch];
    if (folds.apart.has(tree.id)) return find(item.children, id, copy);
    return find(first.children, id - item.from + first.from, `${copy} ${tree.id}:${at}`);
  };
  return (id) => find(trees, id, "");
}

/** A line of the picture: from a node to one that reads it. */
export interface Link {
  readonly from: number;
  readonly to: number;
}

/** Returns the lines between what is seen. */
export function linksOf(network: Network, trees: readonly Tree[], folds: Folds): readonly Link[] {
  const standIn = representative(trees, folds);
  const seen = new Map<string, Link>();
  for (const node of network.nodes) {
    const to = standIn(node.id);
    for (const at of node.from) {
      const from = standIn(at);
      // Within a stack, the line from one copy to the next is the stack itself.
      if (between(from.copy, to.copy)) continue;
      seen.set(`${from.id} ${to.id}`, { from: from.id, to: to.id });
    }
  }
  return [...seen.values()];
}

/** Whether two places lie in different copies of one stack. */
function between(a: string, b: string): boolean {
  const [left, right] = [a.split(" "), b.split(" ")];
  const stackOf = (copy: string): string => copy.slice(0, copy.lastIndexOf(":"));
  for (const [i, copy] of left.entries()) {
    const other = right[i];
    if (other === undefined || copy === "" || other === "") continue;
    if (copy !== other) return stackOf(copy) === stackOf(other);
  }
  return false;
}
