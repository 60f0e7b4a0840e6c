// Values that are the same everywhere.

import type { PrimNode, ValueId } from "../ir/graph.ts";

/** Whether a value consists of numbers and sizes alone: it loads nothing, and all its elements are equal. */
export function isConstant(node: PrimNode, nodeOf: (id: ValueId) => PrimNode): boolean {
  if (node.kind === "const") return typeof node.value === "number";
  if (node.kind === "size") return true;
  if (node.kind === "map")
    return node.type.shape.length === 0 && node.args.every((arg) => isConstant(nodeOf(arg), nodeOf));
  const isView =
    node.kind === "reshape" || node.kind === "transpose" || node.kind === "broadcast" || node.kind === "slice";
  return isView && isConstant(nodeOf(node.arg), nodeOf);
}
