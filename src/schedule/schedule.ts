// PrimGraph → LoopProgram: decides what has a buffer, makes a loop nest for each, fuses them, and plans the memory.

import { CompilerBug, inStep } from "../base/compilerBug.ts";
import { loadsOf } from "../ir/expression.ts";
import type { Module, Prim, PrimGraph, PrimNode, Slot, ValueId } from "../ir/graph.ts";
import type { Kernel, LoopFunction, LoopProgram, SlotPlace } from "../ir/loops.ts";
import { printKernel, printLoops } from "../ir/loopText.ts";
import { verifyKernels, verifyLoops } from "../ir/loopVerify.ts";
import { labelOf } from "../ir/slots.ts";
import { type DType, extents, rowMajorStrides, type TensorType } from "../ir/types.ts";
import { collapseLoops } from "./collapse.ts";
import { expectGatherForm } from "./contract.ts";
import { dropDeadStores } from "./deadStores.ts";
import { storesOf } from "./dependence.ts";
import { describe } from "./describe.ts";
import { fuse } from "./fuse.ts";
import { materialize, type Uses, usesOf } from "./materialize.ts";
import { bytesOf, planMemory, type Unplaced } from "./memory.ts";
import { placeOf, schedulingOf } from "./primitives.ts";
import { shareWork } from "./share.ts";
import { reader, type Storage } from "./storage.ts";
import type { TaskMaker } from "./task.ts";
import { copyTask } from "./tasks.ts";
import { orderUpdates } from "./updates.ts";

export interface ScheduleOptions {
  /** The largest number of samples in a call. */
  readonly batch: number;
  /** Leaves every value in a kernel of its own: what fusion is measured against, and tested against. */
  readonly fusion?: boolean;
  /**
   * Whether a contraction's sum over the batch is finished sample by sample, for targets that keep running sums in memory
   * (the default). Otherwise all its terms are added in one row, and a target may cut that row anywhere.
   */
  readonly sampleSums?: boolean;
  /** Whether a contraction may share a kernel with what reads its result sample by sample. */
  readonly joinContracts?: boolean;
}

const count = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** Names for buffers and kernels: made up from origins, unique, identifiers in every target. */
function namer(): (wish: string) => string {
  const taken = new Set<string>();
  return (wish) => {
    const base =
      wish
        .replace(/[^A-Za-z0-9]+/g, "_")
        .replace(/^_+|_+$/g, "")
        .replace(/^(\d)/, "x$1")
        .slice(0, 60) || "value";
    let name = base;
    // Not `_2`: that is how layers of one class are told apart.
    for (let i = 2; taken.has(name); i++) name = `${base}_v${i}`;
    taken.add(name);
    return name;
  };
}

/** Numbers in a cache line. */
const LINE = 16;

/**
 * The strides of a value that is kept as planes of all samples, as Winograd's products are: what is worked on together lies
 * in different planes, so they lie an odd number of cache lines apart. Else all of it would share a few places of the cache.
 */
function apart({ shape }: TensorType, sizes: readonly number[]): readonly number[] {
  const batchAt = shape.findIndex((size) => typeof size !== "number");
  const rowMajor = rowMajorStrides(sizes);
  const plane = rowMajor[batchAt - 1];
  if (batchAt < 1 || plane === undefined) return rowMajor;
  const lines = Math.ceil(plane / LINE);
  const apart = (lines % 2 === 1 ? lines : lines + 1) * LINE;
  return rowMajor.map((stride, axis) => (axis < batchAt ? (stride / plane) * apart : stride));
}

interface Layout {
  readonly lasting: Map<string, Unplaced>;
  readonly slotBuffer: ReadonlyMap<
    string,
    { readonly buffer: string; readonly start: number; readonly type: TensorType }
  >;
  readonly places: readonly SlotPlace[];
  readonly inputs: Map<string, string>;
  /** Buffers of constants by their type and numbers. */
  readonly constants: Map<string, string>;
  /** Numbers as text: programs and layers share the arrays of their tables. */
  readonly numbers: Map<readonly number[], string>;
  readonly name: (wish: string) => string;
}

function layOutSlots(slots: readonly Slot[]): Layout {
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
  return { lasting, slotBuffer, places, inputs: new Map(), constants: new Map(), numbers: new Map(), name };
}

interface Scheduled {
  readonly graph: PrimGraph;
  readonly kernels: readonly Kernel[];
  readonly temporaries: ReadonlyMap<string, Unplaced>;
  readonly inputs: LoopFunction["inputs"];
  readonly outputs: LoopFunction["outputs"];
}

function scheduleGraph(graph: PrimGraph, layout: Layout, options: ScheduleOptions): Scheduled {
  expectGatherForm(graph);
  const uses: Uses = usesOf(graph);
  const { batch } = options;
  const stored = new Set(materialize(graph, uses, batch));
  if (options.fusion === false)
    for (const node of graph.nodes)
      if (node.kind === "map" || node.kind === "pad" || node.kind === "random") stored.add(node.id);
  const storages = new Map<ValueId, Storage>();
  const temporaries = new Map<string, Unplaced>();
  const inputs: { readonly name: string; readonly buffer: string }[] = [];

  const rowMajor = (type: TensorType): readonly number[] => rowMajorStrides(extents(type.shape, batch));
  const newBuffer = (node: PrimNode, wish: string): Storage => {
    const buffer = layout.name(wish);
    const dtype: DType = node.type.dtype;
    const sizes = extents(node.type.shape, batch);
    const strides = node.kind === "contract" ? apart(node.type, sizes) : rowMajorStrides(sizes);
    const length = (sizes[0] ?? 1) * (strides[0] ?? 1);
    temporaries.set(buffer, { name: buffer, dtype, length, role: "temporary" });
    return { buffer, offset: 0, strides };
  };
  const given = (node: PrimNode): Storage | undefined => {
    if (node.kind === "param") {
      const slot = layout.slotBuffer.get(node.slot);
      if (slot === undefined) throw new CompilerBug(`no slot '${node.slot}'`);
      return { buffer: slot.buffer, offset: slot.start, strides: rowMajor(node.type) };
    }
    if (node.kind === "input") {
      // Programs that read a column of the same name and type share its buffer.
      const key = `${node.name} ${node.type.dtype} ${extents(node.type.shape, batch).join("x")}`;
      let buffer = layout.inputs.get(key);
      if (buffer === undefined) {
        buffer = layout.name(`input_${node.name}`);
        layout.inputs.set(key, buffer);
        layout.lasting.set(buffer, {
          name: buffer,
          dtype: node.type.dtype,
          length: count(extents(node.type.shape, batch)),
          role: "input",
        });
      }
      if (!inputs.some((i) => i.name === node.name)) inputs.push({ name: node.name, buffer });
      return { buffer, offset: 0, strides: rowMajor(node.type) };
    }
    if (node.kind === "const" && typeof node.value !== "number") {
      // Equal tables are one: every program has those of its layers.
      const text = layout.numbers.get(node.value) ?? node.value.join();
      layout.numbers.set(node.value, text);
      const key = `${node.type.dtype} ${text}`;
      let buffer = layout.constants.get(key);
      if (buffer === undefined) {
        buffer = layout.name(`${node.origin}_constant`);
        layout.constants.set(key, buffer);
        layout.lasting.set(buffer, {
          name: buffer,
          dtype: node.type.dtype,
          length: node.value.length,
          role: "const",
          data: node.value,
        });
      }
      return { buffer, offset: 0, strides: rowMajor(node.type) };
    }
    return undefined;
  };
  for (const node of graph.nodes) {
    const place =
      placeOf(node) === "memory"
        ? given(node)
        : !stored.has(node.id)
          ? undefined
          : node.kind === "contract" && node.onto !== undefined
            ? storages.get(node.onto)
            : newBuffer(node, `${graph.name}_${node.origin}`);
    if (place !== undefined) storages.set(node.id, place);
  }

  const make: TaskMaker = {
    batch,
    sampleSums: options.sampleSums !== false,
    reader: reader(uses, batch, (id) => storages.get(id)),
    node: uses.node,
    storage(id) {
      const storage = storages.get(id);
      if (storage === undefined) throw new CompilerBug(`%${id} has no buffer`);
      return storage;
    },
  };
  const kernels: Kernel[] = [];
  for (const node of graph.nodes) {
    if (!stored.has(node.id)) continue;
    kernels.push(...schedulingOf(node).task(node, make.storage(node.id), make));
  }
  const outputs = graph.outputs.map(({ name, value }) => {
    const node = uses.node(value);
    const buffer = layout.name(`output_${graph.name}_${name}`);
    layout.lasting.set(buffer, {
      name: buffer,
      dtype: node.type.dtype,
      length: count(extents(node.type.shape, batch)),
      role: "output",
    });
    kernels.push(copyTask(value, { buffer, offset: 0, strides: rowMajor(node.type) }, make));
    return { name, buffer };
  });
  const updates = graph.updates.map(({ slot, value }) => {
    const at = layout.slotBuffer.get(slot);
    if (at === undefined) throw new CompilerBug(`no slot '${slot}'`);
    return copyTask(value, { buffer: at.buffer, offset: at.start, strides: rowMajor(at.type) }, make);
  });
  kernels.push(
    ...orderUpdates(updates, (kernel) => {
      const buffer = layout.name(`${graph.name}_next_${kernel.name}`);
      const from = kernel.stages.flatMap(storesOf)[0]?.buffer ?? "";
      const slot = layout.lasting.get(from);
      temporaries.set(buffer, {
        name: buffer,
        dtype: slot?.dtype ?? "f32",
        length: slot?.length ?? 0,
        role: "temporary",
      });
      return buffer;
    }),
  );
  return { graph, kernels: finish(kernels, temporaries, graph.name, layout, options), temporaries, inputs, outputs };
}

/** From one kernel for each stored value to those that run, verified after each step. */
function finish(
  kernels: readonly Kernel[],
  temporaries: ReadonlyMap<string, Unplaced>,
  program: string,
  layout: Layout,
  options: ScheduleOptions,
): readonly Kernel[] {
  const buffer = (name: string): Unplaced | undefined => temporaries.get(name) ?? layout.lasting.get(name);
  const dtypeOf = (name: string): DType => {
    const found = buffer(name);
    if (found === undefined) throw new CompilerBug(`no buffer '${name}'`);
    return found.dtype;
  };
  // A kernel that a step left alone was verified before.
  const fine = new WeakSet<Kernel>();
  const step = (name: string, made: readonly Kernel[]): readonly Kernel[] => {
    const fresh = made.filter((kernel) => !fine.has(kernel));
    const [problem] = verifyKernels(fresh, buffer);
    for (const kernel of fresh) fine.add(kernel);
    if (problem !== undefined)
      throw new CompilerBug(problem, { steps: [`the step '${name}'`], shown: made.map(printKernel).join("") });
    return made;
  };
  const made = step("loop nests", kernels);
  const joinContracts = options.joinContracts === true;
  const fused = options.fusion === false ? made : step("fuse", fuse(made, { joinContracts, dtypeOf }));
  const live = step(
    "dead stores",
    dropDeadStores(fused, (name) => !temporaries.has(name)),
  );
  const shared = step(
    "share work",
    live.map((kernel) => shareWork(kernel, dtypeOf)),
  );
  const collapsed = step("collapse loops", shared.map(collapseLoops));
  const width = (name: string): number => bytesOf(dtypeOf(name));
  return collapsed.map((kernel, i) => {
    // Its place in the program, then what it computes: names read in the order they run.
    const origins = [...new Set(kernel.origins)].slice(0, 2).join(" and ");
    const name = layout.name(`${program}_${String(i + 1).padStart(2, "0")}_${origins}`);
    return { ...describe(kernel, width), name };
  });
}

/** Small tables are written out as arithmetic: nothing reads them then. */
const isRead = (buffer: string, programs: readonly Scheduled[]): boolean =>
  programs.some(({ kernels }) =>
    kernels.some(({ stages }) => stages.some((stage) => loadsOf(stage).some((load) => load.buffer === buffer))),
  );

/** All programs over one arena. The same module and options always give the same result. */
export function schedule(module: Module<Prim>, options: ScheduleOptions): LoopProgram {
  const layout = layOutSlots(module.slots);
  const programs = module.programs.map((graph) =>
    inStep(`scheduling '${graph.name}'`, () => scheduleGraph(graph, layout, options)),
  );
  const lasting = [...layout.lasting.values()].filter(({ name, role }) => role !== "const" || isRead(name, programs));
  const { buffers, arenaBytes } = planMemory(lasting, programs);
  const program: LoopProgram = {
    batch: options.batch,
    buffers,
    slots: layout.places,
    functions: programs.map(({ graph, kernels, inputs, outputs }) => ({ name: graph.name, kernels, inputs, outputs })),
    arenaBytes,
  };
  const [problem] = verifyLoops(program);
  if (problem !== undefined)
    throw new CompilerBug(problem, { steps: ["the step 'memory plan'"], shown: printLoops(program) });
  return program;
}
