// Programs as data for Keras: calls with their options, weights, columns and order of the samples. The results of Keras come back
// the same way; it compares them with the evaluator in f64 and with target `wasm`.

import { labelOf, seedSlot, slotName, totalSlot } from "../../src/ir/slots.ts";
import { type LowerRequest, lower } from "../../src/lower/lower.ts";
import type { NumberArray } from "../../src/reference/evaluate.ts";
import type { Loaded } from "../support/compiled.ts";
import { inputsFor } from "./data.ts";
import { allEngines, making, type Tools } from "./engines.ts";
import { kerasProgram, type Plain, plain, withoutChance } from "./kerasProgram.ts";
import { type Reference, referenceOf } from "./reference.ts";

/** What Keras answers: arrays by name, or why it has none. */
export interface Answer {
  readonly arrays?: Readonly<Record<string, readonly number[]>>;
  /** What Keras has no form for, or refuses: the program is not compared. */
  readonly skipped?: string;
}
export interface Question {
  readonly program: { readonly [key: string]: Plain };
  /** Compares with what Keras answered. */
  compare(answer: Answer): readonly Difference[];
}
export interface Difference {
  readonly kind: string;
  readonly detail: string;
}

const EPOCHS = 2;
/** Whether training draws random numbers: Keras would draw others. */
const isRandom = ({ module }: Reference): boolean =>
  module.programs.some(({ name, nodes }) => name !== "initialize" && nodes.some(({ kind }) => kind === "random"));

interface Plan {
  readonly request: LowerRequest;
  readonly training: NonNullable<LowerRequest["training"]>;
  readonly reference: Reference;
  readonly batches: readonly {
    readonly samples: number;
    readonly columns: ReadonlyMap<string, NumberArray>;
  }[];
  readonly predicted: ReadonlyMap<string, NumberArray>;
  readonly start: ReadonlyMap<string, NumberArray>;
}

type Runner = (
  program: string,
  samples: number,
  inputs: ReadonlyMap<string, NumberArray>,
  slots: ReadonlyMap<string, NumberArray>,
) => Pick<ReturnType<Reference["run"]>, "outputs" | "slots">;

const isWhole = ({ module }: Reference, name: string): boolean =>
  module.slots.find((slot) => slot.name === name)?.within === undefined;

/** Two epochs, an evaluation and predictions: arrays by name. */
function trained(plan: Plan, run: Runner): Map<string, Float64Array> {
  const found = new Map<string, Float64Array>();
  const { reference, batches, start } = plan;
  let slots = start;
  const step = (program: string, samples: number, inputs: ReadonlyMap<string, NumberArray>) => {
    const made = run(program, samples, inputs, slots);
    slots = made.slots;
    return made.outputs;
  };
  const reset = (): void => {
    const metric = new Set(reference.module.slots.flatMap(({ name, role }) => (role === "metric" ? [name] : [])));
    slots = new Map(
      [...slots].map(([name, values]) => [name, metric.has(name) ? new Float64Array(values.length) : values]),
    );
  };
  const collect = (what: string): void => {
    for (const [name, values] of step("metrics", 1, new Map())) found.set(`${what} ${name}`, values);
  };
  for (let epoch = 1; epoch <= EPOCHS; epoch++) {
    reset();
    for (const [i, { samples, columns }] of batches.entries()) {
      const loss = step("train_step", samples, columns).get("loss");
      if (loss !== undefined) found.set(`loss of step ${(epoch - 1) * batches.length + i + 1}`, loss);
    }
    collect(`epoch ${epoch}`);
  }
  reset();
  for (const { samples, columns } of batches) step("evaluate", samples, columns);
  collect("evaluation");
  for (const [name, values] of step("predict", plan.training.batch, plan.predicted))
    found.set(`predictions ${name}`, values);
  for (const { name, role, within } of reference.module.slots)
    if (within !== undefined && (role === "weight" || role === "state"))
      found.set(`weight ${labelOf(name)}`, Float64Array.from(slots.get(name)!));
  return found;
}

const partLength = ({ module }: Reference, name: string): number =>
  module.slots.find((slot) => slot.name === name)!.type.shape.reduce<number>((a, b) => a * Number(b), 1);

function planOf(given: LowerRequest, seed: number): Plan | string {
  const request = withoutChance(given);
  const { training } = request;
  if (training === undefined) return "no training";
  const ops = lower(request);
  const reference = referenceOf(ops);
  if (isRandom(reference)) return "draws random numbers";
  const sizes = [training.batch, training.batch, Math.max(1, Math.floor(training.batch / 2))];
  const inputs = (program: string, samples: number, own: number) =>
    inputsFor(reference.module, request, program, samples, seed * 11 + own);
  const zeros = new Map<string, NumberArray>();
  for (const { name, within } of reference.module.slots)
    if (within === undefined) zeros.set(name, new Float64Array(partLength(reference, name)));
  const initial = reference.run("initialize", 1, new Map(), zeros.set(seedSlot, [seed % 1000])).slots;
  // Numbers that every target has.
  const counted = initial.has(totalSlot) ? [[totalSlot, [EPOCHS * sizes.length]] as const] : [];
  const start = new Map<string, NumberArray>(
    [...initial].map(([name, values]) => [name, Float64Array.from(values, Math.fround)] as const),
  );
  for (const [name, values] of counted) start.set(name, values);
  return {
    request,
    training,
    reference,
    batches: sizes.map((samples, i) => ({ samples, columns: inputs("train_step", samples, i) })),
    predicted: inputs("predict", training.batch, 9),
    start,
  };
}

/** Tolerances against Keras in f64: the evaluator's, whose order of summation alone differs, and those of f32 over several steps. */
const limits = {
  evaluator: { relative: 1e-6, floor: 1e-7 },
  wasm: { relative: 1e-3, floor: 1e-5 },
} as const;
const DISTURBANCES = [-4, -3, -2, -1, 0, 1, 2, 3];
const ROUNDINGS = 20;

function largest(values: ArrayLike<number>): number {
  let most = 0;
  for (let i = 0; i < values.length; i++) most = Math.max(most, Math.abs(values[i]!));
  return most;
}
function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let most = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs(a[i]! - b[i]!);
    most = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : Math.max(most, difference);
  }
  return most;
}

/** What an array is, without a program's own names. */
const general = (name: string): string =>
  name
    .replace(/^weight (?:.*\/)?/, "weight ")
    .replace(/^predictions .*/, "predictions")
    .replace(/\d+/g, "N")
    .replace(/^(epoch N|evaluation) (?!loss)/, "metric ");

/** The names of the metrics' results, which come last. */
const reportedBy = ({ module }: Reference, count: number): readonly string[] => {
  const outputs = module.programs.find(({ name }) => name === "metrics")?.outputs ?? [];
  const names = outputs.map(({ name }) => name);
  return names.slice(names.length - count);
};

/** A program for Keras; a reason where it cannot be asked about. */
export async function questionOf(request: LowerRequest, seed: number, tools: Tools): Promise<Question | string> {
  const plan = planOf(request, seed);
  if (typeof plan === "string") return plan;
  const { reference, training } = plan;
  let isNumber = true;
  const evaluated =
    (errors?: number): Runner =>
    (program, samples, inputs, slots) => {
      const wholes = new Map([...slots].filter(([name]) => isWhole(reference, name)));
      const made = reference.run(program, samples, inputs, wholes, errors);
      isNumber &&= made.isNumber;
      return made;
    };
  const exact = trained(plan, evaluated());
  if (!isNumber) return "no number on the way: what a maximum makes of it is everyone's own business";
  if ([...exact.values()].some((values) => values.some((value) => !Number.isFinite(value) || Math.abs(value) > 1e7)))
    return "leaves what f32 can hold";
  let made: readonly Map<string, Float64Array>[] | undefined;
  const disturbed = (): readonly Map<string, Float64Array>[] => {
    made ??= DISTURBANCES.map((errors) => trained(plan, evaluated(errors)));
    return made;
  };
  const engine = allEngines.find(({ name }) => name.startsWith("wasm plain"))!;
  const { model } = plan.request;
  const loaded = await engine.open(making({ text: "", model: model.name }, lower(plan.request), training.batch, tools));
  const rounded = trained(plan, runnerOf(loaded[0]!));
  const program = {
    ...kerasProgram(plan.request, training, reportedBy(reference, training.metrics.length)),
    total: EPOCHS * plan.batches.length,
    epochs: EPOCHS,
    start: Object.fromEntries(
      model.weights.map(({ path }) => [path, Array.from(plan.start.get(slotName("weight", path))!)]),
    ),
    batches: plan.batches.map(({ samples, columns }) => ({
      samples,
      columns: Object.fromEntries([...columns].map(([name, values]) => [name, Array.from(values)])),
    })),
    predicted: {
      samples: training.batch,
      inputs: Object.fromEntries([...plan.predicted].map(([name, values]) => [name, Array.from(values)])),
    },
  };
  return {
    program: plain(program) as Question["program"],
    compare: ({ arrays = {} }) =>
      (["evaluator", "wasm"] as const).flatMap((what) => {
        const { relative, floor } = limits[what];
        const own = what === "evaluator" ? exact : rounded;
        const movedOf = (name: string): number =>
          Math.max(...disturbed().map((one) => distance(one.get(name)!, exact.get(name)!)));
        // An optimizer that takes signs makes another network of a gradient that all but cancels. What counts samples may then
        // jump in none of the few disturbances, and yet here.
        const isSettled = (): boolean =>
          [...exact].every(
            ([name, values]) =>
              !name.startsWith("weight ") ||
              movedOf(name) <= limits.wasm.relative * largest(values) + limits.wasm.floor,
          );
        for (const [name, values] of own) {
          const wanted = arrays[name];
          if (wanted === undefined) continue;
          const off = distance(values, wanted);
          const allowed = relative * largest(wanted) + floor;
          if (off <= allowed) continue;
          const moved = movedOf(name);
          if (off <= allowed + ROUNDINGS * moved) continue;
          if (general(name).startsWith("metric ") && !isSettled()) continue;
          return [
            {
              kind: `${what}: ${general(name)}`,
              detail: `${name} is off by ${off.toPrecision(3)} where ${allowed.toPrecision(3)} is allowed and rounding moves it by ${moved.toPrecision(3)} (${Array.from(values.slice(0, 4))} for ${wanted.slice(0, 4)})`,
            },
          ];
        }
        return [];
      }),
  };
}

const runnerOf =
  (loaded: Loaded): Runner =>
  (program, samples, inputs, slots) =>
    loaded.run(program, samples, inputs, slots);
