import { CompilerBug } from "../../base/compilerBug.ts";
import type { Builder, Value } from "../../ir/builder.ts";
import type { OptionRecord } from "../../ir/graph.ts";
import { type Size, sameSize } from "../../ir/size.ts";
import type { TensorType } from "../../ir/types.ts";
import { bad, type Checked, defineLayer, ok } from "../definition.ts";
import { flag, flagOption, numbers } from "../options.ts";
import { axisPosition, axisProblem, dtypeProblem } from "../shape.ts";

/** Keras divides by no norm below this. */
const SMALLEST_NORM = 1e-7;

interface Summed {
  readonly types: readonly [TensorType, TensorType];
  /** The axis of each input over which products are added up. */
  readonly axes: readonly [number, number];
}

/** Returns the axes to sum along, if both inputs have them and they have the same size. */
function summed(inputs: readonly TensorType[], options: OptionRecord): Checked<Summed> {
  const [a, b] = inputs;
  if (a === undefined || b === undefined || inputs.length !== 2)
    return bad({ problem: "inputs", expected: "two", actual: inputs.length });
  const type = dtypeProblem(inputs, ["f32"]);
  if (type !== undefined) return bad(type);
  const short = inputs.findIndex(({ shape }) => shape.length < 2);
  if (short >= 0) return bad({ problem: "rank", input: short, expected: [1], expectedText: "[..., n]" });
  const given = numbers(options, "axes");
  const [first, second = first] = given;
  if (first === undefined || second === undefined || given.length > 2)
    return bad({ problem: "option", option: "axes", message: `it has ${given.length} axes, but must have one or two` });
  const at = axisPosition(first, a.shape.length) ?? 0;
  if (at === 0) return bad(axisProblem("axes", first, a));
  const other = axisPosition(second, b.shape.length) ?? 0;
  if (other === 0) return bad(axisProblem("axes", second, b));
  const [expected = 1, actual = 1] = [a.shape[at], b.shape[other]];
  if (!sameSize(expected, actual))
    return bad({
      problem: "size",
      input: 1,
      axis: other,
      expected,
      actual,
      why: "the other input's axis has this size",
    });
  return ok({ types: [a, b], axes: [at, other] });
}

function unit(g: Builder, x: Value, axis: number): Value {
  const squares = g.sum(g.map("square", x), [axis], true);
  return g.mul(x, g.map("rsqrt", g.map("max", squares, SMALLEST_NORM ** 2)));
}

/** The axes that remain besides the batch. */
const rest = <T>(items: readonly T[], axis: number): readonly T[] => items.toSpliced(axis, 1).slice(1);

function productShape({ types: [a, b], axes }: Summed): readonly Size[] {
  const shape = [a.shape[0] ?? 1, ...rest(a.shape, axes[0]), ...rest(b.shape, axes[1])];
  return shape.length === 1 ? [...shape, 1] : shape;
}

/** `out[n, i…, j…] = Σ_k a[n, i…, k] · b[n, j…, k]`, with k at any place. */
function product(g: Builder, a: Value, b: Value, [first, second]: readonly [number, number]): Value {
  const names = (x: Value, axis: number, letter: string): readonly string[] =>
    x.type.shape.map((_, i) => (i === 0 ? "n" : i === axis ? "k" : `${letter}${i}`));
  const [left, right] = [names(a, first, "i"), names(b, second, "j")];
  const out = ["n", ...rest(left, first), ...rest(right, second)];
  const sizes = new Map([
    ...left.map((name, i) => [name, a.type.shape[i] ?? 1] as const),
    ...right.map((name, i) => [name, b.type.shape[i] ?? 1] as const),
  ]);
  const access = (all: readonly string[]) => all.map((name) => ({ offset: 0, strides: { [name]: 1 } }));
  return g.contract({
    loops: [...out, "k"].map((name) => ({ name, extent: sizes.get(name) ?? 1 })),
    shape: out.map((name) => sizes.get(name) ?? 1),
    out: access(out),
    lhs: a,
    left: access(left),
    rhs: b,
    right: access(right),
  });
}

export const dot = defineLayer({
  name: "Dot",
  summary: "Multiplies two tensors along one axis of each and adds up: dot products for each sample.",
  inputs: [
    { name: "a", shape: "[..., n, ...]" },
    { name: "b", shape: "[..., n, ...]" },
  ],
  output: "the other axes of a, then those of b; [1] if there are none",
  options: {
    axes: {
      type: { kind: "axes", of: "inputs" },
      required: true,
      doc: "The axis of both, or of each, `[2, 1]`; the sizes are the same.",
    },
    normalize: flagOption(false, "Whether to divide by the lengths along that axis, for the cosine of the angle."),
  },
  positional: ["axes"],
  shape(inputs, options) {
    const found = summed(inputs, options);
    return "bad" in found ? found : ok({ dtype: "f32", shape: productShape(found.ok) });
  },
  expand(g, { inputs, options }) {
    const [a, b] = inputs;
    const found = summed(
      inputs.map(({ type }) => type),
      options,
    );
    if (a === undefined || b === undefined || "bad" in found) throw new CompilerBug("Dot needs two inputs that fit");
    const { axes } = found.ok;
    const of = (x: Value, axis: number): Value => (flag(options, "normalize") ? unit(g, x, axis) : x);
    return { output: g.reshape(product(g, of(a, axes[0]), of(b, axes[1]), axes), productShape(found.ok)) };
  },
  examples: [
    { nn: "Dot(1)", type: "f32[5], f32[5] -> f32[1]" },
    { nn: "Dot([2, 1], normalize: true)", type: "f32[2, 3], f32[3, 4] -> f32[2, 4]" },
    { nn: "Dot(axes: -1)", type: "f32[2, 3], f32[4, 3] -> f32[2, 4]" },
  ],
  source: "https://keras.io/api/layers/merging_layers/dot/",
});
