// What each program is compiled for: every target in the forms that users can get. A form is chosen by the program's seed, so
// that all appear equally often; code that several of them share is made once.

import type { OpModule } from "../../src/conformance/executor.ts";
import { scheduled, targets } from "../../src/driver/targets.ts";
import type { LoopProgram } from "../../src/ir/loops.ts";
import { toWholePrims } from "../../src/passes/index.ts";
import type { TensorFlow } from "../../src/runtime/tfjs/tensors.ts";
import { loadKernels } from "../../src/targets/js/run.ts";
import type { Variant } from "../../src/targets/wasm/variants.ts";
import { compiledFrom, type Loaded } from "../support/compiled.ts";
import { compileTfjs } from "../support/tfjs.ts";
import type { WasmMachine } from "./machine.ts";

export type Family = "js" | "wasm" | "tfjs";
export interface Engine {
  readonly family: Family;
  readonly name: string;
  /** Makes the programs ready, and again on each further number of threads, which must give the same bits. */
  open(making: Making): Promise<readonly Loaded[]>;
}

/** One module on its way to several engines. */
export interface Making {
  readonly ops: OpModule;
  readonly batch: number;
  readonly tools: Tools;
  readonly loops: Map<string, Promise<LoopProgram>>;
}
export interface Tools {
  readonly tf: TensorFlow;
  readonly machine: WasmMachine;
}
export const making = (ops: OpModule, batch: number, tools: Tools): Making => ({ ops, batch, tools, loops: new Map() });

function loopsFor(
  { ops, batch, loops }: Making,
  family: "js" | "wasm",
  options: { readonly strictMath?: boolean; readonly winograd?: boolean },
): Promise<LoopProgram> {
  const key = JSON.stringify([family, options]);
  const known = loops.get(key) ?? scheduled(ops, targets[family], batch, options).then((made) => made.loops);
  loops.set(key, known);
  return known;
}

const js = (strictMath: boolean): Engine => ({
  family: "js",
  name: strictMath ? "js strict" : "js",
  async open(making) {
    const loops = await loopsFor(making, "js", { strictMath });
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
    const loops = await loopsFor(making, "wasm", { strictMath: strict, winograd });
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

export const allEngines: readonly Engine[] = [js(false), js(true), ...forms.map(wasm), tfjs];

/** `js`, `tfjs`, and two forms of `wasm` that differ, by a program's seed. */
export function enginesFor(seed: number): readonly Engine[] {
  const count = forms.length;
  const first = seed % count;
  const second = (first + 1 + (Math.floor(seed / count) % (count - 1))) % count;
  return [js(seed % 4 === 3), wasm(forms[first]!), wasm(forms[second]!), tfjs];
}
