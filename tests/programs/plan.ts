// The plan of a program's runs: initial weights, two training steps (the last batch is short), the end of a training, evaluation,
// metrics, predictions. Each starts from the reference's own state and has the reference's result.

import { seedSlot } from "../../src/ir/slots.ts";
import { bucketProgram, type LowerRequest } from "../../src/lower/lower.ts";
import { type NumberArray, readSlot } from "../../src/reference/evaluate.ts";
import { inputsFor } from "./data.ts";
import type { Reference, Results } from "./reference.ts";

export interface Run {
  readonly program: string;
  readonly samples: number;
  readonly inputs: ReadonlyMap<string, NumberArray>;
  /** All slots, those that are parts of others too. */
  readonly before: ReadonlyMap<string, NumberArray>;
  readonly expected: Results;
  /** The same as rounding moves it; computed when first asked for. */
  readonly disturbed: () => readonly Results[];
}

function startOf({ module }: Reference, seed: number): Map<string, NumberArray> {
  const start = new Map<string, NumberArray>();
  for (const { name, type, within } of module.slots) {
    const length = type.shape.reduce<number>((count, size) => count * Number(size), 1);
    if (within === undefined) start.set(name, new Float64Array(length));
  }
  start.set(seedSlot, Int32Array.of(seed));
  return start;
}

/** The state that the next run starts from, in numbers that every target has. */
function rounded({ module }: Reference, slots: ReadonlyMap<string, Float64Array>): Map<string, NumberArray> {
  const wholes = module.slots.filter(({ within }) => within === undefined);
  return new Map(wholes.map(({ name }) => [name, Float32Array.from(slots.get(name)!)]));
}

/** Slots with the parts of those that have some: what a target sets. */
const withParts = ({ module }: Reference, slots: ReadonlyMap<string, NumberArray>): Map<string, NumberArray> =>
  new Map(module.slots.map(({ name }) => [name, readSlot(slots, module.slots, name)]));

/** A model that nothing trains predicts for so many. */
export const batchOf = ({ training }: LowerRequest): number => training?.batch ?? 3;

/** Rounded without further errors, also with sums added in three ways or cancelled, and with random ones: so many that one of them nearly always crosses a jump near by. */
const DISTURBANCES = [-4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];

export function runsOf(reference: Reference, request: LowerRequest, seed: number): readonly Run[] {
  const batch = batchOf(request);
  const short = Math.max(1, Math.floor(batch / 2));
  const plan: readonly (readonly [string, number])[] = [
    ["initialize", 1],
    ["train_step", batch],
    ...(request.training?.buckets ?? []).map((bucket) => [bucketProgram(bucket), batch] as const),
    ["train_step", short],
    ["finalize", 1],
    ["evaluate", batch],
    ["metrics", 1],
    ["predict", seed % 2 === 0 ? batch : short],
  ];
  let state: ReadonlyMap<string, NumberArray> = startOf(reference, 3);
  const made = new Set(reference.module.programs.map(({ name }) => name));
  return plan
    .filter(([program]) => made.has(program))
    .map(([program, samples], i): Run => {
      const before = state;
      const inputs = inputsFor(reference.module, request, program, samples, seed * 7 + i);
      const expected = reference.run(program, samples, inputs, before);
      state = rounded(reference, expected.slots);
      let moved: readonly Results[] | undefined;
      const disturbed = (): readonly Results[] => {
        moved ??= DISTURBANCES.map((errors) => reference.run(program, samples, inputs, before, errors));
        return moved;
      };
      return { program, samples, inputs, before: withParts(reference, before), expected, disturbed };
    });
}

/** Whether all numbers are such that f32 can hold what leads to them. */
export const isFit = (runs: readonly Run[]): boolean =>
  runs.every(
    ({ expected }) =>
      expected.isNumber &&
      [...expected.outputs.values(), ...expected.slots.values()].every((values) =>
        values.every((value) => Number.isFinite(value) && Math.abs(value) < 1e7),
      ),
  );
