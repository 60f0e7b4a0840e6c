// Derivatives of primitives against central differences, and the cases that differences cannot decide: ties and kinks.

import { describe, expect, test } from "vitest";
import type { Builder, Value } from "../../src/ir/builder.ts";
import type { Gradient, Graph, Prim, WindowAxis } from "../../src/ir/graph.ts";
import { scalarFunction, scalarNames } from "../../src/ir/scalar.ts";
import { batchSize } from "../../src/ir/size.ts";
import { tensor } from "../../src/ir/types.ts";
import { differentiate } from "../../src/passes/differentiate.ts";
import { evaluate } from "../../src/reference/evaluate.ts";
import { gradientError, lengthOf, moduleOf, numbers, opGraph } from "../support/graphs.ts";

const tolerance = 1e-6;

/** A scalar that depends on every element of `x` in its own way. */
function weighted(g: Builder, x: Value): Value {
  const weights = g.input("weights", x.type);
  return g.sum(
    g.mul(g.add(g.mul(x, x), x), weights),
    x.type.shape.map((_, axis) => axis),
  );
}

/** The error for a function of one tensor, at a batch of `batch`. */
const errorOf = (shape: Parameters<typeof tensor>[1][], f: (g: Builder, x: Value) => Value, batch = 3): number =>
  gradientError(
    (g) => {
      const x = g.input("x", tensor("f32", ...shape));
      return { loss: weighted(g, f(g, x)), wrt: [x] };
    },
    batch,
    (name, type) => numbers(lengthOf(type, batch), name === "x" ? 1 : 2, 0.2, 1.8),
  );

const at = (name: string, stride = 1, offset = 0) => ({ offset, strides: { [name]: stride } });
const window = (size: number, stride = 1, dilation = 1, before = 0, after = 0): WindowAxis => ({
  size,
  stride,
  dilation,
  before,
  after,
});
const still = window(1);

describe("finite differences", () => {
  const cases: readonly [string, Parameters<typeof errorOf>][] = [
    ["reduce sum", [[batchSize, 5, 1], (g, x) => g.sum(x, [0, 2])]],
    ["reduce max", [[batchSize, 5], (g, x) => g.max(x, [1])]],
    ["reduce min", [[batchSize, 5], (g, x) => g.reduce("min", x, [0], true)]],
    ["mean over the batch", [[batchSize, 5], (g, x) => g.mean(x, [0])]],
    ["reshape", [[batchSize, 6], (g, x) => g.reshape(x, [batchSize, 2, 3])]],
    ["transpose", [[batchSize, 2, 5], (g, x) => g.transpose(x, [2, 0, 1])]],
    ["broadcast", [[batchSize, 1, 3], (g, x) => g.broadcast(x, [batchSize, 4, 7, 3], [0, 1, 3])]],
    ["broadcast along an axis of 1", [[batchSize, 1, 3], (g, x) => g.broadcast(x, [batchSize, 4, 3], [0, 1, 2])]],
    ["slice", [[batchSize, 7], (g, x) => g.slice(x, [0, 2], [batchSize, 3])]],
    ["slice with strides", [[batchSize, 7], (g, x) => g.slice(x, [0, 1], [batchSize, 3], [1, 2])]],
    ["pad", [[batchSize, 3], (g, x) => g.pad(x, [0, 2], [0, 1], 4)]],
    ["concat", [[batchSize, 3], (g, x) => g.concat([x, g.mul(x, 2), x], 1)]],
    [
      "window_reduce max",
      [[batchSize, 7, 2], (g, x) => g.windowReduce("max", x, [still, window(3, 2, 1, 1, 1), still])],
    ],
    [
      "window_reduce sum",
      [[batchSize, 7, 2], (g, x) => g.windowReduce("sum", x, [still, window(2, 1, 2, 1, 2), still])],
    ],
    [
      "softmax",
      [
        [batchSize, 4],
        (g, x) => {
          const e = g.map("exp", g.sub(x, g.max(x, [-1], true)));
          return g.div(e, g.sum(e, [-1], true));
        },
      ],
    ],
    [
      "contract with itself",
      [
        [batchSize, 4],
        (g, x) =>
          g.contract({
            loops: [
              { name: "n", extent: batchSize },
              { name: "i", extent: 4 },
              { name: "j", extent: 4 },
            ],
            shape: [batchSize, 4, 4],
            out: [at("n"), at("i"), at("j")],
            lhs: x,
            left: [at("n"), at("i")],
            rhs: x,
            right: [at("n"), at("j")],
          }),
      ],
    ],
    [
      "contract that writes some elements onto others",
      [
        [3, 4],
        (g, x) =>
          g.contract({
            loops: [
              { name: "i", extent: 3 },
              { name: "j", extent: 2 },
            ],
            shape: [3, 4],
            out: [at("i"), at("j", 2, 1)],
            lhs: x,
            left: [at("i"), at("j")],
            rhs: x,
            right: [at("i"), at("j", 1, 2)],
            onto: g.map("exp", x),
          }),
      ],
    ],
  ];
  for (const [name, args] of cases)
    test(name, () => {
      expect(errorOf(...args)).toBeLessThan(tolerance);
      expect(errorOf(args[0], args[1], 1)).toBeLessThan(tolerance);
    });

  test("two inputs: a convolution with stride, dilation and padding", () => {
    const error = gradientError(
      (g) => {
        const x = g.input("x", tensor("f32", batchSize, 7, 2));
        const w = g.input("w", tensor("f32", 3, 2, 3));
        const y = g.contract({
          loops: [
            { name: "n", extent: batchSize },
            { name: "y", extent: 4 },
            { name: "f", extent: 3 },
            { name: "k", extent: 3 },
            { name: "c", extent: 2 },
          ],
          shape: [batchSize, 4, 3],
          out: [at("n"), at("y"), at("f")],
          lhs: x,
          left: [at("n"), { offset: -2, strides: { y: 2, k: 2 } }, at("c")],
          rhs: w,
          right: [at("k"), at("c"), at("f")],
        });
        return { loss: weighted(g, y), wrt: [x, w] };
      },
      2,
      (name, type) => numbers(lengthOf(type, 2), name.length, -1, 1),
    );
    expect(error).toBeLessThan(tolerance);
  });

  test("second derivatives", () => {
    const error = gradientError(
      (g) => {
        const x = g.input("x", tensor("f32", 5));
        const y = opGradient(g, g.sum(g.map("exp", g.mul(g.map("tanh", x), x)), [0]), x);
        return { loss: g.sum(g.mul(y, y), [0]), wrt: [x] };
      },
      1,
      (_, type) => numbers(lengthOf(type, 1), 3),
    );
    expect(error).toBeLessThan(tolerance);
  });
});

/** The gradient as primitives, by an inner run of the pass. */
function opGradient(g: Builder, of: Value, wrt: Value): Value {
  return g.push({ kind: "gradient", of: of.id, wrt: wrt.id } as never, wrt.type);
}

describe("scalar functions", () => {
  const domains: Record<string, readonly [number, number]> = { erfinv: [-0.9, 0.9], tan: [-1, 1] };
  for (const fn of scalarNames) {
    const { arity, partials } = scalarFunction(fn);
    if (partials === undefined) continue;
    test(fn, () => {
      const [low, high] = domains[fn] ?? [0.15, 2.85];
      const error = gradientError(
        (g) => {
          const floats = fn === "select" ? 2 : arity;
          const args = Array.from({ length: floats }, (_, i) => g.input(`x${i}`, tensor("f32", 7)));
          const condition = fn === "select" ? [g.map("lt", g.iota(tensor("i32", 7), 0), 3)] : [];
          return { loss: weighted(g, g.map(fn, ...condition, ...args)), wrt: args };
        },
        1,
        (name) => numbers(7, name.length + name.charCodeAt(1) * 3, low, high),
      );
      expect(error).toBeLessThan(tolerance);
    });
  }
});

describe("ties and kinks", () => {
  const gradientAt = (values: readonly number[], f: (g: Builder, x: Value) => Value): readonly number[] => {
    const graph = opGraph(({ g, gradient }) => {
      const x = g.input("x", tensor("f32", values.length));
      return { dx: gradient(f(g, x), x) };
    });
    const prims = differentiate.run(moduleOf(graph as Graph<Prim | Gradient>)).programs[0]!;
    return [...evaluate(prims, { batch: 1, inputs: new Map([["x", values]]), slots: new Map() }).outputs.get("dx")!];
  };
  const total = (g: Builder, x: Value): Value => g.sum(x, [0]);

  test("reduce max and min share equally", () => {
    expect(gradientAt([1, 3, 3, 3, 2], (g, x) => g.max(x, [0]))).toEqual([0, 1 / 3, 1 / 3, 1 / 3, 0]);
    expect(gradientAt([1, 3, 1, 3, 2], (g, x) => g.reduce("min", x, [0]))).toEqual([0.5, 0, 0.5, 0, 0]);
  });
  test("a window's maximum is the first", () => {
    const pool = (g: Builder, x: Value) => total(g, g.windowReduce("max", x, [window(3, 1)]));
    expect(gradientAt([2, 2, 2, 2], pool)).toEqual([1, 1, 0, 0]);
    expect(gradientAt([-2, -2, -2, -2], (g, x) => total(g, g.windowReduce("max", x, [window(2, 2, 1, 1, 1)])))).toEqual(
      [1, 1, 0, 1],
    );
  });
  test("max and min of two give it to the first", () => {
    expect(gradientAt([0, 1, 2], (g, x) => total(g, g.map("max", x, 1)))).toEqual([0, 1, 1]);
    expect(gradientAt([0, 1, 2], (g, x) => total(g, g.map("max", g.constant(1), x)))).toEqual([0, 0, 1]);
    expect(gradientAt([0, 1, 2], (g, x) => total(g, g.map("min", x, 1)))).toEqual([1, 1, 0]);
  });
  test("relu and abs have no slope at 0", () => {
    expect(gradientAt([-1, 0, 1], (g, x) => total(g, g.map("relu", x)))).toEqual([0, 0, 1]);
    expect(gradientAt([-1, 0, 1], (g, x) => total(g, g.map("abs", x)))).toEqual([-1, 0, 1]);
  });
  test("nothing flows through stop_gradient, steps and comparisons", () => {
    for (const fn of ["stop_gradient", "floor", "round", "sign"] as const)
      expect(gradientAt([0.2, 1.4], (g, x) => total(g, g.map(fn, x)))).toEqual([0, 0]);
    expect(gradientAt([0.2, 1.4], (g, x) => total(g, g.cast(g.map("gt", x, 1), "f32")))).toEqual([0, 0]);
  });
  test("a second derivative through a window's maximum is refused", () => {
    expect(() =>
      gradientAt([1, 2, 3], (g, x) => {
        const first = opGradient(g, total(g, g.map("square", g.windowReduce("max", x, [window(2)]))), x);
        return total(g, g.map("square", first));
      }),
    ).toThrow(/second derivative/);
  });
});
