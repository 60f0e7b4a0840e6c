// Meanings that the golden cases do not cover: random draws, stable logits, class indices, the forms of accuracy, broadcasting.

import { describe, expect, test } from "vitest";
import type { Builder, Value } from "../../src/ir/builder.ts";
import type { Node, OptionRecord, Prim } from "../../src/ir/graph.ts";
import { graphBuilder } from "../../src/ir/graphBuilder.ts";
import { batchSize } from "../../src/ir/size.ts";
import { type TensorType, tensor } from "../../src/ir/types.ts";
import { callContext } from "../../src/ops/call.ts";
import type { PredictionForm } from "../../src/ops/definition.ts";
import { lossOf } from "../../src/ops/lossReduction.ts";
import { withDefaults } from "../../src/ops/options.ts";
import { findLoss, findMetric, findOperator, findSchedule } from "../../src/ops/registry.ts";
import { evaluate } from "../../src/reference/evaluate.ts";
import { gradientError, numbers } from "../support/graphs.ts";

type Given = Readonly<Record<string, readonly number[] | Float64Array>>;

/** The value that `build` makes of inputs by name, with as many samples as said. */
function evaluated(build: (g: Builder) => Value, inputs: Given, batch = 2): number[] {
  const nodes: Node<Prim>[] = [];
  const emit = (node: Omit<Node<Prim>, "id">): number => nodes.push({ ...node, id: nodes.length } as Node<Prim>) - 1;
  const value = build(graphBuilder(emit));
  const outputs = [{ name: "value", value: value.id }];
  const graph = { name: "test", nodes, outputs, updates: [] };
  return [
    ...evaluate(graph, { batch, inputs: new Map(Object.entries(inputs)), slots: new Map() }).outputs.get("value")!,
  ];
}

const f32 = (...shape: readonly number[]): TensorType => tensor("f32", batchSize, ...shape);
const classes = tensor("i32", batchSize);

function apply(g: Builder, name: string, inputs: readonly Value[], given: OptionRecord = {}, training = false): Value {
  const operator = findOperator(name)!;
  const counter = (): Value => g.constant(7, tensor("i32"));
  return operator.expand(g, {
    inputs,
    ...callContext(operator, inputs),
    weights: {},
    options: withDefaults(operator.options, given),
    training,
    seed: counter(),
    step: counter(),
    stream: 1,
  }).output;
}

function loss(name: string, types: readonly [TensorType, TensorType], given: OptionRecord, inputs: Given): number[] {
  const definition = findLoss(name)!;
  const options = withDefaults(definition.options, given);
  return evaluated((g) => definition.expand(g, g.input("p", types[0]), g.input("t", types[1]), options), inputs);
}

test("sinc is the same function on both sides of the place where its series begins", () => {
  const x = [0, 1e-9, -1e-4, 0.05, -0.0999999, 0.1, 0.1000001, -0.5, 1, 2.5];
  const y = evaluated((g) => apply(g, "sinc", [g.input("x", f32(5))]), { x });
  for (const [i, value] of y.entries()) {
    const angle = Math.PI * x[i]!;
    expect(value).toBeCloseTo(angle === 0 ? 1 : Math.sin(angle) / angle, 12);
  }
});

describe("Dropout", () => {
  const x = new Float64Array(4000).fill(3);
  test("drops a share and scales the rest, while training", () => {
    const y = evaluated((g) => apply(g, "Dropout", [g.input("x", f32(2000))], { rate: 0.25 }, true), { x });
    expect(new Set(y)).toEqual(new Set([0, 4]));
    const dropped = y.filter((value) => value === 0).length / y.length;
    expect(Math.abs(dropped - 0.25)).toBeLessThan(0.03);
  });
  test("does nothing otherwise", () => {
    const y = evaluated((g) => apply(g, "Dropout", [g.input("x", f32(2000))], { rate: 0.25 }), { x });
    expect(y).toEqual([...x]);
  });
});

describe("broadcasting", () => {
  test("a batched vector meets each row of a batched matrix of its own sample", () => {
    const a = [1, 2, 3, 4, 5, 6, 7, 8];
    const y = evaluated((g) => apply(g, "add", [g.input("a", f32(2, 2)), g.input("b", f32(2))]), {
      a,
      b: [10, 20, 30, 40],
    });
    expect(y).toEqual([11, 22, 13, 24, 35, 46, 37, 48]);
  });
  test("a matrix product of two batches goes sample by sample", () => {
    const y = evaluated((g) => apply(g, "matmul", [g.input("a", f32(1, 2)), g.input("b", f32(2, 1))]), {
      a: [1, 2, 3, 4],
      b: [5, 6, 7, 8],
    });
    expect(y).toEqual([17, 53]);
  });
  test("a product with leading axes of both and a vector", () => {
    const y = evaluated(
      (g) => apply(g, "matmul", [g.constant([1, 2, 3, 4], tensor("f32", 2, 2)), g.input("b", f32(2))]),
      {
        b: [1, 0, 0, 1],
      },
    );
    expect(y).toEqual([1, 3, 2, 4]);
  });
});

describe("cross-entropies", () => {
  const logits = [1, -2, 0.5, 3, 0, -1];
  const oneHot = [0, 0, 1, 1, 0, 0];
  const p = logits.map(
    (x, i) => Math.exp(x) / [0, 1, 2].reduce((sum, j) => sum + Math.exp(logits[i - (i % 3) + j]!), 0),
  );

  test.each([{ from_logits: true }, { from_logits: false }, { from_logits: true, label_smoothing: 0.1 }])(
    "class indices count as one-hot rows: %j",
    (options) => {
      const prediction = options.from_logits ? logits : p;
      const rows = loss("categorical_crossentropy", [f32(3), f32(3)], options, { p: prediction, t: oneHot });
      const indices = loss("categorical_crossentropy", [f32(3), classes], options, { p: prediction, t: [2, 0] });
      expect(indices).toHaveLength(2);
      for (const [i, value] of indices.entries()) expect(value).toBeCloseTo(rows[i]!, 12);
    },
  );
  test("with one class index a position, there is one value a position", () => {
    const [types, inputs] = [
      [f32(2, 3), tensor("i32", batchSize, 2)] as const,
      { p: [...logits, ...logits], t: [2, 0, 2, 0] },
    ];
    const values = loss("categorical_crossentropy", types, { from_logits: true }, inputs);
    expect(values).toHaveLength(4);
    expect(values[0]).toBe(values[2]);
  });
  test("large logits neither overflow nor vanish", () => {
    const big = { p: [1000, 0, -1000, 0, 1000, -1000], t: [1, 1] };
    const values = loss("sparse_categorical_crossentropy", [f32(3), classes], { from_logits: true }, big);
    expect(values).toEqual([1000, -0]);
    const binary = loss(
      "binary_crossentropy",
      [f32(1), classes],
      { from_logits: true },
      { p: [1000, -1000], t: [0, 0] },
    );
    expect(binary).toEqual([1000, 0]);
  });
  test("the gradient by the logits is softmax minus one-hot", () => {
    const definition = findLoss("categorical_crossentropy")!;
    const options = withDefaults(definition.options, { from_logits: true });
    const error = gradientError(
      (g) => {
        const x = g.input("x", f32(3));
        const each = definition.expand(g, x, g.constant([2, 0], tensor("i32", 2)), options);
        return { loss: g.sum(each, [0]), wrt: [x] };
      },
      2,
      () => numbers(6, 3, -2, 2),
    );
    expect(error).toBeLessThan(1e-6);
  });
  test("a class that is ignored is left out of the mean", () => {
    const definition = findLoss("sparse_categorical_crossentropy")!;
    const given = { from_logits: true, ignore_class: 0 };
    const options = withDefaults(definition.options, given);
    const values = loss("sparse_categorical_crossentropy", [f32(3), classes], given, { p: logits, t: [2, 0] });
    const [mean] = evaluated(
      (g) => lossOf(g, definition, { prediction: g.input("p", f32(3)), target: g.input("t", classes), options }),
      { p: logits, t: [2, 0] },
    );
    const alone = loss(
      "sparse_categorical_crossentropy",
      [f32(3), classes],
      { from_logits: true },
      { p: logits, t: [2, 0] },
    );
    expect(values[1]).toBe(0);
    expect(mean).toBeCloseTo(alone[0]!, 6);
  });
});

describe("accuracy", () => {
  const metric = findMetric("accuracy")!;
  const share = (form: PredictionForm, types: readonly [TensorType, TensorType], inputs: Given): number => {
    const state = (g: Builder) => ({ total: g.constant(0), count: g.constant(0) });
    return evaluated((g) => {
      const [prediction, target] = [g.input("p", types[0]), g.input("t", types[1])];
      const next = metric.update(g, { prediction, target, state: state(g), options: {}, form });
      return metric.result(g, next, {});
    }, inputs)[0]!;
  };
  const rows = [0.1, 0.7, 0.2, 0.5, 0.5, 0];
  test("of classes goes by the largest; the first of equals", () => {
    expect(share("softmax", [f32(3), classes], { p: rows, t: [1, 1] })).toBe(0.5);
    expect(share("softmax", [f32(3), f32(3)], { p: rows, t: [0, 1, 0, 1, 0, 0] })).toBe(1);
  });
  test("of a sigmoid goes by 0.5, of a logit by 0", () => {
    expect(share("sigmoid", [f32(1), classes], { p: [0.6, 0.4], t: [1, 1] })).toBe(0.5);
    expect(share("logits", [f32(1), classes], { p: [0.4, -0.4], t: [1, 0] })).toBe(1);
  });
  test("of several sigmoids counts each", () => {
    expect(share("sigmoid", [f32(2), f32(2)], { p: [0.9, 0.1, 0.8, 0.7], t: [1, 0, 1, 0] })).toBe(0.75);
  });
});

/** The rates of a schedule at some steps of a training of 100 steps. */
function rates(name: string, given: OptionRecord, steps: readonly number[]): readonly number[] {
  const schedule = findSchedule(name)!;
  const options = withDefaults(schedule.options, given);
  const at = (step: number): number =>
    evaluated((g) => schedule.expand(g, g.input("s", tensor("f32")), options, () => g.constant(100), {}), {
      s: [step],
    })[0]!;
  return steps.map(at);
}
const near = (actual: readonly number[], wanted: readonly number[]): void => {
  for (const [i, value] of wanted.entries()) expect(actual[i]).toBeCloseTo(value, 6);
};

describe("schedules", () => {
  test("warm up from 0 where no target is given", () => {
    const given = { initial_learning_rate: 0.4, decay_steps: 10, warmup_steps: 4 };
    near(rates("cosine_decay", given, [0, 2, 4, 14, 20]), [0, 0.2, 0.4, 0, 0]);
    const exponential = { ...given, decay_rate: 0.5 };
    near(rates("exponential_decay", exponential, [1, 4, 14, 24]), [0.1, 0.4, 0.2, 0.1]);
    near(rates("exponential_decay", { ...exponential, warmup_target: 1 }, [2, 4, 14]), [0.7, 1, 0.5]);
    // As Keras's cosine_decay, which starts from the target even without steps of warm-up.
    const atOnce = { initial_learning_rate: 0.1, decay_steps: 10, warmup_target: 0.4 };
    near(rates("cosine_decay", atOnce, [0, 5, 10]), [0.4, 0.2, 0]);
    const pieces = { boundaries: [2], values: [0.8, 0.1], warmup_steps: 4 };
    near(rates("piecewise_constant_decay", pieces, [1, 4, 6, 7]), [0.2, 0.8, 0.8, 0.1]);
    near(
      rates("linear_warmup", { learning_rate: 0.4, warmup_steps: 4, warmup_start: 0.2 }, [0, 2, 9]),
      [0.2, 0.3, 0.4],
    );
  });
  test("span the whole training unless the steps are given", () => {
    near(rates("polynomial_decay", { initial_learning_rate: 1, end_learning_rate: 0 }, [0, 50, 100]), [1, 0.5, 0]);
    const warm = { initial_learning_rate: 1, end_learning_rate: 0, warmup_steps: 20 };
    near(rates("polynomial_decay", warm, [10, 20, 60, 100]), [0.5, 1, 0.5, 0]);
    near(rates("one_cycle", { max_learning_rate: 1 }, [0, 29, 99]), [0.04, 1, 4e-6]);
  });
  test("one_cycle rises and falls as PyTorch's does", () => {
    const given = { max_learning_rate: 0.1, total_steps: 10 };
    near(rates("one_cycle", given, [0, 1, 2, 9, 20]), [0.004, 0.052, 0.1, 4e-7, 4e-7]);
    near(rates("one_cycle", { ...given, anneal_strategy: "linear" }, [1, 2, 9]), [0.052, 0.1, 4e-7]);
    const three = { ...given, three_phase: true, anneal_strategy: "linear" };
    near(rates("one_cycle", three, [0, 2, 3, 4, 9]), [0.004, 0.1, 0.052, 0.004, 4e-7]);
  });
});

describe("positions", () => {
  const close = (actual: readonly number[], expected: readonly number[]): void => {
    expect(actual.length).toBe(expected.length);
    for (const [i, value] of expected.entries()) expect(actual[i]!).toBeCloseTo(value, 9);
  };

  test("sines and cosines of each step, slower for later features", () => {
    const made = evaluated(
      (g) => apply(g, "SinePositionEncoding", [g.input("x", f32(2, 4))], { start_index: 1 }),
      {
        x: new Array<number>(8).fill(0),
      },
      1,
    );
    const row = (step: number) => [Math.sin(step), Math.cos(step), Math.sin(step / 100), Math.cos(step / 100)];
    close(made, [...row(1), ...row(2)]);
  });

  test("rotary positions turn the two halves of the features against each other", () => {
    const made = evaluated(
      (g) => apply(g, "RotaryEmbedding", [g.input("x", f32(2, 4))], { scaling_factor: 2 }),
      {
        x: [1, 2, 3, 4, 1, 2, 3, 4],
      },
      1,
    );
    const turned = (angle: number, a: number, b: number) => [
      a * Math.cos(angle) - b * Math.sin(angle),
      b * Math.cos(angle) + a * Math.sin(angle),
    ];
    const [[a = 0, c = 0], [b = 0, d = 0]] = [turned(1 / 2, 1, 3), turned(1 / 200, 2, 4)];
    close(made, [1, 2, 3, 4, a, b, c, d]);
  });
});
