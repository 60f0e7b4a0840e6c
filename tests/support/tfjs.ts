// TensorFlow.js inside a test: its backends, as far as they are installed, and modules that run on them.

import type { Module, Prim } from "../../src/ir/graph.ts";
import { loadTensorFlow } from "../../src/runtime/node/tensorflow.ts";
import type { TensorFlow } from "../../src/runtime/tfjs/tensors.ts";
import { loadPrograms } from "../../src/targets/tfjs/run.ts";
import type { Loaded } from "./compiled.ts";
import { watchAxes } from "./kernelAxes.ts";

export interface TfjsBackend {
  readonly name: "cpu" | "wasm" | "tensorflow";
  /** Makes it the one that computes; undefined where it is not installed. */
  readonly select?: () => Promise<TensorFlow>;
}

type Core = TensorFlow & { setBackend(name: string): Promise<boolean> };
/** Its calls are held to the number of axes that every backend takes. */
const load = async (backend: string): Promise<Core> => {
  const tf = (await loadTensorFlow(import.meta.url, backend)) as Core;
  watchAxes(tf.engine());
  return tf;
};

/** All backends. They share one engine, so that only the one selected last computes. */
export async function tfjsBackends(): Promise<readonly TfjsBackend[]> {
  // The native package brings a `cpu` of its own.
  const native = await load("tensorflow").catch(() => undefined);
  const cpu = native ?? (await load("cpu"));
  const wasm = await load("wasm");
  const selected = (tf: Core, name: TfjsBackend["name"]): TfjsBackend => ({
    name,
    async select() {
      if (!(await tf.setBackend(name)) || tf.getBackend() !== name) throw new Error(`no backend ${name}`);
      return tf;
    },
  });
  return [
    selected(cpu, "cpu"),
    selected(wasm, "wasm"),
    native === undefined ? { name: "tensorflow" } : selected(native, "tensorflow"),
  ];
}

/** For any number of samples. Fails where a run leaves a tensor behind. */
export function compileTfjs(tf: TensorFlow, module: Module<Prim>): Loaded {
  const { run, slot, close } = loadPrograms(tf, module);
  const wholes = module.slots.filter(({ within }) => within === undefined);
  return {
    run(name, samples, inputs, slots) {
      for (const { name: whole } of wholes) {
        const values = slots.get(whole);
        if (values !== undefined) slot(whole).set(values as ArrayLike<number>);
        else slot(whole).fill(Number.NaN);
      }
      for (const { name: part, within } of module.slots)
        if (within !== undefined && !slots.has(within.slot) && slots.has(part))
          slot(part).set(slots.get(part) as ArrayLike<number>);
      const before = tf.memory().numTensors;
      const outputs = new Map(run(name, samples, inputs));
      const left = tf.memory().numTensors - before;
      if (left !== 0) throw new Error(`${name} leaves ${left} tensors behind`);
      return { outputs, slots: new Map(module.slots.map((s) => [s.name, Float64Array.from(slot(s.name))])) };
    },
    close,
  };
}
