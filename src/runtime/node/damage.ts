// Says what a step has damaged: in which rows, and what was kept. It also keeps the step for a program that finds the layer.

import type { Feeds } from "../core/feed.ts";
import { type NamedTensor, readSafetensors, storedNumbers, writeSafetensors } from "../core/formats/safetensors.ts";
import { type DamageError, damageHelp } from "../core/guard.ts";
import type { Program } from "../core/program.ts";
import { safeText } from "../core/text.ts";

/** The most rows and weights that a message names. */
const MOST_NAMED = 6;

const listed = (names: readonly string[], between: string): string =>
  names.slice(0, MOST_NAMED).join(between) +
  (names.length > MOST_NAMED ? `${between}and ${names.length - MOST_NAMED} more` : "");

/** What is said about a step. */
export interface DamageSaid {
  readonly problem: string;
  /** The first layer whose numbers are not finite. */
  readonly layer?: string;
  /** Names of the rows of the batch. */
  readonly rows: readonly string[];
  /** The places in the batch of rows that are not finite by themselves. */
  readonly alone: readonly number[];
  /** The weights that the step damaged, if its loss was finite. */
  readonly weights: readonly string[];
  /** The places that hold the last good state. */
  readonly kept: readonly string[];
}

/** Names the rows by their places in files where these are known. */
export function damageSaid(
  { problem, batch, evaluated }: DamageError,
  { train }: Pick<Feeds, "train">,
  kept: readonly string[],
): DamageSaid {
  const { feed, rows, alone } = evaluated ?? {
    feed: train,
    rows: batch?.rows ?? [],
    alone: batch?.alone ?? [],
  };
  return {
    ...{ problem, alone, kept },
    rows: Array.from(rows, (row) => feed.place(row)),
    weights: batch === undefined || !Number.isFinite(batch.damage.loss) ? [] : batch.damage.weights,
  };
}

function rowsText(names: readonly string[], alone: readonly number[]): string {
  if (alone.length === 0) return `${listed(names, ", ")}: each alone has a finite loss`;
  if (alone.length === names.length) return `${listed(names, ", ")}: all of the batch`;
  const own = alone.length === 1 ? "its own loss is" : "their own losses are";
  return `${listed(
    alone.map((place) => names[place] ?? ""),
    ", ",
  )}: ${own} not finite`;
}

/** Returns the message for a person. */
export function damageText({ problem, layer, rows, alone, weights, kept }: DamageSaid): string {
  const lines: (readonly [string, string])[] = [];
  if (layer !== undefined) lines.push(["layer", layer]);
  if (weights.length > 0) lines.push(["weights", listed(weights.map(safeText), ", ")]);
  if (rows.length > 0) lines.push(["rows", rowsText(rows.map(safeText), alone)]);
  if (kept.length > 0) lines.push(["kept", `the last good state: ${kept.map(safeText).join(", ")}`]);
  lines.push(["what to do", damageHelp]);
  return `${problem}${lines.map(([head, text]) => `\n  ${head.padEnd(11)} ${text}`).join("")}`;
}

/** A step that was kept. */
export interface DamagedStep {
  /** The number of samples of its batch. */
  readonly n: number;
  readonly said: DamageSaid;
  /** Puts the state before it into a program, and the batch into its inputs. */
  restore(program: Program): void;
}

const COLUMN = "column:";

/** Writes the state of a program before a step, and the batch in its columns. */
export function writeDamaged(program: Program, said: DamageSaid): Uint8Array {
  const slots = program.slots.map(({ name, role, shape, values }) => ({ name: `${role}:${name}`, shape, values }));
  const columns = Object.entries(program.columns).map(([name, values]): NamedTensor => {
    const numbers = values instanceof Uint8Array ? Int32Array.from(values) : values;
    return { name: COLUMN + name, shape: [numbers.length], values: numbers };
  });
  return writeSafetensors([...slots, ...columns], new Map([["said", JSON.stringify(said)]]));
}

export function readDamaged(bytes: Uint8Array, where: string): DamagedStep {
  const { tensors, metadata } = readSafetensors(bytes, where);
  const said = JSON.parse(metadata.get("said") ?? "") as DamageSaid;
  const numbersOf = (name: string): Float32Array | Int32Array => {
    const tensor = tensors.get(name);
    return (tensor === undefined ? undefined : storedNumbers(tensor)) ?? new Float32Array();
  };
  return {
    n: said.rows.length,
    said,
    restore({ slots, inputs }) {
      for (const { name, role, values } of slots) values.set(numbersOf(`${role}:${name}`));
      for (const [name, values] of Object.entries(inputs)) values.set(numbersOf(COLUMN + name));
    },
  };
}
