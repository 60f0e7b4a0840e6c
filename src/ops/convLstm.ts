// The cell of convolutional LSTMs of any rank: an LSTM whose products are convolutions. Only layers that run it over a sequence
// are public, as in Keras.

import type { Builder, Value } from "../ir/builder.ts";
import type { OptionRecord } from "../ir/graph.ts";
import type { TensorType } from "../ir/types.ts";
import {
  activated,
  defineCell,
  drawMasks,
  gatedOptions,
  gateOf,
  maskCount,
  masksOf,
  stateOf,
  weightOf,
} from "./cells.ts";
import { filtersOption, windowOptions, windowsOf } from "./convolution.ts";
import { convolve } from "./convolve.ts";
import { bad, type Checked, type OpDef, ok, type WeightDef } from "./definition.ts";
import { flag, flagOption, integers, numberOf, use } from "./options.ts";
import { andThen } from "./shape.ts";
import { type Sliding, slide, spatialShape } from "./sliding.ts";

const GATES = 4;

/** The type of a state: that of the convolved step. The step itself where the window does not fit, which `fits` reports. */
function stateType({ shape: [batch = 1, ...axes] }: TensorType, options: OptionRecord): TensorType {
  const spatial = slide(axes.slice(0, -1), windowsOf(options));
  const sizes = "bad" in spatial ? axes.slice(0, -1) : spatial.ok;
  return { dtype: "f32", shape: [batch, ...sizes, numberOf(options, "filters")] };
}

function fits(step: TensorType, options: OptionRecord): Checked<TensorType> {
  const isWide = (name: string): boolean => integers(options, name).some((amount) => amount > 1);
  const message = "strides and dilations above 1 do not go together";
  if (isWide("strides") && isWide("dilation_rate")) return bad({ problem: "option", option: "dilation_rate", message });
  return andThen(slide(step.shape.slice(1, -1), windowsOf(options)), () => ok(step));
}

/** The windows of the convolution of a state, which keeps its size. */
const stateWindows = (options: OptionRecord): readonly Sliding[] =>
  integers(options, "kernel_size").map((size) => ({ size, stride: 1, dilation: 1, padding: "same" }));

/** The convolution with a kernel of all gates, each of which may have a mask of its own. */
function gateConvolutions(
  g: Builder,
  x: Value,
  kernel: Value,
  windows: readonly Sliding[],
  masks: readonly Value[],
  filters: number,
): Value {
  if (masks.length === 0) return convolve(g, x, kernel, windows, 1);
  const parts = masks.map((mask, i) => convolve(g, g.mul(x, mask), gateOf(g, kernel, i, filters), windows, 1));
  return g.concat(parts, x.type.shape.length - 1);
}

const { units: _, ...options } = gatedOptions;

/** The cell for steps of `rank` axes besides the channels. */
export function convLstmCell(rank: number): OpDef {
  const weights = ([step]: readonly TensorType[], given: OptionRecord): readonly WeightDef[] => {
    const filters = numberOf(given, "filters");
    const size = integers(given, "kernel_size");
    const kernel = (name: string, channels: WeightDef["shape"][number], initializer: string): WeightDef => ({
      ...{ name, shape: [...size, channels, GATES * filters], initializer: use(given, initializer), trainable: true },
    });
    const ones = flag(given, "unit_forget_bias") ? { ones: [filters, 2 * filters] as const } : {};
    const initializer = use(given, "bias_initializer");
    const bias: WeightDef = { name: "bias", shape: [GATES * filters], initializer, trainable: true, ...ones };
    return [
      kernel("kernel", step?.shape[rank + 1] ?? 1, "kernel_initializer"),
      kernel("recurrent_kernel", filters, "recurrent_initializer"),
      ...(flag(given, "use_bias") ? [bias] : []),
    ];
  };
  return defineCell(
    {
      name: `ConvLSTM${rank}DCell`,
      summary: `One step of \`ConvLSTM${rank}D\`.`,
      options: {
        filters: filtersOption,
        ...windowOptions(rank, ["valid", "same"]),
        ...options,
        unit_forget_bias: flagOption(true, "Whether the bias of the forget gate starts at 1."),
      },
      positional: ["filters", "kernel_size", "activation"],
      weights,
      step: { rank: rank + 1, text: spatialShape(rank, "c") },
      fits,
      examples: [],
      source: "Shi et al. 2015",
    },
    {
      states: (step, given) => [stateType(step, given), stateType(step, given)],
      constants: (g, step, call) => drawMasks(g, step, stateType(step, call.options), call, GATES, GATES),
      constantCount: (given, call) => maskCount(given, call, GATES, GATES),
      step(g, x, states, call) {
        const filters = numberOf(call.options, "filters");
        const { input, recurrent } = masksOf(call, GATES, GATES);
        const own = gateConvolutions(g, x, weightOf(call, "kernel"), windowsOf(call.options), input, filters);
        const { bias } = call.weights;
        const windows = stateWindows(call.options);
        const kernel = weightOf(call, "recurrent_kernel");
        const kept = gateConvolutions(g, stateOf(states, 0), kernel, windows, recurrent, filters);
        const sums = g.add(bias === undefined ? own : g.add(own, bias), kept);
        const gate = (i: number): Value => gateOf(g, sums, i, filters);
        const [enter, forget, fresh, shown] = [gate(0), gate(1), gate(2), gate(3)];
        const open = (value: Value): Value => activated(g, value, call.options, "recurrent_activation");
        const old = g.mul(open(forget), stateOf(states, 1));
        const cell = g.add(old, g.mul(open(enter), activated(g, fresh, call.options, "activation")));
        const output = g.mul(open(shown), activated(g, cell, call.options, "activation"));
        return { output, states: [output, cell] };
      },
    },
  );
}
