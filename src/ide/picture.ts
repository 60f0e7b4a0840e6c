// A model of the program as a picture.

import { networkIn } from "../driver/network.ts";
import { picturesOf } from "../graph/index.ts";
import type { Snapshot } from "./snapshot.ts";

export interface NetworkPicture {
  readonly model: string;
  /** A page whose blocks fold, which needs nothing from elsewhere. */
  readonly html: string;
  readonly svg: string;
}

/**
 * Returns the picture of the model with this name, by default of the first that is trained, else of the first. Undefined if there is
 * none without errors.
 */
export async function networkPicture(snapshot: Snapshot, name?: string): Promise<NetworkPicture | undefined> {
  const { models, trainings } = snapshot.program;
  const trained = trainings.find(({ model }) => models.some((one) => one.name === model))?.model;
  const model = name ?? trained ?? models[0]?.name;
  const network = model === undefined ? undefined : await networkIn(snapshot.program, snapshot.texts, model);
  if (network === undefined) return undefined;
  const { html, svg } = picturesOf(network);
  return { model: network.model, html: html(), svg: svg() };
}
