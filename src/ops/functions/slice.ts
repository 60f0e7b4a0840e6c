import { bad, defineFunction, ok } from "../definition.ts";
import { batchOf, sizedMovement, withInner } from "../moving.ts";
import { integers, numbers } from "../options.ts";
import { innerShape } from "../shape.ts";

export const slice = defineFunction({
  ...sizedMovement(
    (x, options) => {
      const [starts, shape] = [numbers(options, "start_indices"), integers(options, "shape")];
      const inner = innerShape(x);
      for (const [option, list] of [["start_indices", starts] as const, ["shape", shape] as const])
        if (list.length !== inner.length)
          return bad({ problem: "option", option, message: `it must hold a number for each of ${inner.length} axes` });
      const sizes = inner.map((size, i) => ((shape[i] ?? 0) < 0 ? Number(size) - (starts[i] ?? 0) : (shape[i] ?? 0)));
      const outside = inner.some((size, i) => (sizes[i] ?? 0) < 1 || (starts[i] ?? 0) + (sizes[i] ?? 0) > Number(size));
      if (outside) return bad({ problem: "option", option: "shape", message: "the part reaches out of the value" });
      return ok(withInner(x, sizes));
    },
    (g, x, to, options) =>
      g.slice(x, [...batchOf(x.type).map(() => 0), ...numbers(options, "start_indices")], to.shape),
  ),
  name: "slice",
  summary: "A part of x, from a place on. The place is known while compiling; for one that is a value, see `take`.",
  output: "shape",
  options: {
    start_indices: {
      type: { kind: "numbers", single: true, whole: true, min: 0 },
      required: true,
      doc: "Where it starts along each axis of a sample, counted from 0.",
    },
    shape: { type: { kind: "shape" }, required: true, doc: "Its shape; `_` reaches to the end of an axis." },
  },
  positional: ["start_indices", "shape"],
  examples: [{ nn: "slice([1, 0], [2, _])", type: "f32[4, 3] -> f32[2, 3]" }],
  source: "https://keras.io/api/ops/core/#slice-function",
});
