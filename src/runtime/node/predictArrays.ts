// The outputs of a model for rows of data as arrays, as the model computes them: for another program to read.

import { elementsOf } from "../core/dataset.ts";
import { RunError } from "../core/error.ts";
import { writeSafetensors } from "../core/formats/safetensors.ts";
import type { Manifest, Numbers, Program } from "../core/program.ts";
import { safeText } from "../core/text.ts";
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

/** Collects the outputs of batches in a row. */
export interface ArrayCollector {
  /** Takes the outputs of `n` rows. */
  add(n: number): void;
  /** Returns a safetensors file with an array for each of the outputs; its first axis counts the rows. */
  file(): Uint8Array;
}

export function collectArrays({ manifest, outputs: values }: Program, outputs: Manifest["outputs"]): ArrayCollector {
  const { model, batch } = manifest;
  if (writingIn(manifest) !== undefined)
    throw new RunError("a model that writes texts has no arrays: --format csv or jsonl");
  const arrays = outputs.map(({ name, shape }) => {
    const elements = elementsOf(shape);
    return { name, shape, elements, held: arrayLike(values[name] as Numbers, batch * elements) };
  });
  let count = 0;
  return {
    add(n) {
      for (const array of arrays) {
        const { name, elements } = array;
        const at = count * elements;
        if (at + n * elements > array.held.length) {
          const more = arrayLike(array.held, Math.max(2 * array.held.length, at + n * elements));
          more.set(array.held);
          array.held = more;
        }
        array.held.set((values[name] as Numbers).subarray(0, n * elements), at);
      }
      count += n;
    },
    file() {
      const about = new Map([
        ["producer", "nnc"],
        ["predictions", model],
      ]);
      return writeSafetensors(
        arrays.map(({ name, shape, elements, held }) => ({
          name,
          shape: [count, ...shape],
          values: held.subarray(0, count * elements),
        })),
        about,
      );
    },
  };
}
