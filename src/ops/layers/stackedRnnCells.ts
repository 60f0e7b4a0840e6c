import { CompilerBug } from "../../base/compilerBug.ts";
import type { Value } from "../../ir/builder.ts";
import type { OptionRecord } from "../../ir/graph.ts";
import { streamOf } from "../../ir/threefry.ts";
import type { TensorType } from "../../ir/types.ts";
import { defineCell } from "../cells.ts";
import {
  bad,
  type CallContext,
  type CellCall,
  type CellRules,
  type Checked,
  type ExpandCall,
  ok,
} from "../definition.ts";
import { type InnerLayer, innerLayers } from "../inner.ts";

type Finder = Pick<CallContext<unknown>, "layer">;

/** A cell of the stack: what it gets in a step, and where its states are among all. */
interface Stacked {
  readonly inner: InnerLayer;
  readonly rules: CellRules;
  readonly step: TensorType;
  readonly states: readonly TensorType[];
  readonly first: number;
  /** The number of the state that it shows, among all. */
  readonly output: number;
}

const cellsIn = (options: OptionRecord, call: Finder): readonly InnerLayer[] => innerLayers(options.cells, call);

/** The cells in order; each gets what the one before it shows. */
function stack(step: TensorType, options: OptionRecord, call: Finder): readonly Stacked[] {
  let [input, first] = [step, 0];
  return cellsIn(options, call).flatMap((inner) => {
    const rules = inner.definition.cell;
    // `fits` reports what is no cell.
    if (rules === undefined) return [];
    const states = rules.states(input, inner.options, call);
    const own = rules.output?.(input, inner.options, call) ?? 0;
    const one: Stacked = { inner, rules, step: input, states, first, output: first + own };
    input = states[own] ?? input;
    first += states.length;
    return [one];
  });
}

/** The call of one cell of the stack. */
const callOf = (
  inner: InnerLayer,
  { weights, training, layer }: Omit<CellCall, "constants">,
  constants: readonly Value[],
): CellCall => ({ weights: inner.own(weights), options: inner.options, training, layer, constants });

/** The constants of each cell, of those of all in order. */
function constantsOf(cells: readonly InnerLayer[], call: CellCall): readonly (readonly Value[])[] {
  let at = 0;
  return cells.map(({ definition, options }) => {
    const from = at;
    at += definition.cell?.constantCount?.(options, call) ?? 0;
    return call.constants.slice(from, at);
  });
}

/** The call of a cell before the steps, with random numbers of its own. */
const drawingCall = ({ inner }: Stacked, call: ExpandCall): ExpandCall => ({
  ...callOf(inner, call, []),
  inputs: [],
  given: () => [],
  stream: streamOf(`${call.stream}/${inner.name}`),
  get seed() {
    return call.seed;
  },
  get step() {
    return call.step;
  },
});

export const stackedRnnCells = defineCell(
  {
    name: "StackedRNNCells",
    summary: "Several cells as one: each gets the output of the one before it.",
    options: {
      cells: { type: { kind: "layer", several: true }, required: true, doc: "The cells, the first of them first." },
    },
    positional: ["cells"],
    output: "the output of the last cell, then all next states",
    step: { rank: 1, text: "[n]" },
    fits: (step, options, call): Checked<TensorType> => {
      const other = cellsIn(options, call).find(({ definition }) => definition.cell === undefined);
      const message = `${other?.definition.name} is no cell of a recurrent layer`;
      return other === undefined ? ok(step) : bad({ problem: "option", option: "cells", message });
    },
    weights: ([step], options, call) =>
      step === undefined
        ? []
        : stack(step, options, call).flatMap((one) => one.inner.weights({ args: [one.step, ...one.states] })),
    examples: [
      {
        nn: "StackedRNNCells([LSTMCell(3), GRUCell(2)])",
        type: "f32[2], f32[3], f32[3], f32[2] -> f32[2], f32[3], f32[3], f32[2]",
      },
    ],
    source: "https://keras.io/api/layers/recurrent_layers/stacked_rnn_cell/",
  },
  {
    states: (step, options, call) => stack(step, options, call).flatMap(({ states }) => states),
    output: (step, options, call) => stack(step, options, call).at(-1)?.output ?? 0,
    constants: (g, step, call) =>
      stack(step, call.options, call).flatMap(
        (one) => one.rules.constants?.(g, one.step, drawingCall(one, call)) ?? [],
      ),
    constantCount: (options, call) =>
      cellsIn(options, call).reduce(
        (sum, { definition, options: own }) => sum + (definition.cell?.constantCount?.(own, call) ?? 0),
        0,
      ),
    project(g, x, call) {
      const cells = cellsIn(call.options, call);
      const [inner] = cells;
      const [constants = []] = constantsOf(cells, call);
      if (inner === undefined) throw new CompilerBug("a stack of no cells");
      return inner.definition.cell?.project?.(g, x, callOf(inner, call, constants)) ?? x;
    },
    step(g, projected, states, call) {
      const constants = constantsOf(cellsIn(call.options, call), call);
      let input = projected;
      const next: Value[] = [];
      for (const [i, inner] of cellsIn(call.options, call).entries()) {
        const rules = inner.definition.cell;
        if (rules === undefined) throw new CompilerBug(`${inner.definition.name} is no cell`);
        const own = callOf(inner, call, constants[i] ?? []);
        const given = i === 0 ? input : (rules.project?.(g, input, own) ?? input);
        const count = rules.states(input.type, inner.options, call).length;
        const made = rules.step(g, given, states.slice(next.length, next.length + count), own);
        input = made.output;
        next.push(...made.states);
      }
      return { output: input, states: next };
    },
  },
);
