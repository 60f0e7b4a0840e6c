// Turns an operator's evidence (ShapeProblem) into a finding: chooses the most telling code and the context to show.

import type { Span } from "../../base/span.ts";
import { withArgument, write, writeBefore } from "../../diagnostics/catalogue/fixes.ts";
import { code, type Subject, written } from "../../diagnostics/catalogue/phrases.ts";
import type { Fix, TraceStep } from "../../diagnostics/diagnostic.ts";
import { certainlyDiffer, type Size, subtractSizes } from "../../ir/size.ts";
import type { OpDef, ShapeHint, ShapeProblem } from "../../ops/definition.ts";
import { allSteps } from "../../ops/recurrent.ts";
import { findAdaptation } from "../../ops/registry.ts";
import type { ModelNode } from "../model.ts";
import type { Env, Layer } from "../state/environment.ts";
import { open, type Unresolved } from "../state/resolved.ts";
import type { Tensor } from "../state/tensor.ts";
import { describeJoin } from "./joins.ts";
import { report, reportFirst } from "./report.ts";
import { traceTo } from "./trace.ts";
import { elementShown, innerShape, sizeText, tensorText } from "./words.ts";

export interface Problem {
  readonly problem: ShapeProblem;
  readonly layer: Layer & { readonly def: OpDef };
  readonly inputs: readonly Tensor[];
  /** The name of the input that each of them is for. */
  readonly names: readonly string[];
  readonly optionSpans: ReadonlyMap<string, Span>;
  /** Whether an option leaves an axis of the result open: `[28, _]`. */
  readonly open: boolean;
}

const isNumber = (size: Size): boolean => typeof size === "number";

/** Whether the problem holds for all values of the open sizes. */
function certain({ problem, inputs }: Problem): boolean {
  switch (problem.problem) {
    case "rank":
    case "dtype":
    case "inputs":
    case "option":
      return true;
    case "size":
    case "beside":
    case "elements":
      return certainlyDiffer(problem.expected, problem.actual);
    case "vanishes":
      return isNumber(problem.size);
    case "groups":
      return isNumber(problem.channels);
    case "differ":
      return differCertainly(inputs);
  }
}

/** Whether some pair of axes, aligned from the right, differs and neither can be 1. */
function differCertainly(inputs: readonly Tensor[]): boolean {
  const [first, ...rest] = inputs.map((tensor) => innerShape(tensor.type));
  return rest.some((shape) =>
    shape.some((size, i) => {
      const other = first?.[first.length - shape.length + i];
      if (other === undefined || size === 1 || other === 1) return false;
      const difference = subtractSizes(size, other);
      return typeof difference === "number" && difference !== 0 && isNumber(size);
    }),
  );
}

/** The context of every kind of problem. */
interface Facts extends Problem {
  readonly env: Env;
  readonly input: Tensor | undefined;
  /** The incoming shape. */
  readonly come: string;
  readonly context: { readonly trace: readonly TraceStep[] };
  /** The input that the problem is about, if it is an optional one: messages name it. */
  readonly optional: Subject | undefined;
}

type Kind = ShapeProblem["problem"];
type Teller<K extends Kind> = (problem: Extract<ShapeProblem, { problem: K }>, facts: Facts) => Unresolved;

const tellers: { readonly [K in Kind]: Teller<K> } = {
  rank(problem, { env, layer, inputs, input, come, context, optional }) {
    const { span, text } = layer;
    const first = inputs[0];
    if (layer.def.variadic === true && problem.input > 0 && first !== undefined)
      return report(env, {
        code: "NN109",
        span,
        what: text,
        first: tensorText(first.type),
        other: come,
        input: problem.input + 1,
        ...context,
      });
    const shape = input === undefined ? [] : innerShape(input.type);
    const lost = problem.expected.includes(shape.length + 1) ? lostSteps(env, input) : undefined;
    const fix = lost ?? (problem.input > 0 ? {} : flattened(problem, layer, shape));
    const { expectedText: expected } = problem;
    return report(env, {
      code: "NN101",
      span,
      what: optional ?? code(text),
      expected: written(expected),
      actual: come,
      axes: shape.length,
      ...fix,
      ...(optional !== undefined && !isWritten(layer, optional) ? { carried: true as const } : {}),
      ...context,
    });
  },
  size({ axis, expected, actual, why, input: at }, { env, layer: { span, text }, inputs, context, optional }) {
    const what: Subject = optional
      ? optional
      : inputs.length > 1
        ? { kind: "value", nth: at + 1, of: text }
        : { kind: "input", of: text };
    const sizes = { expected: sizeText(expected), actual: sizeText(actual) };
    return report(env, { code: "NN102", span, what, axis, ...sizes, why: { kind: "told", text: why }, ...context });
  },
  vanishes({ axis, size, window, result }, { env, layer: { span, text }, context }) {
    return report(env, { code: "NN104", span, what: text, axis, size: sizeText(size), window, result, ...context });
  },
  elements({ expected, actual }, { env, layer: { span, text }, open: left, context }) {
    const [before, after] = [sizeText(expected), sizeText(actual)];
    return report(env, { code: "NN106", span, what: text, before, after, open: left, ...context });
  },
  groups({ groups, what: of, channels }, { env, layer: { span, text }, context }) {
    return report(env, { code: "NN108", span, what: text, groups, channels: sizeText(channels), of, ...context });
  },
  beside({ input: at }, { env, layer: { span, text }, inputs, come, context }) {
    const first = inputs[0] === undefined ? "" : tensorText(inputs[0].type);
    return report(env, { code: "NN109", span, what: text, first, other: come, input: at + 1, ...context });
  },
  differ(_, { env, layer: { span, text, def }, inputs }) {
    return describeJoin(env, { what: text, def, span, inputs, operands: [] });
  },
  dtype(problem, { env, layer, input, context, optional }) {
    const { span, text } = layer;
    const expected = written(problem.expected.join(" or "));
    const actual = input === undefined ? "nothing" : elementShown(input.element);
    const cast = problem.expected.includes("i32") && input?.type.dtype === "f32" ? castOf(layer, problem.input) : {};
    return report(env, { code: "NN117", span, what: optional ?? code(text), expected, actual, ...context, ...cast });
  },
  inputs({ expected, actual }, { env, layer: { span, text } }) {
    if (actual < 2)
      return report(env, {
        code: "NN010",
        span,
        owner: code(text),
        missing: { kind: "values", count: expected, call: text },
      });
    return report(env, {
      code: "NN009",
      span,
      what: code(text),
      expected: { kind: "values", count: expected },
      actual: { kind: "count", count: actual },
    });
  },
  option({ option, message, of }, { env, layer, optionSpans }) {
    const place = optionSpans.get(of?.option ?? option) ?? layer.span;
    const what = { kind: "option", name: option, of: of?.name ?? layer.def.name } as const;
    return report(env, { code: "NN007", span: place, what, is: { fact: { kind: "told", text: message } } });
  },
};

/** Whether the program gives this input by name; else the value before it carries it. */
const isWritten = (layer: Layer, subject: Subject): boolean =>
  [...layer.arguments, ...(layer.use?.arguments ?? [])].some(
    ({ name }) => typeof subject === "object" && "name" in subject && name?.text === subject.name,
  );

/** Reports an operator's problem with its inputs; in a block checked alone, only a certain one. */
export function reportProblem(env: Env, found: Problem): Unresolved {
  if (env.alone && !certain(found)) return open;
  return reportFirst(env, found.layer.span, () => tellProblem(env, found));
}

function tellProblem(env: Env, found: Problem): Unresolved {
  const { problem, inputs, names, layer } = found;
  const at = "input" in problem ? problem.input : 0;
  const input = inputs[at];
  const { optional, name } = layer.def.inputs.find((one) => one.name === names[at]) ?? {};
  const subject =
    optional === true && name !== undefined ? ({ kind: "option", name, of: layer.text } as const) : undefined;
  const come = input === undefined ? "nothing" : tensorText(input.type);
  // TypeScript cannot see that the table's entry and the problem agree on the kind.
  const tell = tellers[problem.problem] as (problem: ShapeProblem, facts: Facts) => Unresolved;
  return tell(problem, {
    ...{ ...found, env, input, come, optional: subject },
    context: { trace: traceTo(env.model, input?.id) },
  });
}

/** Returns the fix for an operator that needs a row and gets an image: a layer before it that keeps the numbers. */
/** Real numbers become whole ones where the program says so: `one_hot(cast(label, i32), 10)`. */
function castOf({ span, text }: Layer, input: number): { readonly whole: true; readonly fix?: Fix } {
  const [, name, argument] = /^([a-z]\w*)\(([A-Za-z_]\w*)[,)]/.exec(text) ?? [];
  // The tensors of layers come through the pipe. Only what is written as it is printed has its places.
  const isShown = name !== undefined && argument !== undefined && span.end - span.start === text.length;
  if (!isShown || input > 0) return { whole: true };
  const start = span.start + name.length + 1;
  const place = { ...span, start, end: start + argument.length };
  return { whole: true, fix: write(place, `cast(${argument}, i32)`, true) };
}

/** Finds the recurrent layer that gave only its last step, behind layers that keep the number of axes. */
function lostSteps(
  { model }: Env,
  input: Tensor | undefined,
): { readonly lost: { readonly span: Span; readonly text: string }; readonly fix: Fix } | undefined {
  let node = input === undefined ? undefined : model.nodes[input.id];
  while (node?.kind === "call") {
    const steps = allSteps(node.options);
    if (steps !== undefined) {
      const { span, text } = node;
      // The option stands before the last bracket, or before that of the inner layer.
      const end = span.end - (steps.inner ? 2 : 1);
      const fix = withArgument({ ...span, start: end, end }, steps.option, steps.inner ? text.endsWith("))") : true);
      return { lost: { span, text }, fix };
    }
    const from: ModelNode | undefined = model.nodes[node.args[0] ?? -1];
    node = from?.type.shape.length === node.type.shape.length ? from : undefined;
  }
  return undefined;
}

function flattened(
  problem: Extract<ShapeProblem, { problem: "rank" }>,
  layer: Layer,
  shape: readonly Size[],
): { readonly fix?: Fix } {
  if (!problem.expected.includes(1) || shape.length === 1) return {};
  const adaptation = findAdaptation(shape, [undefined], ({ parameters }) => parameters === 0);
  return adaptation === undefined ? {} : { fix: writeBefore(layer.span, adaptation.call, false) };
}

/** Reports NN105 for each axis whose end a stride never reaches. */
export function reportHints(env: Env, layer: Layer, inputs: readonly Tensor[], hints: readonly ShapeHint[]): void {
  if (inputs.length === 0) return;
  for (const { axis, dropped, size } of hints.slice(0, 1))
    report(env, { code: "NN105", span: layer.span, what: layer.text, axis, dropped, size });
}

/** Reports NN114 if an input of images looks like `[c, h, w]` and goes into a layer over `[h, w, c]`. */
export function reportChannelsFirst(env: Env, layer: Layer & { readonly def: OpDef }, inputs: readonly Tensor[]): void {
  const [input] = inputs;
  if (input === undefined || layer.def.inputs[0]?.shape !== "[h, w, c]") return;
  if (env.model.nodes[input.id]?.kind !== "input") return;
  const [first, second, last] = innerShape(input.type);
  if ((first !== 1 && first !== 3) || typeof second !== "number" || typeof last !== "number") return;
  if (second < 8 || second !== last) return;
  const [shape, turned] = [tensorText(input.type), `${second} × ${last} × ${first}`];
  report(env, { code: "NN114", span: layer.span, what: layer.text, shape, turned });
}
