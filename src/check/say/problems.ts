// From an operator's evidence (ShapeProblem) to a finding: which code is the most telling one, and what to show beside it.

import type { Span } from "../../base/span.ts";
import { flattenBefore } from "../../diagnostics/catalogue/fixes.ts";
import type { Fix } from "../../diagnostics/diagnostic.ts";
import { type Size, subtractSizes } from "../../ir/size.ts";
import type { OpDef, ShapeHint, ShapeProblem } from "../../ops/definition.ts";
import { certainlyDiffer } from "../evaluate/arithmetic.ts";
import { describeJoin } from "../evaluate/joins.ts";
import { type Env, firstProblem, report } from "../state/environment.ts";
import type { Layer, Tensor } from "../state/values.ts";
import { traceTo } from "./trace.ts";
import { elementText, innerShape, sizeText, tensorText } from "./words.ts";

export interface Problem {
  readonly problem: ShapeProblem;
  readonly layer: Layer & { readonly def: OpDef };
  readonly inputs: readonly Tensor[];
  readonly optionSpans: ReadonlyMap<string, Span>;
  /** An option leaves an axis of the result to be worked out: `[28, _]`. */
  readonly open: boolean;
}

const isNumber = (size: Size): boolean => typeof size === "number";

/** Whether the problem holds whatever the open sizes turn out to be. */
function certain({ problem, inputs }: Problem): boolean {
  switch (problem.problem) {
    case "rank":
    case "dtype":
    case "inputs":
    case "option":
      return true;
    case "size":
    case "concat":
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

/** Aligned from the right, some pair of axes differs and neither can be 1. */
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

/** Reports what an operator says of its inputs; stays quiet about a block alone unless it is certain. */
export function reportProblem(env: Env, found: Problem): void {
  if (env.alone && !certain(found)) return;
  if (!firstProblem(env, found.layer.span)) return;
  const { problem, layer, inputs, optionSpans } = found;
  const { span, text } = layer;
  const at = "input" in problem ? problem.input : 0;
  const context = { trace: traceTo(env.model, inputs[at]?.id) };
  const input = inputs[at];
  const come = input === undefined ? "nothing" : tensorText(input.type);
  switch (problem.problem) {
    case "rank": {
      const first = inputs[0];
      if (layer.def.variadic === true && at > 0 && first !== undefined) {
        report(env, {
          code: "NN109",
          span,
          what: text,
          first: tensorText(first.type),
          other: come,
          input: at + 1,
          ...context,
        });
        return;
      }
      const shape = input === undefined ? [] : innerShape(input.type);
      const fix = flattened(problem, layer, shape);
      const { expectedText: expected } = problem;
      report(env, { code: "NN101", span, what: text, expected, actual: come, axes: shape.length, ...fix, ...context });
      return;
    }
    case "size": {
      const [expected, actual] = [sizeText(problem.expected), sizeText(problem.actual)];
      const what = inputs.length > 1 ? `value ${at + 1} of ${text}` : `the input of ${text}`;
      report(env, { code: "NN102", span, what, axis: problem.axis, expected, actual, why: problem.why, ...context });
      return;
    }
    case "vanishes":
      report(env, {
        code: "NN104",
        span,
        what: text,
        axis: problem.axis,
        size: sizeText(problem.size),
        window: problem.window,
        result: problem.result,
        ...context,
      });
      return;
    case "elements": {
      const [before, after] = [sizeText(problem.expected), sizeText(problem.actual)];
      report(env, { code: "NN106", span, what: text, before, after, open: found.open, ...context });
      return;
    }
    case "groups": {
      const { groups, what: of } = problem;
      report(env, { code: "NN108", span, what: text, groups, channels: sizeText(problem.channels), of, ...context });
      return;
    }
    case "concat": {
      const first = inputs[0] === undefined ? "" : tensorText(inputs[0].type);
      report(env, { code: "NN109", span, what: text, first, other: come, input: at + 1, ...context });
      return;
    }
    case "differ":
      describeJoin(env, { what: text, op: layer.def.name, span, inputs, operands: [] });
      return;
    case "dtype": {
      const expected = problem.expected.join(" or ");
      const actual = input === undefined ? "nothing" : elementText(input.element);
      const help = input?.element.kind === "token" ? { help: "an Embedding makes numbers of tokens" } : {};
      report(env, { code: "NN117", span, what: text, expected, actual, ...help, ...context });
      return;
    }
    case "inputs":
      if (problem.actual < 2)
        report(env, { code: "NN010", span, owner: text, missing: `${problem.expected} values: (a, b) -> ${text}` });
      else
        report(env, {
          code: "NN009",
          span,
          what: text,
          expected: `${problem.expected} values`,
          actual: String(problem.actual),
        });
      return;
    case "option": {
      const place = optionSpans.get(problem.option) ?? span;
      const what = `${problem.option} of ${layer.def.name}`;
      report(env, { code: "NN007", span: place, what, is: { fact: problem.message } });
      return;
    }
  }
}

/** Where an operator wants a row and gets an image, a Flatten in front of it helps. */
function flattened(
  problem: Extract<ShapeProblem, { problem: "rank" }>,
  layer: Layer,
  shape: readonly Size[],
): { readonly fix?: Fix } {
  if (!problem.expected.includes(1) || shape.length < 2) return {};
  return { fix: flattenBefore(layer.span, false) };
}

/** NN105 for each axis whose end a stride never reaches. */
export function reportHints(env: Env, layer: Layer, inputs: readonly Tensor[], hints: readonly ShapeHint[]): void {
  if (inputs.length === 0) return;
  for (const { axis, dropped, size } of hints.slice(0, 1))
    report(env, { code: "NN105", span: layer.span, what: layer.text, axis, dropped, size });
}

/** NN114 where an input of images goes into a layer over `[h, w, c]` and looks like `[c, h, w]`. */
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
