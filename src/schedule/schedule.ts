// PrimGraph → LoopProgram: chooses the values with a buffer, makes a loop nest for each, fuses them, and plans the memory.

import { CompilerBug, inStep } from "../base/compilerBug.ts";
import type { Module, Prim, PrimGraph, PrimNode, PrimOf, ValueId } from "../ir/graph.ts";
import type { Kernel, LoopFunction, LoopProgram } from "../ir/loops.ts";
import { printLoops } from "../ir/loopText.ts";
import { verifyLoops } from "../ir/loopVerify.ts";
import { extents, rowMajorStrides, type TensorType } from "../ir/types.ts";
import { storesOf } from "./accesses.ts";
import { expectGatherForm } from "./contract.ts";
import { type Finished, finish, type Making, type Program } from "./finish.ts";
import { type FormStore, type Forms, formStore, formsOver } from "./form.ts";
import { placeSums } from "./inPlace.ts";
import {
  copyStorage,
  count,
  type Layout,
  layOutSlots,
  noPlaces,
  noteBatch,
  type Places,
  placeValues,
} from "./layout.ts";
import { materialize, type Uses, usesOf } from "./materialize.ts";
import { planMemory, type Unplaced } from "./memory.ts";
import { type KnownNests, type NestMaker, nestsOf } from "./nests.ts";
import { placeOf } from "./primitives.ts";
import { prepareScan, repeatOf } from "./scan.ts";
import { reader } from "./storage.ts";
import type { TaskMaker } from "./task.ts";
import { copyTask } from "./tasks.ts";
import { orderUpdates } from "./updates.ts";

export interface ScheduleOptions {
  /** The largest number of samples in a call. */
  readonly batch: number;
  /** With false, every value stays in its own kernel. Measurements and tests compare fusion with that. */
  readonly fusion?: boolean;
  /**
   * Whether a contraction's sum over the batch is finished sample by sample, for targets that keep running sums in memory
   * (the default). Otherwise all its terms are added in one row, and a target may cut that row anywhere.
   */
  readonly sampleSums?: boolean;
  /** Whether a contraction may share a kernel with stages that read its result sample by sample. */
  readonly joinContracts?: boolean;
  /** Whether threads can have memory of their own for what one turn of a kernel's loops makes and uses. */
  readonly turnMemory?: boolean;
}

interface Scheduled extends Finished {
  readonly graph: PrimGraph;
  readonly temporaries: ReadonlyMap<string, Unplaced>;
  readonly inputs: LoopFunction["inputs"];
  readonly outputs: LoopFunction["outputs"];
}

/** The last kernels of a program, which copy values to its outputs and slots. */
function copies(graph: PrimGraph, layout: Layout, { temporaries }: Places, make: TaskMaker) {
  const rowMajor = (type: TensorType): readonly number[] => rowMajorStrides(extents(type.shape, make.batch));
  const kernels: Kernel[] = [];
  const outputs = graph.outputs.map(({ name, value }) => {
    const { type } = make.node(value);
    const buffer = layout.name(`output_${graph.name}_${name}`);
    const length = count(extents(type.shape, make.batch));
    layout.lasting.set(buffer, { name: buffer, dtype: type.dtype, length, role: "output" });
    noteBatch({ type }, buffer, layout);
    kernels.push(copyTask(value, { buffer, offset: 0, strides: rowMajor(type) }, make));
    return { name, buffer };
  });
  const updates = graph.updates.map(({ slot, value }) => {
    const at = layout.slotBuffer.get(slot);
    if (at === undefined) throw new CompilerBug(`no slot '${slot}'`);
    return copyTask(value, { buffer: at.buffer, offset: at.start, strides: rowMajor(at.type) }, make);
  });
  const nextBuffer = (kernel: Kernel): string => {
    const buffer = layout.name(`${graph.name}_next_${kernel.name}`);
    const from = kernel.stages.flatMap(storesOf)[0]?.buffer ?? "";
    const { dtype = "f32", length = 0 } = layout.lasting.get(from) ?? {};
    temporaries.set(buffer, { name: buffer, dtype, length, role: "temporary" });
    return buffer;
  };
  return { outputs, kernels: [...kernels, ...orderUpdates(updates, nextBuffer)] };
}

/** What the programs of a module share. */
interface Store {
  readonly forms: FormStore;
  readonly nests: Map<string, KnownNests>;
}

/** A program that is being scheduled. */
interface Context {
  readonly name: string;
  readonly layout: Layout;
  readonly store: Store;
  readonly options: ScheduleOptions;
  readonly forms: Forms;
  readonly fromFirst: (buffer: string) => boolean;
  readonly temporaries: Places["temporaries"];
}

/** The values of a graph that get buffers of their own. */
function storedIn(graph: PrimGraph, uses: Uses, { batch, fusion }: ScheduleOptions): Set<ValueId> {
  const stored = new Set(materialize(graph, uses, batch));
  if (fusion === false)
    for (const node of graph.nodes)
      if (node.kind === "map" || node.kind === "pad" || node.kind === "random") stored.add(node.id);
  return stored;
}

/** The steps that compute the stored values of a program, or of a body whose arguments and results have their places. */
function stepsOf(graph: PrimGraph, places: Places, context: Context) {
  expectGatherForm(graph);
  const { layout, options, forms, fromFirst, store } = context;
  const { batch } = options;
  const uses: Uses = usesOf(graph);
  const stored = storedIn(graph, uses, options);
  for (const id of places.storages.keys()) if (placeOf(uses.node(id)) !== "memory") stored.add(id);
  placeSums(graph, uses, context.name, layout, batch, places);
  const { storages, results } = placeValues(graph, stored, context.name, layout, batch, places);
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
  const maker: NestMaker = { make, forms, storageOf: (id) => storages.get(id), fromFirst, known: store.nests };
  const loop = (node: PrimNode & PrimOf<"scan">): readonly Making[] => {
    const prepared = prepareScan(node, results.get(node.id) ?? [], {
      make,
      formOf: forms.of,
      isTemporary: (buffer) => context.temporaries.has(buffer),
      newStorage: (id) => copyStorage(uses.node(id), `${context.name}_${node.origin}`, layout, batch, places),
    });
    const inside: Places = { ...noPlaces(context.temporaries), storages: new Map(prepared.storages) };
    const body = stepsOf(node.body, inside, context);
    const copied = prepared.copies.map(([id, storage]) => forms.of(copyTask(id, storage, body.make)));
    return [...prepared.before, repeatOf(node, prepared, [...body.steps, ...copied])];
  };
  const steps = graph.nodes.flatMap((node): readonly Making[] => {
    if (!stored.has(node.id)) return [];
    return node.kind === "scan" ? loop(node) : nestsOf(node, maker);
  });
  return { steps, make };
}

function scheduleGraph(graph: PrimGraph, layout: Layout, store: Store, options: ScheduleOptions): Scheduled {
  const places = noPlaces();
  const { temporaries, inputs } = places;
  const buffer = (name: string): Unplaced => {
    const found = temporaries.get(name) ?? layout.lasting.get(name);
    if (found === undefined) throw new CompilerBug(`no buffer '${name}'`);
    return found;
  };
  const fromFirst = (name: string): boolean => !layout.batched.has(name);
  const forms = formsOver((name) => ({ dtype: buffer(name).dtype, fromFirst: fromFirst(name) }), store.forms);
  const context: Context = { name: graph.name, layout, store, options, forms, fromFirst, temporaries };
  const { steps: nests, make } = stepsOf(graph, places, context);
  const last = copies(graph, layout, places, make);
  const program: Program = {
    forms,
    buffer,
    isTemporary: (name) => temporaries.has(name),
    shrink: (name, length) => temporaries.set(name, { ...buffer(name), length, role: "turn" }),
    name: (wish) => layout.name(`${graph.name}_${wish}`),
  };
  const { steps, spans } = finish([...nests, ...last.kernels.map(forms.of)], program, options);
  return { graph, steps, spans, temporaries, inputs, outputs: last.outputs };
}

/** All programs over one arena. The same module and options always give the same result. */
export function schedule(module: Module<Prim>, options: ScheduleOptions): LoopProgram {
  const layout = layOutSlots(module.slots);
  const store: Store = { forms: formStore(), nests: new Map() };
  const programs = module.programs.map((graph) =>
    inStep(`scheduling '${graph.name}'`, () => scheduleGraph(graph, layout, store, options)),
  );
  // Small tables become arithmetic, so nothing reads them.
  const used = new Set(programs.flatMap(({ spans }) => [...spans.keys()]));
  const lasting = [...layout.lasting.values()].filter(({ name, role }) => role !== "const" || used.has(name));
  const { buffers, arenaBytes } = planMemory(lasting, programs);
  const program: LoopProgram = {
    batch: options.batch,
    buffers,
    slots: layout.places,
    functions: programs.map(({ graph, steps, inputs, outputs }) => ({ name: graph.name, steps, inputs, outputs })),
    arenaBytes,
  };
  const [problem] = verifyLoops(program);
  if (problem !== undefined)
    throw new CompilerBug(problem, { steps: ["the step 'memory plan'"], shown: printLoops(program) });
  return program;
}
