// The order of the passes from operators to primitives. Each result is verified. Each pass has its own file.

import type { Gradient, Graph, Module, Node, Op, Prim, Scan } from "../ir/graph.ts";
import { printModule } from "../ir/text.ts";
import { verifyGraph } from "../ir/verify.ts";
import { commonSubexpressions } from "./commonSubexpressions.ts";
import { deadCode } from "./deadCode.ts";
import { differentiate } from "./differentiate.ts";
import { expand } from "./expand.ts";
import { fold } from "./fold.ts";
import { gather, gatherOrAdd, isGather } from "./gather.ts";
import { pad, readsInside } from "./pad.ts";
import { type Form, type Pass, pipeline, verified } from "./pass.ts";
import { readThrough } from "./readThrough.ts";
import { simplify } from "./simplify.ts";
import { sumBySample } from "./sumBySample.ts";
import { unrollUpTo } from "./unroll.ts";
import { winograd } from "./winograd.ts";

type Contract = Extract<Node<Prim>, { readonly kind: "contract" }>;

type Promised = (node: Contract, shape: (id: number) => Contract["type"]["shape"]) => string | undefined;

/** A form in which all contracts meet a condition on the types of their operands, made by a pass from a sound module. */
function form<N extends Op>(promise?: Promised): Form<Module<Op>, Module<N>> {
  return {
    print: printModule,
    verify: (module, input) =>
      module.programs.flatMap((graph, i) => [
        ...verifyGraph(graph, module.slots, module.slots === input.slots ? input.programs[i] : undefined),
        ...(promise === undefined ? [] : brokenIn(graph, promise)),
      ]),
  };
}

/** The contracts of a graph and of the bodies of its loops that break a promise. */
function brokenIn<N extends Op>(graph: Graph<N>, promise: Promised): readonly string[] {
  const shapes = new Map(graph.nodes.map((node) => [node.id, node.type.shape]));
  return graph.nodes.flatMap((node) => {
    if (node.kind === "scan") return brokenIn((node as Node<Scan>).body, promise);
    if (node.kind !== "contract") return [];
    const problem = promise(node as Contract, (id) => shapes.get(id) ?? []);
    return problem === undefined ? [] : [`program '${graph.name}': %${node.id} ${problem}`];
  });
}

const expanded = form<Prim | Gradient>();
/** The form of the first pass: nothing has looked at its input. */
const first: typeof expanded = {
  ...expanded,
  verify: (module) => expanded.verify(module, { slots: [], programs: [] }),
};
const prims = form<Prim>();
const isGathered = (node: Contract): string | undefined =>
  isGather({ ...node, shape: node.type.shape }) ? undefined : "is not in gather form";
const gathered = form<Prim>(isGathered);
const readsInRange = (node: Contract, shape: (id: number) => Contract["type"]["shape"]): boolean =>
  readsInside(node.left, shape(node.lhs), node.loops) && readsInside(node.right, shape(node.rhs), node.loops);
const padded = form<Prim>((node, shape) =>
  isGather({ ...node, shape: node.type.shape }) && readsInRange(node, shape)
    ? undefined
    : "reads or writes out of range",
);
/** Whether a product adds where windows overlap. It must write in range, too. */
const added = form<Prim>((node, shape) =>
  readsInside(node.out, node.type.shape, node.loops) && readsInRange(node, shape)
    ? undefined
    : "reads or writes out of range",
);

/** The abilities of a target beyond gather. */
export interface PrimOptions {
  /** It can add into a result where the windows of a product overlap. */
  readonly adds?: boolean;
  /** Convolutions may be computed over tiles (Winograd), which changes the last bits of their results. */
  readonly winograd?: boolean;
  /** Programs without training may scale weights instead of results, which changes the results' last bits. */
  readonly fold?: boolean;
  /** Its threads share the samples of a batch, so sums over the batch begin with one for each sample. */
  readonly sumBySample?: boolean;
}

function pipelineFor({
  adds = false,
  winograd: tiled = false,
  fold: folded = false,
  sumBySample: split = false,
}: PrimOptions) {
  const opened = pipeline(verified(expand, first));
  const start = folded ? opened.andThen(verified(fold, expanded)) : opened;
  const last = adds ? added : padded;
  const whole = (tiled ? start.andThen(verified(winograd, expanded)) : start)
    .andThen(verified(differentiate, prims))
    .andThen(verified(simplify, prims))
    .andThen(verified(commonSubexpressions, prims))
    .andThen(verified(deadCode, prims))
    .andThen(verified(readThrough, prims))
    .andThen(adds ? verified(gatherOrAdd, prims) : verified(gather, gathered))
    .andThen(verified(pad, last))
    .andThen(verified(simplify, last))
    .andThen(verified(commonSubexpressions, last))
    .andThen(verified(deadCode, last));
  return split ? whole.andThen(verified(sumBySample, last)) : whole;
}

/** The names of the passes, in the order they run. */
export const passNames: readonly string[] = pipelineFor({ winograd: true, fold: true, sumBySample: true }).names;

/** The effect of each pass, by name, in the order of their first run. */
export const passes: readonly Pick<Pass<unknown, unknown>, "name" | "doc">[] = [
  expand,
  fold,
  winograd,
  differentiate,
  simplify,
  commonSubexpressions,
  deadCode,
  readThrough,
  gather,
  pad,
  sumBySample,
].map(({ name, doc }) => ({ name, doc }));

/**
 * From operator calls and gradients to primitives alone. Every contract of the result is in gather form, and reads and
 * writes in range. Throws if a pass breaks a rule of graphs: the message names the pass and shows the graph.
 */
export function toPrims(module: Module<Op>, options: PrimOptions = {}): Module<Prim> {
  return pipelineFor(options).run(module);
}

/**
 * The same, but every product keeps the form of its definition or derivative, so that targets with their own operations can
 * still recognise a convolution, its two gradients and a matrix product.
 */
export function toWholePrims(
  module: Module<Op>,
  options: {
    /** The most nodes of a loop, of all its steps together, that is written out. By default none is. */
    readonly unroll?: number;
  } = {},
): Module<Prim> {
  const whole = pipeline(verified(expand, first))
    .andThen(verified(differentiate, prims))
    .andThen(verified(simplify, prims))
    .andThen(verified(commonSubexpressions, prims))
    .andThen(verified(deadCode, prims));
  if (options.unroll === undefined) return whole.run(module);
  return whole
    .andThen(verified(unrollUpTo(options.unroll), prims))
    .andThen(verified(simplify, prims))
    .andThen(verified(commonSubexpressions, prims))
    .andThen(verified(deadCode, prims))
    .run(module);
}
