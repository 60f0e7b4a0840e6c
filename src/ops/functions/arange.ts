import type { OptionRecord } from "../../ir/graph.ts";
import { constant, dtypeOption, placeAlong } from "../constants.ts";
import type { OptionDef } from "../definition.ts";
import { bad, type Checked, defineFunction, ok } from "../definition.ts";
import { maybeNumber, numberOf } from "../options.ts";

/** One number is where the range ends, two are where it starts and ends, as in Keras. */
function range(options: OptionRecord): { readonly start: number; readonly stop: number; readonly step: number } {
  const [first, second] = [numberOf(options, "start"), maybeNumber(options, "stop")];
  const step = maybeNumber(options, "step") ?? 1;
  return second === undefined ? { start: 0, stop: first, step } : { start: first, stop: second, step };
}

function count(options: OptionRecord): Checked<readonly number[]> {
  const { start, stop, step } = range(options);
  if (step === 0) return bad({ problem: "option", option: "step", message: "it must not be 0" });
  const length = Math.ceil((stop - start) / step);
  if (length >= 1) return ok([length]);
  return bad({
    problem: "option",
    option: options.stop === undefined ? "start" : "stop",
    message: "the range has no numbers",
  });
}

const maybe = (doc: string): OptionDef => ({ type: { kind: "float" }, optional: true, default: undefined, doc });

export const arange = defineFunction({
  ...constant(count, (g, type, options) => {
    const { start, step } = range(options);
    return g.add(g.mul(placeAlong(g, type.shape.map(Number), 0), step), start);
  }),
  name: "arange",
  summary: "Numbers at equal distances: 0, 1, 2 and so on.",
  options: {
    start: {
      type: { kind: "float" },
      required: true,
      doc: "The first number; alone it is `stop`, and the first is 0.",
    },
    stop: maybe("Where the numbers end; it is not among them."),
    step: maybe("The distance, by default 1."),
    dtype: dtypeOption,
  },
  positional: ["start", "stop", "step", "dtype"],
  examples: [
    { nn: "arange(5)", type: "-> one f32[5]" },
    { nn: "arange(2, 9, 3, i32)", type: "-> one i32[3]" },
  ],
  source: "https://keras.io/api/ops/numpy/#arange-function",
});
