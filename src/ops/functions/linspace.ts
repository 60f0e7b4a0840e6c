import { tensor } from "../../ir/types.ts";
import { constant, dtypeOption, placeAlong } from "../constants.ts";
import { defineFunction, ok } from "../definition.ts";
import { flag, flagOption, numberOf } from "../options.ts";

export const linspace = defineFunction({
  ...constant(
    (options) => ok([numberOf(options, "num")]),
    (g, _, options) => {
      const num = numberOf(options, "num");
      const steps = flag(options, "endpoint") ? Math.max(num - 1, 1) : num;
      const share = g.div(placeAlong(g, [num], 0), g.constant(steps, tensor("f32", num)));
      const [start, stop] = [numberOf(options, "start"), numberOf(options, "stop")];
      return g.add(g.mul(g.sub(1, share), start), g.mul(share, stop));
    },
  ),
  name: "linspace",
  summary:
    "So many numbers at equal distances between two. Keras's `retstep` and `axis` only serve starts that are tensors.",
  options: {
    start: { type: { kind: "float" }, required: true, doc: "The first number." },
    stop: { type: { kind: "float" }, required: true, doc: "The last number, if `endpoint`." },
    num: { type: { kind: "int", min: 1 }, default: 50, doc: "How many numbers." },
    endpoint: flagOption(true, "Whether `stop` is the last number."),
    dtype: dtypeOption,
  },
  positional: ["start", "stop", "num", "endpoint"],
  examples: [{ nn: "linspace(0, 1, 5)", type: "-> one f32[5]" }],
  source: "https://keras.io/api/ops/numpy/#linspace-function",
});
