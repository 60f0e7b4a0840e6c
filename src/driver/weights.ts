// Matches the weights of a file with those of a model, by name, shape and element type.

import type { WeightValues } from "../export/format.ts";
import type { Slot } from "../ir/graph.ts";
import { labelOf } from "../ir/slots.ts";
import { extents } from "../ir/types.ts";
import { type StoredTensor, storedNumbers } from "../runtime/core/formats/safetensors.ts";

/** The tensors of a weights file, and the name of the file. */
export interface WeightFile {
  readonly name: string;
  readonly tensors: ReadonlyMap<string, StoredTensor>;
}

/** The differences between the weights of a file and those of a model. */
export interface Misfit {
  /** The weights that the file lacks. */
  readonly missing: readonly string[];
  readonly different: readonly { readonly name: string; readonly found: string; readonly wanted: string }[];
  /** The weights that the model lacks. */
  readonly extra: readonly string[];
}

const typeText = (dtype: string, shape: readonly number[]): string => `${dtype} [${shape.join(", ")}]`;

/** Returns the numbers of every weight and statistic by the names of their slots, or all differences. */
export function fitWeights(
  slots: readonly Slot[],
  { tensors }: WeightFile,
): { readonly weights: ReadonlyMap<string, WeightValues> } | { readonly misfit: Misfit } {
  const wholes = new Set(slots.flatMap(({ within }) => within?.slot ?? []));
  const wanted = slots.filter(({ name, role }) => (role === "weight" || role === "state") && !wholes.has(name));
  const labels = new Set(wanted.map(({ name }) => labelOf(name)));
  const weights = new Map<string, WeightValues>();
  const missing: string[] = [];
  const different: { name: string; found: string; wanted: string }[] = [];
  for (const { name: slot, type } of wanted) {
    const name = labelOf(slot);
    const tensor = tensors.get(name);
    const shape = extents(type.shape, 1);
    const text = typeText(type.dtype === "f32" ? "F32" : "I32", shape);
    const found = tensor === undefined ? undefined : typeText(tensor.dtype, tensor.shape);
    const values = tensor === undefined ? undefined : storedNumbers(tensor);
    if (found === undefined) missing.push(name);
    else if (found !== text || values === undefined) different.push({ name, found, wanted: text });
    else weights.set(slot, { shape, values });
  }
  const extra = [...tensors.keys()].filter((name) => !labels.has(name));
  if (missing.length + different.length + extra.length > 0) return { misfit: { missing, different, extra } };
  return { weights };
}
