// The oracle: evaluates graphs of primitives in f64, directly by the definition of each primitive. It knows
// neither operators nor targets; every test of the compiler compares with it.

import { argumentsOf } from "../ir/arguments.ts";
import type { Node, PrimGraph, PrimKind, PrimNode, PrimOf, Slot, ValueId } from "../ir/graph.ts";
import { extent, extents, rowMajorStrides, type TensorType } from "../ir/types.ts";
import { evaluateContract } from "./contract.ts";
import { evaluateMap, evaluateRandom } from "./elementwise.ts";
import { broadcastValues, concatValues, padValues, sliceValues, transposeValues } from "./movement.ts";
import { evaluateArgReduce, evaluateReduce } from "./reductions.ts";
import { evaluateGather, evaluateScatterAdd } from "./rows.ts";
import { evaluateScan } from "./scan.ts";
import type { Sums, Tensor } from "./tensor.ts";
import { evaluateWindowReduce, evaluateWindowScatter } from "./windows.ts";

export type NumberArray = Float64Array | Float32Array | Int32Array | Uint8Array | readonly number[];

export interface Environment {
  /** The number of samples: the value of the symbol `?`. */
  readonly batch: number;
  /** By the names of `input` nodes, row-major. */
  readonly inputs: ReadonlyMap<string, NumberArray>;
  /** By the names of slots. A slot within another may be missing if the other is given and `definitions` names both. */
  readonly slots: ReadonlyMap<string, NumberArray>;
  readonly definitions?: readonly Slot[];
  /** Values to return along with the outputs, by the ids of their nodes. */
  readonly keep?: readonly ValueId[];
  /** In f32 it adds as a target does, one term after another, to measure how much of a result is that rounding. */
  readonly sums?: Sums;
  /**
   * Changes the value of a node before others read it, to measure how much of a result is rounding. `sizes` computes the
   * node over the absolute values of its arguments, a difference as their sum; the rounding of a sum is proportional to them.
   * `counts` says whether all arguments are whole numbers.
   */
  readonly disturb?: (
    node: PrimNode,
    values: Float64Array,
    sizes: () => Float64Array,
    counts: () => boolean,
  ) => Float64Array;
}

export interface Evaluation {
  readonly outputs: Map<string, Float64Array>;
  readonly updates: Map<string, Float64Array>;
  readonly kept: Map<ValueId, Float64Array>;
}

const absolute = ({ shape, values }: Tensor): Tensor => ({ shape, values: values.map(Math.abs) });

interface Context {
  readonly environment: Environment;
  readonly shape: readonly number[];
  readonly length: number;
  value(id: ValueId): Tensor;
  /** All results of a node that has several. */
  results(id: ValueId): readonly Float64Array[];
}

/** The value of a slot: its own, or its part of the slot around it. Throws if neither is given. */
export function readSlot(
  slots: ReadonlyMap<string, NumberArray>,
  definitions: readonly Slot[],
  name: string,
): Float64Array {
  const own = slots.get(name);
  if (own !== undefined) return Float64Array.from(own);
  const definition = definitions.find((slot) => slot.name === name);
  if (definition?.within === undefined) throw new Error(`no value for slot '${name}'`);
  const { slot, offset } = definition.within;
  const length = extents(definition.type.shape, 0).reduce((a, b) => a * b, 1);
  return readSlot(slots, definitions, slot).subarray(offset, offset + length);
}

/** The slots after a program ended: `updates` written over `slots`, into the surrounding slot if there is one. */
export function applyUpdates(
  slots: ReadonlyMap<string, NumberArray>,
  definitions: readonly Slot[],
  updates: ReadonlyMap<string, Float64Array>,
): Map<string, NumberArray> {
  const after = new Map(slots);
  const write = (name: string, values: Float64Array): void => {
    const within = definitions.find((slot) => slot.name === name)?.within;
    if (after.has(name) || within === undefined) {
      after.set(name, values);
      return;
    }
    const whole = Float64Array.from(readSlot(after, definitions, within.slot));
    whole.set(values, within.offset);
    write(within.slot, whole);
  };
  for (const [name, values] of updates) write(name, values);
  return after;
}

function checkLength(values: Float64Array, length: number, what: string): Float64Array {
  if (values.length === length) return values;
  throw new Error(`${what} has ${values.length} elements instead of ${length}`);
}

/** The value of a node, or its values. */
type Rule<K extends PrimKind> = (
  node: Node<PrimOf<K>>,
  context: Context,
) => Float64Array | readonly [Float64Array, ...Float64Array[]];

const rules: { readonly [K in PrimKind]: Rule<K> } = {
  input: (node, { environment, length }) => {
    const values = environment.inputs.get(node.name);
    if (values === undefined) throw new Error(`no value for input '${node.name}'`);
    return checkLength(Float64Array.from(values), length, `input '${node.name}'`);
  },
  param: (node, { environment, length }) =>
    checkLength(readSlot(environment.slots, environment.definitions ?? [], node.slot), length, `slot '${node.slot}'`),
  const: (node, { length }) =>
    typeof node.value === "number" ? new Float64Array(length).fill(node.value) : Float64Array.from(node.value),
  size: (node, { environment }) => Float64Array.of(extent(node.size, environment.batch)),
  iota: (node, { shape, length }) => {
    const step = rowMajorStrides(shape)[node.axis] ?? 1;
    const size = shape[node.axis] ?? 1;
    return new Float64Array(length).map((_, i) => Math.floor(i / step) % size);
  },
  random: (node, { value, length }) =>
    evaluateRandom(value(node.seed).values, value(node.step).values, node.stream, length),
  map: (node, { value, length }) =>
    evaluateMap(
      node.fn,
      node.args.map((id) => value(id).values),
      length,
    ),
  reduce: (node, { value, environment }) => evaluateReduce(node.op, value(node.arg), node.axes, environment.sums),
  arg_reduce: (node, { value }) => evaluateArgReduce(node.op, value(node.arg), node.axis),
  contract: (node, { environment, shape, value }) =>
    evaluateContract({
      extents: node.loops.map((loop) => extent(loop.extent, environment.batch)),
      names: node.loops.map((loop) => loop.name),
      out: { shape, access: node.out },
      lhs: { ...value(node.lhs), access: node.left },
      rhs: { ...value(node.rhs), access: node.right },
      onto: node.onto === undefined ? undefined : value(node.onto).values,
      sums: environment.sums,
    }),
  window_reduce: (node, { shape, value, environment }) =>
    evaluateWindowReduce(node.op, value(node.arg), node.window, shape, environment.sums),
  window_scatter: (node, { value, environment }) =>
    evaluateWindowScatter(node.op, value(node.arg), value(node.gradient), node.window, environment.sums),
  gather: (node, { value, length }) => evaluateGather(node, value(node.arg), value(node.indices), length),
  scatter_add: (node, { shape, value, environment }) =>
    evaluateScatterAdd(node, shape, value(node.indices), value(node.updates), environment.sums),
  reshape: (node, { value }) => value(node.arg).values,
  transpose: (node, { shape, value }) => transposeValues(value(node.arg), node.permutation, shape),
  broadcast: (node, { shape, value }) => broadcastValues(value(node.arg), node.axes, shape),
  slice: (node, { shape, value }) => sliceValues(value(node.arg), node.starts, node.strides, shape),
  pad: (node, { shape, value }) => padValues(value(node.arg), node.before, node.value, shape),
  concat: (node, { shape, value }) => concatValues(node.args.map(value), node.axis, shape),
  scan: (node, { environment, value }) =>
    evaluateScan(node, value, (inputs) => {
      const { outputs } = evaluate(node.body, { ...withoutKeep(environment), inputs });
      return [...outputs.values()];
    }),
  part: (node, { results }) => results(node.of)[node.index] ?? new Float64Array(),
};

/** The environment of a body, which has other ids. */
const withoutKeep = ({ keep: _, ...environment }: Environment): Environment => environment;

/** The rule of a node. The compiler cannot see that the table's entry and the node agree on the kind. */
const evaluateNode = (node: Node<PrimOf<PrimKind>>, context: Context): readonly [Float64Array, ...Float64Array[]] => {
  const made = (rules[node.kind] as Rule<PrimKind>)(node, context);
  return made instanceof Float64Array ? [made] : made;
};

/**
 * Runs a program: outputs and updates by name, in f64, row-major. It drops a value after its last use.
 * Throws if an input or slot is missing or has another number of elements.
 */
export function evaluate(graph: PrimGraph, environment: Environment): Evaluation {
  const kept = new Set([...graph.outputs, ...graph.updates].map(({ value }) => value));
  for (const id of environment.keep ?? []) kept.add(id);
  const lastUse = new Map<ValueId, ValueId>();
  for (const node of graph.nodes) for (const id of argumentsOf(node)) lastUse.set(id, node.id);

  const values = new Map<ValueId, Tensor>();
  const several = new Map<ValueId, readonly Float64Array[]>();
  const value = (id: ValueId): Tensor => {
    const found = values.get(id);
    if (found === undefined) throw new Error(`no value %${id}`);
    return found;
  };
  const numbers = (type: TensorType): readonly number[] => extents(type.shape, environment.batch);
  for (const node of graph.nodes) {
    const shape = numbers(node.type);
    const length = shape.reduce((a, b) => a * b, 1);
    const results = (id: ValueId): readonly Float64Array[] => several.get(id) ?? [];
    const [computed, ...more] = evaluateNode(node, { environment, shape, length, value, results });
    if (more.length > 0) several.set(node.id, [computed, ...more]);
    const summed = node.kind === "map" && node.fn === "sub" ? { ...node, fn: "add" as const } : node;
    const sizes = (): Float64Array =>
      evaluateNode(summed, { environment, shape, length, value: (id) => absolute(value(id)), results })[0];
    const counts = (): boolean => argumentsOf(node).every((id) => value(id).values.every(Number.isInteger));
    // A loop's values are those of nodes of its body, and were disturbed there.
    const moved = node.kind === "scan" || node.kind === "part";
    const result = moved ? computed : (environment.disturb?.(node, computed, sizes, counts) ?? computed);
    values.set(node.id, { shape, values: checkLength(result, length, `%${node.id}`) });
    for (const id of argumentsOf(node)) if (lastUse.get(id) === node.id && !kept.has(id)) values.delete(id);
    if (!lastUse.has(node.id) && !kept.has(node.id)) values.delete(node.id);
  }
  return {
    outputs: new Map(graph.outputs.map((output) => [output.name, value(output.value).values])),
    updates: new Map(graph.updates.map((update) => [update.slot, value(update.value).values])),
    kept: new Map((environment.keep ?? []).map((id) => [id, value(id).values])),
  };
}
