// How long a training is: its examples and its steps, where the source or its file tell.

import { findSource } from "../../ops/registry.ts";
import type { CheckedDataset, CheckedTraining } from "../model.ts";
import type { Env } from "../state/environment.ts";
import { schemaOf } from "../training/division.ts";

/** Returns how many examples a data set has to train on; undefined if that is not known. */
export function examplesOf(dataset: CheckedDataset, env: Env): number | undefined {
  const { source, split } = dataset;
  if (split.rows === true && split.train > 0) return split.train;
  const def = findSource(source.name);
  if (def?.window?.(source.options) !== undefined) return undefined;
  const all = def?.examples?.(source.options) ?? schemaOf(dataset, env)?.first?.all;
  if (all === undefined) return undefined;
  return split.rows === true ? all - split.validation - split.test : Math.round(all * split.train);
}

/** Returns the number of steps of a training; undefined if it is not known. */
export function stepsOf(
  { batch, epochs }: Pick<CheckedTraining, "batch" | "epochs">,
  examples: number | undefined,
): number | undefined {
  return examples === undefined ? undefined : Math.ceil(examples / batch) * epochs;
}
