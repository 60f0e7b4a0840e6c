// The outputs of a model for rows of data as arrays, as the model computes them: for another program to read.

import { type DataPart, elementsOf, gatherBatch, rowsOf } from "../core/dataset.ts";
import { RunError } from "../core/error.ts";
import { writeSafetensors } from "../core/formats/safetensors.ts";
import type { Manifest, Numbers, Program } from "../core/program.ts";
import { safeText } from "../core/text.ts";
import { giveTurn } from "../core/turn.ts";
import { writingIn } from "../core/writing.ts";

/** Throws a RunError where a person names a file, and the source reads none that another could stand for. */
export function checkInput({ source, dataset }: Manifest, input: string | undefined): void {
  if (input !== undefined && source.options.file === undefined)
    throw new RunError(
      `--input ${safeText(input)}: ${dataset} reads ${source.name}(), which takes no other file; without --input the rows are its own`,
    );
}

/** Predicts for the rows from `start` on. Random numbers depend on the step: each batch counts as one, so no two rows share theirs. */
export function predictBatch(program: Program, start: number, n: number): void {
  const step = program.slots.find(({ name, role }) => role === "counter" && name === "step")?.values;
  if (step !== undefined) step[0] = start / program.manifest.batch;
  program.predict(n);
}

const arrayLike = (like: Numbers, length: number): Numbers =>
  like instanceof Float32Array
    ? new Float32Array(length)
    : like instanceof Int32Array
      ? new Int32Array(length)
      : new Uint8Array(length);

/** Returns a safetensors file with an array for each of the outputs; its first axis counts the rows. */
export async function predictedArrays(
  program: Program,
  part: DataPart,
  outputs: Manifest["outputs"],
): Promise<Uint8Array> {
  const { model, inputs, batch } = program.manifest;
  if (writingIn(program.manifest) !== undefined)
    throw new RunError("a model that writes texts has no arrays: --format csv or jsonl");
  const arrays = outputs.map(({ name, shape }) => {
    const values = arrayLike(program.outputs[name] as Numbers, part.count * elementsOf(shape));
    return { name, shape: [part.count, ...shape], elements: elementsOf(shape), values };
  });
  const rows = rowsOf(part);
  for (let start = 0; start < part.count; start += batch) {
    const n = Math.min(batch, part.count - start);
    gatherBatch(rows, undefined, start, n, inputs, program.inputs);
    predictBatch(program, start, n);
    for (const { name, elements, values } of arrays)
      values.set((program.outputs[name] as Numbers).subarray(0, n * elements), start * elements);
    await giveTurn();
  }
  const about = new Map([
    ["producer", "nnc"],
    ["predictions", model],
  ]);
  return writeSafetensors(arrays, about);
}
