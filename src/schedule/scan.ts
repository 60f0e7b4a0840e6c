// Loops over steps as repeats of kernels: a step reads row after row of what it goes over, and writes row after row of its
// results. Accesses to a buffer move together, so within a step the kernels are scheduled as those of any program are.

import { CompilerBug } from "../base/compilerBug.ts";
import { along } from "../ir/address.ts";
import type { PrimGraph, PrimNode, PrimOf, ValueId } from "../ir/graph.ts";
import type { Kernel } from "../ir/loops.ts";
import { extents } from "../ir/types.ts";
import type { Repeating } from "./finish.ts";
import type { Formed } from "./form.ts";
import { readInRows, usesOf } from "./materialize.ts";
import { placeOf } from "./primitives.ts";
import { isRowMajor } from "./reshape.ts";
import type { Storage } from "./storage.ts";
import type { TaskMaker } from "./task.ts";
import { copyTask } from "./tasks.ts";

type Scan = PrimNode & PrimOf<"scan">;

/** What a loop needs of the program around it. */
export interface Around {
  readonly make: TaskMaker;
  formOf(kernel: Kernel): Formed;
  /** Whether a buffer lasts for one run of the program. */
  isTemporary(buffer: string): boolean;
  /** A new temporary for a value. */
  newStorage(id: ValueId): Storage;
}

/** The place of a value, if its elements lie in memory as they are. */
function placeIn(id: ValueId, { reader }: TaskMaker): Storage | undefined {
  const axes = reader.sizes(id).map((_, axis) => `axis${axis}`);
  const read = reader.read(
    id,
    axes.map((axis) => along(axis)),
  );
  if (read.kind !== "load" || read.guards.length > 0) return undefined;
  const { buffer, address } = read;
  return { buffer, offset: address.offset, strides: axes.map((axis) => address.strides[axis] ?? 0) };
}

/** How the accesses to each buffer move from step to step. */
function movement() {
  const moves = new Map<string, number>();
  return {
    moves,
    /** Whether a buffer can move by so many elements. If it can, it does. */
    fits(buffer: string, move: number): boolean {
      const known = moves.get(buffer) ?? move;
      if (known === move) moves.set(buffer, move);
      return known === move;
    },
  };
}

/** Values of a body that a kernel of their own stores, and so can store where the loop wants them. */
const isMovable = (node: PrimNode): boolean =>
  node.kind !== "scan" &&
  !(node.kind === "contract" && node.onto !== undefined) &&
  (placeOf(node) === "nest" || placeOf(node) === "point");

/** A loop between the kernels before it and those of its steps. */
export interface Prepared {
  /** Kernels that set the first carried values, and copy what the steps cannot read where it is. */
  readonly before: readonly Formed[];
  readonly moves: ReadonlyMap<string, number>;
  /** The places of values of the body in the first step. */
  readonly storages: ReadonlyMap<ValueId, Storage>;
  /** Values to copy at the end of a step, and where. */
  readonly copies: readonly (readonly [ValueId, Storage])[];
}

/** Places the arguments and results of a loop. `results` are the places of its results in the program around it. */
export function prepareScan(node: Scan, results: readonly Storage[], around: Around): Prepared {
  const { init, over, captures, body } = node;
  const { make, formOf } = around;
  const before: Formed[] = [];
  const { moves, fits } = movement();
  const first = firstRows(node, results, make);
  for (const { buffer, move } of [...first.carried, ...first.stacked]) fits(buffer, move);
  init.forEach((id, i) => {
    const row = first.carried[i];
    if (row !== undefined) before.push(formOf(copyTask(id, row.storage, make)));
  });
  const argument = argumentReader(node, around, before, fits);
  const inRows = inputsInRows(body, make.batch);
  // Whole values first: they cannot move, and slices can be copied.
  const whole = captures.map((id, i) => argument(id, false, inRows.has(init.length + over.length + i)));
  const sliced = over.map((id, i) => argument(id, true, inRows.has(init.length + i)));
  const inputs = [...first.carried.map(({ storage }) => storage), ...sliced, ...whole];
  const storages = new Map<ValueId, Storage>();
  for (const inner of body.nodes) {
    const storage = inner.kind === "input" ? inputs[Number(inner.name)] : undefined;
    if (storage !== undefined) storages.set(inner.id, storage);
  }
  const nodes = new Map(body.nodes.map((inner) => [inner.id, inner]));
  const copies: (readonly [ValueId, Storage])[] = [];
  const next = first.carried.map(({ storage, move }) => ({ ...storage, offset: storage.offset + move }));
  body.outputs.forEach(({ value: id }, i) => {
    const storage = i < init.length ? next[i] : first.stacked.find(({ output }) => output === i)?.storage;
    const value = nodes.get(id);
    if (value === undefined) throw new CompilerBug(`no value %${id} in the body of a loop`);
    if (storage === undefined) return;
    if (isMovable(value) && !storages.has(id)) storages.set(id, storage);
    else copies.push([id, storage]);
  });
  return { before, moves, storages, copies };
}

/** A row in the first step, and the distance to that of the next. */
interface Row {
  readonly output: number;
  readonly buffer: string;
  readonly storage: Storage;
  readonly move: number;
}

/**
 * The rows that the first step reads of carried values, and those that it writes of stacked ones. A stacked value that lies in
 * the rows of another has none of its own.
 */
function firstRows({ init, body, length, reverse }: Scan, results: readonly Storage[], make: TaskMaker) {
  const direction = reverse ? -1 : 1;
  const types = new Map(body.nodes.map(({ id, type }) => [id, type]));
  const carried = results.slice(0, init.length).map((last, output): Row => {
    const shape = types.get(body.outputs[output]?.value ?? -1)?.shape ?? [];
    const move = direction * extents(shape, make.batch).reduce((a, b) => a * b, 1);
    const storage = { ...last, offset: last.offset - length * move };
    return { output, buffer: last.buffer, storage, move };
  });
  const stacked = results.slice(init.length).flatMap(({ buffer, strides: [row = 0, ...strides] }, i): Row[] => {
    if (carried.some((one) => one.buffer === buffer)) return [];
    if (results.slice(init.length, init.length + i).some((one) => one.buffer === buffer)) return [];
    const storage = { buffer, offset: reverse ? (length - 1) * row : 0, strides };
    return [{ output: init.length + i, buffer, storage, move: direction * row }];
  });
  return { carried, stacked };
}

/** The numbers of the arguments whose elements a step needs in row-major order. */
function inputsInRows(body: PrimGraph, batch: number): ReadonlySet<number> {
  const wanted = readInRows(body, usesOf(body), batch);
  const inputs = body.nodes.flatMap((node) =>
    node.kind === "input" && wanted.has(node.id) ? [Number(node.name)] : [],
  );
  return new Set(inputs);
}

/** Finds where the first step reads an argument: where it is, or in a copy, whose elements are in row-major order. */
function argumentReader(
  { length, reverse }: Scan,
  { make, formOf, isTemporary, newStorage }: Around,
  before: Formed[],
  fits: (buffer: string, move: number) => boolean,
): (id: ValueId, isSliced: boolean, inRows: boolean) => Storage {
  const moveOf = ({ strides }: Storage): number => (reverse ? -1 : 1) * (strides[0] ?? 0);
  const isInRows = (id: ValueId, { strides }: Storage, from: number): boolean =>
    isRowMajor(strides.slice(from), make.reader.sizes(id).slice(from));
  const inPlace = (id: ValueId, isSliced: boolean, inRows: boolean): Storage => {
    const found = placeIn(id, make);
    // What lasts is read in one place only, as it is.
    const stays =
      found !== undefined &&
      (!inRows || isInRows(id, found, isSliced ? 1 : 0)) &&
      (isSliced ? isTemporary(found.buffer) && fits(found.buffer, moveOf(found)) : fits(found.buffer, 0));
    if (stays) return found;
    const copy = newStorage(id);
    before.push(formOf(copyTask(id, copy, make)));
    fits(copy.buffer, isSliced ? moveOf(copy) : 0);
    return copy;
  };
  return (id, isSliced, inRows) => {
    const all = inPlace(id, isSliced, inRows);
    if (!isSliced) return all;
    const [row = 0, ...strides] = all.strides;
    return { buffer: all.buffer, offset: all.offset + (reverse ? length - 1 : 0) * row, strides };
  };
}

export const repeatOf = ({ length }: Scan, { moves }: Prepared, steps: Repeating["steps"]): Repeating => ({
  turns: length,
  moves: new Map([...moves].filter(([, move]) => move !== 0)),
  steps,
});
