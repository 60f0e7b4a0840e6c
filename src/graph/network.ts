// A network as data: what `nnc graph --json` prints, and what pictures are made of. docs/graph.md describes each field, so a change
// here is a change of a published format.

/** What a layer is for, which gives it its colour. */
export const families = [
  "convolution",
  "dense",
  "recurrent",
  "attention",
  "normalization",
  "activation",
  "pooling",
  "shape",
  "merging",
  "regularization",
  "preprocessing",
  "other",
] as const;
export type Family = (typeof families)[number];

/**
 * `weight`: a weight that is a value itself. `target`: a field of the data that only a loss reads. `loss`: what a step of the
 * training minimizes.
 */
export const nodeKinds = ["input", "layer", "weight", "output", "target", "loss"] as const;

export interface NetworkNode {
  /** Its place in the list of nodes. */
  readonly id: number;
  readonly kind: (typeof nodeKinds)[number];
  /** The operator, the input, the output or the step. */
  readonly name: string;
  /** Its options as far as a picture shows them: `32, 3 × 3, relu`. */
  readonly detail: string;
  /** As written: `Conv2D(32, 3x3, relu)`. */
  readonly text: string;
  /** `residual_1/conv2d` */
  readonly path: string;
  readonly family: Family;
  /** Of one sample, with its results after the first behind `;`. */
  readonly shape: string;
  /** The nodes that it reads, in the order of its arguments. */
  readonly from: readonly number[];
  /** The numbers in its weights. Those of a shared layer count at its first use. */
  readonly parameters: number;
  /** The bytes of its weights. */
  readonly bytes: number;
  /** Floating-point operations of one sample's inference; missing for very large models. */
  readonly flops?: number;
  /** The node whose weights it uses again. */
  readonly shares?: number;
  /** Of a loss: the optimizers and the weights that they train. */
  readonly trains?: readonly { readonly optimizer: string; readonly weights: string }[];
}

/** A use of a block, or a turn of a `repeat`: the nodes from `from` to before `to`. Blocks lie in each other or apart. */
export interface NetworkBlock {
  readonly kind: "block" | "turn";
  /** `Residual`; of a turn `turn 1 of 4`. */
  readonly name: string;
  /** `Residual(64)` */
  readonly text: string;
  readonly path: string;
  readonly from: number;
  readonly to: number;
}

export interface Network {
  readonly format: "nnc-network";
  readonly version: 1;
  readonly model: string;
  readonly parameters: number;
  readonly bytes: number;
  readonly flops?: number;
  /** Each node after those that it reads. */
  readonly nodes: readonly NetworkNode[];
  /** A block before those inside it. */
  readonly blocks: readonly NetworkBlock[];
}
