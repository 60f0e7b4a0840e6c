// A program's trainer as users get it: compiled by the driver, imported from its text, and worked through its own `Program`. Names
// of fields, weights and outputs go the whole way here.

import { compile } from "../../src/driver/index.ts";
import type { Slot } from "../../src/ir/graph.ts";
import { seedSlot } from "../../src/ir/slots.ts";
import type { Model } from "../../src/runtime/core/api.ts";
import type { MetricValue, Program, ProgramOptions } from "../../src/runtime/core/program.ts";
import type { Loaded } from "../support/compiled.ts";
import type { Source } from "./engines.ts";
import { entry, filesOf } from "./files.ts";

const numbersIn = (value: MetricValue): readonly number[] =>
  typeof value === "number" ? [value] : value.flatMap(numbersIn);

interface TrainerModule {
  createModel(seed?: number, options?: ProgramOptions): Model;
}

/** Slots as a trainer lists them: all but those that have parts. */
function listed(slots: readonly Slot[]): readonly Slot[] {
  const wholes = new Set(slots.map(({ within }) => within?.slot));
  return slots.filter(({ name }) => !wholes.has(name));
}

/** What a trainer's program gives for one of the compiler's programs, by the names there. `evaluate` tells no loss of its own. */
function runOne(program: Program, name: string, samples: number, seed: number): Map<string, Float64Array> {
  const one = (value: number): Float64Array => Float64Array.of(value);
  // It takes the step of the length that its columns have.
  switch (name.startsWith("train_step") ? "train_step" : name) {
    case "initialize":
      program.initialize(seed);
      return new Map();
    case "train_step":
      return new Map([["loss", one(program.trainStep(samples))]]);
    case "finalize":
      program.finalize?.();
      return new Map();
    case "evaluate":
      program.evaluateStep(samples);
      return new Map();
    case "metrics": {
      const values = program.metrics();
      return new Map(program.manifest.metrics.map((metric, i) => [metric, Float64Array.from(numbersIn(values[i]!))]));
    }
    default:
      program.predict(samples);
      return new Map(Object.entries(program.outputs).map(([output, values]) => [output, Float64Array.from(values)]));
  }
}

/** The trainer of a program's model for one target. */
export async function openTrainer(
  { text, model: chosen }: Source,
  target: "js" | "wasm",
  slots: readonly Slot[],
  options: ProgramOptions = {},
): Promise<Loaded> {
  const { outputs, diagnostics } = await compile({ entry, texts: filesOf(text) }, { target, training: chosen });
  const script = outputs.get("train.js");
  if (script === undefined) throw new Error(`no trainer: ${diagnostics.map(({ message }) => message).join("; ")}`);
  const url = `data:text/javascript;base64,${Buffer.from(script).toString("base64")}`;
  const module = (await import(/* @vite-ignore */ url)) as TrainerModule;
  const model = module.createModel(3, options);
  const { program } = model;
  const own = listed(slots);
  return {
    run(name, samples, inputs, before) {
      for (const [i, slot] of own.entries()) {
        const values = before.get(slot.name);
        if (values !== undefined) program.slots[i]!.values.set(values as ArrayLike<number>);
      }
      const columns = name === "predict" ? program.inputs : program.columns;
      for (const [input, values] of inputs) columns[input]!.set(values as ArrayLike<number>);
      const made = runOne(program, name, samples, Number(before.get(seedSlot)?.[0] ?? 0));
      const after = own.map((slot, i) => [slot.name, Float64Array.from(program.slots[i]!.values)] as const);
      return { outputs: made, slots: new Map(after) };
    },
    close: () => model.close(),
  };
}
