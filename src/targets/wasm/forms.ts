// The forms of a module as bytes, and the memory they need in addition to the arena.

import { CompilerBug } from "../../base/compilerBug.ts";
import type { LoopProgram } from "../../ir/loops.ts";
import type { SharedKernel, SharedProgram } from "../loops/share.ts";
import { kernelComment } from "../programText.ts";
import { assembler } from "./assemble.ts";
import type { ProgramRows } from "./calls.ts";
import { assembleLike } from "./likeness.ts";
import { type KnownKernel, type ModuleText, moduleText, sharedProgram } from "./module.ts";
import { type Variant, variants } from "./variants.ts";
import { moduleOf } from "./wat.ts";

/** Arithmetic that is the same on every machine has one form; otherwise there is one for each kind of engine. */
export const formsFor = (strictMath: boolean): readonly Variant[] =>
  strictMath ? variants.filter(({ name }) => name === "plain") : variants;

export interface Form {
  readonly name: Variant["name"];
  readonly bytes: Uint8Array;
  /** The place of the byte that says whether the memory is shared: 3 if it is, otherwise 1. */
  readonly sharedAt: number;
}

/** Places in memory, in bytes. Scratch regions are large enough for the form that needs most. */
export interface Layout {
  readonly columnsShift: number;
  readonly control: number;
  readonly callsStart: number;
  readonly scratchStart: number;
  readonly scratchBytes: number;
  /** Programs in the order of their numbers, with their rows in the table of calls. */
  readonly programs: readonly ProgramRows[];
}

const layoutOf = (texts: readonly ModuleText[]): Layout => {
  const [first] = texts;
  if (first === undefined) throw new CompilerBug("no form of the module");
  const { columnsShift, control, callsStart, scratchStart, programs } = first;
  return {
    columnsShift,
    control,
    callsStart,
    scratchStart,
    programs,
    scratchBytes: Math.max(...texts.map((text) => text.scratchBytes)),
  };
};

/** The text for people, in the form that reads best and runs everywhere: each kernel below its formulas. */
export function printWat(program: LoopProgram): string {
  const [variant] = variants;
  if (variant === undefined) throw new CompilerBug("no form of the module");
  const comment = ({ first, calls }: SharedKernel): readonly string[] => [
    ...(calls === 1 ? [] : [`${calls} calls`]),
    ...kernelComment(first, () => undefined),
  ];
  return moduleOf(moduleText(sharedProgram(program), { choice: variant.choice, comment }).parts);
}

const PAGE = 65536;

/** The memory of a trainer with `threads` threads, in bytes: whole pages. */
export const memoryOf = ({ scratchStart, scratchBytes }: Layout, threads: number): number =>
  Math.ceil((scratchStart + threads * scratchBytes) / PAGE) * PAGE;

/** The text of each form. */
function textsFor(
  shared: SharedProgram,
  strictMath: boolean,
): readonly { readonly name: Variant["name"]; readonly text: ModuleText }[] {
  const known = new Map<SharedKernel, KnownKernel>();
  return formsFor(strictMath).map(({ name, choice }) => ({ name, text: moduleText(shared, { choice, known }) }));
}

export const layout = (program: LoopProgram, strictMath: boolean): Layout =>
  layoutOf(textsFor(sharedProgram(program), strictMath).map(({ text }) => text));

/** The end of `(import "env" "memory" …)` in bytes: the name's end, the kind, then the limits that begin with this flag. */
const importEnd = [...[..."memory"].map((letter) => letter.charCodeAt(0)), 2];

function sharedPlace(bytes: Uint8Array): number {
  const at = bytes.findIndex((_, i) => importEnd.every((byte, k) => bytes[i + k] === byte)) + importEnd.length;
  if (bytes[at] !== 3) throw new CompilerBug("the module does not import shared memory");
  return at;
}

/** All forms, their common kernels by number, and the places in memory. */
export interface Module extends Layout {
  readonly kernels: readonly SharedKernel[];
  readonly forms: readonly Form[];
}

/** All forms as bytes. */
export async function forms(program: LoopProgram, strictMath: boolean): Promise<Module> {
  const shared = sharedProgram(program);
  const made = textsFor(shared, strictMath);
  const [first, ...others] = made;
  if (first === undefined) throw new CompilerBug("no form of the module");
  const assemble = await assembler();
  const base = assemble(moduleOf(first.text.parts));
  const assembleOther = assembleLike({ parts: first.text.parts, bytes: base }, assemble);
  const form = (name: Variant["name"], bytes: Uint8Array): Form => ({ name, bytes, sharedAt: sharedPlace(bytes) });
  const assembled = [form(first.name, base), ...others.map(({ name, text }) => form(name, assembleOther(text.parts)))];
  return { ...layoutOf(made.map(({ text }) => text)), kernels: shared.kernels, forms: assembled };
}
