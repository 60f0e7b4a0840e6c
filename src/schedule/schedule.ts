// PrimGraph → LoopProgram: chooses the values with a buffer, makes a loop nest for each, fuses them, and plans the memory.

import { CompilerBug, inStep } from "../base/compilerBug.ts";
import { loadsOf } from "../ir/expression.ts";
import type { Module, Prim, PrimGraph } from "../ir/graph.ts";
import type { Kernel, LoopFunction, LoopProgram } from "../ir/loops.ts";
import { printKernel, printLoops } from "../ir/loopText.ts";
import { verifyLoops } from "../ir/loopVerify.ts";
import { extents, rowMajorStrides, type TensorType } from "../ir/types.ts";
import { collapseLoops } from "./collapse.ts";
import { expectGatherForm } from "./contract.ts";
import { dropDeadStores } from "./deadStores.ts";
import { storesOf } from "./dependence.ts";
import { type Costs, costsOf } from "./costs.ts";
import { fuse } from "./fuse.ts";
import { type Form, type Formed, type Forms, formsOver } from "./form.ts";
import { type Reach, verifyForm } from "./formFacts.ts";
import { count, type Layout, layOutSlots, type Places, placeValues } from "./layout.ts";
import { materialize, type Uses, usesOf } from "./materialize.ts";
import { bytesOf, planMemory, type Unplaced } from "./memory.ts";
import { schedulingOf } from "./primitives.ts";
import { shareWork } from "./share.ts";
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
}

interface Scheduled {
  readonly graph: PrimGraph;
  readonly kernels: readonly Kernel[];
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

function scheduleGraph(graph: PrimGraph, layout: Layout, options: ScheduleOptions): Scheduled {
  expectGatherForm(graph);
  const uses: Uses = usesOf(graph);
  const { batch } = options;
  const stored = new Set(materialize(graph, uses, batch));
  if (options.fusion === false)
    for (const node of graph.nodes)
      if (node.kind === "map" || node.kind === "pad" || node.kind === "random") stored.add(node.id);
  const places = placeValues(graph, stored, layout, batch);
  const { storages, temporaries, inputs } = places;
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
  const nests = graph.nodes
    .filter(({ id }) => stored.has(id))
    .flatMap((node) => schedulingOf(node).task(node, make.storage(node.id), make));
  const last = copies(graph, layout, places, make);
  const kernels = finish([...nests, ...last.kernels], temporaries, graph.name, layout, options);
  return { graph, kernels, temporaries, inputs, outputs: last.outputs };
}

/** Reports what is wrong with the kernels after a step. Each form is checked once; each kernel must stay in its buffers. */
function stepVerifier(forms: Forms, lengthOf: (buffer: string) => number) {
  const reaches = new Map<Form, readonly Reach[]>();
  const reachesOf = (form: Form, steps: string, kernel: Formed): readonly Reach[] => {
    const known = reaches.get(form);
    if (known !== undefined) return known;
    const { problems, reaches: found } = verifyForm(form.kernel, (name) => form.buffers[Number(name)]?.dtype ?? "f32");
    if (problems.length > 0)
      throw new CompilerBug(`${kernel.name}: ${problems.join("; ")}`, {
        steps: [steps],
        shown: printKernel(forms.kernel(kernel)),
      });
    reaches.set(form, found);
    return found;
  };
  return (step: string, kernels: readonly Formed[]): readonly Formed[] => {
    for (const kernel of kernels)
      for (const { buffer, low, high } of reachesOf(kernel.form, `the step '${step}'`, kernel)) {
        const place = kernel.places[buffer];
        if (place === undefined || low + place.start < 0 || high + place.start >= lengthOf(place.buffer))
          throw new CompilerBug(`${kernel.name}: an access leaves its buffer`, {
            steps: [`the step '${step}'`],
            shown: printKernel(forms.kernel(kernel)),
          });
      }
    return kernels;
  };
}

/** Turns one kernel for each stored value into those that run, and verifies them after each step. */
function finish(
  kernels: readonly Kernel[],
  temporaries: ReadonlyMap<string, Unplaced>,
  program: string,
  layout: Layout,
  options: ScheduleOptions,
): readonly Kernel[] {
  const buffer = (name: string): Unplaced => {
    const found = temporaries.get(name) ?? layout.lasting.get(name);
    if (found === undefined) throw new CompilerBug(`no buffer '${name}'`);
    return found;
  };
  const forms = formsOver((name) => {
    const { dtype, role } = buffer(name);
    return { dtype, isShared: role === "slot" };
  });
  const step = stepVerifier(forms, (name) => buffer(name).length);
  const made = step("loop nests", kernels.map(forms.of));
  const joinContracts = options.joinContracts === true;
  const fused = options.fusion === false ? made : step("fuse", fuse(made, forms, { joinContracts }));
  const live = step(
    "dead stores",
    dropDeadStores(fused, forms, (name) => !temporaries.has(name)),
  );
  const shared = step(
    "share work",
    live.map((kernel) => forms.step(kernel, "share work", shareWork)),
  );
  const collapsed = step(
    "collapse loops",
    shared.map((kernel) => forms.step(kernel, "collapse loops", collapseLoops)),
  );
  const costs = new Map<Form, Costs>();
  const costsOfForm = (form: Form): Costs => {
    const known = costs.get(form) ?? costsOf(form.kernel, (name) => bytesOf(form.buffers[Number(name)]?.dtype ?? "f32"));
    costs.set(form, known);
    return known;
  };
  return collapsed.map((kernel, i) => {
    // The place in the program comes first, then the operation, so that names are sorted in the order they run.
    const origins = [...new Set(kernel.origins)].slice(0, 2).join(" and ");
    const name = layout.name(`${program}_${String(i + 1).padStart(2, "0")}_${origins}`);
    return { ...forms.kernel(kernel), ...costsOfForm(kernel.form), name };
  });
}

/** Whether a kernel reads the buffer. Small tables become arithmetic, so nothing reads them. */
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
