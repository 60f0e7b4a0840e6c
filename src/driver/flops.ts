// Counts the arithmetic of layers for one sample, as they are written, however a target computes them.

import { CompilerBug } from "../base/compilerBug.ts";
import type { Call, Graph, Node, Op, PrimGraph, PrimNode, Slot, ValueId } from "../ir/graph.ts";
import { extent, extents, type TensorType } from "../ir/types.ts";
import { toPrims } from "../passes/index.ts";

const multiply = (sizes: readonly number[]): number => sizes.reduce((all, size) => all * size, 1);

/** Counts the floating-point operations of a node for one sample. */
function flopsOf(node: PrimNode, typeOf: (id: ValueId) => TensorType): number {
  const shape = (id: ValueId): readonly number[] => extents(typeOf(id).shape, 1);
  const elements = multiply(extents(node.type.shape, 1));
  switch (node.kind) {
    case "contract":
      return 2 * multiply(node.loops.map((loop) => extent(loop.extent, 1)));
    case "map":
      return elements;
    case "reduce":
    case "arg_reduce":
      return multiply(shape(node.arg));
    case "window_reduce":
    case "window_scatter":
      return (
        multiply(node.window.map((axis) => axis.size)) *
        multiply(node.kind === "window_reduce" ? extents(node.type.shape, 1) : shape(node.gradient))
      );
    case "scatter_add":
      return multiply(shape(node.updates));
    case "scan": {
      const inside = typesIn(node.body);
      return node.length * node.body.nodes.reduce((sum, inner) => sum + flopsOf(inner, inside), 0);
    }
    case "gather":
    case "part":
    case "input":
    case "param":
    case "const":
    case "size":
    case "iota":
    case "random":
    case "reshape":
    case "transpose":
    case "broadcast":
    case "slice":
    case "pad":
    case "concat":
      return 0;
  }
}

const typesIn = (graph: Graph<Op>): ((id: ValueId) => TensorType) => {
  const types = new Map(graph.nodes.map(({ id, type }) => [id, type]));
  return (id) => {
    const type = types.get(id);
    if (type === undefined) throw new CompilerBug(`no value %${id}`);
    return type;
  };
};

/** Calls that compute the same of other values are counted once: the nodes of the n-th computation have the origin `n`. */
function distinctCalls(graph: Graph<Op>) {
  const typeOf = typesIn(graph);
  const numbers = new Map<string, number>();
  const nodes: Node<Op>[] = [];
  const add = (node: Op, type: TensorType, origin: string): ValueId => {
    nodes.push({ ...node, type, origin, id: nodes.length });
    return nodes.length - 1;
  };
  const outputs: { readonly name: string; readonly value: ValueId }[] = [];
  /** The number of each call's computation. */
  const numberOf = (call: Node<Call>): number => {
    const types = [...call.args, ...call.weights].map(typeOf);
    const key = JSON.stringify([call.op, call.options, types, call.args.length, call.given, call.mask]);
    const known = numbers.get(key);
    if (known !== undefined) return known;
    const number = numbers.size;
    numbers.set(key, number);
    const origin = String(number);
    const given = (id: ValueId): ValueId => add({ kind: "input", name: `value${nodes.length}` }, typeOf(id), origin);
    const { id: _, type, origin: __, span: ___, ...own } = call;
    const value = add({ ...own, args: call.args.map(given), weights: call.weights.map(given) }, type, origin);
    outputs.push({ name: origin, value });
    for (const [i, further] of (call.more ?? []).entries())
      outputs.push({
        name: `${origin} ${i + 1}`,
        value: add({ kind: "part", of: value, index: i + 1 }, further, origin),
      });
    return number;
  };
  return { numberOf, program: (): Graph<Op> => ({ name: graph.name, nodes, outputs, updates: [] }) };
}

/**
 * The floating-point operations for one sample, by the layer they come from. It looks once at layers that are alike, so its time
 * does not grow with their number.
 */
export function flopsByOrigin(graph: Graph<Op>, slots: readonly Slot[]): ReadonlyMap<string, number> {
  const typeOf = typesIn(graph);
  const calls = distinctCalls(graph);
  const counted: (readonly [origin: string, count: number | { readonly call: number }])[] = graph.nodes.map((node) => {
    if (node.kind === "call") return [node.origin, { call: calls.numberOf(node) }];
    if (node.kind === "gradient" || node.kind === "part") return [node.origin, 0];
    return [node.origin, flopsOf(node as PrimNode, typeOf)];
  });
  const [expanded] = toPrims({ slots, programs: [calls.program()] }).programs;
  const perCall = new Map<string, number>();
  if (expanded !== undefined) countInto(perCall, expanded);
  const flops = new Map<string, number>();
  for (const [origin, count] of counted) {
    const own = typeof count === "number" ? count : (perCall.get(String(count.call)) ?? 0);
    flops.set(origin, (flops.get(origin) ?? 0) + own);
  }
  return flops;
}

function countInto(flops: Map<string, number>, graph: PrimGraph): void {
  const typeOf = typesIn(graph);
  for (const node of graph.nodes) flops.set(node.origin, (flops.get(node.origin) ?? 0) + flopsOf(node, typeOf));
}
