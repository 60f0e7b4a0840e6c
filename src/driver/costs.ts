// What a checked model costs, for editors: parameters and arithmetic, in all and by layer. Plans no memory, so it is quick.

import { CompilerBug } from "../base/compilerBug.ts";
import type { CheckedModel, CheckedProgram } from "../check/model.ts";
import type { ValueId } from "../ir/graph.ts";
import { extents } from "../ir/types.ts";
import { isLayer, type LayerSummary, layersOf } from "./layers.ts";

export interface ModelCosts {
  readonly parameters: number;
  /** Floating-point operations of one sample's inference; a multiplication and its addition count as two. */
  readonly flops: number;
  /** The same by the paths of layers. */
  readonly byLayer: ReadonlyMap<string, number>;
  /** Each layer as `nnc summary` lists it, by its value. */
  readonly layers: ReadonlyMap<ValueId, LayerSummary>;
}

/** The most values of a model whose arithmetic an editor waits for. */
const most = 5_000;

const multiply = (sizes: readonly number[]): number => sizes.reduce((all, size) => all * size, 1);

/** Returns the numbers in the weights of a model, each axis of unknown size counted as 1. */
export const parametersOf = ({ weights }: CheckedModel): number =>
  weights.reduce((sum, { shape }) => sum + multiply(extents(shape, 1)), 0);

/** Returns the costs of a model; undefined if the program has none of this name without errors, or a very large one. */
export async function modelCosts(program: CheckedProgram, name: string): Promise<ModelCosts | undefined> {
  const model = program.models.find((one) => one.name === name);
  if (model === undefined || model.nodes.length > most) return undefined;
  const { lower } = await import("../lower/lower.ts");
  const { flopsByOrigin } = await import("./flops.ts");
  const ops = lower({ program, model });
  const predict = ops.programs.find((one) => one.name === "predict");
  if (predict === undefined) throw new CompilerBug("a module without 'predict'");
  const byLayer = flopsByOrigin(predict, ops.slots);
  const ids = model.nodes.filter(isLayer).map(({ id }) => id);
  return {
    parameters: parametersOf(model),
    flops: [...byLayer.values()].reduce((sum, n) => sum + n, 0),
    byLayer,
    layers: new Map(layersOf(model, byLayer).map((layer, i) => [ids[i] ?? 0, layer])),
  };
}
