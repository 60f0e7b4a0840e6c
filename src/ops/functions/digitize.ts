import type { OptionRecord } from "../../ir/graph.ts";
import { tensor } from "../../ir/types.ts";
import { bad, type Checked, defineFunction, ok } from "../definition.ts";
import { functionInput } from "../elementwise.ts";
import { inputAt } from "../indices.ts";
import { numbers } from "../options.ts";
import { andThen } from "../shape.ts";

function rising(options: OptionRecord): Checked<readonly number[]> {
  const bins = numbers(options, "bins");
  if (bins.every((bin, i) => i === 0 || bin >= (bins[i - 1] ?? bin))) return ok(bins);
  return bad({ problem: "option", option: "bins", message: "each number must be at least the one before it" });
}

export const digitize = defineFunction({
  name: "digitize",
  summary: "The number of bins that begin at or below each element, as an integer; NaN lies above all bins.",
  inputs: [{ name: "x", shape: "[...]" }],
  output: "[...]",
  options: {
    bins: { type: { kind: "numbers" }, required: true, doc: "The numbers at which bins begin, in rising order." },
  },
  positional: ["bins"],
  ownNumbers: [0],
  shape: (inputs, options) =>
    andThen(functionInput(inputs, ["f32", "i32"]), (x) =>
      andThen(rising(options), () => ok({ dtype: "i32", shape: x.shape })),
    ),
  expand(g, { inputs, options }) {
    const x = inputAt(inputs, 0);
    const bins = numbers(options, "bins");
    if (bins.length === 0) return { output: g.broadcastTo(g.constant(0, tensor("i32")), x.type.shape) };
    const rank = x.type.shape.length;
    const each = g.reshape(g.cast(x, "f32"), [...x.type.shape, 1]);
    const below = g.map("lt", each, g.constant(bins, tensor("f32", bins.length)));
    return { output: g.cast(g.sub(bins.length, g.sum(g.cast(below, "f32"), [rank])), "i32") };
  },
  examples: [
    { nn: "digitize([-0.5, 0, 0.5])", type: "f32[2, 3] -> i32[2, 3]" },
    { nn: "digitize([1])", type: "i32[] -> i32[]" },
  ],
  source: "https://keras.io/api/ops/numpy/#digitize-function",
});
