// What can run the programs of a module: the reference evaluator here, compiled targets elsewhere.

import type { Call, Gradient, Module, Prim } from "../ir/graph.ts";
import { differentiate } from "../passes/differentiate.ts";
import { expand } from "../passes/expand.ts";
import { applyUpdates, evaluate, type NumberArray } from "../reference/evaluate.ts";

export type OpModule = Module<Prim | Call | Gradient>;
export type Values = ReadonlyMap<string, ArrayLike<number>>;

export interface Executor {
  readonly name: string;
  /** Makes the module ready to run with `batch` samples. Slots start as given, or as 0. */
  open(module: OpModule, batch: number, slots: ReadonlyMap<string, NumberArray>): Running;
}
export interface Running {
  /** Runs a program once; its updates take effect. Returns its outputs by name. */
  run(program: string, inputs: ReadonlyMap<string, NumberArray>): Values;
  /** The value of a slot now; also of one within another. */
  slot(name: string): ArrayLike<number>;
}
