// A tensor of the model that is being checked: which node it is, and what is known of it.

import type { ValueId } from "../../ir/graph.ts";
import type { TensorType } from "../../ir/types.ts";
import type { Element, LangType } from "../model.ts";
import { innerShape, isBatched } from "../say/words.ts";

export interface Tensor {
  readonly kind: "tensor";
  readonly id: ValueId;
  readonly type: TensorType;
  readonly element: Element;
  /** Names of the axes without the batch, where a signature gives them. */
  readonly axes?: readonly (string | undefined)[];
}

/** The type as a person sees it. */
export const langType = (tensor: Pick<Tensor, "type" | "element">): LangType => ({
  element: tensor.element,
  shape: innerShape(tensor.type),
  batched: isBatched(tensor.type),
});
