// Random lengths of batches: of an input, where the model takes any length of it. The checker says whether it does.

import { checkProgram } from "../../src/driver/check.ts";
import { entry, filesOf } from "./files.ts";
import { shuffled } from "./options.ts";
import { printProgram } from "./print.ts";
import type { Random } from "./random.ts";
import type { Program } from "./tree.ts";

/** The program with lengths for an input of its first training; the same program where no input may have any. */
export function drawBuckets(random: Random, program: Program): Program {
  const inputs = program.inputs.filter(({ noise, shape }) => noise !== true && (shape[0] ?? 0) > 1);
  for (const { name, shape, tokens } of shuffled(random, inputs)) {
    const [most = 0] = shape;
    const lengths = [...new Set([random.int(1, most - 1), random.int(1, most)])].sort((a, b) => a - b);
    const field = tokens !== undefined && random.chance(0.7) ? {} : { field: name };
    const made: Program = { ...program, training: { ...program.training, buckets: { ...field, lengths } } };
    const text = printProgram(made);
    if (text === undefined) continue;
    const { diagnostics } = checkProgram({ entry, texts: filesOf(text) });
    if (!diagnostics.some(({ severity }) => severity === "error")) return made;
  }
  return program;
}
