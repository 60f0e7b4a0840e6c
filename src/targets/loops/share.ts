// Kernels that differ in addresses alone are one function, and their differences are its arguments: so text and time do not
// grow with the number of similar layers. A kernel that is called once, or always with the same places, has no arguments.

import { CompilerBug } from "../../base/compilerBug.ts";
import type { Kernel, LoopFunction, LoopProgram, Repeat, Step } from "../../ir/loops.ts";
import { type Likeness, likenessOf, type Part } from "../../ir/places.ts";
import { isRepeat, kernelsIn } from "../../ir/steps.ts";
import type { DType } from "../../ir/types.ts";
import { formOf } from "./form.ts";
import { mapAccesses, type Parts, partsOf } from "./parts.ts";

/** A part of a buffer that each call passes. In the kernel it is a buffer of this name that starts with the part. */
export interface Parameter {
  readonly name: string;
  readonly dtype: DType;
  /** Whether some call passes a part that begins within its buffer. */
  readonly within: boolean;
}

export interface SharedKernel {
  readonly name: string;
  /** The kernel of the first call, with parameters for the parts that differ. */
  readonly kernel: Kernel;
  /** The kernel of the first call as it is, for people. */
  readonly first: Kernel;
  readonly parameters: readonly Parameter[];
  /** The random streams that each call passes: the kernel's number of a stream, and its argument. */
  readonly streams: ReadonlyMap<number, number>;
  /** The number of calls. */
  readonly calls: number;
}

/** A part that a call passes, and the elements by which it moves with each turn of the repeats around it, the outermost first. */
export interface Place extends Part {
  readonly moves: readonly number[];
}

export interface KernelCall {
  readonly shared: SharedKernel;
  /** The kernel of this call, with its name, formulas and origin. */
  readonly kernel: Kernel;
  /** One for each parameter. */
  readonly places: readonly Place[];
  /** One for each stream that is an argument. */
  readonly streams: readonly number[];
}

/** Calls that run a number of times, one turn after the other. */
export interface RepeatedCalls {
  readonly turns: number;
  readonly calls: readonly Call[];
}
export type Call = KernelCall | RepeatedCalls;

export const isRepeated = (call: Call): call is RepeatedCalls => "turns" in call;

/** All calls of kernels in order, each once. */
export const kernelCalls = (calls: readonly Call[]): readonly KernelCall[] =>
  calls.flatMap((call) => (isRepeated(call) ? kernelCalls(call.calls) : [call]));

export interface SharedProgram {
  readonly program: LoopProgram;
  /** In the order of their first calls. */
  readonly kernels: readonly SharedKernel[];
  readonly functions: readonly { readonly fn: LoopFunction; readonly calls: readonly Call[] }[];
}

/** A kernel of the program before its sharing is known. */
interface Use {
  readonly kernel: Kernel;
  /** The form's text. */
  readonly form: string;
  readonly parts: readonly Place[];
  readonly streams: readonly number[];
  readonly find: Parts["find"];
}

/** A use that may run in any repeats. */
type Still = Omit<Use, "parts"> & { readonly parts: readonly Part[] };

/** Finds the parts, streams and form of kernels. Of kernels that are alike, it looks at the first. */
function useFinder(
  fixed: ReadonlySet<string>,
  dtypeOf: (buffer: string) => DType,
): (kernel: Kernel, around: readonly Repeat[]) => Use {
  const known = new Map<Kernel, Map<string, { readonly use: Still; readonly likeness: Likeness }>>();
  const look = (kernel: Kernel): Still => {
    const parts = partsOf(kernel, fixed);
    const { text, streams } = formOf(kernel, parts, dtypeOf);
    return { kernel, form: text, parts: parts.list, streams, find: parts.find };
  };
  const still = (kernel: Kernel): Still => {
    const likeness = likenessOf(kernel);
    if (likeness === undefined) return look(kernel);
    const alike = known.get(likeness.form) ?? new Map<string, { readonly use: Use; readonly likeness: Likeness }>();
    known.set(likeness.form, alike);
    const key = likeness.parts.map(({ buffer }) => (fixed.has(buffer) ? buffer : "")).join();
    const first = alike.get(key);
    const use = first === undefined ? undefined : moved(first.use, first.likeness, likeness, kernel);
    if (use !== undefined) return use;
    const own = look(kernel);
    alike.set(key, { use: own, likeness });
    return own;
  };
  return (kernel, around) => {
    const use = still(kernel);
    const moves = (buffer: string): readonly number[] => around.map((repeat) => repeat.moves.get(buffer) ?? 0);
    return { ...use, parts: use.parts.map((part): Place => ({ ...part, moves: moves(part.buffer) })) };
  };
}

/** The use of a kernel that is like another. Undefined if a part would begin before its buffer. */
function moved(use: Still, from: Likeness, to: Likeness, kernel: Kernel): Still | undefined {
  const numbers = new Map(from.parts.map(({ buffer }, i) => [buffer, i]));
  const parts = use.parts.map(({ buffer, start }): Part => {
    const number = numbers.get(buffer) ?? 0;
    const [before, after] = [from.parts[number], to.parts[number]];
    if (before === undefined || after === undefined) throw new CompilerBug("kernels of one form have different parts");
    return { buffer: after.buffer, start: start - before.start + after.start };
  });
  if (parts.some(({ start }) => start < 0)) return undefined;
  const streams = use.streams.map((stream) => to.streams[from.streams.indexOf(stream)] ?? stream);
  return { ...use, kernel, parts, streams };
}

const nowhere: Place = { buffer: "", start: 0, moves: [] };

/** The part that determines the place of each part: itself, or undefined if all uses have it at the same place. */
function ownersOf(uses: readonly Use[], isOwn: (buffer: string) => boolean): readonly (number | undefined)[] {
  const [first] = uses;
  const count = first?.parts.length ?? 0;
  const at = (use: Use, part: number): Place => use.parts[part] ?? nowhere;
  const isStill = ({ moves }: Place): boolean => moves.every((move) => move === 0);
  // What lasts for a turn is memory of the function itself.
  const same = (a: Part, b: Part): boolean =>
    (a.buffer === b.buffer && a.start === b.start) || (isOwn(a.buffer) && isOwn(b.buffer));
  const numbers = [...Array(count).keys()];
  const differs = numbers.filter(
    (part) =>
      first !== undefined && !uses.every((use) => same(at(use, part), at(first, part)) && isStill(at(use, part))),
  );
  // Parts of one buffer that always lie at the same distance are one argument: a layer's kernel and bias.
  const owners: number[] = [];
  const lowest = (use: Use): readonly number[] => [...differs].sort((a, b) => at(use, a).start - at(use, b).start);
  const ownerOf = new Map<number, number>();
  for (const part of first === undefined ? [] : lowest(first)) {
    const owner = owners.find((one) =>
      uses.every((use) => {
        const [a, b] = [at(use, one), at(use, part)];
        const distance = first === undefined ? 0 : at(first, part).start - at(first, one).start;
        return a.buffer === b.buffer && b.start - a.start === distance;
      }),
    );
    if (owner === undefined) owners.push(part);
    ownerOf.set(part, owner ?? part);
  }
  return numbers.map((part) => ownerOf.get(part));
}

const lastWord = (origin: string): string => (origin.split("/").pop() ?? "").replace(/(_\d+)?$/, "");

/** The name of the kernels of one form: their operation, without the names of layers that only some of them have. */
const nameOf = (kernel: Kernel): string =>
  [...new Set(kernel.origins.map(lastWord))]
    .slice(0, 2)
    .join("_and_")
    .replace(/[^A-Za-z0-9]+/g, "_")
    .slice(0, 40);

interface Shared {
  readonly shared: SharedKernel;
  call(use: Use): KernelCall;
}

function sharedKernel(
  uses: readonly Use[],
  number: number,
  taken: (name: string) => boolean,
  dtypeOf: (buffer: string) => DType,
  isOwn: (buffer: string) => boolean,
): Shared {
  const [first] = uses;
  if (first === undefined) throw new CompilerBug("a kernel that nobody calls");
  const owners = ownersOf(uses, isOwn);
  const given = [...new Set(owners)].filter((owner): owner is number => owner !== undefined).sort((a, b) => a - b);
  const drawn = first.streams.flatMap((_, i) =>
    uses.every(({ streams }) => streams[i] === first.streams[i]) ? [] : [i],
  );
  const parameters = given.map(
    (part, i): Parameter => ({
      name: `arg${i}`,
      dtype: dtypeOf(first.parts[part]?.buffer ?? ""),
      within: uses.some(({ parts }) => {
        const { start, moves } = parts[part] ?? nowhere;
        return start > 0 || moves.some((move) => move !== 0);
      }),
    }),
  );
  const kernel = mapAccesses(first.kernel, ({ buffer, address }, extents) => {
    const owner = owners[first.find(buffer, address, extents) ?? -1];
    const start = owner === undefined ? undefined : first.parts[owner]?.start;
    const name = owner === undefined ? undefined : parameters[given.indexOf(owner)]?.name;
    return start === undefined || name === undefined
      ? { buffer, address }
      : { buffer: name, address: { ...address, offset: address.offset - start } };
  });
  let name = first.kernel.name;
  if (uses.length > 1) for (let i = 0; i === 0 || taken(name); i++) name = `kernel_${number + i}_${nameOf(kernel)}`;
  const shared: SharedKernel = {
    name,
    kernel: { ...kernel, name },
    first: first.kernel,
    parameters,
    streams: new Map(drawn.map((i, argument) => [first.streams[i] ?? 0, argument])),
    calls: uses.length,
  };
  return {
    shared,
    call: (use) => ({
      shared,
      kernel: use.kernel,
      places: given.map((part) => use.parts[part] ?? nowhere),
      streams: drawn.map((i) => use.streams[i] ?? 0),
    }),
  };
}

type RepeatedUses = Use | { readonly turns: number; readonly uses: readonly RepeatedUses[] };

const callsOf = (uses: readonly RepeatedUses[], made: ReadonlyMap<string, Shared>): readonly Call[] =>
  uses.flatMap((use): readonly Call[] => {
    if ("turns" in use) return [{ turns: use.turns, calls: callsOf(use.uses, made) }];
    const call = made.get(use.form)?.call(use);
    return call === undefined ? [] : [call];
  });

/** The program as calls of kernels that are all different. Buffers in `fixed` are the same at every call. */
export function shareKernels(program: LoopProgram, fixed: ReadonlySet<string> = new Set()): SharedProgram {
  const dtypes = new Map(program.buffers.map(({ name, dtype }) => [name, dtype]));
  const dtypeOf = (buffer: string): DType => {
    const dtype = dtypes.get(buffer);
    if (dtype === undefined) throw new CompilerBug(`no buffer '${buffer}'`);
    return dtype;
  };
  const own = new Set(program.buffers.flatMap(({ name, role }) => (role === "turn" ? [name] : [])));
  const byForm = new Map<string, Use[]>();
  const useOf = useFinder(fixed, dtypeOf);
  const enter = (kernel: Kernel, around: readonly Repeat[]): Use => {
    const use = useOf(kernel, around);
    const alike = byForm.get(use.form);
    if (alike === undefined) byForm.set(use.form, [use]);
    else alike.push(use);
    return use;
  };
  const usesIn = (steps: readonly Step[], around: readonly Repeat[]): readonly RepeatedUses[] =>
    steps.map((step) =>
      isRepeat(step) ? { turns: step.turns, uses: usesIn(step.steps, [...around, step]) } : enter(step, around),
    );
  const functions = program.functions.map((fn) => ({ fn, uses: usesIn(fn.steps, []) }));
  const names = new Set(program.functions.flatMap((fn) => kernelsIn(fn.steps).map(({ name }) => name)));
  const taken = (name: string): boolean => dtypes.has(name) || names.has(name);
  const made = new Map<string, Shared>();
  for (const [form, uses] of byForm) {
    const one = sharedKernel(uses, made.size + 1, taken, dtypeOf, (buffer) => own.has(buffer));
    names.add(one.shared.name);
    made.set(form, one);
  }
  return {
    program,
    kernels: [...made.values()].map(({ shared }) => shared),
    functions: functions.map(({ fn, uses }) => ({ fn, calls: callsOf(uses, made) })),
  };
}
