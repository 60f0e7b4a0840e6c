// The lines above models and trainings: the size of a model, and a way to train it.

import type { Span } from "../base/span.ts";
import { type ModelCosts, modelCosts } from "../driver/costs.ts";
import type { Snapshot } from "./snapshot.ts";
import { shortCount } from "./text.ts";

export interface Lens {
  readonly span: Span;
  readonly kind: "size" | "train";
  /** The name of the model. */
  readonly model: string;
}

/** Returns the lenses of a file; their texts may take longer. */
export function lenses(snapshot: Snapshot, file: string): readonly Lens[] {
  const sound = new Set(snapshot.program.models.map(({ name }) => name));
  return (snapshot.files.get(file)?.declarations ?? []).flatMap((declaration): readonly Lens[] => {
    if (declaration.kind === "model" && sound.has(declaration.name.text))
      return [{ span: declaration.name.span, kind: "size", model: declaration.name.text }];
    if (declaration.kind === "train" && sound.has(declaration.model.text))
      return [{ span: declaration.model.span, kind: "train", model: declaration.model.text }];
    return [];
  });
}

const known = new WeakMap<Snapshot, Map<string, ModelCosts | undefined>>();

/** Returns the costs of a model of the program, worked out once; undefined if it has errors. */
export async function costsIn(snapshot: Snapshot, model: string): Promise<ModelCosts | undefined> {
  const all = known.get(snapshot) ?? new Map<string, ModelCosts | undefined>();
  known.set(snapshot, all);
  if (!all.has(model)) all.set(model, await modelCosts(snapshot.program, model));
  return all.get(model);
}

/** Returns `1.2 M parameters · 3.4 MFLOP`. */
export async function sizeText(snapshot: Snapshot, model: string): Promise<string | undefined> {
  const costs = await costsIn(snapshot, model);
  if (costs === undefined) return undefined;
  return `${shortCount(costs.parameters, { word: "parameters" })} · ${shortCount(costs.flops, { unit: "FLOP" })}`;
}
