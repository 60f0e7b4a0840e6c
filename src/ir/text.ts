// Prints graphs as text, one node on each line, and parses them again. The text holds everything except spans:
//
//   slot "dense/kernel": f32[4,3] weight
//   program "predict"
//     %0: f32[?,4] = input "x" @ "model"
//     %1: f32[4,3] = param "dense/kernel" @ "dense"
//     %2: f32[?,3] = contract %0[n, k] * %1[k, u] -> [n, u] {n=?, u=3, k=4} @ "dense"
//     output "output" = %2

import type { Graph, Module, Named, Node, Op, OpGraph, OpNode, Prim, Slot, Update } from "./graph.ts";
import { printSize } from "./size.ts";
import { parseOperation, printOperation } from "./text/nodes.ts";
import { GraphTextError, type Scanner, scanner } from "./text/scanner.ts";
import type { TensorType } from "./types.ts";

export { GraphTextError } from "./text/scanner.ts";

type AnyNode = Op;

/** `f32[?,28,28,1]` */
export const printType = ({ dtype, shape }: TensorType): string => `${dtype}[${shape.map(printSize).join(",")}]`;

/** `%3: f32[32] = map exp %2 @ "conv2d"` */
export const printNode = (node: Node<AnyNode>): string =>
  `%${node.id}: ${[node.type, ...(node.more ?? [])].map(printType).join(", ")} = ${printOperation(node)} @ ${JSON.stringify(node.origin)}`;

export function printGraph(graph: Graph<AnyNode>): string {
  return [
    `program ${JSON.stringify(graph.name)}`,
    ...graph.nodes.map((node) => `  ${printNode(node)}`),
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

function parseNode(s: Scanner): OpNode {
  const id = s.id();
  s.expect(":");
  const type = s.type();
  const more: TensorType[] = [];
  while (s.accept(",")) more.push(s.type());
  s.expect("=");
  const operation = parseOperation(s);
  s.expect("@");
  return { ...operation, id, type, ...(more.length === 0 ? {} : { more }), origin: s.string() };
}

function namedValue(s: Scanner): Named {
  const name = s.string();
  s.expect("=");
  return { name, value: s.id() };
}

/** Parses the text of printModule. Throws a GraphTextError that names the line. */
export function parseModule(text: string): Module<AnyNode> {
  const slots: Slot[] = [];
  const programs: { name: string; nodes: OpNode[]; outputs: Named[]; updates: Update[] }[] = [];
  for (const [i, line] of text.split("\n").entries()) {
    const s = scanner(line, i + 1);
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

const isPrim = (node: OpNode): node is Node<Prim> =>
  node.kind !== "call" && node.kind !== "part" && node.kind !== "gradient";

/** The graph as one of primitives alone; undefined if it holds calls or gradients. */
export function asPrimGraph(graph: OpGraph): Graph<Prim> | undefined {
  const nodes = graph.nodes.filter(isPrim);
  return nodes.length === graph.nodes.length ? { ...graph, nodes } : undefined;
}
