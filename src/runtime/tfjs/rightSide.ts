// The right side of a product of matrices, safe from a fault of backend `wasm`.

import type { Tensor, TensorFlow } from "./tensors.ts";

/** The shape in which data stood first at the right of a product. */
const shapes = new WeakMap<object, string>();

/**
 * Returns `b`, or a copy. Backend `wasm` packs the right side of a product of one sample once for its data, whatever its shape:
 * where the same data come again in another shape, it reads beyond them and gives other numbers.
 */
export function rightSide(tf: TensorFlow, b: Tensor): Tensor {
  const { dataId } = b as Tensor & { readonly dataId: object };
  const shape = b.shape.slice(-2).join();
  const first = shapes.get(dataId);
  if (first === undefined) shapes.set(dataId, shape);
  return first === undefined || first === shape ? b : tf.mul(b, 1);
}
