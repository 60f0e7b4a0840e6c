// One kernel for each stored value, before any fusion: the loop nest that computes it, with everything that has no
// buffer inlined.

import { along, constant, extentMap, flatten, plus, range } from "../ir/address.ts";
import type { PrimNode, PrimOf, ValueId, WindowAxis } from "../ir/graph.ts";
import type { Address, Guard, Kernel, Loop, Stage } from "../ir/loops.ts";
import type { Size } from "../ir/size.ts";
import { contractKernels } from "./contract.ts";
import { guard, type Storage } from "./storage.ts";
import { extentOf, kernelOf, number, type TaskMaker } from "./task.ts";

const loopNames = ["i", "j", "k", "l", "m", "o", "p", "q"];

/** Loops over the axes of a shape; an axis of size 1 has none and the coordinate 0. The batch's loop is called `n`. */
function loopsOver(
  shape: readonly Size[],
  batch: number,
  prefix = "",
): { readonly loops: readonly Loop[]; readonly coordinates: readonly Address[] } {
  const loops: Loop[] = [];
  const coordinates = shape.map((size, axis) => {
    if (size === 1) return constant(0);
    const extent = extentOf(size);
    const isBatch = typeof extent !== "number";
    const name = prefix + (isBatch ? "n" : (loopNames[axis] ?? `x${axis}`));
    loops.push({ name, extent: isBatch ? { batch } : extent });
    return along(name);
  });
  return { loops, coordinates };
}

/** The loop nest of a stored value. */
export function taskOf(id: ValueId, make: TaskMaker): readonly Kernel[] {
  const node = make.node(id);
  const storage = make.storage(id);
  switch (node.kind) {
    case "contract":
      return contractKernels(node, storage, make);
    case "reduce":
    case "arg_reduce":
      return [reduceKernel(node, storage, make)];
    case "window_reduce":
      return [windowReduceKernel(node, storage, make)];
    case "window_scatter":
      return [windowScatterKernel(node, storage, make)];
    case "concat":
      return concatKernels(node, storage, make);
    default:
      return [pointwiseKernel(node, id, storage, make)];
  }
}

/** Stores a value somewhere: a slot's new value, an output that is not stored anyway. */
export function copyTask(id: ValueId, storage: Storage, make: TaskMaker, origin?: string): Kernel {
  // A reshape moves nothing: loop over the shape underneath, where the value was computed.
  let from = make.node(id);
  let to = storage;
  while (from.kind === "reshape") {
    const inner = make.node(from.arg);
    const sizes = make.reader.sizes(inner.id);
    to = { buffer: to.buffer, offset: to.offset, strides: rowMajor(sizes) };
    from = inner;
  }
  const { loops, coordinates } = loopsOver(from.type.shape, make.batch);
  const value = make.reader.read(from.id, coordinates);
  const kernel = kernelOf(from, loops, [
    {
      kind: "each",
      loops: [],
      lets: [],
      stores: [{ buffer: to.buffer, address: flatten(coordinates, to.strides, to.offset), value }],
    },
  ]);
  return origin === undefined ? kernel : { ...kernel, name: origin, origins: [origin] };
}

const rowMajor = (sizes: readonly number[]): readonly number[] => {
  const strides: number[] = [];
  let stride = 1;
  for (let i = sizes.length - 1; i >= 0; i--) {
    strides.unshift(stride);
    stride *= sizes[i] ?? 1;
  }
  return strides;
};

function pointwiseKernel(node: PrimNode, id: ValueId, storage: Storage, make: TaskMaker): Kernel {
  if (node.kind === "pad") return padKernel(node, storage, make);
  const { loops, coordinates } = loopsOver(node.type.shape, make.batch);
  const value = make.reader.compute(id, coordinates);
  return kernelOf(node, loops, [
    {
      kind: "each",
      loops: [],
      lets: [],
      stores: [{ buffer: storage.buffer, address: flatten(coordinates, storage.strides, storage.offset), value }],
    },
  ]);
}

/** Fills, then stores the inside: cheaper than asking at each element. */
function padKernel(node: PrimNode & PrimOf<"pad">, storage: Storage, make: TaskMaker): Kernel {
  const inner = make.node(node.arg);
  const sizes = make.reader.sizes(node.id);
  const { loops, coordinates } = loopsOver(inner.type.shape, make.batch);
  const value = make.reader.read(node.arg, coordinates);
  const address = flatten(
    coordinates.map((c, i) => plus(c, constant(node.before[i] ?? 0))),
    storage.strides,
    storage.offset,
  );
  const store: Stage = {
    kind: "each",
    loops: loops.slice(1),
    lets: [],
    stores: [{ buffer: storage.buffer, address, value }],
  };
  const first = loops[0];
  const perSample = sizes.slice(1).reduce((a, b) => a * b, 1);
  const byRow =
    first !== undefined &&
    coordinates[0]?.strides[first.name] !== undefined &&
    (node.before[0] ?? 0) === 0 &&
    (node.after[0] ?? 0) === 0 &&
    storage.strides[0] === perSample;
  if (byRow)
    return kernelOf(
      node,
      [first],
      [
        {
          kind: "fill",
          buffer: storage.buffer,
          range: { address: plus(constant(storage.offset), along(first.name, perSample)), count: perSample },
          value: node.value,
        },
        store,
      ],
    );
  const count = sizes.reduce((a, b) => a * b, 1);
  return kernelOf(
    node,
    [],
    [
      { kind: "fill", buffer: storage.buffer, range: { address: constant(storage.offset), count }, value: node.value },
      { ...store, loops },
    ],
  );
}

function reduceKernel(
  node: PrimNode & (PrimOf<"reduce"> | PrimOf<"arg_reduce">),
  storage: Storage,
  make: TaskMaker,
): Kernel {
  const arg = make.node(node.arg);
  const axes = node.kind === "reduce" ? node.axes : [node.axis];
  const all = loopsOver(arg.type.shape, make.batch);
  const gone = new Set(axes);
  const isGone = (name: string): boolean =>
    all.coordinates.some((c, axis) => gone.has(axis) && c.strides[name] !== undefined);
  const over = all.loops.filter((l) => isGone(l.name));
  const loops = all.loops.filter((l) => !isGone(l.name));
  const kept = all.coordinates.filter((_, axis) => !gone.has(axis));
  const op = node.kind === "reduce" ? node.op : node.op === "max" ? "arg_max" : "arg_min";
  return kernelOf(node, loops, [
    {
      kind: "reduce",
      loops: [],
      over,
      chunk: 0,
      op,
      term: make.reader.read(node.arg, all.coordinates),
      result: "result",
      lets: [],
      stores: [
        {
          buffer: storage.buffer,
          address: flatten(kept, storage.strides, storage.offset),
          value: { kind: "local", name: "result" },
        },
      ],
    },
  ]);
}

interface Windows {
  readonly over: readonly Loop[];
  /** Coordinates of the argument. */
  readonly coordinates: readonly Address[];
  readonly guards: readonly Guard[];
}

function windowsOver(
  outer: readonly Address[],
  window: readonly WindowAxis[],
  sizes: readonly number[],
  outerLoops: readonly Loop[],
): Windows {
  const over: Loop[] = [];
  const coordinates = outer.map((position, axis) => {
    const w = window[axis];
    if (w === undefined) return position;
    let at = plus(constant(-w.before), position, w.stride);
    if (w.size > 1) {
      const name = `k${axis}`;
      over.push({ name, extent: w.size });
      at = plus(at, along(name, w.dilation));
    }
    return at;
  });
  const extents = extentMap(outerLoops, over);
  const guards: Guard[] = [];
  coordinates.forEach((index, axis) => {
    const [low, high] = range(index, extents);
    const size = sizes[axis] ?? 1;
    if (low < 0 || high >= size) guards.push({ index, size });
  });
  return { over, coordinates, guards };
}

function windowReduceKernel(node: PrimNode & PrimOf<"window_reduce">, storage: Storage, make: TaskMaker): Kernel {
  const { loops, coordinates } = loopsOver(node.type.shape, make.batch);
  const windows = windowsOver(coordinates, node.window, make.reader.sizes(node.arg), loops);
  const padding = node.op === "sum" ? 0 : Number.NEGATIVE_INFINITY;
  return kernelOf(node, loops, [
    {
      kind: "reduce",
      loops: [],
      over: windows.over,
      chunk: 0,
      op: node.op,
      term: guard(make.reader.read(node.arg, windows.coordinates), windows.guards, padding),
      result: "result",
      lets: [],
      stores: [
        {
          buffer: storage.buffer,
          address: flatten(coordinates, storage.strides, storage.offset),
          value: { kind: "local", name: "result" },
        },
      ],
    },
  ]);
}

function windowScatterKernel(node: PrimNode & PrimOf<"window_scatter">, storage: Storage, make: TaskMaker): Kernel {
  const sizes = make.reader.sizes(node.id);
  const { loops, coordinates } = loopsOver(make.reader.shape(node.gradient), make.batch);
  const windows = windowsOver(coordinates, node.window, sizes, loops);
  const first = loops[0];
  const isBatch = first !== undefined && typeof first.extent !== "number";
  const shared = isBatch ? [first] : [];
  const count = (isBatch ? sizes.slice(1) : sizes).reduce((a, b) => a * b, 1);
  const term = node.op === "max" ? make.reader.read(node.arg, windows.coordinates) : number(0);
  return kernelOf(node, shared, [
    {
      kind: "scatter",
      op: node.op,
      loops: isBatch ? loops.slice(1) : loops,
      over: windows.over,
      term,
      guards: windows.guards,
      buffer: storage.buffer,
      address: flatten(windows.coordinates, storage.strides, storage.offset),
      value: make.reader.read(node.gradient, coordinates),
      clear: { address: plus(constant(storage.offset), isBatch ? along(first.name, count) : constant(0)), count },
    },
  ]);
}

function concatKernels(node: PrimNode & PrimOf<"concat">, storage: Storage, make: TaskMaker): readonly Kernel[] {
  let start = 0;
  return node.args.map((arg) => {
    const size = make.reader.sizes(arg)[node.axis] ?? 1;
    const part: Storage = { ...storage, offset: storage.offset + start * (storage.strides[node.axis] ?? 1) };
    start += size;
    // Along the first axis the part is contiguous, so a reshape below it moves nothing.
    const outermost = make.reader
      .sizes(arg)
      .slice(0, node.axis)
      .every((s) => s === 1);
    if (outermost) return copyTask(arg, part, make);
    const inner = make.node(arg);
    const { loops, coordinates } = loopsOver(inner.type.shape, make.batch);
    const value = make.reader.read(arg, coordinates);
    return kernelOf(inner, loops, [
      {
        kind: "each",
        loops: [],
        lets: [],
        stores: [{ buffer: part.buffer, address: flatten(coordinates, part.strides, part.offset), value }],
      },
    ]);
  });
}
