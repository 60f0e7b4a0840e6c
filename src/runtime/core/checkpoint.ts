// The state of a training as one file: every slot of the program as a tensor, and the place in the training as JSON in the header.
// A training that goes on from it ends with the same bits.

import type { BestSoFar } from "./best.ts";
import type { Learned } from "./encode.ts";
import { RunError } from "./error.ts";
import { crc32 } from "./formats/crc32.ts";
import { FormatError } from "./formats/formatError.ts";
import {
  type NamedTensor,
  readSafetensors,
  type StoredTensor,
  storedNumbers,
  writeSafetensors,
} from "./formats/safetensors.ts";
import type { EpochResult, Program } from "./program.ts";
import { safeText } from "./text.ts";
import type { TrainState } from "./trainState.ts";
import { valueText } from "./values.ts";

/** What a training depends on beside its state; a checkpoint of other circumstances is refused. */
export interface Circumstances {
  /** Identifies the compiled program. */
  readonly program: string;
  readonly seed: number;
  readonly epochs: number;
  /** The numbers of examples: a sign of other data. */
  readonly examples: { readonly train: number; readonly validation: number; readonly test: number };
  /** The memory that the data may take, where it takes more. */
  readonly memory?: number;
}

const CHECKPOINT_FORMAT = "nnc-checkpoint-1";
/** The prefix of the best weights among the tensors. */
const BEST_PREFIX = "best:";

const circumstanceWords: Readonly<Record<keyof Circumstances, string>> = {
  program: "another program, or of one with other options",
  seed: "another seed",
  epochs: "another number of epochs",
  examples: "other data",
  memory: "another --memory, so of another order of the rows",
};

const tensorBytes = ({ values }: NamedTensor): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength);

/** Writes the state of a training between two steps. */
export function writeCheckpoint(
  program: Program,
  { best, ...place }: TrainState,
  circumstances: Circumstances,
  learned: Learned,
): Uint8Array {
  const slots = program.slots.map(({ name, role, shape, values }) => ({ name: `${role}:${name}`, shape, values }));
  const shapes = new Map(program.slots.map(({ name, shape }) => [name, shape]));
  const kept = [...(best?.weights ?? [])].map(([name, values]) => ({
    ...{ name: BEST_PREFIX + name, shape: shapes.get(name) ?? [values.length], values },
  }));
  const tensors = [...slots, ...kept];
  const { weights: _, ...found } = best ?? {};
  const metadata = new Map([
    ["producer", "nnc"],
    ["format", CHECKPOINT_FORMAT],
    ["circumstances", JSON.stringify(circumstances)],
    ["place", JSON.stringify({ ...place, ...(best === undefined ? {} : { best: found }) })],
    ["learned", JSON.stringify(learned)],
    ["checksum", String(crc32(...tensors.map(tensorBytes)))],
  ]);
  return writeSafetensors(tensors, metadata);
}

/** A checkpoint that was read: nothing of the program has changed yet. */
export interface Checkpoint {
  readonly circumstances: Circumstances;
  readonly learned: Learned;
  readonly state: TrainState;
  /** Puts every slot of the program in place. Throws a RunError for another program. */
  restore(program: Program): void;
}

/** Reads a checkpoint. Throws a FormatError for a file that is damaged, or is none. */
export function readCheckpoint(bytes: Uint8Array, where: string): Checkpoint {
  const { tensors, metadata } = readSafetensors(bytes, where);
  if (metadata.get("format") !== CHECKPOINT_FORMAT) throw new FormatError(where, "is not a checkpoint of nnc");
  const parsed = (key: string): unknown => {
    try {
      return JSON.parse(metadata.get(key) ?? "");
    } catch {
      throw new FormatError(where, `is corrupt: its ${key} cannot be read`);
    }
  };
  const place = parsed("place") as Omit<TrainState, "best"> & { readonly best?: Omit<BestSoFar, "weights"> };
  const circumstances = parsed("circumstances") as Circumstances;
  const learned = parsed("learned") as Learned;
  const stored = [...tensors].map(([, tensor]) => tensor.bytes);
  if (crc32(...stored) !== Number(metadata.get("checksum")))
    throw new FormatError(where, "is corrupt: its checksum does not fit");
  const weights = new Map<string, Float32Array | Int32Array>();
  for (const [name, tensor] of tensors)
    if (name.startsWith(BEST_PREFIX)) weights.set(name.slice(BEST_PREFIX.length), numbersOf(tensor, name, where));
  const { best, ...rest } = place;
  return {
    circumstances,
    learned,
    state: {
      ...rest,
      done: (rest.done ?? []) as readonly EpochResult[],
      ...(best === undefined ? {} : { best: { ...best, ...(weights.size === 0 ? {} : { weights }) } }),
    },
    restore(program) {
      for (const { name, role, values } of program.slots) {
        const tensor = tensors.get(`${role}:${name}`);
        const numbers = tensor === undefined ? undefined : storedNumbers(tensor);
        if (numbers === undefined || numbers.length !== values.length || numbers.constructor !== values.constructor)
          throw new RunError(`${safeText(where)}: is of another program: its '${safeText(name)}' does not fit`);
        values.set(numbers);
      }
    },
  };
}

function numbersOf(tensor: StoredTensor, name: string, where: string): Float32Array | Int32Array {
  const numbers = storedNumbers(tensor);
  if (numbers instanceof Float32Array || numbers instanceof Int32Array) return numbers;
  throw new FormatError(where, `is corrupt: '${name}' is ${tensor.dtype}`);
}

/** Throws a RunError that says what is different, if a training cannot go on from a checkpoint. */
export function checkCircumstances(found: Circumstances, wanted: Circumstances, where: string): void {
  for (const key of Object.keys(circumstanceWords) as (keyof Circumstances)[]) {
    if (JSON.stringify(found[key]) === JSON.stringify(wanted[key])) continue;
    const shown = (value: unknown): string => (typeof value === "number" ? valueText(value) : JSON.stringify(value));
    const difference = key === "program" ? "" : `: ${shown(found[key])}, now ${shown(wanted[key])}`;
    throw new RunError(
      `${safeText(where)}: is a checkpoint of ${circumstanceWords[key]}${difference}; train anew without --resume, with --force`,
    );
  }
}
