// Loop nests of windows that move over an array, and of their gradients. A small window that is inside the array everywhere is
// unrolled: its places are known numbers, and no loop runs for a few elements.

import { along, constant, extentMap, flatten, plus, range } from "../ir/address.ts";
import type { PrimNode, PrimOf, WindowAxis } from "../ir/graph.ts";
import { areDisjoint } from "../ir/graphBuilder.ts";
import type { Address, Expr, Guard, Kernel, Let, Loop, Stage, Store } from "../ir/loops.ts";
import type { ScalarName } from "../ir/scalar/names.ts";
import { guard } from "./guards.ts";
import type { Storage } from "./storage.ts";
import { kernelOf, loopsOver, number, type TaskMaker } from "./task.ts";

/** A window of more elements stays a loop. */
const MOST_PLACES = 9;

interface Windows {
  readonly over: readonly Loop[];
  /** The coordinates in the argument. */
  readonly coordinates: readonly Address[];
  readonly guards: readonly Guard[];
}

/** The places of an unrolled window, the last loop fastest; undefined if it has too many or a border. */
function placesOf({ over, guards }: Windows): readonly (readonly number[])[] | undefined {
  const sizes = over.map(({ extent }) => (typeof extent === "number" ? extent : Number.POSITIVE_INFINITY));
  if (guards.length > 0 || sizes.reduce((a, b) => a * b, 1) > MOST_PLACES) return undefined;
  return sizes.reduce<readonly (readonly number[])[]>(
    (places, size) => places.flatMap((place) => Array.from({ length: size }, (_, i) => [...place, i])),
    [[]],
  );
}

const addressAt = (address: Address, over: readonly Loop[], place: readonly number[]): Address => {
  const strides: Record<string, number> = { ...address.strides };
  let { offset } = address;
  for (const [i, { name }] of over.entries()) {
    offset += (strides[name] ?? 0) * (place[i] ?? 0);
    delete strides[name];
  }
  return { offset, strides };
};

const apply = (fn: ScalarName, ...args: readonly Expr[]): Expr => ({ kind: "apply", fn, args });
const local = (name: string): Expr => ({ kind: "local", name });

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

/** The argument at each place of a window. */
const readPlaces = (
  arg: PrimNode["id"],
  { coordinates, over }: Windows,
  places: readonly (readonly number[])[],
  make: TaskMaker,
): readonly Expr[] =>
  places.map((place) =>
    make.reader.read(
      arg,
      coordinates.map((index) => addressAt(index, over, place)),
    ),
  );

export function windowReduceKernel(
  node: PrimNode & PrimOf<"window_reduce">,
  storage: Storage,
  make: TaskMaker,
): Kernel {
  const { loops, coordinates } = loopsOver(node.type.shape, make.batch);
  const windows = windowsOver(coordinates, node.window, make.reader.sizes(node.arg), loops);
  const address = flatten(coordinates, storage.strides, storage.offset);
  const places = placesOf(windows);
  if (places !== undefined) {
    const fn = node.op === "sum" ? "add" : "max";
    const value = readPlaces(node.arg, windows, places, make).reduce((whole, next) => apply(fn, whole, next));
    const stores = [{ buffer: storage.buffer, address, value }];
    return kernelOf(node, loops, [{ kind: "each", loops: [], lets: [], stores }]);
  }
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
      stores: [{ buffer: storage.buffer, address, value: local("result") }],
    },
  ]);
}

/** The gradient of each place of a window: all of the window's, or only that of the first maximum. */
function shares(
  op: "sum" | "max",
  values: readonly Expr[],
): { readonly lets: readonly Let[]; readonly shares: readonly Expr[] } {
  const lets: Let[] = [];
  const bind = (name: string, value: Expr, dtype: Let["dtype"] = "f32"): Expr => {
    lets.push({ name, dtype, value });
    return local(name);
  };
  if (op === "sum") return { lets, shares: values.map(() => local("gradient")) };
  const places = values.map((value, i) => bind(`x${i}`, value));
  let most = places[0] ?? number(0);
  const better = places.slice(1).map((place, i) => {
    const test = bind(`better${i + 1}`, apply("gt", place, most), "bool");
    if (i + 2 < places.length) most = bind(`most${i + 1}`, apply("select", test, place, most));
    return test;
  });
  // From the last place on: a place that is larger than all before it takes the gradient that remains.
  let left = local("gradient");
  const taken = [...better.entries()].reverse().map(([i, test]) => {
    const share = apply("select", test, left, number(0));
    left = bind(`left${i}`, apply("select", test, number(0), left));
    return share;
  });
  return { lets, shares: [left, ...taken.reverse()] };
}

/** The gradient of windows that share no element: each window stores all of its own elements. */
function disjointScatter(
  node: PrimNode & PrimOf<"window_scatter">,
  windows: Windows,
  places: readonly (readonly number[])[],
  { loops, coordinates }: ReturnType<typeof loopsOver>,
  storage: Storage,
  make: TaskMaker,
): Stage {
  const gradient: Let = { name: "gradient", dtype: "f32", value: make.reader.read(node.gradient, coordinates) };
  const values = node.op === "max" ? readPlaces(node.arg, windows, places, make) : places.map(() => number(0));
  const point = shares(node.op, values);
  const address = flatten(windows.coordinates, storage.strides, storage.offset);
  const stores = places.map(
    (place, i): Store => ({
      buffer: storage.buffer,
      address: addressAt(address, windows.over, place),
      value: point.shares[i] ?? number(0),
    }),
  );
  return { kind: "each", loops, lets: [gradient, ...point.lets], stores };
}

export function windowScatterKernel(
  node: PrimNode & PrimOf<"window_scatter">,
  storage: Storage,
  make: TaskMaker,
): Kernel {
  const sizes = make.reader.sizes(node.id);
  const all = loopsOver(make.reader.shape(node.gradient), make.batch);
  const { loops, coordinates } = all;
  const windows = windowsOver(coordinates, node.window, sizes, loops);
  const first = loops[0];
  const isBatch = first !== undefined && typeof first.extent !== "number";
  const shared = isBatch ? [first] : [];
  const inner = isBatch ? loops.slice(1) : loops;
  const count = (isBatch ? sizes.slice(1) : sizes).reduce((a, b) => a * b, 1);
  const clear = { address: plus(constant(storage.offset), isBatch ? along(first.name, count) : constant(0)), count };
  const places = areDisjoint(node.window) ? placesOf(windows) : undefined;
  if (places !== undefined) {
    const counts = make.reader.sizes(node.gradient);
    const covered = node.window.every(({ size }, axis) => (counts[axis] ?? 1) * size === sizes[axis]);
    if (covered)
      return kernelOf(node, loops, [disjointScatter(node, windows, places, { ...all, loops: [] }, storage, make)]);
    // Elements outside all windows get 0.
    return kernelOf(node, shared, [
      { kind: "fill", buffer: storage.buffer, range: clear, value: 0 },
      disjointScatter(node, windows, places, { ...all, loops: inner }, storage, make),
    ]);
  }
  const term = node.op === "max" ? make.reader.read(node.arg, windows.coordinates) : number(0);
  return kernelOf(node, shared, [
    {
      kind: "scatter",
      op: node.op,
      loops: inner,
      over: windows.over,
      term,
      guards: windows.guards,
      buffer: storage.buffer,
      address: flatten(windows.coordinates, storage.strides, storage.offset),
      value: make.reader.read(node.gradient, coordinates),
      clear,
    },
  ]);
}
