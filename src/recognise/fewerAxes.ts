// Rewrites calls that have more axes than every backend takes. Axes that go together become one axis, and the others
// take turns. limits.ts says how many axes a call may have.

import { CompilerBug } from "../base/compilerBug.ts";
import type { Node, Prim, PrimKind, PrimOf, ValueId } from "../ir/graph.ts";
import { product, type Size, sameSize } from "../ir/size.ts";
import { sameShape, type TensorType, tensor } from "../ir/types.ts";
import {
  liveNodes,
  type Native,
  type Operation,
  overArguments,
  type RecognisedGraph,
  type RecognisedNode,
  readsOf,
} from "./graph.ts";
import { mostAxes, mostAxesOfSelect } from "./limits.ts";
import { changeAxes, type Maker, reduceRuns, runsOf, spreadRuns, transposeRuns } from "./oneByOne.ts";

interface NodeMaker extends Maker<ValueId> {
  push(call: Prim | Native, type: TensorType): ValueId;
  type(id: ValueId): TensorType;
}
type NodeOf<K extends PrimKind | "native"> = K extends PrimKind ? Node<PrimOf<K>> : Node<Native>;
/** Computes a node that has too many axes by nodes that have fewer. */
type Rule<K extends PrimKind | "native"> = (node: NodeOf<K>, m: NodeMaker) => ValueId;

/** reduceRuns and its like make these: the same element type under another shape. */
const like = (m: NodeMaker, x: ValueId, shape: readonly Size[]): TensorType => tensor(m.type(x).dtype, ...shape);

/** Returns the arguments of a scalar function under fewer axes, and the sizes of those. */
function together(m: NodeMaker, args: readonly ValueId[], shape: readonly Size[], most: number) {
  const rank = shape.length;
  const aligned = args.map((id) => {
    const own = m.shape(id);
    return [...new Array<Size>(rank - own.length).fill(1), ...own];
  });
  const whole = (sizes: readonly Size[], axis: number): boolean => sameSize(sizes[axis] ?? 1, shape[axis] ?? 1);
  const runs = runsOf(rank, (axis) => aligned.map((sizes) => (whole(sizes, axis) ? "whole" : "one")).join());
  if (runs.length <= most) {
    const merged = (sizes: readonly Size[]) => runs.map(({ from, to }) => product(sizes.slice(from, to)));
    return {
      // A single number broadcasts as it is.
      args: args.map((id, i) => (m.shape(id).length === 0 ? id : m.reshape(id, merged(aligned[i] ?? [])))),
      shape: merged(shape),
    };
  }
  const spread = (id: ValueId, sizes: readonly Size[]): ValueId =>
    spreadRuns(m, m.reshape(id, sizes), shape, (view, to) =>
      m.push({ kind: "broadcast", arg: view, axes: [0, 1, 2] }, like(m, view, to)),
    );
  const flat = [product(shape)];
  return { args: args.map((id, i) => m.reshape(spread(id, aligned[i] ?? []), flat)), shape: flat };
}

/** Makes a call over the last axis of its only argument, with all other axes as one. */
function byRows(node: Node<Native>, m: NodeMaker): ValueId {
  const rowsOf = (shape: readonly Size[]): readonly Size[] => [product(shape.slice(0, -1)), shape.at(-1) ?? 1];
  const args = node.args.map((id) => (m.shape(id).length > 2 ? m.reshape(id, rowsOf(m.shape(id))) : id));
  const shape = node.type.shape.length === 0 ? [] : rowsOf(node.type.shape);
  const made = m.push({ kind: "native", operation: node.operation, args }, tensor(node.type.dtype, ...shape));
  return m.reshape(made, node.type.shape);
}

function elementwise(node: Node<Native>, m: NodeMaker): ValueId {
  const { args, shape } = together(m, node.args, node.type.shape, mostAxes.native);
  const made = m.push({ kind: "native", operation: node.operation, args }, tensor(node.type.dtype, ...shape));
  return m.reshape(made, node.type.shape);
}

/** Makes a reduction whose axes vanish or stay with size 1. */
function combined(node: Node<Native>, m: NodeMaker): ValueId {
  const { operation, args } = node;
  const [arg] = args;
  if (arg === undefined || (operation.name !== "reduce" && operation.name !== "mean"))
    throw new CompilerBug("a reduction of nothing");
  const op = operation.name === "mean" ? "mean" : operation.op;
  const made = reduceRuns(m, arg, operation.axes, (view) => {
    const [before = 1, , after = 1] = m.shape(view);
    const type = like(m, view, [before, after]);
    return op === "mean"
      ? m.push({ kind: "native", operation: { name: "mean", axes: [1] }, args: [view] }, type)
      : m.push({ kind: "reduce", op, axes: [1], arg: view }, type);
  });
  return m.reshape(made, node.type.shape);
}

function withoutMany(node: Node<Native>): never {
  throw new CompilerBug(`${node.operation.name} over ${node.type.shape.length} axes`);
}

const natives = {
  softmax: byRows,
  log_softmax: byRows,
  softmax_cross_entropy: byRows,
  batch_norm: byRows,
  one_hot: (node, m) => {
    const { operation, args, type } = node;
    const flat = args.map((id) => m.reshape(id, [product(m.shape(id))]));
    const rows = [product(type.shape.slice(0, -1)), type.shape.at(-1) ?? 1];
    return m.reshape(m.push({ kind: "native", operation, args: flat }, tensor(type.dtype, ...rows)), type.shape);
  },
  reduce: combined,
  mean: combined,
  relu_gradient: elementwise,
  squared_difference: elementwise,
  mat_mul: withoutMany,
  convolution: withoutMany,
  convolution_input_gradient: withoutMany,
  convolution_kernel_gradient: withoutMany,
  depthwise_convolution: withoutMany,
  depthwise_input_gradient: withoutMany,
  depthwise_kernel_gradient: withoutMany,
  max_pool: withoutMany,
  average_pool: withoutMany,
  max_pool_gradient: withoutMany,
  average_pool_gradient: withoutMany,
} satisfies { readonly [K in Operation["name"]]: Rule<"native"> };

/** A call without a limit in the table never comes here. */
function unlimited(node: RecognisedNode): never {
  throw new CompilerBug(`${node.kind} has no limit of axes`);
}

const rules = {
  map: ({ fn, args, type }, m) => {
    const fewer = together(m, args, type.shape, fn === "select" ? mostAxesOfSelect : mostAxes.map);
    return m.reshape(m.push({ kind: "map", fn, args: fewer.args }, tensor(type.dtype, ...fewer.shape)), type.shape);
  },
  reduce: ({ op, axes, arg }, m) =>
    reduceRuns(m, arg, axes, (view) => {
      const [before = 1, , after = 1] = m.shape(view);
      return m.push({ kind: "reduce", op, axes: [1], arg: view }, like(m, view, [before, after]));
    }),
  arg_reduce: ({ op, axis, arg, type }, m) =>
    reduceRuns(m, arg, [axis], (view) => {
      const [before = 1, , after = 1] = m.shape(view);
      return m.push({ kind: "arg_reduce", op, axis: 1, arg: view }, tensor(type.dtype, before, after));
    }),
  transpose: ({ arg, permutation }, m) =>
    transposeRuns(m, arg, permutation, mostAxes.transpose, (view, order) => {
      const shape = m.shape(view);
      const to = order.map((axis) => shape[axis] ?? 1);
      return m.push({ kind: "transpose", arg: view, permutation: order }, like(m, view, to));
    }),
  broadcast: ({ arg, axes, type }, m) => {
    const from = m.shape(arg);
    const sizes = type.shape.map((_, axis) => from[axes.indexOf(axis)] ?? 1);
    return spreadRuns(m, m.reshape(arg, sizes), type.shape, (view, shape) =>
      m.push({ kind: "broadcast", arg: view, axes: [0, 1, 2] }, like(m, view, shape)),
    );
  },
  iota: ({ axis, type }, m) => {
    const { shape } = type;
    const view = [product(shape.slice(0, axis)), shape[axis] ?? 1, product(shape.slice(axis + 1))];
    return m.reshape(m.push({ kind: "iota", axis: 1 }, tensor(type.dtype, ...view)), shape);
  },
  slice: ({ arg, starts, strides, type }, m) => {
    const from = m.shape(arg);
    const changed = (axis: number): Size | undefined => {
      const size = type.shape[axis] ?? 1;
      return starts[axis] === 0 && strides[axis] === 1 && sameSize(size, from[axis] ?? 1) ? undefined : size;
    };
    return changeAxes(m, arg, changed, (view, axis, shape) => {
      const around = { starts: [0, starts[axis] ?? 0, 0], strides: [1, strides[axis] ?? 1, 1] };
      return m.push({ kind: "slice", arg: view, ...around }, like(m, view, shape));
    });
  },
  pad: ({ arg, before, after, value, type }, m) => {
    const changed = (axis: number): Size | undefined =>
      before[axis] === 0 && after[axis] === 0 ? undefined : type.shape[axis];
    return changeAxes(m, arg, changed, (view, axis, shape) => {
      const around = { before: [0, before[axis] ?? 0, 0], after: [0, after[axis] ?? 0, 0] };
      return m.push({ kind: "pad", arg: view, ...around, value }, like(m, view, shape));
    });
  },
  concat: ({ args, axis, type }, m) => {
    const view = (shape: readonly Size[]) => [product(shape.slice(0, axis)), product(shape.slice(axis))];
    const rows = args.map((id) => m.reshape(id, view(m.shape(id))));
    const made = m.push({ kind: "concat", args: rows, axis: 1 }, tensor(type.dtype, ...view(type.shape)));
    return m.reshape(made, type.shape);
  },
  native: (node, m) => natives[node.operation.name](node, m),
  input: unlimited,
  param: unlimited,
  const: unlimited,
  size: unlimited,
  random: unlimited,
  reshape: unlimited,
  gather: unlimited,
  scatter_add: unlimited,
  contract: unlimited,
  window_reduce: unlimited,
  window_scatter: unlimited,
  scan: unlimited,
  part: unlimited,
} satisfies { readonly [K in PrimKind | "native"]: Rule<K> };

function limitOf(node: RecognisedNode): number | undefined {
  return node.kind === "map" && node.fn === "select" ? mostAxesOfSelect : mostAxes[node.kind];
}

/** Adds to `nodes`, at the present node's place in the program. A reshape to the same shape adds nothing. */
function makerAfter(nodes: RecognisedNode[], { origin, span }: RecognisedNode): NodeMaker {
  const type = (id: ValueId): TensorType => {
    const node = nodes[id];
    if (node === undefined) throw new CompilerBug(`no value %${id} in the new graph`);
    return node.type;
  };
  const push: NodeMaker["push"] = (call, made) => {
    const id = nodes.length;
    nodes.push({ ...call, type: made, id, origin, ...(span === undefined ? {} : { span }) });
    return id;
  };
  const reshape = (arg: ValueId, shape: readonly Size[]): ValueId =>
    sameShape(type(arg).shape, shape) ? arg : push({ kind: "reshape", arg }, tensor(type(arg).dtype, ...shape));
  return { push, type, reshape, shape: (id) => type(id).shape };
}

/** Rewrites the graph so that no call has more axes than mostAxes allows. */
export function fewerAxes(graph: RecognisedGraph): RecognisedGraph {
  const values = new Map<ValueId, ValueId>();
  const nodes: RecognisedNode[] = [];
  const value = (id: ValueId): ValueId => {
    const now = values.get(id);
    if (now === undefined) throw new CompilerBug(`%${id} is read before it is made`);
    return now;
  };
  for (const old of graph.nodes) {
    const m = makerAfter(nodes, old);
    const node = overArguments(old, value);
    const limit = limitOf(node);
    const ranks = [node.type, ...readsOf(node).map(m.type)].map(({ shape }) => shape.length);
    if (limit === undefined || Math.max(...ranks) <= limit) {
      values.set(old.id, m.push(node, node.type));
      continue;
    }
    const rule = rules[node.kind] as (node: RecognisedNode, m: NodeMaker) => ValueId;
    values.set(old.id, rule(node, m));
  }
  const named = <T extends { readonly value: ValueId }>(one: T): T => ({ ...one, value: value(one.value) });
  return liveNodes({ ...graph, nodes, outputs: graph.outputs.map(named), updates: graph.updates.map(named) });
}
