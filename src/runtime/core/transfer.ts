// The weights of another training to begin with: what fits by name, shape and type is taken, the rest keeps its first values.

import type { Rows } from "./dataset.ts";
import { type Encoders, type Learned, learnColumns } from "./encode.ts";
import { RunError } from "./error.ts";
import { readSafetensors, type StoredTensor, storedNumbers } from "./formats/safetensors.ts";
import type { ColumnInfo, Program, SlotInfo } from "./program.ts";
import { safeText } from "./text.ts";
import { learnedFrom } from "./weightsFile.ts";

/** A file of weights, read once and taken as often as a training begins. */
export interface WeightsToBegin {
  readonly where: string;
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly learned: Learned;
}

/** What a program has of a file, and what it begins anew, each by the names of weights. */
export interface Transfer {
  readonly taken: readonly string[];
  readonly anew: readonly { readonly name: string; readonly why: string }[];
}

/** Reads the file. Throws a FormatError where it is damaged. */
export function weightsToBegin(bytes: Uint8Array, where: string): WeightsToBegin {
  const { tensors, metadata } = readSafetensors(bytes, where);
  return { where, tensors, learned: learnedFrom(metadata, where) };
}

const weightSizes = (shape: readonly number[]): string => `[${shape.join(", ")}]`;
const layerOfWeight = (name: string): string => name.slice(0, Math.max(0, name.lastIndexOf("/"))) || name;
const MOST_WEIGHTS_NAMED = 12;

function weightNamesText(names: readonly string[]): string {
  const shown = names.slice(0, MOST_WEIGHTS_NAMED).map(safeText);
  return [
    ...shown,
    ...(names.length > MOST_WEIGHTS_NAMED ? [`and ${names.length - MOST_WEIGHTS_NAMED} more`] : []),
  ].join(", ");
}

/** Says why the file has no such weight; undefined if it has. */
function weightMisfit({ name, shape, values }: SlotInfo, tensor: StoredTensor | undefined): string | undefined {
  if (tensor === undefined) return `no '${name}' there`;
  if (tensor.shape.join() !== shape.join()) return `${weightSizes(tensor.shape)} there, ${weightSizes(shape)} here`;
  const numbers = storedNumbers(tensor);
  if (numbers !== undefined && numbers.constructor === values.constructor) return undefined;
  return `${tensor.dtype} there, ${values instanceof Float32Array ? "F32" : "I32"} here`;
}

/** Takes all weights that fit. Throws a RunError if none does, or if one that no step trains would keep random numbers. */
export function takeWeights(program: Program, { where, tensors }: WeightsToBegin): Transfer {
  const { model, begin } = program.manifest;
  const slots = program.slots.filter(({ role }) => role === "weight" || role === "state");
  const found = slots.map((slot) => ({ slot, why: weightMisfit(slot, tensors.get(slot.name)) }));
  const fitting = found.filter(({ why }) => why === undefined).map(({ slot }) => slot);
  if (fitting.length === 0) throw new RunError(nothingFitsText(model, slots, tensors, where));
  const frozen = new Set(begin?.frozen);
  const random = found.find(({ slot, why }) => why !== undefined && frozen.has(slot.name));
  if (random !== undefined) throw new RunError(staysRandomText(random.slot, random.why ?? "", tensors, where));
  for (const { name, values } of fitting) {
    const numbers = storedNumbers(tensors.get(name) as StoredTensor);
    if (numbers !== undefined) values.set(numbers);
  }
  return {
    taken: fitting.map(({ name }) => name),
    anew: found.flatMap(({ slot, why }) => (why === undefined ? [] : [{ name: slot.name, why }])),
  };
}

function nothingFitsText(
  model: string,
  slots: readonly SlotInfo[],
  tensors: WeightsToBegin["tensors"],
  where: string,
): string {
  const here = slots.map(({ name, shape }) => `${name} ${weightSizes(shape)}`);
  const there = [...tensors].map(([name, { shape }]) => `${name} ${weightSizes(shape)}`);
  return `${safeText(where)}: no weight in it has the name and the shape of one of ${model}
  it has      ${weightNamesText(there)}
  ${model} has  ${weightNamesText(here)}
  what to do  give layers the names that they have there: Conv2D(32, 3x3, name: "${safeText(layerOfWeight([...tensors.keys()][0] ?? "conv2d"))}")`;
}

function staysRandomText(slot: SlotInfo, why: string, tensors: WeightsToBegin["tensors"], where: string): string {
  const alike = [...tensors].filter(([, { shape }]) => shape.join() === slot.shape.join()).map(([name]) => name);
  const [first] = alike;
  const fits = alike.length === 0 ? `nothing in it is ${weightSizes(slot.shape)}` : weightNamesText(alike);
  const advice =
    first === undefined
      ? "let the layer train, or give it the sizes that it has there"
      : `give the layer the name that it has there, name: "${safeText(layerOfWeight(first))}", or let it train`;
  return `${safeText(where)}: '${slot.name}' does not fit (${safeText(why)}), and does not train, so it would stay random
  of its shape  ${fits}
  what to do    ${advice}`;
}

/** One line for people. */
export function transferText({ taken, anew }: Transfer, where: string): string {
  const left = new Set(anew.map(({ name }) => layerOfWeight(name)));
  const layers = [...new Set(taken.map((name) => (left.has(layerOfWeight(name)) ? name : layerOfWeight(name))))];
  const whys = new Map(anew.map(({ name, why }) => [layerOfWeight(name), why]).reverse() as [string, string][]);
  const fresh = [...whys].reverse().map(([layer, why]) => `${layer} (${why})`);
  return `begins with ${weightNamesText(layers)} of ${safeText(where)}${fresh.length === 0 ? "" : `; anew: ${weightNamesText(fresh)}`}`;
}

/**
 * Learns from the training rows. Where the file's training has learned of a column of that name with the same encoder, this counts:
 * its weights know the words by these numbers. Names of classes are always those of the new rows.
 */
export function learnedToBegin(
  train: Rows,
  columns: readonly ColumnInfo[],
  encoders: Encoders,
  before: Learned,
): Learned {
  return learnedAsBefore(learnColumns(train, columns, encoders), columns, before);
}

/** The same of what was learned from the training rows already. */
export function learnedAsBefore(own: Learned, columns: readonly ColumnInfo[], before: Learned): Learned {
  const kept = columns.flatMap(({ name, encoder, classes, tokens }) => {
    const [old, fresh] = [before[name], own[name]];
    if (encoder === undefined || old === undefined || fresh === undefined) return [];
    const labels = classes !== undefined && tokens !== true;
    const fits = encoder.numbers === true ? old.length === fresh.length : old.length < (classes ?? Number.MAX_VALUE);
    return !labels && fits ? [[name, old] as const] : [];
  });
  return { ...own, ...Object.fromEntries(kept) };
}
