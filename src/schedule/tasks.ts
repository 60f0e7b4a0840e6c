// Makes loop nests of stored values before any fusion, and inlines every value without a buffer. contract.ts and windows.ts
// make those of contractions and windows.

import { along, constant, flatten, plus } from "../ir/address.ts";
import type { PrimNode, PrimOf, ValueId } from "../ir/graph.ts";
import type { Kernel, Stage } from "../ir/loops.ts";
import { asStored } from "./rounding.ts";
import { sumBehind } from "./rows.ts";
import type { Storage } from "./storage.ts";
import { kernelOf, loopsOver, type TaskMaker } from "./task.ts";

/** Stores a value in a given place: a slot's new value, or an output without a buffer. */
export function copyTask(id: ValueId, storage: Storage, make: TaskMaker, origin?: string): Kernel {
  // A reshape moves nothing: loop over the shape in which the value was computed.
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

/** Computes and stores each element of a value. */
export function pointwiseKernel(node: PrimNode, storage: Storage, make: TaskMaker): Kernel {
  const { loops, coordinates } = loopsOver(node.type.shape, make.batch);
  const value = make.reader.compute(node.id, coordinates);
  return kernelOf(node, loops, [
    {
      kind: "each",
      loops: [],
      lets: [],
      stores: [{ buffer: storage.buffer, address: flatten(coordinates, storage.strides, storage.offset), value }],
    },
  ]);
}

/** Fills everything, then stores the inside: it is cheaper than a test at each element. */
export function padKernel(node: PrimNode & PrimOf<"pad">, storage: Storage, make: TaskMaker): Kernel {
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

export function reduceKernel(
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
  const value = make.reader.read(node.arg, all.coordinates);
  return kernelOf(node, loops, [
    {
      kind: "reduce",
      loops: [],
      over,
      chunk: 0,
      op,
      // Comparisons find the place of an extreme, so the value is rounded.
      term: node.kind === "arg_reduce" ? asStored(value, arg.type.dtype) : value,
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

export function concatKernels(node: PrimNode & PrimOf<"concat">, storage: Storage, make: TaskMaker): readonly Kernel[] {
  let start = 0;
  return node.args.flatMap((arg) => {
    const size = make.reader.sizes(arg)[node.axis] ?? 1;
    const part: Storage = { ...storage, offset: storage.offset + start * (storage.strides[node.axis] ?? 1) };
    start += size;
    const sum = sumBehind(arg, make.node);
    if (sum !== undefined && make.storage(sum.id).buffer === storage.buffer) return [];
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
