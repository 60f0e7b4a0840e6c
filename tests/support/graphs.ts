// Small graphs for tests, and finite differences over them.

import type { Builder, Value } from "../../src/ir/builder.ts";
import type {
  Call,
  Gradient,
  Graph,
  Module,
  Node,
  Op,
  OpGraph,
  Part,
  Prim,
  PrimGraph,
  Slot,
} from "../../src/ir/graph.ts";
import { graphBuilder } from "../../src/ir/graphBuilder.ts";
import { seedSlot, stepSlot } from "../../src/ir/slots.ts";
import { uniform } from "../../src/ir/threefry.ts";
import { extents, type TensorType } from "../../src/ir/types.ts";
import { liveNodes } from "../../src/passes/deadCode.ts";
import { differentiate } from "../../src/passes/differentiate.ts";
import { evaluate, type NumberArray } from "../../src/reference/evaluate.ts";
import { amount } from "./extent.ts";

/** A builder over a growing list of nodes, with the two kinds of node that only operator graphs have. */
export interface TestBuilder {
  readonly g: Builder;
  gradient(of: Value, wrt: Value): Value;
  call(
    call: Omit<Call, "kind" | "args" | "weights"> & { args: readonly Value[]; weights?: readonly Value[] },
    type: TensorType,
    origin?: string,
  ): Value;
  /** All the results of a call: `more` has the types of those after the first. */
  calls(
    call: Parameters<TestBuilder["call"]>[0],
    types: { readonly type: TensorType; readonly more: readonly TensorType[] },
  ): readonly Value[];
}

/** An operator graph; `build` names its outputs. */
export function opGraph(build: (b: TestBuilder) => Record<string, Value>, name = "test"): OpGraph {
  const nodes: Node<Op>[] = [];
  const emit = (node: Omit<Node<Op>, "id">): number => {
    nodes.push({ ...node, id: nodes.length } as Node<Op>);
    return nodes.length - 1;
  };
  const call: TestBuilder["call"] = ({ args, weights = [], ...rest }, type, origin = "layer") => ({
    id: emit({
      ...rest,
      kind: "call",
      args: args.map((x) => x.id),
      weights: weights.map((x) => x.id),
      type,
      origin,
    } as Omit<Node<Call>, "id">),
    type,
  });
  const outputs = build({
    g: graphBuilder(emit as Parameters<typeof graphBuilder>[0], "test"),
    gradient: (of, wrt) => ({
      id: emit({ kind: "gradient", of: of.id, wrt: wrt.id, type: wrt.type, origin: "gradient" } as Omit<
        Node<Gradient>,
        "id"
      >),
      type: wrt.type,
    }),
    call,
    calls(given, { type, more }) {
      const first = call({ ...given, ...(more.length === 0 ? {} : { more }) } as typeof given, type);
      const part = (type: TensorType, i: number): Value => ({
        id: emit({ kind: "part", of: first.id, index: i + 1, type, origin: "layer" } as Omit<Node<Part>, "id">),
        type,
      });
      return [first, ...more.map(part)];
    },
  });
  return {
    name,
    nodes,
    outputs: Object.entries(outputs).map(([name, value]) => ({ name, value: value.id })),
    updates: [],
  };
}

/** A graph of primitives. */
export const primGraph = (build: (g: Builder) => Record<string, Value>): PrimGraph =>
  opGraph(({ g }) => build(g)) as PrimGraph;

export const moduleOf = <N>(graph: Graph<N>, slots: readonly Slot[] = []): Module<N> => ({ slots, programs: [graph] });

/** Numbers that look random and are the same every time: uniform in [low, high). */
export function numbers(length: number, seed: number, low = -1, high = 1): Float64Array {
  return new Float64Array(length).map((_, i) => low + (high - low) * uniform(seed, 7, 0, i));
}

export const lengthOf = (type: TensorType, batch: number): number =>
  extents(type.shape, batch).reduce((a, b) => a * b, 1);

/**
 * Compares the gradients of the scalar `loss` of a graph by some of its inputs with central differences in f64, and
 * returns the largest error relative to the largest gradient (or 1e-3, whatever is more). `jumps`: the loss is constant but for
 * jumps, so a difference that a jump lies in is taken again, closer by; one at the point itself stays an error.
 */
export function gradientError(
  build: (g: Builder) => { loss: Value; wrt: readonly Value[] },
  batch: number,
  values: (name: string, type: TensorType) => NumberArray,
  jumps = false,
): number {
  const sources: number[] = [];
  const graph = opGraph(({ g, gradient }) => {
    const { loss, wrt } = build(g);
    sources.push(...wrt.map((x) => x.id));
    return { loss, ...Object.fromEntries(wrt.map((x, i) => [`gradient${i}`, gradient(loss, x)])) };
  });
  const inputs = new Map<string, NumberArray>();
  for (const node of graph.nodes) if (node.kind === "input") inputs.set(node.name, values(node.name, node.type));
  const names = sources.map((id) => {
    const source = graph.nodes[id]!;
    if (source.kind !== "input") throw new Error("gradients by inputs only");
    return source.name;
  });
  const prims = differentiate.run(moduleOf(graph as Graph<Prim | Gradient>)).programs[0]!;
  const slots = new Map([
    [seedSlot, [5]],
    [stepSlot, [3]],
  ]);
  const { outputs } = evaluate(prims, { batch, inputs, slots });
  const forward = liveNodes({ ...prims, outputs: prims.outputs.filter(({ name }) => name === "loss") });
  const lossAt = (name: string, moved: Float64Array): number =>
    evaluate(forward, { batch, inputs: new Map([...inputs, [name, moved]]), slots }).outputs.get("loss")![0]!;

  // A difference of losses knows no more digits than these; the gradient of a key's bias, for one, is 0 exactly.
  const rounding = (h: number): number => (16 * Math.abs(outputs.get("loss")![0]!) * Number.EPSILON) / h;
  let worst = 0;
  for (const [i, name] of names.entries()) {
    const gradient = outputs.get(`gradient${i}`)!;
    const start = Float64Array.from(inputs.get(name)!);
    const scale = gradient.reduce((max, x) => Math.max(max, Math.abs(x)), 1e-3);
    if (gradient.some((x) => Number.isNaN(x))) return Number.POSITIVE_INFINITY;
    // Elements far apart stand for all where there are many; a prime keeps them off the axes.
    const every = [1, 7, 13, 29, 61, 127].find((apart) => start.length <= apart * amount(48, 96)) ?? 251;
    for (let k = 0; k < start.length; k += every) {
      const at = (x: number): number => lossAt(name, start.with(k, x));
      const errorAt = (h: number): number => {
        // Fourth order: the error is far below the tolerance, so that a larger step can keep rounding out of it.
        const near = (at(start[k]! + h) - at(start[k]! - h)) / (2 * h);
        const far = (at(start[k]! + 2 * h) - at(start[k]! - 2 * h)) / (4 * h);
        const error = Math.abs(gradient[k]! - (4 * near - far) / 3);
        return Math.max(0, error - rounding(h)) / scale;
      };
      let error = errorAt(1e-5);
      for (const closer of jumps ? [1e-7, 1e-9] : []) if (error > 1e-6) error = errorAt(closer);
      worst = Math.max(worst, error);
    }
  }
  return worst;
}
