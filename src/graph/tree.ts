// The blocks of a network as a tree, with equal blocks that follow each other as one stack. Very long rows of layers without blocks
// are divided into parts, so that a picture of any network has few boxes at once.

import type { Network, NetworkBlock, NetworkNode } from "./network.ts";

export interface Leaf {
  readonly kind: "leaf";
  readonly node: NetworkNode;
  readonly from: number;
  readonly to: number;
}
/** Nodes `from` to before `to`. */
export interface Branch {
  /** `part`: some of many layers that stand in a row. */
  readonly kind: "block" | "turn" | "part";
  readonly id: string;
  readonly name: string;
  readonly text: string;
  readonly children: readonly Tree[];
  readonly from: number;
  readonly to: number;
}
/** Equal branches, each of which reads the one before. */
export interface Stack {
  readonly kind: "stack";
  readonly id: string;
  readonly items: readonly Branch[];
  readonly from: number;
  readonly to: number;
}
export type Tree = Leaf | Branch | Stack;

/** The most children of a branch. */
const mostChildren = 120;

const leaf = (node: NetworkNode): Leaf => ({ kind: "leaf", node, from: node.id, to: node.id + 1 });

/** A block while its children are found. */
interface Open {
  readonly block: NetworkBlock;
  readonly id: string;
  readonly children: Tree[];
}

/** Reads the nodes and blocks in order: a block begins before its first node and ends after its last. */
function nested({ nodes, blocks }: Network): readonly Tree[] {
  const top: Tree[] = [];
  const open: Open[] = [];
  let next = 0;
  const close = (at: number): void => {
    for (let last = open.at(-1); last !== undefined && last.block.to <= at; last = open.at(-1)) {
      open.pop();
      (open.at(-1)?.children ?? top).push(branchOf(last));
    }
  };
  for (const node of nodes) {
    close(node.id);
    for (let block = blocks[next]; block !== undefined && block.from <= node.id; block = blocks[next]) {
      const within = open.at(-1)?.block.to ?? nodes.length;
      if (block.from === node.id && block.to > node.id && block.to <= within)
        open.push({ block, id: `b${next}`, children: [] });
      next++;
    }
    (open.at(-1)?.children ?? top).push(leaf(node));
  }
  close(nodes.length);
  return top;
}

/** A turn that is one block is that block. */
function branchOf({ block, id, children }: Open): Branch {
  const { kind, name, text, from, to } = block;
  const [only] = children;
  if (kind === "turn" && children.length === 1 && only?.kind === "block") return only;
  return { kind, id, name, text, children, from, to };
}

/** Returns a text that two branches share if they are drawn alike: operators, options, shapes, sizes and connections. */
function signature({ nodes }: Network, { from, to, children }: Branch): string {
  const outside = new Map<number, number>();
  const lines = nodes.slice(from, to).map((node) => {
    const reads = node.from.map((at) => {
      if (at >= from) return at - from;
      const known = outside.get(at) ?? outside.size;
      outside.set(at, known);
      return `o${known}`;
    });
    return [node.kind, node.name, node.detail, node.shape, node.parameters, node.shares === undefined, reads];
  });
  return JSON.stringify([lines, formOf(children, from)]);
}

/** Where the branches in these trees lie, and what they are. */
const formOf = (trees: readonly Tree[], start: number): readonly unknown[] =>
  trees.flatMap((tree) => {
    if (tree.kind === "leaf") return [];
    const inner = tree.kind === "stack" ? tree.items : tree.children;
    return [[tree.from - start, tree.to - start, tree.kind === "stack" ? "" : tree.text, formOf(inner, start)]];
  });

const outsideOf = ({ nodes }: Network, { from, to }: Branch): readonly number[] => [
  ...new Set(nodes.slice(from, to).flatMap((node) => node.from.filter((at) => at < from))),
];

/** Who reads each node: the last of its readers. */
type LastReaders = readonly number[];

/**
 * Tells how the second branch reads the first: each of its inputs is a value of the first, by its place there, or an input of both.
 * Undefined if it does otherwise, or if anything else reads the first.
 */
function linkOf(network: Network, readers: LastReaders, first: Branch, second: Branch): string | undefined {
  const [before, after] = [outsideOf(network, first), outsideOf(network, second)];
  if (second.from !== first.to || before.length !== after.length) return undefined;
  for (let at = first.from; at < first.to; at++) if ((readers[at] ?? 0) >= second.to) return undefined;
  if (!after.some((at) => at >= first.from)) return undefined;
  if (!after.every((at, i) => at >= first.from || at === before[i])) return undefined;
  return after.map((at) => (at >= first.from ? at - first.from : "")).join(" ");
}

/** The last node that reads each node. */
function lastReaders({ nodes }: Network): LastReaders {
  const readers = nodes.map(() => -1);
  for (const node of nodes) for (const at of node.from) readers[at] = node.id;
  return readers;
}

/** Puts equal neighbours into stacks. */
function stacked(network: Network, readers: LastReaders, trees: readonly Tree[]): readonly Tree[] {
  const found: Tree[] = [];
  for (let i = 0; i < trees.length; i++) {
    const tree = trees[i] as Tree;
    if (tree.kind === "leaf" || tree.kind === "stack") {
      found.push(tree);
      continue;
    }
    const items = [{ ...tree, children: stacked(network, readers, tree.children) }];
    const own = signature(network, tree);
    let link: string | undefined;
    for (
      let next = trees[i + 1];
      next !== undefined && next.kind !== "leaf" && next.kind !== "stack";
      next = trees[i + 1]
    ) {
      const last = items.at(-1) as Branch;
      const linked = linkOf(network, readers, last, next);
      if (linked === undefined || linked !== (link ?? linked) || signature(network, next) !== own) break;
      link = linked;
      items.push({ ...next, children: stacked(network, readers, next.children) });
      i++;
    }
    const [first] = items as [Branch, ...Branch[]];
    const last = items.at(-1) as Branch;
    found.push(
      items.length === 1 ? first : { kind: "stack", id: `s${first.id}`, items, from: first.from, to: last.to },
    );
  }
  return found;
}

/** Divides the children of a branch that has very many. */
function divided(trees: readonly Tree[], prefix: string): readonly Tree[] {
  const inner = trees.map((tree): Tree => {
    if (tree.kind === "leaf") return tree;
    if (tree.kind === "stack")
      return { ...tree, items: tree.items.map((item) => ({ ...item, children: divided(item.children, item.id) })) };
    return { ...tree, children: divided(tree.children, tree.id) };
  });
  if (inner.length <= mostChildren) return inner;
  const size = Math.max(Math.ceil(inner.length / mostChildren), 20);
  const parts: Tree[] = [];
  for (let at = 0; at < inner.length; at += size) {
    const children = inner.slice(at, at + size);
    const [from, to] = [children[0]?.from ?? 0, children.at(-1)?.to ?? 0];
    const text = `${at + 1} to ${at + children.length} of ${inner.length}`;
    parts.push({ kind: "part", id: `${prefix}p${at}`, name: `steps ${text}`, text, children, from, to });
  }
  return divided(parts, `${prefix}q`);
}

/** Returns the network as a tree. */
export const treeOf = (network: Network): readonly Tree[] =>
  divided(stacked(network, lastReaders(network), nested(network)), "");
