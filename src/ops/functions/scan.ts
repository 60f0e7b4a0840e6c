import { CompilerBug } from "../../base/compilerBug.ts";
import type { Builder, Value } from "../../ir/builder.ts";
import type { Node, OptionRecord, Prim, PrimOf } from "../../ir/graph.ts";
import { graphBuilder } from "../../ir/graphBuilder.ts";
import { batchSize, printSize, sameSize } from "../../ir/size.ts";
import { sameType, type TensorType, tensor } from "../../ir/types.ts";
import {
  bad,
  type CallContext,
  type Checked,
  defineFunction,
  type ExpandCall,
  ok,
  type ShapeProblem,
} from "../definition.ts";
import { type LoopStep, loopStep } from "../loopStep.ts";
import { flag, flagOption, maybeNumber } from "../options.ts";
import { accepted, andThen, innerShape, isBatched, known } from "../shape.ts";

const batched = (type: TensorType): TensorType =>
  isBatched(type) ? type : { ...type, shape: [batchSize, ...type.shape] };

const lifted = (g: Builder, x: Value): Value => (isBatched(x.type) ? x : g.broadcastTo(x, batched(x.type).shape));

const timeAxis = (type: TensorType): number => (isBatched(type) ? 1 : 0);

/** The part of a sequence that one step reads. */
const slice = (type: TensorType): TensorType => ({ ...type, shape: type.shape.toSpliced(timeAxis(type), 1) });

type Given = Pick<CallContext<TensorType>, "given">;

const wrong = (option: string, message: string): Checked<never> => bad({ problem: "option", option, message });

/** The number of steps, if all sequences have it. */
function lengthOf(options: OptionRecord, { given }: Given): Checked<number> {
  const xs = given("xs");
  const flat = xs.findIndex((x) => innerShape(x).length === 0);
  if (flat >= 0) return bad({ problem: "rank", input: flat, expected: [1], expectedText: "[time, ...]" });
  const [first] = xs.map((x) => x.shape[timeAxis(x)]);
  if (first === undefined) return bad({ problem: "inputs", expected: "one or more", actual: 0 });
  const other = xs.findIndex((x) => !sameSize(x.shape[timeAxis(x)] ?? 1, first));
  const axis = timeAxis(xs[other] ?? tensor("f32"));
  if (other >= 0) {
    const actual = xs[other]?.shape[axis] ?? 1;
    return bad({ problem: "size", input: other, axis, expected: first, actual, why: "all sequences have one length" });
  }
  const length = maybeNumber(options, "length");
  if (typeof first !== "number") return bad({ problem: "vanishes", axis: 1, size: first, window: 1, result: 0 });
  return length === undefined || length === first ? ok(first) : wrong("length", `the sequences have ${first} steps`);
}

/** The types of the carried values and of the slices, which a step takes. */
const stepInputs = (options: OptionRecord, call: Given): Checked<readonly TensorType[]> =>
  call.given("init").length === 0
    ? wrong("f", "the call needs `init`, the carried values before the first step")
    : andThen(lengthOf(options, call), () => ok([...call.given("init").map(batched), ...call.given("xs").map(slice)]));

const typeText = (type: TensorType): string => `${type.dtype}[${innerShape(type).map(printSize).join(", ")}]`;

/** Says why results of a step are not what the next one starts from. */
function carriedProblem(carried: readonly TensorType[], results: readonly TensorType[]): ShapeProblem | undefined {
  const fault = (message: string): ShapeProblem => ({ problem: "option", option: "f", message });
  if (results.length < carried.length)
    return fault(`\`init\` has ${carried.length} carried values, and a step only ${results.length} results`);
  for (const [i, type] of carried.entries()) {
    const made = results[i];
    if (made !== undefined && !sameType(type, batched(made)))
      return fault(`result ${i + 1} of a step is ${typeText(made)}, but the carried value is ${typeText(type)}`);
  }
  return undefined;
}

/** The types of all results: the carried values, then what the steps make, along an axis of time. */
const typesOf = (options: OptionRecord, call: CallContext<TensorType>): Checked<readonly TensorType[]> =>
  andThen(stepInputs(options, call), (types) =>
    andThen(loopStep(options.f, call).results(types), (results) => {
      const carried = call.given("init").map(batched);
      const problem = carriedProblem(carried, results);
      if (problem !== undefined) return bad(problem);
      const length = accepted(lengthOf(options, call));
      const made = results.slice(carried.length).map(batched);
      return ok([...carried, ...made.map((type) => ({ ...type, shape: type.shape.toSpliced(1, 0, length) }))]);
    }),
  );

/** Swaps batch and time. */
const turned = (g: Builder, x: Value): Value =>
  g.transpose(
    x,
    x.type.shape.map((_, axis) => (axis < 2 ? 1 - axis : axis)),
  );

type Drawn = Node<PrimOf<"random">>;

/** A builder whose random numbers come from `draw`: a loop's body draws none. */
const drawing = (g: Builder, draw: (drawn: Drawn) => Value): Builder =>
  graphBuilder((made) => {
    const node = { ...made, id: -1 } as Node<Prim>;
    if (node.kind === "random") return draw(node).id;
    return g.withOrigin(node.origin, node.span).push(node, node.type, node.more).id;
  }, g.origin);

/** Makes a step apart from the program, to see which numbers it draws and which weights it changes. */
function tried(call: ExpandCall, step: LoopStep, types: readonly TensorType[]) {
  let count = 0;
  const apart = graphBuilder(() => count++);
  const drawn: Drawn[] = [];
  const g = drawing(apart, (one) => {
    drawn.push(one);
    return apart.input("drawn", one.type);
  });
  const inputs = types.map((type) => apart.input("x", type));
  const weights = Object.entries(call.weights).map(([name, { type }]) => [name, apart.input(name, type)] as const);
  const { state } = step.expand(g, call, inputs, Object.fromEntries(weights));
  return { drawn, changed: Object.keys(state) };
}

/** The random numbers of all steps, time first. */
function drawnFor(g: Builder, length: number, { type, seed, step, stream }: Drawn): Value {
  const axis = timeAxis(type);
  const whole = { ...type, shape: type.shape.toSpliced(axis, 0, length) };
  const all = g.push({ kind: "random", seed, step, stream }, whole);
  return axis === 0 ? all : turned(g, all);
}

function lost(): never {
  throw new CompilerBug("a step draws more numbers than before");
}

export const scan = defineFunction({
  name: "scan",
  summary: "A loop over the steps of sequences: `(last, all) = x -> scan(Step(), init: h)` with a block for the step.",
  inputs: [
    { name: "xs", shape: "[time, ...]", several: true, doc: "The sequences; `arange(n)` gives n steps without one." },
    { name: "init", shape: "[...]", several: true, doc: "The carried values before the first step." },
  ],
  output: "the carried values after the last step, then the other results of all steps: [time, ...]",
  options: {
    f: {
      type: { kind: "layer", blocks: true },
      required: true,
      doc: "The step, a block or layer: it takes the carried values and a slice of each sequence. Its first results are the next carried values.",
    },
    length: {
      type: { kind: "int", min: 1 },
      optional: true,
      default: undefined,
      doc: "The number of steps, if the sequences shall be known to have it.",
    },
    reverse: flagOption(false, "Whether to go from the last step to the first; results stay at their steps."),
    unroll: flagOption(false, "Has no effect: nnc compiles a loop either way."),
  },
  positional: ["f"],
  trainingDiffers: true,
  loops: { step: "f", inputs: stepInputs },
  weights(_, options, call) {
    const types = stepInputs(options, call);
    return "bad" in types ? [] : loopStep(options.f, call).weights(types.ok);
  },
  shape: (_, options, call) =>
    andThen(typesOf(options, call), ([first]) => {
      if (first === undefined) throw new CompilerBug("a loop without results");
      return ok(first);
    }),
  more(_, options, call) {
    const types = typesOf(options, call);
    return "bad" in types ? [] : types.ok.slice(1);
  },
  expand(g, call) {
    const { options, weights } = call;
    const [init, xs] = [call.given("init").map((x) => lifted(g, x)), call.given("xs")];
    const step = loopStep(options.f, call);
    const types = [...init.map(({ type }) => type), ...xs.map(({ type }) => slice(type))];
    const { drawn, changed } = tried(call, step, types);
    const [first] = xs;
    const length = known(first?.type.shape[timeAxis(first.type)]);
    const kept = Object.keys(weights).filter((name) => !changed.includes(name));
    const taken = (names: readonly string[]): readonly Value[] => names.flatMap((name) => weights[name] ?? []);
    const { carried, stacked } = g.scan({
      length,
      reverse: flag(options, "reverse"),
      init: [...init, ...taken(changed)],
      over: [
        ...xs.map((x) => (timeAxis(x.type) === 0 ? x : turned(g, x))),
        ...drawn.map((one) => drawnFor(g, length, one)),
      ],
      captures: taken(kept),
      step(b, { carried: before, slices, captures }) {
        let draws = xs.length;
        const body = drawing(b, () => slices[draws++] ?? lost());
        const now = changed.map((name, i) => [name, before[init.length + i]] as const);
        const read = [...now, ...kept.map((name, i) => [name, captures[i]] as const)];
        const own = Object.fromEntries(read.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
        const inputs = [...before.slice(0, init.length), ...slices.slice(0, xs.length)];
        const { results, state } = step.expand(body, call, inputs, own);
        const made = results.map((value) => lifted(b, value));
        const after = changed.flatMap((name) => state[name] ?? own[name] ?? []);
        return { carried: [...made.slice(0, init.length), ...after], stacked: made.slice(init.length) };
      },
    });
    const [output, ...more] = [...carried.slice(0, init.length), ...stacked.map((value) => turned(g, value))];
    if (output === undefined) throw new CompilerBug("a loop without results");
    const state = changed.flatMap((name, i) => {
      const value = carried[init.length + i];
      return value === undefined ? [] : [[name, value] as const];
    });
    return { output, more, ...(state.length === 0 ? {} : { state: Object.fromEntries(state) }) };
  },
  examples: [
    { nn: "scan(Add())", type: "f32[4, 3], init: f32[3] -> f32[3]" },
    { nn: "scan(SimpleRNNCell(3), reverse: true)", type: "f32[4, 3], init: f32[3] -> f32[3], f32[4, 3]" },
  ],
  source: "https://keras.io/api/ops/core/#scan-function",
});
