// The shared part of cells of recurrent layers: their options, masks of dropout, and products of several gates at once.

import { CompilerBug } from "../base/compilerBug.ts";
import type { Builder, Value } from "../ir/builder.ts";
import type { OptionRecord } from "../ir/graph.ts";
import { sameSize } from "../ir/size.ts";
import { streamOf } from "../ir/threefry.ts";
import type { TensorType } from "../ir/types.ts";
import { applyActivation, keptType } from "./activation.ts";
import {
  bad,
  type CellCall,
  type CellRules,
  type Checked,
  defineLayer,
  type ExpandCall,
  type OpDef,
  type OpExample,
  type OptionDef,
  ok,
  type WeightDef,
} from "./definition.ts";
import { part } from "./moving.ts";
import {
  activationOption,
  biasInitializer,
  flag,
  kernelInitializer,
  maybeUse,
  numberOf,
  use,
  useBias,
} from "./options.ts";
import { andThen, oneInput } from "./shape.ts";

const rateOption = (what: string): OptionDef => ({
  type: { kind: "float", min: 0, max: 1, openMax: true },
  default: 0,
  doc: `The share of ${what} that training sets to 0, the same in all steps of a sequence. The others are scaled up.`,
});

/** The activation of a gate or state, which has a default. */
const activation = (name: string, doc: string): OptionDef => ({
  type: { kind: "activation" },
  optional: true,
  default: { name, options: {} },
  doc,
});

/** The options that all cells have. */
export const cellOptions = {
  units: { type: { kind: "int", min: 1 }, required: true, doc: "The size of the output and of each state." },
  activation: activation("tanh", activationOption.doc),
  use_bias: useBias,
  kernel_initializer: kernelInitializer,
  recurrent_initializer: {
    type: { kind: "initializer" },
    default: { name: "orthogonal", options: { gain: 1 } },
    doc: "How the recurrent kernel starts, which multiplies a state.",
  },
  bias_initializer: biasInitializer,
  dropout: rateOption("the input's elements"),
  recurrent_dropout: rateOption("the state's elements"),
} satisfies Readonly<Record<string, OptionDef>>;

/** The same for cells with gates. */
export const gatedOptions = {
  ...cellOptions,
  recurrent_activation: activation("sigmoid", "The function of the gates."),
};

export const unitsOf = (options: OptionRecord): number => numberOf(options, "units");

/** Applies the function that an option names. */
export function activated(g: Builder, x: Value, options: OptionRecord, name: string): Value {
  const wanted = maybeUse(options, name);
  return wanted === undefined ? x : applyActivation(g, x, wanted);
}

/** The value of a weight that the cell has. */
export function weightOf({ weights }: Pick<CellCall, "weights">, name: string): Value {
  const value = weights[name];
  if (value === undefined) throw new CompilerBug(`a cell without its ${name}`);
  return value;
}

/** The state of a cell. */
export function stateOf(states: readonly Value[], number: number): Value {
  const value = states[number];
  if (value === undefined) throw new CompilerBug(`a cell without its state ${number}`);
  return value;
}

/** A part of the last axis: that of gate `i` of several with `units` elements each. */
export function gateOf(g: Builder, x: Value, i: number, units: number): Value {
  return part(g, x, x.type.shape.length - 1, i * units, units);
}

/** Masks of dropout, scaled: one for all gates, or one for each. */
interface Masks {
  readonly input: readonly Value[];
  readonly recurrent: readonly Value[];
}

/**
 * How many masks a cell of so many gates draws. Keras draws one for each gate as soon as it drops states, otherwise `alone` of the
 * input.
 */
function maskCounts(options: OptionRecord, training: boolean, gates: number, alone: number) {
  const [input, recurrent] = [numberOf(options, "dropout"), numberOf(options, "recurrent_dropout")];
  const each = recurrent > 0 ? gates : alone;
  return { input: training && input > 0 ? each : 0, recurrent: training && recurrent > 0 ? gates : 0 };
}

/** The number of masks that `drawMasks` draws. */
export function maskCount(
  options: OptionRecord,
  { training }: Pick<ExpandCall, "training">,
  gates: number,
  alone = 1,
): number {
  const { input, recurrent } = maskCounts(options, training, gates, alone);
  return input + recurrent;
}

/** Draws the masks of a cell: those of the input, then those of the state. */
export function drawMasks(
  g: Builder,
  step: TensorType,
  state: TensorType,
  call: ExpandCall,
  gates: number,
  alone = 1,
): readonly Value[] {
  const counts = maskCounts(call.options, call.training, gates, alone);
  const draw = (option: "dropout" | "recurrent_dropout", { shape }: TensorType, count: number): readonly Value[] => {
    const rate = numberOf(call.options, option);
    return Array.from({ length: count }, (_, i) => {
      const stream = streamOf(`${call.stream}/${option}`, i);
      const drawn = g.random({ dtype: "f32", shape }, call.seed, call.step, stream);
      return g.select(g.map("ge", drawn, rate), 1 / (1 - rate), 0);
    });
  };
  return [...draw("dropout", step, counts.input), ...draw("recurrent_dropout", state, counts.recurrent)];
}

/** The masks among the constants of a call. */
export function masksOf({ constants, options, training }: CellCall, gates: number, alone = 1): Masks {
  const { input, recurrent } = maskCounts(options, training, gates, alone);
  return { input: constants.slice(0, input), recurrent: constants.slice(input, input + recurrent) };
}

/** The product with a kernel of several gates, whose operands may have a mask of their own for each gate. */
export function gateProducts(g: Builder, x: Value, kernel: Value, masks: readonly Value[], units: number): Value {
  const [first, ...more] = masks;
  if (first === undefined) return g.dot(x, kernel);
  if (more.length === 0) return g.dot(g.mul(x, first), kernel);
  const last = x.type.shape.length - 1;
  return g.concat(
    masks.map((mask, i) => g.dot(g.mul(x, mask), gateOf(g, kernel, i, units))),
    last,
  );
}

/** The type of a state of a cell: `units` for each sample. */
export const unitsState = ({ shape: [batch = 1] }: TensorType, options: OptionRecord): TensorType => ({
  dtype: "f32",
  shape: [batch, unitsOf(options)],
});

/** The kernel, the recurrent kernel and the bias of a cell with `gates` gates. */
export function cellWeights(
  [step]: readonly TensorType[],
  options: OptionRecord,
  gates: number,
  bias: Pick<WeightDef, "shape" | "ones">,
): readonly WeightDef[] {
  const units = unitsOf(options);
  const inner = step?.shape[step.shape.length - 1] ?? 1;
  const weight = (name: string, shape: WeightDef["shape"], initializer: string): WeightDef => ({
    name,
    shape,
    initializer: use(options, initializer),
    trainable: true,
  });
  return [
    weight("kernel", [inner, gates * units], "kernel_initializer"),
    weight("recurrent_kernel", [units, gates * units], "recurrent_initializer"),
    ...(flag(options, "use_bias") ? [{ ...weight("bias", bias.shape, "bias_initializer"), ...bias }] : []),
  ];
}

/** Whether the given states, which are the inputs after the first, are those of a cell. */
export function statesFit(
  given: readonly TensorType[],
  expected: readonly TensorType[],
): Checked<readonly TensorType[]> {
  if (given.length !== expected.length)
    return bad({ problem: "inputs", expected: String(1 + expected.length), actual: 1 + given.length });
  for (const [i, state] of given.entries()) {
    const input = i + 1;
    const wanted = expected[i]?.shape ?? [];
    if (state.dtype !== "f32") return bad({ problem: "dtype", input, expected: ["f32"] });
    if (state.shape.length !== wanted.length)
      return bad({ problem: "rank", input, expected: [wanted.length - 1], expectedText: "the axes of a state" });
    const axis = wanted.findIndex((size, at) => !sameSize(size, state.shape[at] ?? -1));
    const [size, actual] = [wanted[axis], state.shape[axis]];
    if (size !== undefined && actual !== undefined)
      return bad({ problem: "size", input, axis, expected: size, actual, why: "the cell's state has it" });
  }
  return ok(given);
}

/** The options that name functions of states and gates. */
const functionsOf = (options: OpDef["options"]): readonly string[] =>
  Object.entries(options).flatMap(([name, { type }]) => (type.kind === "activation" ? [name] : []));

/** A layer that is a cell: one step with its states as inputs. */
export function defineCell(
  own: {
    readonly name: string;
    readonly summary: string;
    readonly source: string;
    readonly options: OpDef["options"];
    readonly positional: readonly string[];
    readonly examples: readonly OpExample[];
    readonly weights: NonNullable<OpDef["weights"]>;
    readonly output?: string;
    /** The axes of a step, the batch left out. */
    readonly step?: { readonly rank: number; readonly text: string };
    /** A further condition on the input of a step. */
    readonly fits?: (step: TensorType, options: OptionRecord, call: Pick<CellCall, "layer">) => Checked<TensorType>;
  },
  cell: CellRules,
): OpDef {
  const { step = { rank: 1, text: "[n]" }, output = "[units], then the next states", fits, ...rest } = own;
  return defineLayer({
    ...rest,
    inputs: [
      { name: "x", shape: step.text },
      { name: "states", shape: "the states", several: true },
    ],
    output,
    trainingDiffers: true,
    cell,
    shape: ([x], options, call) =>
      andThen(oneInput(x === undefined ? [] : [x], step), (input) =>
        andThen(fits?.(input, options, call) ?? ok(input), () => {
          const states = cell.states(input, options, call);
          return andThen(statesFit(call.given("states"), states), () => {
            const first = states[cell.output?.(input, options, call) ?? 0];
            if (first === undefined) throw new CompilerBug("a cell without states");
            return functionsOf(own.options).reduce<Checked<TensorType>>(
              (type, option) => andThen(type, () => keptType(first, options, option)),
              ok(first),
            );
          });
        }),
      ),
    more: ([x], options, call) => (x === undefined ? [] : cell.states(x, options, call)),
    expand(g, call) {
      const [x] = call.inputs;
      if (x === undefined) throw new CompilerBug("a cell without its input");
      const constants = cell.constants?.(g, x.type, call) ?? [];
      const inner: CellCall = { ...pick(call), constants };
      const made = cell.step(g, cell.project?.(g, x, inner) ?? x, call.given("states"), inner);
      return { output: made.output, more: made.states };
    },
  });
}

const pick = ({ weights, options, training, layer }: ExpandCall) => ({ weights, options, training, layer });
