// Random programs: small graphs of primitives over random shapes, with outputs and slots, from a seed.

import type { Builder, Value } from "../../src/ir/builder.ts";
import type { Module, Prim, Slot, Update } from "../../src/ir/graph.ts";
import { broadcastShapes } from "../../src/ir/graphBuilder.ts";
import { batchSize, type Size } from "../../src/ir/size.ts";
import { seedSlot, stepSlot } from "../../src/ir/slots.ts";
import { tensor } from "../../src/ir/types.ts";
import { threefry } from "../../src/runtime/core/threefry.ts";
import { opGraph } from "./graphs.ts";

/** Integers below `n`, always the same for a seed. */
export function chooser(seed: number): (n: number) => number {
  let count = 0;
  return (n) => threefry(seed, 0x6e6e63, count++, 0) % n;
}

const unary = ["neg", "square", "tanh", "sigmoid", "relu", "abs", "exp", "softplus", "sin"] as const;
const binary = ["add", "sub", "mul", "max", "min"] as const;

/** A module of one program `test`: inputs a, b, c; weights and two slots it updates; outputs of several values. */
export function randomModule(seed: number, steps = 12): Module<Prim> {
  const pick = chooser(seed);
  const one = <T>(list: readonly T[]): T => list[pick(list.length)] as T;
  const size = (): number => 1 + pick(5);
  const flat = 4 + pick(6);
  const slots: readonly Slot[] = [
    { name: "w", type: tensor("f32", flat), role: "weight" },
    { name: "w/head", type: tensor("f32", 3), role: "weight", within: { slot: "w", offset: 1 } },
    { name: "m", type: tensor("f32", flat), role: "optimizer" },
    { name: seedSlot, type: tensor("i32"), role: "counter" },
    { name: stepSlot, type: tensor("i32"), role: "counter" },
  ];
  const updates: Update[] = [];
  const graph = opGraph(({ g }) => {
    const values: Value[] = [
      g.input("a", tensor("f32", batchSize, size(), size())),
      g.input("b", tensor("f32", batchSize, size())),
      g.input("c", tensor("f32", batchSize, size(), size(), size())),
      g.param("w/head", tensor("f32", 3)),
    ];
    const counters = [g.param(seedSlot, tensor("i32")), g.param(stepSlot, tensor("i32"))] as const;
    for (let i = 0; i < steps; i++) values.push(step(g, values, pick, one, counters));
    // Gradient-like values for the slots: sums of everything to one number each, spread over the flat vectors.
    const w = g.param("w", tensor("f32", flat));
    const m = g.param("m", tensor("f32", flat));
    const total = (x: Value): Value =>
      g.map(
        "tanh",
        g.sum(
          x,
          x.type.shape.map((_, axis) => axis),
        ),
      );
    const push = g.mul(total(one(values)), 0.1);
    const parts = g.concat([g.slice(w, [0], [2]), g.mul(g.slice(w, [2], [flat - 2]), push)], 0);
    const nextM = g.add(g.mul(m, 0.9), parts);
    updates.push(
      { slot: "m", value: nextM.id },
      { slot: "w", value: (pick(2) === 0 ? g.sub(w, nextM) : g.sub(m, g.mul(w, 0.5))).id },
    );
    const last = values.slice(-3);
    return Object.fromEntries([...last, one(values), total(one(values))].map((value, i) => [`y${i}`, value]));
  });
  return { slots, programs: [{ ...graph, updates }] } as Module<Prim>;
}

function step(
  g: Builder,
  values: readonly Value[],
  pick: (n: number) => number,
  one: <T>(list: readonly T[]) => T,
  counters: readonly [Value, Value],
): Value {
  const x = one(values);
  const shape = x.type.shape;
  const rank = shape.length;
  const fixed = shape.map((s, axis) => (typeof s === "number" ? axis : -1)).filter((axis) => axis >= 0);
  const sizeAt = (axis: number): number => shape[axis] as number;
  const small = (value: Value): Value => g.map("tanh", value);
  switch (pick(15)) {
    case 0:
      return small(g.map(one(unary), x));
    case 1:
    case 2: {
      // The batch stays the first axis: two of them, or one further in, no program has.
      const partners = values.filter((y) =>
        broadcastShapes(shape, y.type.shape)?.every((s, axis) => axis === 0 || typeof s === "number"),
      );
      return g.map(one(binary), x, one(partners));
    }
    case 3: {
      if (fixed.length === 0) return g.map("sin", x);
      const axis = one(fixed);
      return g.reduce(one(["sum", "max", "min"] as const), x, [axis], pick(2) === 0);
    }
    case 4: {
      if (typeof shape[0] === "number" || rank < 2) return g.map("abs", x);
      // Over the batch: a mean, so that it depends on how many there are.
      return g.mean(x, [0]);
    }
    case 5: {
      const inner = shape.map((_, axis) => axis).slice(1);
      for (let i = inner.length - 1; i > 0; i--) {
        const j = pick(i + 1);
        [inner[i], inner[j]] = [inner[j] as number, inner[i] as number];
      }
      return rank < 2 ? x : g.transpose(x, [0, ...inner]);
    }
    case 6: {
      const rest = shape.slice(1) as number[];
      if (rest.length === 0) return x;
      const count = rest.reduce((a, b) => a * b, 1);
      const divisor = one([1, 2, 3, 4, 5].filter((d) => count % d === 0));
      return g.reshape(
        x,
        one<readonly Size[]>([
          [shape[0] as Size, count],
          [shape[0] as Size, divisor, count / divisor],
          [shape[0] as Size, 1, ...rest],
        ]),
      );
    }
    case 7: {
      if (fixed.length === 0) return x;
      const axis = one(fixed);
      const start = pick(sizeAt(axis));
      const stride = 1 + pick(2);
      const length = Math.ceil((sizeAt(axis) - start) / stride);
      return g.slice(
        x,
        shape.map((_, i) => (i === axis ? start : 0)),
        shape.map((s, i) => (i === axis ? length : s)),
        shape.map((_, i) => (i === axis ? stride : 1)),
      );
    }
    case 8: {
      if (fixed.length === 0) return x;
      const axis = one(fixed);
      return g.pad(
        x,
        shape.map((_, i) => (i === axis ? pick(3) : 0)),
        shape.map((_, i) => (i === axis ? pick(3) : 0)),
        pick(2) === 0 ? 0 : 0.5,
      );
    }
    case 9: {
      const axis = fixed.length === 0 ? -1 : one(fixed);
      return axis < 0 ? x : g.concat([x, g.map("neg", x), x].slice(0, 2 + pick(2)), axis);
    }
    case 10: {
      if (rank < 3 || typeof shape[0] === "number") return g.map("square", small(x));
      const window = shape.map((s, axis) => {
        if (axis === 0 || pick(2) === 0) return { size: 1, stride: 1, dilation: 1, before: 0, after: 0 };
        const extent = Math.min(1 + pick(3), s as number);
        const dilation = (s as number) > 2 * (extent - 1) ? 1 + pick(2) : 1;
        const most = Math.min(1, extent - 1);
        return { size: extent, stride: 1 + pick(3), dilation, before: pick(most + 1), after: pick(most + 1) };
      });
      const op = one(["sum", "max"] as const);
      const y = g.windowReduce(op, x, window);
      return pick(2) === 0 ? y : g.windowScatter(op, x, g.map("sin", y), window);
    }
    case 11: {
      if (rank < 2) return x;
      const k = shape[rank - 1];
      if (typeof k !== "number") return x;
      const units = 1 + pick(5);
      const kernel = g.map("sin", g.cast(g.iota(tensor("i32", k, units), pick(2)), "f32"));
      return small(g.dot(x, pick(2) === 0 ? kernel : g.add(kernel, 0.25)));
    }
    case 12:
    case 13: {
      if (fixed.length === 0) return g.map("cos", x);
      const axis = one(fixed);
      // Indices that depend on the sample and on the place in it; the sum of rows also takes them as they come.
      const batch = axis > 0 && typeof shape[0] !== "number" ? pick(2) : 0;
      const count = 1 + pick(4);
      const type = tensor("i32", ...shape.slice(0, batch), count);
      const places = g.map(
        "mod",
        g.add(g.mul(g.iota(type, batch), 1 + pick(3)), g.iota(type, 0)),
        sizeAt(axis) + pick(2),
      );
      const rows = g.gather(x, places, axis, batch);
      return pick(2) === 0 ? rows : g.scatterAdd(shape, places, g.map("sin", rows), axis, batch);
    }
    default:
      return g.add(g.random(x.type, counters[0], counters[1], 77 + pick(5)), x);
  }
}
