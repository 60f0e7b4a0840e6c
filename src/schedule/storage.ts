// Knows the places of values, and reads an element of a value: from its buffer if it has one, otherwise as an expression by
// the table of primitives.

import { flatten } from "../ir/address.ts";
import type { ValueId } from "../ir/graph.ts";
import type { Expr } from "../ir/loops.ts";
import type { Size } from "../ir/size.ts";
import { extents } from "../ir/types.ts";
import type { Uses } from "./materialize.ts";
import { schedulingOf } from "./primitives.ts";
import type { ReadContext } from "./reads.ts";
import type { Coordinates } from "./reshape.ts";

/** A value's elements in a buffer: element `i` is at `offset + Σ i · strides`. */
export interface Storage {
  readonly buffer: string;
  readonly offset: number;
  readonly strides: readonly number[];
}

export interface Reader {
  /** The element of `id` at `coordinates`, one affine coordinate for each axis. */
  read(id: ValueId, coordinates: Coordinates): Expr;
  /** The same, computed even if the value has a buffer. The value's own loop nest stores it. */
  compute(id: ValueId, coordinates: Coordinates): Expr;
  sizes(id: ValueId): readonly number[];
  shape(id: ValueId): readonly Size[];
}

function keyOf(id: ValueId, coordinates: Coordinates): string {
  let key = String(id);
  for (const { offset, strides } of coordinates) {
    key += `|${offset}`;
    for (const loop of Object.keys(strides)) key += `+${strides[loop]}${loop}`;
  }
  return key;
}

export function reader(uses: Uses, batch: number, storageOf: (id: ValueId) => Storage | undefined): Reader {
  const sizes = (id: ValueId): readonly number[] => extents(uses.node(id).type.shape, batch);
  const memo = new Map<string, Expr>();

  const read = (id: ValueId, coordinates: Coordinates): Expr => {
    const storage = storageOf(id);
    if (storage !== undefined) {
      const address = flatten(coordinates, storage.strides, storage.offset);
      return { kind: "load", buffer: storage.buffer, address, guards: [], otherwise: 0 };
    }
    // A value that several others read is computed from the same expression.
    const key = keyOf(id, coordinates);
    let expr = memo.get(key);
    if (expr === undefined) {
      expr = compute(id, coordinates);
      memo.set(key, expr);
    }
    return expr;
  };
  const context: ReadContext = { read, sizes, storageOf, node: uses.node };
  const compute = (id: ValueId, coordinates: Coordinates): Expr => {
    const node = uses.node(id);
    return schedulingOf(node).read(node, coordinates, context);
  };
  return { read, compute, sizes, shape: (id) => uses.node(id).type.shape };
}
