import { bad, defineFunction, ok } from "../definition.ts";
import { anyType } from "../elementwise.ts";
import { fractionBeside, maybeNumber } from "../options.ts";
import { extreme, reduction } from "../reducing.ts";
import { andThen } from "../shape.ts";

const part = reduction({
  takes: anyType,
  compute(g, x, axes, options) {
    const found = extreme(g, "max", x, axes);
    const initial = maybeNumber(options, "initial");
    if (initial === undefined) return found;
    if (x.type.dtype === "bool") return g.cast(g.map("max", g.cast(found, "i32"), initial), "bool");
    return g.map("max", found, initial);
  },
});

export const max = defineFunction({
  ...part,
  name: "max",
  aliases: ["amax"],
  summary: "The greatest element along axes.",
  options: {
    ...part.options,
    initial: {
      type: { kind: "float" },
      optional: true,
      default: undefined,
      doc: "A number to compare with as well.",
    },
  },
  positional: ["axis", "keepdims", "initial"],
  shape: (inputs, options) =>
    andThen(part.shape(inputs, options), (type) => {
      const fraction = fractionBeside(type.dtype, options, ["initial"]);
      return fraction === undefined ? ok(type) : bad(fraction);
    }),
  examples: [
    { nn: "max", type: "f32[4, 3] -> f32[]" },
    { nn: "max(1)", type: "bool[4, 3] -> bool[3]" },
    { nn: "max(-1, true, initial: 1)", type: "i32[4, 3] -> i32[4, 1]" },
  ],
  source: "https://keras.io/api/ops/numpy/#max-function",
});
