// A module with its inputs, and the comparison of a backend with the reference after every run. State passes from run to
// run, as in a training.

import type { OpModule } from "../../src/conformance/executor.ts";
import type { NumberArray } from "../../src/reference/evaluate.ts";
import { type Backend, reference } from "../support/backends.ts";
import type { Kind, parityOf } from "./record.ts";

export interface Run {
  readonly program: string;
  readonly inputs: ReadonlyMap<string, NumberArray>;
  /** Of an output, or of the slots afterwards; undefined where they are not compared. */
  kindOf(output: string): Kind;
  readonly slots?: Kind;
}
export interface ParityCase {
  readonly title: string;
  /** `loss huber`. */
  readonly subject: string;
  readonly ops: OpModule;
  readonly samples: number;
  /** Slots start as given, or as 0. */
  readonly slots: ReadonlyMap<string, NumberArray>;
  readonly runs: readonly Run[];
}

type Results = { readonly outputs: Map<string, Float64Array>; readonly slots: Map<string, Float64Array> };
const known = new WeakMap<ParityCase, readonly Results[]>();

function startOf({ ops, slots }: ParityCase): Map<string, NumberArray> {
  const start = new Map<string, NumberArray>();
  for (const { name, type, within } of ops.slots) {
    const length = type.shape.reduce<number>((count, size) => count * Number(size), 1);
    if (within === undefined) start.set(name, slots.get(name) ?? new Float64Array(length));
  }
  return start;
}

/** The state that the next run starts from: slots as wholes. */
const wholes = ({ ops }: ParityCase, slots: ReadonlyMap<string, Float64Array>): Map<string, Float64Array> =>
  new Map([...slots].filter(([name]) => ops.slots.find((slot) => slot.name === name)?.within === undefined));

function resultsOf(one: ParityCase): readonly Results[] {
  const before = known.get(one);
  if (before !== undefined) return before;
  const { run } = reference(one.ops);
  let slots: ReadonlyMap<string, NumberArray> = startOf(one);
  const results = one.runs.map(({ program, inputs }) => {
    const made = run(program, one.samples, inputs, slots);
    slots = wholes(one, made.slots);
    return made;
  });
  known.set(one, results);
  return results;
}

/** Runs a case on a backend, each run from the backend's own state, and compares everything. */
export async function checkCase(
  one: ParityCase,
  open: NonNullable<Backend["open"]>,
  parity: ReturnType<typeof parityOf>,
): Promise<void> {
  const expected = resultsOf(one);
  const { title } = one;
  const loaded = await open(one.ops, one.samples);
  let slots: ReadonlyMap<string, NumberArray> = startOf(one);
  const hasParts = new Set(one.ops.slots.map(({ within }) => within?.slot));
  const parts = (all: ReadonlyMap<string, NumberArray>) => new Map([...all].filter(([name]) => !hasParts.has(name)));
  for (const [i, { program, inputs, kindOf, slots: kind }] of one.runs.entries()) {
    const actual = loaded.run(program, one.samples, inputs, slots);
    const { outputs, slots: wanted } = expected[i]!;
    for (const [name, values] of outputs)
      parity.compare(kindOf(name), `${title}: ${name} of ${program}, run ${i + 1}`, actual.outputs.get(name), values);
    if (kind !== undefined)
      for (const [name, values] of wanted)
        if (!hasParts.has(name))
          parity.compare(kind, `${title}: ${name} after ${program}, run ${i + 1}`, actual.slots.get(name), values);
    slots = parts(actual.slots);
  }
  loaded.close?.();
}
