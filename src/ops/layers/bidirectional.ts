import { CompilerBug } from "../../base/compilerBug.ts";
import type { Builder, Value } from "../../ir/builder.ts";
import type { OptionRecord } from "../../ir/graph.ts";
import type { TensorType } from "../../ir/types.ts";
import {
  bad,
  type CallContext,
  type Checked,
  defineLayer,
  type ExpandCall,
  ok,
  type ShapeProblem,
} from "../definition.ts";
import { type InnerInputs, type InnerLayer, ofInner, onlyInner } from "../inner.ts";
import { flipped } from "../moving.ts";
import { flag, maybeUse, textOf } from "../options.ts";
import { sequenceInputs } from "../recurrent.ts";
import { andThen } from "../shape.ts";

type Finder = Pick<CallContext<unknown>, "layer">;

/** The layers of both directions. Keras calls them by the layer's name, and lets their masked outputs be 0. */
function directions(options: OptionRecord, call: Finder): readonly [InnerLayer, InnerLayer] {
  const named = (inner: InnerLayer, direction: string, changed: OptionRecord = {}): InnerLayer => {
    const own = { zero_output_for_mask: inner.options.return_sequences === true, ...changed };
    return onlyInner(
      { name: inner.definition.name, options: { ...inner.options, ...own } },
      call,
      `${direction}_${inner.name}`,
    );
  };
  const layer = onlyInner(options.layer, call);
  const turned = { go_backwards: layer.options.go_backwards !== true };
  return [
    named(layer, "forward"),
    maybeUse(options, "backward_layer") === undefined
      ? named(layer, "backward", turned)
      : named(onlyInner(options.backward_layer, call), "backward"),
  ];
}

/** The inputs of one direction: the sequence, its mask, and a half of the states. */
function inputsOf<T>(inputs: readonly T[], { given }: Pick<CallContext<T>, "given">, half: 0 | 1): InnerInputs<T> {
  const [x] = inputs;
  if (x === undefined) throw new CompilerBug("a layer without its input");
  const [mask] = given("mask");
  const states = given("initial_state");
  const count = states.length / 2;
  const own = states.slice(half * count, (half + 1) * count);
  return {
    args: [x, ...own, ...(mask === undefined ? [] : [mask])],
    names: ["x", ...own.map(() => "initial_state"), ...(mask === undefined ? [] : ["mask"])],
  };
}

const isRecurrent = ({ definition: { options } }: InnerLayer): boolean =>
  "go_backwards" in options && "return_sequences" in options && "return_state" in options;

/** The problem of layers that do not go together. */
function layerProblem([forward, backward]: readonly [InnerLayer, InnerLayer]): ShapeProblem | undefined {
  const problem = (option: string, message: string): ShapeProblem => ({ problem: "option", option, message });
  if (!isRecurrent(forward)) return problem("layer", `${forward.definition.name} is no recurrent layer`);
  if (!isRecurrent(backward)) return problem("backward_layer", `${backward.definition.name} is no recurrent layer`);
  const same = ["return_sequences", "return_state"].find((name) => forward.options[name] !== backward.options[name]);
  if (same !== undefined) return problem("backward_layer", `its ${same} is not that of the layer`);
  return forward.options.go_backwards === backward.options.go_backwards
    ? problem("backward_layer", "it goes in the same direction as the layer")
    : undefined;
}

/** The types of the results of both directions. */
interface Both {
  readonly first: TensorType;
  readonly second: TensorType;
  readonly more: readonly TensorType[];
}

function bothTypes(inputs: readonly TensorType[], options: OptionRecord, call: CallContext<TensorType>): Checked<Both> {
  const both = directions(options, call);
  const problem = layerProblem(both);
  if (problem !== undefined) return bad(problem);
  const states = call.given("initial_state").length;
  if (states % 2 === 1) return bad({ problem: "inputs", expected: String(states + 2), actual: states + 1 });
  const [forward, backward] = both;
  const given = [inputsOf(inputs, call, 0), inputsOf(inputs, call, 1)] as const;
  const first = forward.shape(given[0]);
  if ("bad" in first) return bad(ofInner(first.bad, forward, "layer"));
  const second = backward.shape(given[1]);
  if ("bad" in second) return bad(ofInner(second.bad, backward, "backward_layer"));
  const more = [...forward.results(given[0]).slice(1), ...backward.results(given[1]).slice(1)];
  return ok({ first: first.ok, second: second.ok, more });
}

function merged(first: TensorType, second: TensorType, mode: string | undefined): Checked<TensorType> {
  const last = first.shape.length - 1;
  const [a, b] = [first.shape[last], second.shape[last]];
  if (mode === undefined) return ok(first);
  if (typeof a !== "number" || typeof b !== "number") return ok(first);
  if (mode === "concat") return ok({ ...first, shape: first.shape.with(last, a + b) });
  const message = `its output has ${b} elements, and that of the layer ${a}`;
  return a === b ? ok(first) : bad({ problem: "option", option: "backward_layer", message });
}

const modeOf = (options: OptionRecord): string | undefined =>
  options.merge_mode === "none" ? undefined : textOf(options, "merge_mode");

function merge(g: Builder, a: Value, b: Value, mode: string): Value {
  if (mode === "concat") return g.concat([a, b], a.type.shape.length - 1);
  if (mode === "mul") return g.mul(a, b);
  return mode === "sum" ? g.add(a, b) : g.div(g.add(a, b), 2);
}

export const bidirectional = defineLayer({
  name: "Bidirectional",
  summary: "Goes through a sequence in both directions, by a recurrent layer and one like it, and joins the outputs.",
  inputs: sequenceInputs("[time, ...]"),
  output: "[2 units] or [time, 2 units]; without merge_mode both outputs; with return_state also both layers' states",
  options: {
    layer: { type: { kind: "layer" }, required: true, doc: "The recurrent layer." },
    merge_mode: {
      type: { kind: "choice", values: ["concat", "sum", "mul", "ave", "none"] },
      default: "concat",
      doc: "How to join the outputs; `none` returns both.",
    },
    backward_layer: {
      type: { kind: "layer" },
      optional: true,
      default: undefined,
      doc: "The layer for the other direction; by default one like `layer`.",
    },
  },
  masks: (options) => (maybeUse(options, "layer")?.options.return_sequences === true ? "passes" : undefined),
  positional: ["layer"],
  trainingDiffers: true,
  weights(inputs, options, call) {
    if (inputs.length === 0 || "bad" in bothTypes(inputs, options, call)) return [];
    const [forward, backward] = directions(options, call);
    return [...forward.weights(inputsOf(inputs, call, 0)), ...backward.weights(inputsOf(inputs, call, 1))];
  },
  shape: (inputs, options, call) =>
    andThen(bothTypes(inputs, options, call), ({ first, second }) => merged(first, second, modeOf(options))),
  more(inputs, options, call) {
    const both = bothTypes(inputs, options, call);
    if ("bad" in both) return [];
    return [...(modeOf(options) === undefined ? [both.ok.second] : []), ...both.ok.more];
  },
  expand(g, call: ExpandCall) {
    const [forward, backward] = directions(call.options, call);
    const first = forward.expand(g, call, inputsOf(call.inputs, call, 0));
    const second = backward.expand(g, call, inputsOf(call.inputs, call, 1));
    const turned = flag(forward.options, "return_sequences") ? flipped(g, second.output, [1]) : second.output;
    const states = [...(first.more ?? []), ...(second.more ?? [])];
    const mode = modeOf(call.options);
    if (mode === undefined) return { output: first.output, more: [turned, ...states] };
    const output = merge(g, first.output, turned, mode);
    return states.length === 0 ? { output } : { output, more: states };
  },
  examples: [
    { nn: "Bidirectional(LSTM(2, return_sequences: true))", type: "f32[3, 2] -> f32[3, 4]" },
    { nn: "Bidirectional(GRU(2), merge_mode: sum)", type: "f32[3, 2], mask: bool[3] -> f32[2]" },
    {
      nn: "Bidirectional(SimpleRNN(2, return_state: true), merge_mode: none)",
      type: "f32[3, 2] -> f32[2], f32[2], f32[2], f32[2]",
    },
  ],
  source: "https://keras.io/api/layers/recurrent_layers/bidirectional/",
});
