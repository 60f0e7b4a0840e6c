// One table of how each primitive is scheduled: the place of its values, the cost of an element, the expression of an element
// without a buffer, and the loop nests that store all elements. The table's type ensures that no primitive is missing.

import type { PrimKind, PrimNode, PrimOf } from "../ir/graph.ts";
import type { Kernel } from "../ir/loops.ts";
import { isHeavy } from "../ir/scalar/heavy.ts";
import { contractKernels } from "./contract.ts";
import {
  fromMemory,
  type Read,
  readBroadcast,
  readConst,
  readIota,
  readMap,
  readPad,
  readRandom,
  readReshape,
  readSize,
  readSlice,
  readTranspose,
} from "./reads.ts";
import { gatherKernel, scatterAddKernel } from "./rows.ts";
import type { Storage } from "./storage.ts";
import type { TaskMaker } from "./task.ts";
import { concatKernels, padKernel, pointwiseKernel, reduceKernel } from "./tasks.ts";
import { windowReduceKernel, windowScatterKernel } from "./windows.ts";

/**
 * `memory`: exists before the program starts. `nest`: its own loops compute and store it, at least until fusion. `point`:
 * computed element by element, where it is used or in a buffer. `view`: the elements of another value in another order.
 * `number`: known, and the same everywhere.
 */
export type Place = "memory" | "nest" | "point" | "view" | "number";

export interface Scheduling<K extends PrimKind> {
  place(node: PrimNode & PrimOf<K>): Place;
  /** The operations for an element, without those of its arguments. */
  cost(node: PrimNode & PrimOf<K>): number;
  readonly read: Read<K>;
  /** The kernels that store it, in order. */
  task(node: PrimNode & PrimOf<K>, storage: Storage, make: TaskMaker): readonly Kernel[];
}

const always =
  (place: Place): (() => Place) =>
  () =>
    place;
const free = (): number => 0;
const pointwise = (node: PrimNode, storage: Storage, make: TaskMaker): readonly Kernel[] => [
  pointwiseKernel(node, storage, make),
];

const memory = { place: always("memory"), cost: free, read: fromMemory, task: fromMemory };
const nest = { place: always("nest"), cost: free, read: fromMemory };
const view = { place: always("view"), cost: free, task: pointwise };

const primitives: { readonly [K in PrimKind]: Scheduling<K> } = {
  input: memory,
  param: memory,
  const: {
    place: ({ value }) => (typeof value === "number" ? "number" : "memory"),
    cost: free,
    read: readConst,
    task: pointwise,
  },
  size: { place: always("number"), cost: free, read: readSize, task: pointwise },
  iota: { place: always("point"), cost: free, read: readIota, task: pointwise },
  random: { place: always("point"), cost: () => 40, read: readRandom, task: pointwise },
  map: { place: always("point"), cost: ({ fn }) => (isHeavy(fn) ? 8 : 1), read: readMap, task: pointwise },
  reduce: { ...nest, task: (node, storage, make) => [reduceKernel(node, storage, make)] },
  arg_reduce: { ...nest, task: (node, storage, make) => [reduceKernel(node, storage, make)] },
  contract: { ...nest, task: contractKernels },
  window_reduce: { ...nest, task: (node, storage, make) => [windowReduceKernel(node, storage, make)] },
  window_scatter: { ...nest, task: (node, storage, make) => [windowScatterKernel(node, storage, make)] },
  gather: { ...nest, task: (node, storage, make) => [gatherKernel(node, storage, make)] },
  scatter_add: { ...nest, task: (node, storage, make) => [scatterAddKernel(node, storage, make)] },
  reshape: { ...view, read: readReshape },
  transpose: { ...view, read: readTranspose },
  broadcast: { ...view, read: readBroadcast },
  slice: { ...view, read: readSlice },
  pad: {
    place: always("point"),
    cost: () => 3,
    read: readPad,
    task: (node, storage, make) => [padKernel(node, storage, make)],
  },
  concat: { ...nest, task: concatKernels },
  // schedule.ts makes the steps of a loop.
  scan: { ...nest, task: fromMemory },
  part: memory,
};

/** The entry for a node. Its functions take that node. */
export const schedulingOf = (node: PrimNode): Scheduling<PrimKind> => primitives[node.kind] as Scheduling<PrimKind>;

export const placeOf = (node: PrimNode): Place => schedulingOf(node).place(node);

type View = Extract<PrimNode, { readonly kind: "reshape" | "transpose" | "broadcast" | "slice" }>;
export const isView = (node: PrimNode): node is View => placeOf(node) === "view";
