// Makes the loop nests of a `contract`: one sum for each element if each is written once, sums added into their places if
// windows overlap, and plain arithmetic if one operand is a small table of numbers.

import { CompilerBug } from "../base/compilerBug.ts";
import { along, constant, flatten, plus } from "../ir/address.ts";
import type { Address, NamedLoop, PrimGraph, PrimNode, PrimOf } from "../ir/graph.ts";
import type { Kernel, Loop, Stage } from "../ir/loops.ts";
import type { Storage } from "./storage.ts";
import { smallTable, tablePoint } from "./table.ts";
import { extentOf, kernelOf, type TaskMaker } from "./task.ts";

type Contract = PrimNode & PrimOf<"contract">;

const loopOf = (l: NamedLoop, batch: number): Loop => {
  const extent = extentOf(l.extent);
  return { name: l.name, extent: typeof extent === "number" ? extent : { batch } };
};

/** The index over loops with more than one turn. */
const indexer =
  (node: Contract) =>
  (affine: Address): Address => {
    const gone = new Set(node.loops.filter((l) => l.extent === 1).map((l) => l.name));
    return {
      offset: affine.offset,
      strides: Object.fromEntries(
        Object.entries(affine.strides).filter(([name, stride]) => !gone.has(name) && stride !== 0),
      ),
    };
  };

/**
 * Whether several points of the loops write one element: some index is a sum of loops whose turns are not nested like the
 * digits of a number.
 */
function overlaps(node: Pick<Contract, "loops" | "out">): boolean {
  return node.out.some(({ strides }) => {
    let reach = 0;
    const sorted = Object.entries(strides).sort(([, a], [, b]) => Math.abs(a) - Math.abs(b));
    for (const [name, stride] of sorted) {
      const extent = node.loops.find((l) => l.name === name)?.extent ?? 1;
      if (extent === 1) continue;
      if (sorted.length > 1 && (Math.abs(stride) <= reach || typeof extent !== "number")) return true;
      reach += Math.abs(stride) * ((typeof extent === "number" ? extent : 1) - 1);
    }
    return false;
  });
}

/** The kernels of a contraction. They set elements to zero first if its loops do not write all of them. */
export function contractKernels(node: Contract, storage: Storage, make: TaskMaker): readonly Kernel[] {
  const fill = contractFill(node, storage, make);
  const sums = sumKernels(node, storage, make);
  return fill === undefined ? sums : [fill, ...sums];
}

function sumKernels(node: Contract, storage: Storage, make: TaskMaker): readonly Kernel[] {
  const table = smallTable(node, make.node);
  const index = indexer(node);
  const out = node.out.map(index);
  const address = flatten(out, storage.strides, storage.offset);
  const used = new Set(out.flatMap((a) => Object.keys(a.strides)));
  const adds = overlaps(node);
  if (table !== undefined) {
    const point = tablePoint(node, table, address, storage, make, adds);
    const loops = byPosition(
      node.loops.filter((l) => used.has(l.name) && !table.unrolled.has(l.name)),
      out,
      make.batch,
    );
    if (!adds) return [kernelOf(node, loops, [{ kind: "each", loops: [], ...point }])];
    return [addingKernel(node, storage, make, loops, (own) => ({ kind: "each", loops: own, ...point }))];
  }
  if (!adds) return [contractKernel(node, storage, make)];
  // The loops of the right operand's windows are outside, so that the products of a row of the left operand are contiguous.
  const leftLoops = new Set(node.left.map(index).flatMap((a) => Object.keys(a.strides)));
  const all = byPosition(
    node.loops.filter((l) => used.has(l.name)),
    out,
    make.batch,
  );
  const run = contiguous(all, address);
  const outside = all.filter((l) => !leftLoops.has(l.name) && !run.has(l.name));
  const loops = [...outside, ...all.filter((l) => !outside.includes(l))];
  const { stage } = sumStage(node, storage, make);
  return [
    addingKernel(node, storage, make, loops, (own) => ({
      ...stage,
      loops: own,
      stores: stage.stores.map((s) => ({ ...s, adds: true as const })),
    })),
  ];
}

/** The innermost loops that run through memory without a gap. */
function contiguous(loops: readonly Loop[], address: Address): ReadonlySet<string> {
  const found = new Set<string>();
  const sorted = [...loops].sort((a, b) => (address.strides[a.name] ?? 0) - (address.strides[b.name] ?? 0));
  let stride = 1;
  for (const loop of sorted) {
    if (address.strides[loop.name] !== stride || typeof loop.extent !== "number") break;
    found.add(loop.name);
    stride *= loop.extent;
  }
  return found;
}

/** Sets the elements to zero and adds to them: sample by sample if the batch is an axis, otherwise all at once. */
function addingKernel(
  node: Contract,
  storage: Storage,
  make: TaskMaker,
  loops: readonly Loop[],
  stage: (loops: readonly Loop[]) => Stage,
): Kernel {
  const sizes = make.reader.sizes(node.id);
  const batch = loops.find((l) => typeof l.extent !== "number");
  const first = node.out[0];
  const bySample = batch !== undefined && first?.strides[batch.name] === 1 && storage.strides[0] !== undefined;
  const count = (bySample ? sizes.slice(1) : sizes).reduce((a, b) => a * b, 1);
  const start: Address = bySample
    ? { offset: storage.offset, strides: { [batch.name]: storage.strides[0] ?? 0 } }
    : constant(storage.offset);
  return kernelOf(node, bySample ? [batch] : [], [
    { kind: "fill", buffer: storage.buffer, range: { address: start, count }, value: 0 },
    stage(bySample ? loops.filter((l) => l !== batch) : loops),
  ]);
}

/** Sorts loops so that stores run through the output's memory in order. */
const byPosition = (loops: readonly NamedLoop[], out: readonly Address[], batch: number): readonly Loop[] =>
  loops
    .filter((l) => l.extent !== 1)
    .map((l) => loopOf(l, batch))
    .sort((a, b) => position(out, a.name) - position(out, b.name));

function contractKernel(node: Contract, storage: Storage, make: TaskMaker): Kernel {
  const { loops, stage } = sumStage(node, storage, make);
  return kernelOf(node, loops, [stage]);
}

/** One sum for each point of the loops of the result. */
function sumStage(
  node: Contract,
  storage: Storage,
  make: TaskMaker,
): { readonly loops: readonly Loop[]; readonly stage: Extract<Stage, { kind: "reduce" }> } {
  const kept = new Map<string, true>();
  for (const affine of node.out) for (const name of Object.keys(affine.strides)) kept.set(name, true);
  const useful = node.loops.filter((l) => l.extent !== 1);
  const access = indexer(node);
  const left = make.reader.read(node.lhs, node.left.map(access));
  const right = make.reader.read(node.rhs, node.right.map(access));
  const out = node.out.map(access);
  const address = flatten(out, storage.strides, storage.offset);
  // Planes of single samples begin with the sample.
  const loops = byPosition(
    useful.filter((l) => kept.has(l.name)),
    out,
    make.batch,
  ).toSorted((a, b) => (address.strides[b.name] ?? 0) - (address.strides[a.name] ?? 0));
  // The batch is outermost. The strides of the other loops shrink, so that the innermost runs along contiguous memory.
  const stride = (name: string): number =>
    [left, right].reduce((sum, e) => sum + (e.kind === "load" ? Math.abs(e.address.strides[name] ?? 0) : 0), 0);
  const over = useful
    .filter((l) => !kept.has(l.name))
    .map((l) => loopOf(l, make.batch))
    .sort((a, b) => rank(a) - rank(b) || stride(b.name) - stride(a.name));
  const chunk =
    make.sampleSums && over.length > 1 && over[0] !== undefined && typeof over[0].extent !== "number" ? 1 : 0;
  const stage = {
    kind: "reduce",
    loops: [],
    over,
    chunk,
    op: "sum",
    term: { kind: "apply", fn: "mul", args: [left, right] },
    result: "sum",
    lets: [],
    stores: [{ buffer: storage.buffer, address, value: { kind: "local", name: "sum" } }],
  } as const;
  return { loops, stage };
}

/** The elements that a contract without `onto` must set to zero first, because none of its loops write them. */
function contractFill(node: Contract, storage: Storage, make: TaskMaker): Kernel | undefined {
  // A kernel that adds sets its own zeros.
  if (node.onto !== undefined || overlaps(node)) return undefined;
  const sizes = make.reader.sizes(node.id);
  const covers = node.out.every((affine, axis) => {
    // Loops nested like the digits of a number, without gaps: each stride is the reach of the loops before it.
    let reach = 1;
    const sorted = Object.entries(affine.strides).sort(([, x], [, y]) => Math.abs(x) - Math.abs(y));
    for (const [name, stride] of sorted) {
      const loop = node.loops.find((l) => l.name === name);
      if (loop === undefined || loop.extent === 1) continue;
      if (stride !== reach) return false;
      const extent = extentOf(loop.extent);
      reach *= typeof extent === "number" ? extent : make.batch;
    }
    return affine.offset === 0 && reach === sizes[axis];
  });
  if (covers) return undefined;
  const rest = sizes.slice(1).reduce((a, b) => a * b, 1);
  const bySample = typeof node.type.shape[0] !== "number" && storage.strides[0] === rest;
  const start = constant(storage.offset);
  const range = bySample
    ? { address: plus(start, along("n", rest)), count: rest }
    : { address: start, count: rest * (sizes[0] ?? 1) };
  const loops = bySample ? [{ name: "n", extent: { batch: make.batch } }] : [];
  return kernelOf(node, loops, [{ kind: "fill", buffer: storage.buffer, range, value: 0 }]);
}

const rank = (loop: Loop): number => (typeof loop.extent === "number" ? 1 : 0);

function position(out: readonly Address[], loop: string): number {
  return out.findIndex((a) => a.strides[loop] !== undefined);
}

/** Checks that the graph is in the form that schedule understands. The passes gather and pad ensure it. */
export function expectGatherForm(graph: PrimGraph): void {
  for (const node of graph.nodes) {
    if (node.kind !== "contract") continue;
    const seen = new Set<string>();
    for (const affine of node.out) {
      const names = Object.keys(affine.strides);
      // Two loops on one axis are a group and its members: the passes have shown that no element is written twice.
      for (const name of names) {
        if (seen.has(name)) throw new CompilerBug(`%${node.id} writes along '${name}' twice`);
        seen.add(name);
      }
    }
  }
}
