// The right side of a product of matrices in an exported graph, safe from a fault of backend `wasm`.

import { printSize } from "../../ir/size.ts";
import type { GraphDraft, Tensor } from "./draft.ts";
import { type NodeDef, typeAttribute } from "./graphDef.ts";

/** Operations that give the data of their first input another shape. */
const reshaping = new Set(["Reshape", "Squeeze", "ExpandDims", "Identity"]);
/** The shapes in which data stand first at the right of a product, by the node that makes the data. */
const rightSides = new WeakMap<GraphDraft, Map<string, string>>();

/**
 * Returns `b`, or a copy. Backend `wasm` packs the right side of a product of one sample once for its data, whatever its shape:
 * where the same data come again in another shape, it gives other numbers.
 */
export function rightSide(g: GraphDraft, b: Tensor): Tensor {
  const nodeOf = (wanted: string): NodeDef | undefined => g.nodes.find(({ name }) => name === wanted);
  let maker = b.name;
  for (let node = nodeOf(maker); node !== undefined && reshaping.has(node.op); node = nodeOf(maker))
    maker = node.input?.[0] ?? "";
  const shapes = rightSides.get(g) ?? new Map<string, string>();
  rightSides.set(g, shapes);
  const shape = b.shape.slice(-2).map(printSize).join();
  const first = shapes.get(maker);
  if (first === undefined) shapes.set(maker, shape);
  return first === undefined || first === shape
    ? b
    : g.add("Mul", [b, g.scalar("float32", 1)], { T: typeAttribute("float32") }, b);
}
