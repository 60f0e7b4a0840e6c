// The backends of the parity tests: each target as users get it, and each backend of target `tfjs`. A new one is a line here.

import type { OpModule } from "../../src/conformance/executor.ts";
import { scheduled, targets } from "../../src/driver/targets.ts";
import { toWholePrims } from "../../src/passes/index.ts";
import { applyUpdates, evaluate, readSlot } from "../../src/reference/evaluate.ts";
import { loadKernels } from "../../src/targets/js/run.ts";
import { loadModule } from "../../src/targets/wasm/run.ts";
import { compiledFrom, type Loaded } from "./compiled.ts";
import { everything } from "./extent.ts";
import { compileTfjs, tfjsBackends } from "./tfjs.ts";

export interface Backend {
  readonly name: string;
  /** Makes a module ready for at most `batch` samples. Undefined where the backend is not installed. */
  readonly open?: (ops: OpModule, batch: number) => Promise<Loaded>;
}

const compiledBackends: readonly Backend[] = [
  {
    name: "js",
    async open(ops, batch) {
      const { loops } = await scheduled(ops, targets.js, batch, {});
      return compiledFrom(loops, loadKernels(loops));
    },
  },
  {
    name: "wasm",
    async open(ops, batch) {
      const { loops } = await scheduled(ops, targets.wasm, batch, {});
      return compiledFrom(loops, await loadModule(loops));
    },
  },
];

/** `npm test` takes one backend of target `tfjs`, the plainest. */
export async function allBackends(): Promise<readonly Backend[]> {
  const taken = (await tfjsBackends()).filter(({ name }) => everything || name === "cpu");
  const tfjs = taken.map(({ name, select }): Backend => {
    const open = async (ops: OpModule): Promise<Loaded> => compileTfjs(await select!(), toWholePrims(ops));
    return { name: `tfjs ${name}`, ...(select === undefined ? {} : { open }) };
  });
  return [...compiledBackends, ...tfjs];
}

/** What all are held to: the evaluator, in f64. */
export function reference(ops: OpModule): Loaded {
  const { programs, slots: definitions } = toWholePrims(ops);
  return {
    run(name, samples, inputs, slots) {
      const graph = programs.find((program) => program.name === name)!;
      const { outputs, updates } = evaluate(graph, { batch: samples, inputs, slots, definitions });
      const after = applyUpdates(slots, definitions, updates);
      const read = new Map(definitions.map((slot) => [slot.name, readSlot(after, definitions, slot.name)]));
      return { outputs, slots: read };
    },
  };
}
