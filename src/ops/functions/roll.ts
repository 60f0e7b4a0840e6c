import type { Builder, Value } from "../../ir/builder.ts";
import { product } from "../../ir/size.ts";
import { bad, defineFunction, ok } from "../definition.ts";
import { batchOf, movement, part } from "../moving.ts";
import { numbers } from "../options.ts";
import { axesMissing, axesOption, chosenAxes } from "../reducing.ts";
import { innerShape, known } from "../shape.ts";

/** Moves elements on by `shift` along an axis; those that leave at the end come in at the start. */
function rolled(g: Builder, x: Value, axis: number, shift: number): Value {
  const size = known(x.type.shape[axis]);
  const moved = ((shift % size) + size) % size;
  if (moved === 0) return x;
  return g.concat([part(g, x, axis, size - moved, moved), part(g, x, axis, 0, size - moved)], axis);
}

export const roll = defineFunction({
  ...movement(
    (x, options) => {
      const missing = axesMissing(x, options);
      if (missing !== undefined) return bad(missing);
      const [shifts, axes] = [numbers(options, "shift"), options.axis === undefined ? [0] : numbers(options, "axis")];
      if (shifts.length === 1 || shifts.length === axes.length) return ok(x);
      return bad({ problem: "option", option: "shift", message: "it must hold one number, or one for each axis" });
    },
    (g, x, to, options) => {
      const shifts = numbers(options, "shift");
      if (options.axis === undefined) {
        const flat = g.reshape(x, [...batchOf(x.type), product(innerShape(x.type))]);
        const all = shifts.reduce((sum, shift) => sum + shift, 0);
        return g.reshape(rolled(g, flat, flat.type.shape.length - 1, all), to.shape);
      }
      const axes = numbers(options, "axis").flatMap((axis) => chosenAxes(x.type, { axis }));
      return axes.reduce((value, axis, i) => rolled(g, value, axis, shifts[i] ?? shifts[0] ?? 0), x);
    },
  ),
  name: "roll",
  summary: "Moves elements on along axes; those that leave at the end come in at the start.",
  options: {
    shift: {
      type: { kind: "numbers", single: true, whole: true },
      required: true,
      doc: "By how many places to move; one number for all axes, or one for each.",
    },
    axis: {
      ...axesOption(""),
      doc: "The axes along which to move; by default the elements of a sample move as one row.",
    },
  },
  positional: ["shift", "axis"],
  examples: [
    { nn: "roll(2)", type: "f32[4, 3] -> f32[4, 3]" },
    { nn: "roll([1, -1], axis: [1, 2])", type: "i32[4, 3] -> i32[4, 3]" },
  ],
  source: "https://keras.io/api/ops/numpy/#roll-function",
});
