// Values that are made where a concatenation wants them. Most values join the kernel that copies them, point by point. A sum of
// rows cannot: it is whole only at its end, so it lies in the concatenation from the start and is never copied.

import type { PrimGraph, PrimNode, PrimOf, ValueId } from "../ir/graph.ts";
import { extents, rowMajorStrides } from "../ir/types.ts";
import { type Layout, newStorage, type Places } from "./layout.ts";
import type { Uses } from "./materialize.ts";
import { type Sum, sumBehind } from "./rows.ts";
import type { Storage } from "./storage.ts";

type Concat = PrimNode & PrimOf<"concat">;

/** Each argument with the place where it starts. */
function partsOf(node: Concat, storage: Storage, uses: Uses, batch: number): readonly (readonly [ValueId, number])[] {
  let start = storage.offset;
  return node.args.map((arg) => {
    const sizes = extents(uses.node(arg).type.shape, batch);
    const place = start;
    start += (sizes[node.axis] ?? 1) * (storage.strides[node.axis] ?? 1);
    return [arg, place];
  });
}

/** Whether only the concatenation reads the value, through reshapes that nothing else reads. */
function isOnlyThere(sum: Sum, arg: ValueId, held: ReadonlySet<ValueId>, uses: Uses): boolean {
  for (let node = uses.node(arg); ; node = uses.node(node.arg)) {
    if (uses.users(node.id).length !== 1 || held.has(node.id)) return false;
    if (node.id === sum.id || node.kind !== "reshape") return node.id === sum.id;
  }
}

/** Gives places to sums of rows, and to the concatenations that they are parts of. */
export function placeSums(
  graph: PrimGraph,
  uses: Uses,
  prefix: string,
  layout: Layout,
  batch: number,
  places: Places,
): void {
  const held = new Set([...graph.outputs, ...graph.updates].map(({ value }) => value));
  for (const node of graph.nodes) {
    if (node.kind !== "concat" || places.storages.has(node.id)) continue;
    const outer = extents(node.type.shape, batch).slice(0, node.axis);
    if (outer.some((size) => size !== 1) || new Set(node.args).size < node.args.length) continue;
    const sums = node.args.flatMap((arg) => {
      const sum = sumBehind(arg, uses.node);
      return sum !== undefined && isOnlyThere(sum, arg, held, uses) ? [[arg, sum] as const] : [];
    });
    if (sums.length === 0) continue;
    const storage = newStorage(node, `${prefix}_${node.origin}`, layout, batch, places);
    places.storages.set(node.id, storage);
    const starts = new Map(partsOf(node, storage, uses, batch));
    for (const [arg, sum] of sums)
      places.storages.set(sum.id, {
        buffer: storage.buffer,
        offset: starts.get(arg) ?? 0,
        strides: rowMajorStrides(extents(sum.type.shape, batch)),
      });
  }
}
