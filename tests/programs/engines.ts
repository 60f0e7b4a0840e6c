// The targets of each program, in the forms that users can get. The program's seed chooses a form, so that all appear equally
// often. Code that several forms share is compiled once.

import type { OpModule } from "../../src/conformance/executor.ts";
import { primOptions, targets } from "../../src/driver/targets.ts";
import type { Module, Prim } from "../../src/ir/graph.ts";
import type { LoopProgram } from "../../src/ir/loops.ts";
import { toPrims, toWholePrims } from "../../src/passes/index.ts";
import type { TensorFlow } from "../../src/runtime/tfjs/tensors.ts";
import { schedule } from "../../src/schedule/schedule.ts";
import { loadKernels } from "../../src/targets/js/run.ts";
import type { Variant } from "../../src/targets/wasm/variants.ts";
import { compiledFrom, type Loaded } from "../support/compiled.ts";
import { compileTfjs } from "../support/tfjs.ts";
import type { WasmMachine } from "./machine.ts";
import { openTrainer } from "./trainer.ts";

export type Family = "js" | "wasm" | "tfjs";
export interface Engine {
  readonly family: Family;
  readonly name: string;
  /** Whether some results are its own business: what it does not give is not compared. */
  readonly partial?: true;
  /** Makes the programs ready, and again on each further number of threads, which must give the same bits. */
  open(making: Making): Promise<readonly Loaded[]>;
}

/** One module on its way to several engines. */
export interface Making {
  readonly source: Source;
  readonly ops: OpModule;
  readonly batch: number;
  readonly tools: Tools;
  readonly prims: Map<string, Module<Prim>>;
  readonly loops: Map<string, LoopProgram>;
}
export interface Tools {
  readonly tf: TensorFlow;
  readonly machine: WasmMachine;
}
/** A program and the model of it that is meant. */
export interface Source {
  readonly text: string;
  readonly model: string;
}
export const making = (source: Source, ops: OpModule, batch: number, tools: Tools): Making => ({
  source,
  ops,
  batch,
  tools,
  prims: new Map(),
  loops: new Map(),
});

/** The same loops for the same primitives: options that change nothing of a program cost nothing. */
function loopsFor(
  { ops, batch, prims, loops }: Making,
  family: "js" | "wasm",
  options: { readonly strictMath?: boolean; readonly winograd?: boolean },
): LoopProgram {
  const target = targets[family];
  const wanted = primOptions(target, options);
  const key = `${family} ${JSON.stringify(wanted)}`;
  const made = prims.get(key) ?? toPrims(ops, wanted);
  prims.set(key, made);
  const text = `${family} ${JSON.stringify(made)}`;
  const scheduled = loops.get(text) ?? schedule(made, { batch, ...target.schedule });
  loops.set(text, scheduled);
  return scheduled;
}

const js = (strictMath: boolean): Engine => ({
  family: "js",
  name: strictMath ? "js strict" : "js",
  async open(making) {
    const loops = loopsFor(making, "js", { strictMath });
    return [compiledFrom(loops, loadKernels(loops))];
  },
});

interface WasmForm {
  readonly form: Variant["name"] | "strict";
  readonly winograd: boolean;
  readonly threads: number;
}
const wasm = ({ form, winograd, threads }: WasmForm): Engine => ({
  family: "wasm",
  name: `wasm ${form}${form === "strict" ? "" : winograd ? "" : " without winograd"}, ${threads} thread${threads === 1 ? "" : "s"}`,
  async open(making) {
    const strict = form === "strict";
    const loops = loopsFor(making, "wasm", { strictMath: strict, winograd });
    const code = making.tools.machine.code(loops, strict ? "plain" : form);
    const counts = threads === 1 ? [1] : [1, threads];
    return Promise.all(counts.map((count) => code.open(count)));
  },
});
const forms: readonly WasmForm[] = [1, 2, 3].flatMap((threads) => [
  { form: "strict" as const, winograd: false, threads },
  ...(["plain", "relaxed", "wide"] as const).flatMap((form) =>
    [true, false].map((winograd) => ({ form, winograd, threads })),
  ),
]);

const tfjs: Engine = {
  family: "tfjs",
  name: "tfjs cpu",
  async open({ ops, tools }) {
    return [compileTfjs(tools.tf, toWholePrims(ops))];
  },
};

const trainer = (family: "js" | "wasm"): Engine => ({
  family,
  name: `trainer ${family}`,
  partial: true,
  open: async ({ source, ops }) => [await openTrainer(source, family, ops.slots, { revectorize: false })],
});

export const allEngines: readonly Engine[] = [
  js(false),
  js(true),
  ...forms.map(wasm),
  tfjs,
  trainer("js"),
  trainer("wasm"),
];

/** `js`, `tfjs`, and two forms of `wasm` that differ, by a program's seed; and of some programs the whole trainer. */
export function enginesFor(seed: number): readonly Engine[] {
  const count = forms.length;
  const first = forms[seed % count]!;
  // One that shares its loops: another would cost as much as a target of its own.
  const others = forms.filter(({ form, winograd }) => form !== first.form && winograd === first.winograd);
  const second = others[Math.floor(seed / count) % others.length]!;
  const whole = seed % 32 === 5 ? [trainer("wasm")] : seed % 8 === 1 ? [trainer("js")] : [];
  return [js(seed % 4 === 3), wasm(first), wasm(second), tfjs, ...whole];
}
