// Running sums, products and extremes along an axis.

import type { Builder, Value } from "../ir/builder.ts";
import type { OptionRecord } from "../ir/graph.ts";
import { product } from "../ir/size.ts";
import type { TensorType } from "../ir/types.ts";
import { bad, ok } from "./definition.ts";
import { LARGEST } from "./elementwise.ts";
import { movement, part, withInner } from "./moving.ts";
import { axesMissing, chosenAxes, summed } from "./reducing.ts";
import { innerShape } from "./shape.ts";

/** The value that is accumulated, and the axis: without the option all elements of a sample are one row. */
function rowsOf(x: TensorType, options: OptionRecord): { readonly type: TensorType; readonly axis: number } {
  if (options.axis !== undefined) return { type: x, axis: chosenAxes(x, options)[0] ?? 0 };
  const type = withInner(x, [product(innerShape(x))]);
  return { type, axis: type.shape.length - 1 };
}

/** The number that changes nothing when it is combined with others. */
const neutral = { add: 0, mul: 1, min: LARGEST, max: -LARGEST } as const;
type Combine = keyof typeof neutral;

/** Joins each element with the one 1, 2, 4 … places before it: log₂ n steps over the whole. */
export function accumulated(g: Builder, x: Value, axis: number, combine: Combine): Value {
  const size = Number(x.type.shape[axis]);
  const along = (amount: number): readonly number[] => x.type.shape.map((_, at) => (at === axis ? amount : 0));
  let result = x;
  for (let distance = 1; distance < size; distance *= 2) {
    const before = g.pad(part(g, result, axis, 0, size - distance), along(distance), along(0), neutral[combine]);
    result = g.map(combine, result, before);
  }
  return result;
}

/** The shared part of running sums and products. */
export function accumulation(combine: "add" | "mul") {
  return {
    ...movement(
      (x, options) => {
        const missing = axesMissing(x, options);
        if (missing !== undefined) return bad(missing);
        return ok({ dtype: summed(x.dtype), shape: rowsOf(x, options).type.shape });
      },
      (g, x, to, options) => {
        const { axis } = rowsOf(x.type, options);
        return accumulated(g, g.reshape(g.cast(x, to.dtype), to.shape), axis, combine);
      },
    ),
    options: {
      axis: {
        type: { kind: "axis" },
        optional: true,
        default: undefined,
        doc: "The axis; by default the elements of a sample become one row.",
      },
    },
    positional: ["axis"],
  } as const;
}
