// Gives the values of programs their buffers: slots, columns and tables once for a module, temporaries for each program. It
// plans no memory, and makes no kernels.

import { CompilerBug } from "../base/compilerBug.ts";
import type { PrimGraph, PrimNode, PrimOf, Slot, ValueId } from "../ir/graph.ts";
import type { SlotPlace } from "../ir/loops.ts";
import { labelOf } from "../ir/slots.ts";
import { extents, rowMajorStrides, type TensorType } from "../ir/types.ts";
import type { Unplaced } from "./memory.ts";
import { placeOf } from "./primitives.ts";
import type { Storage } from "./storage.ts";

export const count = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** Names for buffers and kernels: derived from origins, unique, and identifiers in every target. */
function namer(): (wish: string) => string {
  const taken = new Set<string>();
  const next = new Map<string, number>();
  return (wish) => {
    const base =
      wish
        .replace(/[^A-Za-z0-9]+/g, "_")
        .replace(/^_+|_+$/g, "")
        .replace(/^(\d)/, "x$1")
        .slice(0, 60) || "value";
    let name = base;
    // Not `_2`: such suffixes distinguish layers of one class.
    let number = next.get(base) ?? 2;
    for (; taken.has(name); number++) name = `${base}_v${number}`;
    next.set(base, number);
    taken.add(name);
    return name;
  };
}

/** The numbers in a cache line. */
const LINE = 16;

/** The rows of a sample in a plane that are worth a turn: a product of them fills tiles. */
const MANY_ROWS = 64;

/**
 * The strides of a value in planes, like Winograd's products. Loops use elements of different planes together, so planes are an
 * odd number of cache lines apart. Otherwise these elements would compete for a few places of the cache. A plane holds the rows
 * of all samples, or, if these are many, those of one: then what a sample needs lies together, and a kernel can go on with it.
 */
function apart({ shape }: TensorType, sizes: readonly number[]): readonly number[] {
  const batchAt = shape.findIndex((size) => typeof size !== "number");
  const rowMajor = rowMajorStrides(sizes);
  const [plane, sample] = [rowMajor[batchAt - 1], rowMajor[batchAt]];
  if (batchAt < 1 || plane === undefined || sample === undefined) return rowMajor;
  const bySample = sample >= MANY_ROWS * (sizes[sizes.length - 1] ?? 1);
  const lines = Math.ceil((bySample ? sample : plane) / LINE);
  const apart = (lines % 2 === 1 ? lines : lines + 1) * LINE;
  const planes = count(sizes.slice(0, batchAt));
  return rowMajor.map((stride, axis) => {
    if (axis < batchAt) return (stride / plane) * apart;
    return axis === batchAt && bySample ? planes * apart : stride;
  });
}

/** The buffers that last between calls, and the names of all. */
export interface Layout {
  readonly lasting: Map<string, Unplaced>;
  readonly slotBuffer: ReadonlyMap<
    string,
    { readonly buffer: string; readonly start: number; readonly type: TensorType }
  >;
  readonly places: readonly SlotPlace[];
  readonly inputs: Map<string, string>;
  /** The buffers of constants by their type and numbers. */
  readonly constants: Map<string, string>;
  /** Numbers as text: programs and layers share the arrays of their tables. */
  readonly numbers: Map<readonly number[], string>;
  readonly name: (wish: string) => string;
  /** The buffers of values with a batch axis. */
  readonly batched: Set<string>;
}

/** A layout with a buffer for each slot that is not within another. */
export function layOutSlots(slots: readonly Slot[]): Layout {
  const name = namer();
  const lasting = new Map<string, Unplaced>();
  const slotBuffer = new Map<string, { readonly buffer: string; readonly start: number; readonly type: TensorType }>();
  const places: SlotPlace[] = [];
  const wholes = new Set(slots.flatMap(({ within }) => (within === undefined ? [] : [within.slot])));
  for (const slot of slots) {
    const shape = extents(slot.type.shape, 1);
    if (slot.within === undefined) {
      const buffer = name(labelOf(slot.name));
      lasting.set(buffer, { name: buffer, dtype: slot.type.dtype, length: count(shape), role: "slot" });
      slotBuffer.set(slot.name, { buffer, start: 0, type: slot.type });
    } else {
      const whole = slotBuffer.get(slot.within.slot);
      if (whole === undefined) throw new CompilerBug(`slot '${slot.name}' lies in an unknown slot`);
      slotBuffer.set(slot.name, { buffer: whole.buffer, start: whole.start + slot.within.offset, type: slot.type });
    }
    const at = slotBuffer.get(slot.name);
    if (at !== undefined && !wholes.has(slot.name))
      places.push({
        name: slot.name,
        shape,
        dtype: slot.type.dtype,
        role: slot.role,
        buffer: at.buffer,
        start: at.start,
      });
  }
  return {
    lasting,
    slotBuffer,
    places,
    inputs: new Map(),
    constants: new Map(),
    numbers: new Map(),
    name,
    batched: new Set(),
  };
}

/** The buffers of the values of a program, or of the body of a loop in it. */
export interface Places {
  /** Of the first result, where there are several. */
  readonly storages: Map<ValueId, Storage>;
  /** Of all results of loops. */
  readonly results: Map<ValueId, readonly Storage[]>;
  /** Those of the whole program. */
  readonly temporaries: Map<string, Unplaced>;
  readonly inputs: { readonly name: string; readonly buffer: string }[];
}

export const noPlaces = (temporaries: Map<string, Unplaced> = new Map()): Places => ({
  storages: new Map(),
  results: new Map(),
  temporaries,
  inputs: [],
});

/** The name in `known` under `key`; the first time, that of a new lasting buffer. */
function lastingBuffer(
  layout: Layout,
  known: Map<string, string>,
  key: string,
  wish: string,
  buffer: Omit<Unplaced, "name">,
): string {
  const found = known.get(key);
  if (found !== undefined) return found;
  const name = layout.name(wish);
  known.set(key, name);
  layout.lasting.set(name, { name, ...buffer });
  return name;
}

/** Notes a buffer whose value has a batch axis. */
export function noteBatch({ type }: Pick<PrimNode, "type">, buffer: string, { batched }: Layout): void {
  if (type.shape.some((size) => typeof size !== "number")) batched.add(buffer);
}

/** The storage of a value that exists before the program starts. */
function givenStorage(node: PrimNode, layout: Layout, batch: number, { inputs }: Places): Storage | undefined {
  const { dtype } = node.type;
  const sizes = extents(node.type.shape, batch);
  const strides = rowMajorStrides(sizes);
  if (node.kind === "param") {
    const slot = layout.slotBuffer.get(node.slot);
    if (slot === undefined) throw new CompilerBug(`no slot '${node.slot}'`);
    return { buffer: slot.buffer, offset: slot.start, strides };
  }
  if (node.kind === "input") {
    // Programs that read a column of the same name and type share its buffer.
    const key = `${node.name} ${dtype} ${sizes.join("x")}`;
    const column = { dtype, length: count(sizes), role: "input" } as const;
    const buffer = lastingBuffer(layout, layout.inputs, key, `input_${node.name}`, column);
    noteBatch(node, buffer, layout);
    if (!inputs.some((i) => i.name === node.name)) inputs.push({ name: node.name, buffer });
    return { buffer, offset: 0, strides };
  }
  if (node.kind === "const" && typeof node.value !== "number") {
    // Equal tables are one: every program has those of its layers.
    const text = layout.numbers.get(node.value) ?? node.value.join();
    layout.numbers.set(node.value, text);
    const table = { dtype, length: node.value.length, role: "const", data: node.value } as const;
    const buffer = lastingBuffer(layout, layout.constants, `${dtype} ${text}`, `${node.origin}_constant`, table);
    return { buffer, offset: 0, strides };
  }
  return undefined;
}

/** A new temporary for a value. */
export function newStorage(
  node: PrimNode,
  wish: string,
  layout: Layout,
  batch: number,
  { temporaries }: Places,
): Storage {
  const buffer = layout.name(wish);
  const sizes = extents(node.type.shape, batch);
  const strides = node.kind === "contract" ? apart(node.type, sizes) : rowMajorStrides(sizes);
  const length = Math.max(1, ...sizes.map((n, i) => n * (strides[i] ?? 1)));
  noteBatch(node, buffer, layout);
  temporaries.set(buffer, { name: buffer, dtype: node.type.dtype, length, role: "temporary" });
  return { buffer, offset: 0, strides };
}

/** A new temporary for a copy of a value. */
export function copyStorage({ type }: PrimNode, wish: string, layout: Layout, batch: number, places: Places): Storage {
  const { strides, ...rest } = newRows(type, 1, `${wish}_copy`, layout, batch, places);
  return { ...rest, strides: strides.slice(1) };
}

/** A new temporary of rows, one for each step of a loop and `more`: the distance of its rows, and its place. */
function newRows(
  { dtype, shape }: TensorType,
  rows: number,
  wish: string,
  layout: Layout,
  batch: number,
  { temporaries }: Places,
): Storage {
  const buffer = layout.name(wish);
  const sizes = extents(shape, batch);
  temporaries.set(buffer, { name: buffer, dtype, length: rows * count(sizes), role: "temporary" });
  return { buffer, offset: 0, strides: [count(sizes), ...rowMajorStrides(sizes)] };
}

/** The storage of a value, if it has one of its own. */
function storageOf(
  node: PrimNode,
  stored: ReadonlySet<ValueId>,
  wish: string,
  layout: Layout,
  batch: number,
  places: Places,
): Storage | undefined {
  if (node.kind === "part") return places.results.get(node.of)?.[node.index];
  if (node.kind === "scan") {
    const results = scanResults(node, wish, layout, batch, places);
    places.results.set(node.id, results);
    return results[0];
  }
  if (placeOf(node) === "memory") return givenStorage(node, layout, batch, places);
  if (!stored.has(node.id)) return undefined;
  if (node.kind === "contract" && node.onto !== undefined) return places.storages.get(node.onto);
  return newStorage(node, wish, layout, batch, places);
}

/**
 * The places of a loop's results. Carried values have a row for each step and one more, so that a step reads one row and writes
 * the next. A stacked value that is a carried one lies in the rows of that.
 */
function scanResults(
  node: PrimNode & PrimOf<"scan">,
  wish: string,
  layout: Layout,
  batch: number,
  places: Places,
): readonly Storage[] {
  const { body, init, length, reverse } = node;
  const types = new Map(body.nodes.map(({ id, type }) => [id, type]));
  const typeOf = (id: ValueId): TensorType => {
    const type = types.get(id);
    if (type === undefined) throw new CompilerBug(`no value %${id} in the body of a loop`);
    return type;
  };
  const inputs = new Map(body.nodes.flatMap((one) => (one.kind === "input" ? [[one.id, Number(one.name)]] : [])));
  const carried = init.map((_, i) =>
    newRows(typeOf(body.outputs[i]?.value ?? -1), length + 1, `${wish}_carried`, layout, batch, places),
  );
  const row = ({ buffer, strides }: Storage, number: number): Storage => ({
    buffer,
    offset: number * (strides[0] ?? 0),
    strides,
  });
  const last = reverse ? 0 : length;
  const known = new Map<ValueId, Storage>();
  const stacked = body.outputs.slice(init.length).map(({ value }) => {
    const same = known.get(value);
    if (same !== undefined) return same;
    const before = carried[inputs.get(value) ?? -1];
    if (before !== undefined) return row(before, reverse ? 1 : 0);
    const after = carried[body.outputs.slice(0, init.length).findIndex((one) => one.value === value)];
    if (after !== undefined) return row(after, reverse ? 0 : 1);
    const own = newRows(typeOf(value), length, `${wish}_steps`, layout, batch, places);
    known.set(value, own);
    return own;
  });
  return [
    ...carried.map((rows) => {
      const { buffer, offset, strides } = row(rows, last);
      return { buffer, offset, strides: strides.slice(1) };
    }),
    ...stacked,
  ];
}

/** Gives values their buffers: those that are given, and those in `stored`. Values that have a place in `places` keep it. */
export function placeValues(
  graph: PrimGraph,
  stored: ReadonlySet<ValueId>,
  prefix: string,
  layout: Layout,
  batch: number,
  places: Places,
): Places {
  for (const node of graph.nodes) {
    if (places.storages.has(node.id)) continue;
    const place = storageOf(node, stored, `${prefix}_${node.origin}`, layout, batch, places);
    if (place !== undefined) places.storages.set(node.id, place);
  }
  return places;
}
