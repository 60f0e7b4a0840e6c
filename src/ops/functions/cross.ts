import { CompilerBug } from "../../base/compilerBug.ts";
import type { Builder, Value } from "../../ir/builder.ts";
import type { OptionRecord } from "../../ir/graph.ts";
import type { TensorType } from "../../ir/types.ts";
import { binaryOf } from "../arithmetic.ts";
import { bad, type Checked, defineFunction, type OptionDef, ok } from "../definition.ts";
import { numeric } from "../elementwise.ts";
import { part } from "../moving.ts";
import { accepted, andThen, axisPosition, axisProblem, axisWithin, isBatched } from "../shape.ts";

const product = binaryOf((g, a, b) => g.mul(a, b), numeric);

const axisNamed = (options: OptionRecord, name: string): number => Number(options.axis ?? options[name]);

interface Sides {
  /** The positions of the axes with the coordinates. */
  readonly at: readonly [number, number];
  /** The types of single coordinates. */
  readonly rest: readonly [TensorType, TensorType];
  /** The number of coordinates of each. */
  readonly sizes: readonly [number, number];
}

interface Side {
  readonly position: number;
  readonly size: number;
  readonly type: TensorType;
}

function sideOf(type: TensorType, input: 0 | 1, options: OptionRecord): Checked<Side> {
  const name = input === 0 ? "axisa" : "axisb";
  const axis = axisNamed(options, name);
  const position = axisWithin(axis, type);
  if (position === undefined) {
    const option = options.axis === undefined ? name : "axis";
    return bad(axisProblem(option, axis, type));
  }
  const size = type.shape[position] ?? 1;
  if (size === 2 || size === 3)
    return ok({ position, size, type: { ...type, shape: type.shape.toSpliced(position, 1) } });
  return bad({ problem: "size", input, axis: position, expected: 3, actual: size, why: "vectors have 2 or 3 numbers" });
}

function sidesOf([a, b, ...more]: readonly TensorType[], options: OptionRecord): Checked<Sides> {
  if (a === undefined || b === undefined || more.length > 0)
    return bad({ problem: "inputs", expected: "two", actual: more.length + (b === undefined ? 1 : 2) });
  return andThen(sideOf(a, 0, options), (left) =>
    andThen(sideOf(b, 1, options), (right) =>
      ok({
        at: [left.position, right.position],
        rest: [left.type, right.type],
        sizes: [left.size, right.size],
      }),
    ),
  );
}

/** The place of the coordinates in the result; vectors in the plane have one number, and no axis for it. */
function resultType(inputs: readonly TensorType[], options: OptionRecord): Checked<{ type: TensorType; at?: number }> {
  const sides = sidesOf(inputs, options);
  if ("bad" in sides) return sides;
  const merged = product.shape(sides.ok.rest);
  if ("bad" in merged) return merged;
  const type = merged.ok;
  if (sides.ok.sizes.every((size) => size === 2)) return ok({ type });
  const axis = axisNamed(options, "axisc");
  const at = axisPosition(axis, type.shape.length + 1);
  if (at === undefined || (at === 0 && isBatched(type))) return bad(axisProblem("axisc", axis, type, 1));
  return ok({ type: { ...type, shape: type.shape.toSpliced(at, 0, 3) }, at });
}

const axisOption = (doc: string): OptionDef => ({ type: { kind: "axis" }, default: -1, doc });

export const cross = defineFunction({
  ...product,
  name: "cross",
  summary: "The cross product of vectors with 3 coordinates; those with 2 lie in the plane.",
  options: {
    axisa: axisOption("The axis of a with the coordinates."),
    axisb: axisOption("The axis of b with the coordinates."),
    axisc: axisOption("The place of the coordinates in the result."),
    axis: {
      type: { kind: "axis" },
      optional: true,
      default: undefined,
      doc: "The axis for all three, in place of the other options.",
    },
  },
  positional: ["axisa", "axisb", "axisc", "axis"],
  shape(inputs, options) {
    const result = resultType(inputs, options);
    return "bad" in result ? result : ok(result.ok.type);
  },
  expand(g: Builder, call) {
    const types = call.inputs.map(({ type }) => type);
    const { sizes, at: places, rest } = accepted(sidesOf(types, call.options));
    const { at } = accepted(resultType(types, call.options));
    const coordinate = (side: 0 | 1, i: number): Value | undefined => {
      const x = call.inputs[side];
      if (x === undefined || i >= sizes[side]) return undefined;
      return g.reshape(part(g, x, places[side], i, 1), rest[side].shape);
    };
    const times = (i: number, j: number): Value | undefined => {
      const [a, b] = [coordinate(0, i), coordinate(1, j)];
      return a === undefined || b === undefined ? undefined : product.expand(g, { ...call, inputs: [a, b] }).output;
    };
    const minus = (i: number, j: number): Value => {
      const [first, second] = [times(i, j), times(j, i)];
      if (first !== undefined && second !== undefined) return g.sub(first, second);
      if (first !== undefined) return first;
      if (second === undefined)
        throw new CompilerBug("a cross product of two vectors in the plane with three coordinates");
      return g.map("neg", second);
    };
    if (at === undefined) return { output: minus(0, 1) };
    const parts = [minus(1, 2), minus(2, 0), minus(0, 1)];
    return {
      output: g.concat(
        parts.map((x) => g.reshape(x, x.type.shape.toSpliced(at, 0, 1))),
        at,
      ),
    };
  },
  examples: [
    { nn: "cross()", type: "f32[4, 3], f32[3] -> f32[4, 3]" },
    { nn: "cross(axis: 1)", type: "f32[3, 4], f32[2, 4] -> f32[3, 4]" },
  ],
  source: "https://keras.io/api/ops/numpy/#cross-function",
});
