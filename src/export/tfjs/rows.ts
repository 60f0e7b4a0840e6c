// Writes rows at indices that are values, and their sums: GatherV2 and ScatterNd. An index out of range names the nearest row.

import { multiplySizes, product, type Size } from "../../ir/size.ts";
import type { GraphDraft, Tensor } from "./draft.ts";
import { numberAttribute, typeAttribute } from "./graphDef.ts";

const int32 = typeAttribute("int32");

const both = (g: GraphDraft, op: string, a: Tensor, b: Tensor, shape: readonly Size[]): Tensor =>
  g.add(op, [a, b], { T: int32 }, { dtype: "int32", shape });

function nearest(g: GraphDraft, indices: Tensor, size: number): Tensor {
  const low = both(g, "Maximum", indices, g.scalar("int32", 0), indices.shape);
  return both(g, "Minimum", low, g.scalar("int32", size - 1), indices.shape);
}

/** The numbers from 0 on, as i32. */
function countTo(g: GraphDraft, size: Size): Tensor {
  const inputs = [g.scalar("int32", 0), g.size(size), g.scalar("int32", 1)];
  return g.add("Range", inputs, { Tidx: int32 }, { dtype: "int32", shape: [size] });
}

/** How the axes of a table lie around its rows. */
interface Rows {
  readonly axis: number;
  /** The number of leading axes that the indices share. */
  readonly batch: number;
}

const around = (shape: readonly Size[], { axis, batch }: Rows) => ({
  shared: product(shape.slice(0, batch)),
  between: product(shape.slice(batch, axis)),
  size: Number(shape[axis]),
  inner: product(shape.slice(axis + 1)),
});

/** Takes the rows of `x` that the indices name, in the shape of the result. */
export function gatherRows(g: GraphDraft, x: Tensor, indices: Tensor, rows: Rows, shape: readonly Size[]): Tensor {
  const { shared, between, size, inner } = around(x.shape, rows);
  const count = product(indices.shape.slice(rows.batch));
  const table = g.reshape(x, [shared, between, size, inner]);
  const places = g.reshape(nearest(g, indices, size), [shared, count]);
  const attributes = { Tparams: typeAttribute(x.dtype), Tindices: int32, Taxis: int32, batch_dims: numberAttribute(1) };
  const type = { dtype: x.dtype, shape: [shared, between, count, inner] };
  return g.reshape(g.add("GatherV2", [table, places, g.scalar("int32", 2)], attributes, type), shape);
}

/** Adds the rows of `updates` to zeros of the shape. */
export function addRows(g: GraphDraft, updates: Tensor, indices: Tensor, rows: Rows, shape: readonly Size[]): Tensor {
  const { shared, between, size, inner } = around(shape, rows);
  const count = product(indices.shape.slice(rows.batch));
  const tables = multiplySizes(shared, between);
  const places = g.reshape(nearest(g, indices, size), [shared, 1, count]);
  // Each index, counted over the rows of all tables.
  const first = both(g, "Mul", countTo(g, tables), g.scalar("int32", size), [tables]);
  const all = both(g, "AddV2", places, g.reshape(first, [shared, between, 1]), [shared, between, count]);
  const to = [multiplySizes(tables, size), inner];
  const inputs = [
    g.reshape(all, [multiplySizes(tables, count), 1]),
    g.reshape(updates, [multiplySizes(tables, count), inner]),
    g.shapeOf(to, false),
  ];
  const attributes = { T: typeAttribute(updates.dtype), Tindices: int32 };
  return g.reshape(g.add("ScatterNd", inputs, attributes, { dtype: updates.dtype, shape: to }), shape);
}
