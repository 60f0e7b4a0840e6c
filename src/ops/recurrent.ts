// Runs a cell over the steps of a sequence: one loop, before which all is computed that no state takes part in. It knows no cell.

import { CompilerBug } from "../base/compilerBug.ts";
import type { Builder, Value } from "../ir/builder.ts";
import type { OptionRecord } from "../ir/graph.ts";
import type { TensorType } from "../ir/types.ts";
import { statesFit } from "./cells.ts";
import {
  bad,
  type CallContext,
  type CellCall,
  type CellRules,
  type Checked,
  defineLayer,
  type ExpandCall,
  type Expanded,
  type InputDef,
  type MaskRule,
  type OpDef,
  type OpExample,
  type OptionDef,
  ok,
} from "./definition.ts";
import { maskProblem, sequenceMask } from "./mask.ts";
import { flipped } from "./moving.ts";
import { flag, flagOption, isUse } from "./options.ts";
import { andThen, known, oneInput } from "./shape.ts";

/** The type of one step: without the axis of time, which follows the batch. */
export const stepType = ({ dtype, shape }: TensorType): TensorType => ({ dtype, shape: shape.toSpliced(1, 1) });

/** A cell with its options and weights. */
export interface BoundCell {
  readonly rules: CellRules;
  readonly options: OptionRecord;
  readonly weights: Readonly<Record<string, Value>>;
}

/** A sequence and how to go through it. */
export interface Sequence {
  /** Batch, time, and the axes of a step. */
  readonly x: Value;
  /** Batch and time: where it does not hold, states and output stay as they are. */
  readonly mask: Value | undefined;
  /** The states before the first step, or none for zeros. */
  readonly initial: readonly Value[];
  readonly backwards: boolean;
  /** Whether the output is 0 where the mask does not hold. */
  readonly zeroOutput: boolean;
}

export interface Steps {
  /** The output of the step that comes last. */
  readonly last: Value;
  /** The outputs of all steps, time first, in the order of the sequence. */
  readonly all: Value;
  readonly states: readonly Value[];
}

const stepsFirst = (g: Builder, x: Value): Value =>
  g.transpose(
    x,
    x.type.shape.map((_, axis) => (axis < 2 ? 1 - axis : axis)),
  );

/** `condition` holds for each sample. */
function where(g: Builder, condition: Value, value: Value, otherwise: Value): Value {
  return g.select(g.broadcast(condition, value.type.shape, [0]), value, otherwise);
}

function runSteps(g: Builder, cell: BoundCell, sequence: Sequence, call: ExpandCall): Steps {
  const { rules, options } = cell;
  const { x, mask, backwards, zeroOutput } = sequence;
  const step = stepType(x.type);
  const constants = rules.constants?.(g, step, ofCell(call, cell)) ?? [];
  const names = Object.keys(cell.weights);
  const outer: CellCall = { weights: cell.weights, options, training: call.training, layer: call.layer, constants };
  const inputs = stepsFirst(g, x);
  const types = rules.states(step, options, call);
  const initial = types.map((type, i) => sequence.initial[i] ?? g.constant(0, type));
  // A cell's output is one of its states. Where masks are, a step without one repeats the output, which starts from 0.
  const shown = rules.output?.(step, options, call) ?? 0;
  const first = initial[shown];
  if (first === undefined) throw new CompilerBug("a cell without states");
  const carriesOutput = mask !== undefined && (zeroOutput || sequence.initial.length > 0);
  const { carried, stacked } = g.scan({
    length: known(x.type.shape[1]),
    reverse: backwards,
    init: [...initial, ...(carriesOutput ? [g.constant(0, first.type)] : [])],
    over: [rules.project?.(g, inputs, outer) ?? inputs, ...(mask === undefined ? [] : [stepsFirst(g, mask)])],
    captures: [...Object.values(cell.weights), ...constants],
    step(b, { carried: before, slices: [slice, holds], captures }) {
      if (slice === undefined) throw new CompilerBug("a step without its input");
      const weights = Object.fromEntries(captures.slice(0, names.length).map((value, i) => [names[i] ?? "", value]));
      const made = rules.step(b, slice, before.slice(0, types.length), {
        ...outer,
        weights,
        constants: captures.slice(names.length),
      });
      if (holds === undefined) return { carried: made.states, stacked: [made.output] };
      const states = made.states.map((state, i) => where(b, holds, state, before[i] ?? state));
      if (!carriesOutput) return { carried: states, stacked: [states[shown] ?? made.output] };
      const rest = zeroOutput ? undefined : before[types.length];
      const output = where(b, holds, made.output, rest ?? b.constant(0, made.output.type));
      return { carried: [...states, output], stacked: [output] };
    },
  });
  const states = carried.slice(0, types.length);
  const last = carriesOutput ? carried[types.length] : states[shown];
  const [all] = stacked;
  if (last === undefined || all === undefined) throw new CompilerBug("a loop without its results");
  return { last, all, states };
}

/** The call of a layer as one of its cell. */
const ofCell = (call: ExpandCall, { options, weights }: BoundCell): ExpandCall => ({
  ...{ inputs: call.inputs, given: call.given, layer: call.layer, options, weights },
  ...{ training: call.training, stream: call.stream },
  // Getters, because a read puts them into the graph.
  get seed() {
    return call.seed;
  },
  get step() {
    return call.step;
  },
});

/** The input if its mask, which may lack, is one of its steps. */
function maskFits(x: TensorType, mask: TensorType | undefined, input: number): Checked<TensorType> {
  if (mask === undefined) return ok(x);
  if (mask.shape.length !== 2) return bad({ problem: "rank", input, expected: [1], expectedText: "[time]" });
  const problem = maskProblem(x, mask, input);
  return problem === undefined ? ok(x) : bad(problem);
}

/** The inputs of a layer that runs a cell over a sequence. */
export const sequenceInputs = (shape: string): readonly InputDef[] => [
  { name: "x", shape },
  {
    name: "initial_state",
    shape: "the states",
    optional: true,
    several: true,
    doc: "The states before the first step.",
  },
  sequenceMask("x"),
];

export const sequenceOptions = {
  return_sequences: flagOption(false, "Whether to return the outputs of all steps, not only the last."),
  return_state: flagOption(false, "Whether to return the states after the last step, too."),
  go_backwards: flagOption(false, "Whether to go from the last step to the first; outputs are in that order."),
  zero_output_for_mask: flagOption(false, "Whether the output is 0 where the mask does not hold."),
  unroll: flagOption(false, "Has no effect: nnc compiles a loop either way."),
} satisfies Readonly<Record<string, OptionDef>>;

/** The types of output and states of a cell over a sequence. */
function resultTypes(
  x: TensorType,
  states: readonly TensorType[],
  shown: number,
  options: OptionRecord,
): readonly TensorType[] {
  const first = states[shown];
  if (first === undefined) throw new CompilerBug("a cell without states");
  const output = flag(options, "return_sequences")
    ? { ...first, shape: first.shape.toSpliced(1, 0, x.shape[1] ?? 1) }
    : first;
  return flag(options, "return_state") ? [output, ...states] : [output];
}

/** How a layer finds the cell that it runs. */
export interface CellOf {
  /** The rules and options of the cell; a problem if it is none, or does not take such steps. */
  find(
    step: TensorType,
    options: OptionRecord,
    call: Pick<CallContext<unknown>, "layer">,
  ): Checked<{ readonly rules: CellRules; readonly options: OptionRecord }>;
  weights(call: ExpandCall, x: Value): Readonly<Record<string, Value>>;
}

/** The rules of types of a layer that runs a cell, and its primitives. */
export function sequenceRules(cell: CellOf, wanted: { readonly rank?: number; readonly text: string }) {
  const typesOf = (
    inputs: readonly TensorType[],
    options: OptionRecord,
    call: CallContext<TensorType>,
  ): Checked<readonly TensorType[]> => {
    const { rank, text } = wanted;
    const [input] = inputs;
    const [mask] = call.given("mask");
    const initial = call.given("initial_state");
    const size = rank === undefined ? { atLeast: 2, text } : { rank, text };
    return andThen(oneInput(input === undefined ? [] : [input], size), (x) =>
      andThen(maskFits(x, mask, 1 + initial.length), () =>
        andThen(cell.find(stepType(x), options, call), (found) => {
          const states = found.rules.states(stepType(x), found.options, call);
          const shown = found.rules.output?.(stepType(x), found.options, call) ?? 0;
          return andThen(initial.length === 0 ? ok(initial) : statesFit(initial, states), () =>
            ok(resultTypes(x, states, shown, options)),
          );
        }),
      ),
    );
  };
  return {
    masks: (options: OptionRecord): MaskRule | undefined => (flag(options, "return_sequences") ? "passes" : undefined),
    shape: (inputs: readonly TensorType[], options: OptionRecord, call: CallContext<TensorType>): Checked<TensorType> =>
      andThen(typesOf(inputs, options, call), ([output]) => {
        if (output === undefined) throw new CompilerBug("a layer without a result");
        return ok(output);
      }),
    more(inputs: readonly TensorType[], options: OptionRecord, call: CallContext<TensorType>): readonly TensorType[] {
      const types = typesOf(inputs, options, call);
      return "bad" in types ? [] : types.ok.slice(1);
    },
    expand(g: Builder, call: ExpandCall): Expanded {
      const { options } = call;
      const [x] = call.inputs;
      if (x === undefined) throw new CompilerBug("a layer without its input");
      const found = cell.find(stepType(x.type), options, call);
      if ("bad" in found) throw new CompilerBug("a layer without its cell");
      const backwards = flag(options, "go_backwards");
      const bound = { ...found.ok, weights: cell.weights(call, x) };
      const sequence = {
        ...{ x, mask: call.given("mask")[0], initial: call.given("initial_state"), backwards },
        zeroOutput: flag(options, "zero_output_for_mask"),
      };
      const { last, all, states } = runSteps(g, bound, sequence, call);
      const more = flag(options, "return_state") ? { more: states } : {};
      if (!flag(options, "return_sequences")) return { output: last, ...more };
      const inOrder = stepsFirst(g, all);
      return { output: backwards ? flipped(g, inOrder, [1]) : inOrder, ...more };
    },
  };
}

/** The layer that runs a cell over a sequence: it has the cell's options and weights. */
export function defineRecurrent(
  cell: OpDef,
  own: {
    readonly name: string;
    readonly summary: string;
    readonly source: string;
    readonly examples: readonly OpExample[];
    /** The axes of a sequence, the batch left out. */
    readonly sequence?: { readonly rank: number; readonly text: string };
  },
): OpDef {
  const { cell: rules } = cell;
  if (rules === undefined) throw new CompilerBug(`${cell.name} is no cell`);
  const { sequence = { rank: 2, text: "[time, n]" }, ...rest } = own;
  const found = {
    find: (step: TensorType, options: OptionRecord, { layer }: Pick<CallContext<unknown>, "layer">) =>
      andThen(
        cell.shape([step, ...rules.states(step, options, { layer })], options, cellContext(cell, step, options, layer)),
        () => ok({ rules, options }),
      ),
    weights: (call: ExpandCall) => call.weights,
  };
  return defineLayer({
    ...rest,
    inputs: sequenceInputs(sequence.text),
    output: "[units]; with return_sequences [time, units]; with return_state also the states",
    options: { ...cell.options, ...sequenceOptions },
    positional: cell.positional,
    trainingDiffers: true,
    weights: ([x], options, call) => (x === undefined ? [] : (cell.weights?.([stepType(x)], options, call) ?? [])),
    ...sequenceRules(found, sequence),
  });
}

/** A call of a cell with all of its states. */
function cellContext(
  cell: OpDef,
  step: TensorType,
  options: OptionRecord,
  layer: CallContext<TensorType>["layer"],
): CallContext<TensorType> {
  const states = cell.cell?.states(step, options, { layer }) ?? [];
  return { given: (input) => (input === "states" ? states : input === "x" ? [step] : []), layer };
}

/** Says how a call of these options keeps the results of all steps; undefined for other layers, and if it does so already. */
export function allSteps(options: OptionRecord): { readonly option: string; readonly inner: boolean } | undefined {
  const lacks = (record: OptionRecord): boolean => record.return_sequences === false;
  if (lacks(options)) return { option: "return_sequences: true", inner: false };
  const isInner = Object.values(options).some((value) => value !== undefined && isUse(value) && lacks(value.options));
  return isInner ? { option: "return_sequences: true", inner: true } : undefined;
}
