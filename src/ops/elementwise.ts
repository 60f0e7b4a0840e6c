// Functions of one tensor that treat each element by itself, and the small pieces of arithmetic that make them up.

import { CompilerBug } from "../base/compilerBug.ts";
import type { Builder, Value } from "../ir/builder.ts";
import type { OptionRecord } from "../ir/graph.ts";
import type { DType, TensorType } from "../ir/types.ts";
import { type Bounds, bad, type Checked, type ExpandCall, ok } from "./definition.ts";
import { maybeNumber, numberOf } from "./options.ts";
import { andThen, dtypeProblem } from "./shape.ts";

type Compute = (g: Builder, x: Value, options: OptionRecord) => Value;

/** Raw bytes count as f32. */
export const counted = (type: TensorType): TensorType => (type.dtype === "u8" ? { ...type, dtype: "f32" } : type);
export const countedValue = (g: Builder, x: Value): Value => (x.type.dtype === "u8" ? g.cast(x, "f32") : x);

/** Returns the type of a function's only input, of one of the element types `takes`. */
export function functionInput(inputs: readonly TensorType[], takes: readonly DType[] = ["f32"]): Checked<TensorType> {
  const [x] = inputs.map(counted);
  if (x === undefined || inputs.length !== 1) return bad({ problem: "inputs", expected: "one", actual: inputs.length });
  const type = dtypeProblem([x], takes);
  return type === undefined ? ok(x) : bad(type);
}

/** Returns the only input; raw bytes as f32. */
export function functionValue(g: Builder, call: ExpandCall): Value {
  const [x] = call.inputs;
  if (x === undefined) throw new CompilerBug("a function without its input");
  return countedValue(g, x);
}

/**
 * The shared part of elementwise functions. `compute` gets f32, or another of the element types `takes`; the result has
 * the type of the input, or `gives`.
 */
export function elementwise(compute: Compute, takes: readonly DType[] = ["f32"], gives?: DType) {
  return {
    inputs: [{ name: "x", shape: "[...]" }],
    output: "[...]",
    elementwise: true,
    shape: (inputs: readonly TensorType[]): Checked<TensorType> =>
      andThen(functionInput(inputs, takes), ({ dtype, shape }) => ok({ dtype: gives ?? dtype, shape })),
    expand: (g: Builder, call: ExpandCall): { readonly output: Value } => ({
      output: compute(g, functionValue(g, call), call.options),
    }),
  };
}

/** The element types of numbers. */
export const numeric: readonly DType[] = ["f32", "i32"];
export const anyType: readonly DType[] = ["f32", "i32", "bool"];

/** An elementwise function that may be named as an activation. */
export const elementwiseActivation = (compute: Compute) => ({ ...elementwise(compute), activation: true });

/** The largest number of f32. */
export const LARGEST = 3.4028234663852886e38;

/** Divides; 0 where the divisor is 0, as Keras does. */
export function divideNoNan(g: Builder, a: Value, b: Value): Value {
  const any = g.map("ne", b, 0);
  return g.select(any, g.div(a, g.select(any, b, 1)), 0);
}

/** The polynomial with these coefficients, that of the highest power first. */
export const polynomial = (g: Builder, [highest = 0, ...rest]: readonly number[], x: Value): Value =>
  rest.reduce<Value>((sum, c) => g.add(g.mul(sum, x), c), g.constant(highest, x.type));

/** Holds `x` between two numbers. The gradient is 0 outside and passes at the two, as in TensorFlow's clip_by_value. */
export const clip = (g: Builder, x: Value, low: number, high: number): Value =>
  g.map("min", g.map("max", x, low), high);

/** Holds `x` between two numbers. The gradient is 0 outside and at the two, as in TensorFlow's relu6. */
export const saturate = (g: Builder, x: Value, low: number, high: number): Value =>
  g.map("min", high, g.map("max", low, x));

/**
 * Computes `x > 0 ? x : alpha · (e^x - 1)`; the exponential sees no positive number, so it cannot overflow. The gradient
 * at 0 is that of the exponential with `gt`, and that of the straight line with `ge`.
 */
export function exponentialLinear(g: Builder, x: Value, alpha: number, linear: "gt" | "ge" = "gt"): Value {
  const negative = g.mul(g.map("expm1", g.map("min", x, 0)), alpha);
  return g.select(g.map(linear, x, 0), x, negative);
}

/** Keras uses TensorFlow's relu6 where it can; its gradient at 6 is 0. Elsewhere Keras uses clip_by_value, which passes it. */
const heldBelow = (g: Builder, x: Value, ceiling: number, threshold: number): Value =>
  ceiling === 6 && threshold === 0 ? g.map("min", ceiling, x) : g.map("min", x, ceiling);

/** The rectifier in Keras's full form, with a slope below `threshold` and a ceiling. */
export function rectify(
  g: Builder,
  x: Value,
  { slope = 0, ceiling, threshold = 0 }: { slope?: number; ceiling?: number | undefined; threshold?: number },
): Value {
  // Keras uses TensorFlow's leaky_relu where it can; its gradient at 0 is the slope.
  if (slope !== 0 && ceiling === undefined && threshold === 0) return g.select(g.map("gt", x, 0), x, g.mul(x, slope));
  const positive = threshold === 0 ? g.map("relu", x) : g.select(g.map("gt", x, threshold), x, 0);
  const held = ceiling === undefined ? positive : heldBelow(g, positive, ceiling, threshold);
  if (slope === 0) return held;
  const below = g.map("relu", g.sub(threshold, x));
  return g.sub(held, g.mul(below, slope));
}

/** Between which numbers the results of a rectifier with these options lie; undefined if a slope below leaves them any numbers. */
export const rectifiedRange = (options: OptionRecord): Bounds | undefined =>
  numberOf(options, "negative_slope") === 0 ? [0, maybeNumber(options, "max_value") ?? Infinity] : undefined;
