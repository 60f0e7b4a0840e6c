// Writes rows at indices that are values, and their sums: GatherV2 and ScatterNd. An index out of range names the nearest row.
// Backend `wasm` takes wrong rows where tensors share axes, so all tables are one.

import { multiplySizes, product, type Size } from "../../ir/size.ts";
import type { GraphDraft, Tensor } from "./draft.ts";
import { numberAttribute, typeAttribute } from "./graphDef.ts";

const int32 = typeAttribute("int32");

const both = (g: GraphDraft, op: string, a: Tensor, b: Tensor, shape: readonly Size[]): Tensor =>
  g.add(op, [a, b], { T: int32 }, { dtype: "int32", shape });

/** How the axes of a table lie around its rows. */
interface Rows {
  readonly axis: number;
  /** The number of leading axes that the indices share. */
  readonly batch: number;
}

/** The tables of a tensor, one for each index of the axes before the rows, under each other. */
const tablesOf = (shape: readonly Size[], { axis, batch }: Rows) => ({
  shared: product(shape.slice(0, batch)),
  between: product(shape.slice(batch, axis)),
  tables: product(shape.slice(0, axis)),
  size: Number(shape[axis]),
  inner: product(shape.slice(axis + 1)),
});

/** Each index once for each table, counted over the rows of all tables. */
function placesIn(g: GraphDraft, indices: Tensor, count: Size, around: ReturnType<typeof tablesOf>): Tensor {
  const { shared, between, tables, size } = around;
  const low = both(g, "Maximum", indices, g.scalar("int32", 0), indices.shape);
  const nearest = both(g, "Minimum", low, g.scalar("int32", size - 1), indices.shape);
  if (tables === 1) return g.reshape(nearest, [count]);
  const numbers = [g.scalar("int32", 0), g.size(tables), g.scalar("int32", 1)];
  const all = g.add("Range", numbers, { Tidx: int32 }, { dtype: "int32", shape: [tables] });
  const starts = g.reshape(both(g, "Mul", all, g.scalar("int32", size), [tables]), [shared, between, 1]);
  const shape = [shared, between, count];
  const places = both(g, "AddV2", g.reshape(nearest, [shared, 1, count]), starts, shape);
  return g.reshape(places, [multiplySizes(tables, count)]);
}

/** Takes the rows of `x` that the indices name, in the shape of the result. */
export function gatherRows(g: GraphDraft, x: Tensor, indices: Tensor, rows: Rows, shape: readonly Size[]): Tensor {
  const around = tablesOf(x.shape, rows);
  const { tables, size, inner } = around;
  const count = product(indices.shape.slice(rows.batch));
  const table = g.reshape(x, [multiplySizes(tables, size), inner]);
  const inputs = [table, placesIn(g, indices, count, around), g.scalar("int32", 0)];
  const attributes = { Tparams: typeAttribute(x.dtype), Tindices: int32, Taxis: int32, batch_dims: numberAttribute(0) };
  const type = { dtype: x.dtype, shape: [multiplySizes(tables, count), inner] };
  return g.reshape(g.add("GatherV2", inputs, attributes, type), shape);
}

/** Adds the rows of `updates` to zeros of the shape. */
export function addRows(g: GraphDraft, updates: Tensor, indices: Tensor, rows: Rows, shape: readonly Size[]): Tensor {
  const around = tablesOf(shape, rows);
  const { tables, size, inner } = around;
  const all = multiplySizes(tables, product(indices.shape.slice(rows.batch)));
  const places = placesIn(g, indices, product(indices.shape.slice(rows.batch)), around);
  const to = [multiplySizes(tables, size), inner];
  const inputs = [g.reshape(places, [all, 1]), g.reshape(updates, [all, inner]), g.shapeOf(to, false)];
  const attributes = { T: typeAttribute(updates.dtype), Tindices: int32 };
  return g.reshape(g.add("ScatterNd", inputs, attributes, { dtype: updates.dtype, shape: to }), shape);
}
