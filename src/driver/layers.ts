// The layers of a checked model with what each costs, for tables and editors.

import { argumentsOf, type CheckedModel, type ModelNode } from "../check/model.ts";
import { textOf } from "../check/say/trace.ts";
import { printSize } from "../ir/size.ts";
import { extents } from "../ir/types.ts";

export interface LayerSummary {
  /** `residual_1/conv2d` */
  readonly path: string;
  /** As written: `Conv2D(32, 3x3, relu)`. */
  readonly text: string;
  /** For one sample: `26 × 26 × 32`. */
  readonly shape: string;
  readonly parameters: number;
  /** Floating-point operations of one sample's inference; a multiplication and its addition count as two. */
  readonly flops: number;
  /** The bytes of its weights and of its output for one sample. */
  readonly bytes: number;
  /** The places in the list of the layers that it reads. */
  readonly from: readonly number[];
}
const multiply = (sizes: readonly number[]): number => sizes.reduce((all, size) => all * size, 1);

const bytesPerNumber = 4;

/** Returns the shape of the output without the batch axis. */
function shapeOf(node: ModelNode): string {
  const sizes = node.type.shape.map((size) => printSize(size)).filter((size, axis) => !(axis === 0 && size === "?"));
  return sizes.length === 0 ? "1" : sizes.join(" × ");
}

/** Whether a value is a layer of its own in tables: an input, or a call that makes no mask. */
export const isLayer = (node: ModelNode): boolean =>
  node.kind === "input" || (node.kind === "call" && node.mask === undefined);

/** Returns the layers in order: one for each value for which `isLayer` holds. `totals`: the arithmetic by the paths of layers. */
export function layersOf(model: CheckedModel, totals: ReadonlyMap<string, number>): readonly LayerSummary[] {
  const flops = new Map(totals);
  const weights = new Map(model.weights.map((weight) => [weight.path, multiply(extents(weight.shape, 1))]));
  const counted = new Set<string>();
  const layers: LayerSummary[] = [];
  // By the id of a node: the layers that its value comes from.
  const sources: (readonly number[])[] = [];
  for (const node of model.nodes) {
    const from = [...new Set(argumentsOf(node).flatMap((id) => sources[id] ?? []))].sort((a, b) => a - b);
    if (!isLayer(node)) {
      sources[node.id] = node.kind === "call" ? [] : from;
      continue;
    }
    sources[node.id] = [layers.length];
    const path = node.kind === "call" ? node.path : textOf(node);
    // The weights and arithmetic of a shared layer count at its first use.
    const own = node.kind === "call" ? node.weights.filter((weight) => !counted.has(weight)) : [];
    for (const weight of own) counted.add(weight);
    const parameters = own.reduce((sum, weight) => sum + (weights.get(weight) ?? 0), 0);
    layers.push({
      path,
      text: node.kind === "call" ? node.text : "input",
      shape: shapeOf(node),
      parameters,
      flops: flops.get(path) ?? 0,
      bytes: bytesPerNumber * (parameters + multiply(extents(node.type.shape, 1))),
      from,
    });
    flops.delete(path);
  }
  return layers;
}
