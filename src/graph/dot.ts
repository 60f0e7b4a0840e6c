// A network in the language of Graphviz, each block as a cluster.

import { boxOf, headOf, sumsOf } from "./boxes.ts";
import type { Network } from "./network.ts";
import { colours } from "./svg.ts";
import type { Tree } from "./tree.ts";
import { type Folds, type Item, itemsOf, linksOf } from "./view.ts";

/** A text between quotes: a backslash and a quote would end it or mean something else. */
const quoted = (text: string): string =>
  `"${text
    .replace(/[\p{Cc}\u2028\u2029]/gu, " ")
    .replace(/\\/g, "\\\\")
    .replace(/"/g, '\\"')}"`;

/** Several lines, each in the middle. */
const lines = (texts: readonly string[]): string => `"${texts.map((text) => quoted(text).slice(1, -1)).join("\\n")}"`;

function itemText(network: Network, item: Item, indent: string): readonly string[] {
  const sums = sumsOf(network.nodes, item.from, item.to);
  if (item.isOpen && item.branch !== undefined) {
    const { name, more } = headOf(item.branch, item.times, sums);
    const title = [item.times > 1 ? `${name} × ${item.times}` : name, more].filter((text) => text !== "").join(" · ");
    const inner = item.inside.flatMap((one) => itemText(network, one, `${indent}  `));
    return [
      `${indent}subgraph ${quoted(`cluster_${item.key}`)} {`,
      `${indent}  label=${quoted(title)}; style="rounded"; color="#aab2bd"; labeljust="l";`,
      ...inner,
      `${indent}}`,
    ];
  }
  const box = boxOf(item, sums);
  const { fill, stroke } = colours[box.colour]?.light ?? { fill: "#fff", stroke: "#000" };
  const style = `filled,rounded${box.dashed ? ",dashed" : ""}`;
  const label = lines(box.lines.map(({ text }) => text));
  return [`${indent}${quoted(item.key)} [label=${label}, fillcolor="${fill}", color="${stroke}", style="${style}"];`];
}

/** Finds the box that a node is seen in. */
function seenAs(items: readonly Item[], id: number): string | undefined {
  const item = items.find(({ from, to }) => from <= id && id < to);
  if (item === undefined) return undefined;
  return item.isOpen ? (seenAs(item.inside, id) ?? item.key) : item.key;
}

/** Returns the network as it is seen with these folds. */
export function dotOf(network: Network, trees: readonly Tree[], folds: Folds): string {
  const items = itemsOf(trees, folds);
  const edges = new Map<string, string>();
  for (const { from, to } of linksOf(network, trees, folds)) {
    const [source, target] = [seenAs(items, from), seenAs(items, to)];
    if (source === undefined || target === undefined || source === target) continue;
    edges.set(
      `${source} ${target}`,
      `  ${quoted(source)} -> ${quoted(target)} [label=${quoted(network.nodes[from]?.shape ?? "")}];`,
    );
  }
  return `${[
    "// Made by nnc graph.",
    `digraph ${quoted(network.model)} {`,
    `  label=${quoted(network.model)}; labelloc="t"; fontname="Helvetica";`,
    '  node [shape=box, fontname="Helvetica", fontsize=11]; edge [fontname="Helvetica", fontsize=9];',
    ...items.flatMap((item) => itemText(network, item, "  ")),
    ...edges.values(),
    "}",
  ].join("\n")}\n`;
}
