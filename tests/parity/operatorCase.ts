// An operator's example with made-up numbers: the inputs for some samples, the results of the reference, and the comparison
// with a backend's results.

import type { OpModule } from "../../src/conformance/executor.ts";
import { seedSlot, stepSlot } from "../../src/ir/slots.ts";
import { toPrims } from "../../src/passes/index.ts";
import { evaluate, type NumberArray } from "../../src/reference/evaluate.ts";
import type { Loaded } from "../support/compiled.ts";
import { exampleModule, exampleValues, scalesOf } from "../support/exampleModule.ts";
import { calls, type ExampleCall, modesOf } from "../support/examples.ts";
import { everything } from "../support/extent.ts";
import { lengthOf, numbers } from "../support/graphs.ts";
import type { parityOf } from "./record.ts";

export const BATCH = 4;

export interface OperatorCase {
  readonly title: string;
  /** `layer Conv2D`. */
  readonly subject: string;
  readonly ops: OpModule;
  /** Runs the whole batch and fewer samples on what `open` gives, and compares outputs, gradients and new state. */
  check(loaded: Loaded, parity: ReturnType<typeof parityOf>, form?: string): void;
}

export function operatorCases(): readonly OperatorCase[] {
  return calls().flatMap((example) => modesOf(example).map((training) => operatorCase(example, training)));
}

function operatorCase(example: ExampleCall, training: boolean): OperatorCase {
  const { tier, name } = example.operator;
  const ops = exampleModule(example, training);
  return {
    title: `${example.title}${training ? ", training" : ""}`,
    subject: `${tier} ${name}`,
    ops,
    check(loaded, parity, form = "") {
      for (const { samples, inputs, slots, expected } of runsOf(example, ops)) {
        const actual = loaded.run("test", samples, inputs, slots);
        for (const [output, values] of expected.outputs)
          parity.compare(
            // The loss is what gradients are of: a sum in which terms cancel.
            /^y\d*$/.test(output) ? "forward" : "gradient",
            `${output} of ${samples}${form}`,
            actual.outputs.get(output),
            values,
          );
        for (const [slot, values] of expected.updates)
          parity.compare("forward", `${slot} of ${samples}${form}`, actual.slots.get(slot), values);
      }
    },
  };
}

interface Run {
  readonly samples: number;
  readonly inputs: ReadonlyMap<string, NumberArray>;
  readonly slots: ReadonlyMap<string, NumberArray>;
  readonly expected: ReturnType<typeof evaluate>;
}
/** Evaluated once for each module, however many backends are held to it. */
const evaluated = new WeakMap<OpModule, readonly Run[]>();

function runsOf(example: ExampleCall, ops: OpModule): readonly Run[] {
  const known = evaluated.get(ops);
  if (known !== undefined) return known;
  const module = toPrims(ops);
  const runs = (everything ? [BATCH, 3, 1] : [BATCH, 1]).map((samples): Run => {
    const inputs = new Map<string, NumberArray>(
      example.inputs.map((type, i) => [`x${i}`, exampleValues(example, `x${i}`, lengthOf(type, samples))]),
    );
    for (const [name, type] of scalesOf(example))
      inputs.set(name, Float32Array.from(numbers(lengthOf(type, samples), 99)));
    const slots = new Map<string, NumberArray>(
      module.slots.map(({ name, type }) => [
        name,
        name === seedSlot ? [11] : name === stepSlot ? [4] : exampleValues(example, name, lengthOf(type, samples)),
      ]),
    );
    return { samples, inputs, slots, expected: evaluate(module.programs[0]!, { batch: samples, inputs, slots }) };
  });
  evaluated.set(ops, runs);
  return runs;
}
