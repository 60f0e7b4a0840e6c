// An executor runs the programs of a module. Here is the reference evaluator; compiled targets are elsewhere.

import type { Module, Op, Prim } from "../ir/graph.ts";
import { differentiate } from "../passes/differentiate.ts";
import { expand } from "../passes/expand.ts";
import { toPrims } from "../passes/index.ts";
import { applyUpdates, evaluate, type NumberArray, readSlot } from "../reference/evaluate.ts";

export type OpModule = Module<Op>;
export type Values = ReadonlyMap<string, ArrayLike<number>>;

export interface Executor {
  readonly name: string;
  /** Makes the module ready to run with `batch` samples. Slots start as given, or as 0. */
  open(module: OpModule, batch: number, slots: ReadonlyMap<string, NumberArray>): Running | Promise<Running>;
}
export interface Running {
  /** Runs a program once; its updates take effect. Returns its outputs by name. */
  run(program: string, inputs: ReadonlyMap<string, NumberArray>): Values;
  /** The value of a slot now; also of one within another. */
  slot(name: string): ArrayLike<number>;
}

const zeros = (module: OpModule): Map<string, NumberArray> =>
  new Map(
    module.slots.flatMap(({ name, type, within }): [string, NumberArray][] => {
      if (within !== undefined) return [];
      const sizes = type.shape.map((size) => (typeof size === "number" ? size : 0));
      return [[name, new Float64Array(sizes.reduce((product, size) => product * size, 1))]];
    }),
  );

/** Runs modules in f64, by the definition of each primitive. `lowered` first turns operators into primitives. */
const evaluator = (name: string, lowered: (module: OpModule) => Module<Prim>): Executor => ({
  name,
  open(module, batch, initial) {
    const { slots: definitions, programs } = lowered(module);
    let slots: ReadonlyMap<string, NumberArray> = applyUpdates(
      zeros({ ...module, slots: definitions }),
      definitions,
      new Map([...initial].map(([name, values]) => [name, Float64Array.from(values)])),
    );
    return {
      run(name, inputs) {
        const graph = programs.find((program) => program.name === name);
        if (graph === undefined) throw new Error(`no program '${name}'`);
        const { outputs, updates } = evaluate(graph, { batch, inputs, slots, definitions });
        slots = applyUpdates(slots, definitions, updates);
        return outputs;
      },
      slot: (name) => readSlot(slots, definitions, name),
    };
  },
});

/** Expansion and gradients alone, as the operators define them. */
export const plainExecutor = evaluator("plain", (module) => differentiate.run(expand.run(module)));
/** All passes, each verified, as targets get them. */
export const passesExecutor = evaluator("passes", toPrims);
