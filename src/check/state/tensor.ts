// A tensor of the model under construction: its node, and the known facts about it.

import type { ValueId } from "../../ir/graph.ts";
import type { TensorType } from "../../ir/types.ts";
import type { Element, LangType } from "../model.ts";
import { innerShape, isBatched } from "../say/words.ts";

export interface Tensor {
  readonly kind: "tensor";
  readonly id: ValueId;
  readonly type: TensorType;
  readonly element: Element;
  /** The names of the axes without the batch, if a signature names them. */
  readonly axes?: readonly (string | undefined)[];
  /** The mask that it carries: bool, of the shape of its first axes, false at steps that are left out. */
  readonly mask?: Tensor;
}

/** Returns the type as people see it. */
export const langType = (tensor: Pick<Tensor, "type" | "element">): LangType => ({
  element: tensor.element,
  shape: innerShape(tensor.type),
  batched: isBatched(tensor.type),
});

/** The tensors of a call. */
export interface Inputs {
  readonly tensors: readonly Tensor[];
  /** The name of the input that each is for, if they are not simply the inputs in order. */
  readonly given?: readonly string[];
}
