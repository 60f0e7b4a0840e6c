// Prints graphs as text, one node on each line, and parses them again. The text holds everything except spans:
//
//   slot "dense/kernel": f32[4,3] weight
//   program "predict"
//     %0: f32[?,4] = input "x" @ "model"
//     %1: f32[4,3] = param "dense/kernel" @ "dense"
//     %2: f32[?,3] = contract %0[n, k] * %1[k, u] -> [n, u] {n=?, u=3, k=4} @ "dense"
//     output "output" = %2

import type { Graph, Module, Named, Node, Op, OpGraph, OpNode, Prim, Slot, Update } from "./graph.ts";
import { parseNode, printNode, printType } from "./text/nodes.ts";
import { GraphTextError, type Scanner, scanner } from "./text/scanner.ts";

export { printNode, printType } from "./text/nodes.ts";
export { GraphTextError } from "./text/scanner.ts";

type AnyNode = Op;

export function printGraph(graph: Graph<AnyNode>): string {
  return [
    `program ${JSON.stringify(graph.name)}`,
    ...graph.nodes.map((node) => `  ${printNode(node).replaceAll("\n", "\n  ")}`),
    ...graph.outputs.map(({ name, value }) => `  output ${JSON.stringify(name)} = %${value}`),
    ...graph.updates.map(({ slot, value }) => `  update ${JSON.stringify(slot)} = %${value}`),
    "",
  ].join("\n");
}

export function printSlot({ name, type, role, within }: Slot): string {
  const place = within === undefined ? "" : ` within ${JSON.stringify(within.slot)} at ${within.offset}`;
  return `slot ${JSON.stringify(name)}: ${printType(type)} ${role}${place}`;
}

export function printModule(module: Module<AnyNode>): string {
  const slots = module.slots.map((slot) => `${printSlot(slot)}\n`).join("");
  return [...(slots === "" ? [] : [slots]), ...module.programs.map(printGraph)].join("\n");
}

const roles: readonly Slot["role"][] = ["weight", "state", "optimizer", "metric", "counter"];

function parseSlot(s: Scanner): Slot {
  const name = s.string();
  s.expect(":");
  const type = s.type();
  const word = s.word();
  const role = roles.find((known) => known === word) ?? s.fail(`'${word}' is no role of a slot`);
  if (!s.accept("within")) return { name, type, role };
  const slot = s.string();
  s.expect("at");
  return { name, type, role, within: { slot, offset: s.integer() } };
}

function namedValue(s: Scanner): Named {
  const name = s.string();
  s.expect("=");
  return { name, value: s.id() };
}

/** The lines of a text; a line whose braces stay open goes on to the one that closes them. */
function statements(text: string): readonly { readonly line: string; readonly number: number }[] {
  const found: { line: string; readonly number: number }[] = [];
  let open = 0;
  for (const [i, line] of text.split("\n").entries()) {
    const last = found.at(-1);
    if (open > 0 && last !== undefined) last.line += `\n${line}`;
    else found.push({ line, number: i + 1 });
    for (const [brace] of line.replace(/"(?:[^"\\]|\\.)*"/g, "").matchAll(/[{}]/g)) open += brace === "{" ? 1 : -1;
  }
  return found;
}

/** Parses the text of printModule. Throws a GraphTextError that names the line. */
export function parseModule(text: string): Module<AnyNode> {
  const slots: Slot[] = [];
  const programs: { name: string; nodes: OpNode[]; outputs: Named[]; updates: Update[] }[] = [];
  for (const { line, number } of statements(text)) {
    const s = scanner(line, number);
    if (s.atEnd()) continue;
    const program = programs.at(-1);
    if (s.accept("slot")) slots.push(parseSlot(s));
    else if (s.accept("program")) programs.push({ name: s.string(), nodes: [], outputs: [], updates: [] });
    else if (program === undefined) s.fail("expected 'slot' or 'program'");
    else if (s.accept("output")) program.outputs.push(namedValue(s));
    else if (s.accept("update")) {
      const { name, value } = namedValue(s);
      program.updates.push({ slot: name, value });
    } else program.nodes.push(parseNode(s));
    if (!s.atEnd()) s.fail("expected the end of the line");
  }
  return { slots, programs };
}

/** Parses the text of printGraph: exactly one program. Throws a GraphTextError that names the line. */
export function parseGraph(text: string): OpGraph {
  const { slots, programs } = parseModule(text);
  const [graph, ...more] = programs;
  if (graph === undefined || more.length > 0 || slots.length > 0)
    throw new GraphTextError(1, "expected one program and no slots");
  return graph;
}

const isPrim = (node: OpNode): node is Node<Prim> => node.kind !== "call" && node.kind !== "gradient";

/** The graph as one of primitives alone; undefined if it holds calls or gradients. */
export function asPrimGraph(graph: OpGraph): Graph<Prim> | undefined {
  const nodes = graph.nodes.filter(isPrim);
  return nodes.length === graph.nodes.length ? { ...graph, nodes } : undefined;
}
