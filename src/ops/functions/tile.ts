import type { OptionRecord } from "../../ir/graph.ts";
import type { Size } from "../../ir/size.ts";
import { multiplySizes } from "../../ir/size.ts";
import type { TensorType } from "../../ir/types.ts";
import { defineFunction, ok } from "../definition.ts";
import { batchOf, movement, withInner } from "../moving.ts";
import { numbers } from "../options.ts";
import { innerShape } from "../shape.ts";

/** The axes of one sample and their repeats, with as many entries: the shorter list gets ones in front. */
function repeated(
  x: TensorType,
  options: OptionRecord,
): { readonly sizes: readonly Size[]; readonly times: readonly number[] } {
  const [sizes, times] = [innerShape(x), numbers(options, "repeats")];
  const rank = Math.max(sizes.length, times.length);
  const ones = (count: number): readonly 1[] => Array.from({ length: count }, () => 1);
  return { sizes: [...ones(rank - sizes.length), ...sizes], times: [...ones(rank - times.length), ...times] };
}

export const tile = defineFunction({
  ...movement(
    (x, options) => {
      const { sizes, times } = repeated(x, options);
      return ok(
        withInner(
          x,
          sizes.map((size, i) => multiplySizes(size, times[i] ?? 1)),
        ),
      );
    },
    (g, x, to, options) => {
      const { sizes, times } = repeated(x.type, options);
      const batch = batchOf(x.type);
      const pairs = sizes.flatMap((size, i) => [times[i] ?? 1, size]);
      const axes = [...batch.map((_, i) => i), ...sizes.map((_, i) => batch.length + 2 * i + 1)];
      return g.reshape(g.broadcast(g.reshape(x, [...batch, ...sizes]), [...batch, ...pairs], axes), to.shape);
    },
  ),
  name: "tile",
  summary: "Repeats the whole of x along each axis.",
  options: {
    repeats: {
      type: { kind: "numbers", single: true, whole: true, min: 1 },
      required: true,
      doc: "How often along each axis of a sample, the last axis last; missing ones are 1.",
    },
  },
  positional: ["repeats"],
  examples: [
    { nn: "tile([2, 3])", type: "f32[2, 3] -> f32[4, 9]" },
    { nn: "tile([2, 1, 2])", type: "i32[3, 2] -> i32[2, 3, 4]" },
  ],
  source: "https://keras.io/api/ops/numpy/#tile-function",
});
