// Loops of all forms, as functions of a builder: each returns a scalar that depends on all of it, and what to derive by.

import type { Builder, Value } from "../../src/ir/builder.ts";
import { batchSize } from "../../src/ir/size.ts";
import { tensor } from "../../src/ir/types.ts";

/** The value with its batch first, as inputs have it. */
function batchFirst(g: Builder, x: Value): Value {
  const at = Math.max(x.type.shape.indexOf(batchSize), 0);
  const axes = x.type.shape.map((_, axis) => axis);
  return g.transpose(x, [at, ...axes.filter((axis) => axis !== at)]);
}

function weighed(g: Builder, value: Value, name: string): Value {
  const x = batchFirst(g, value);
  return g.sum(
    g.mul(x, g.input(name, x.type)),
    x.type.shape.map((_, axis) => axis),
  );
}

/** An input with the batch first, and the same with the steps first. */
function sequence(g: Builder, ...shape: readonly number[]): { readonly input: Value; readonly steps: Value } {
  const input = g.input("x", tensor("f32", batchSize, ...shape));
  const [steps = 0, ...rest] = shape.map((_, i) => i + 1);
  const batchAt = shape.length > 2 ? [rest[0]!, 0, ...rest.slice(1)] : [0, ...rest];
  return { input, steps: g.transpose(input, [steps, ...batchAt]) };
}

interface Loop {
  readonly loss: Value;
  readonly wrt: readonly Value[];
}

/** A recurrent layer with two carried values and gates, as LSTM. */
function gated(g: Builder, reverse: boolean, length: number): Loop {
  const units = 3;
  const { input, steps: x } = sequence(g, length, 4 * units);
  const kernel = g.input("kernel", tensor("f32", units, 4 * units));
  const bias = g.input("bias", tensor("f32", 4 * units));
  const h = g.input("h", tensor("f32", batchSize, units));
  const { carried, stacked } = g.scan({
    length,
    reverse,
    init: [h, g.constant(0, h.type)],
    over: [x],
    captures: [kernel, bias],
    step(b, { carried: [hidden, cell], slices: [slice], captures: [weights, shift] }) {
      const z = b.add(b.add(slice!, b.dot(hidden!, weights!)), shift!);
      const gate = (i: number) => b.slice(z, [0, i * units], [batchSize, units]);
      const next = b.add(
        b.mul(b.map("sigmoid", gate(1)), cell!),
        b.mul(b.map("sigmoid", gate(0)), b.map("tanh", gate(2))),
      );
      const out = b.mul(b.map("sigmoid", gate(3)), b.map("tanh", next));
      return { carried: [out, next], stacked: [out] };
    },
  });
  const loss = g.add(
    g.add(weighed(g, carried[0]!, "a"), weighed(g, carried[1]!, "b")),
    weighed(g, g.mul(stacked[0]!, stacked[0]!), "c"),
  );
  return { loss, wrt: [input, kernel, bias, h] };
}

export const loops: Readonly<Record<string, (g: Builder) => Loop>> = {
  "gates forward": (g) => gated(g, false, 5),
  "gates in reverse": (g) => gated(g, true, 5),
  "one step": (g) => gated(g, false, 1),
  "a count beside a value"(g) {
    const { input, steps: x } = sequence(g, 4, 2);
    const start = g.input("start", tensor("f32", batchSize, 2));
    const { carried, stacked } = g.scan({
      length: 4,
      init: [g.constant(0, tensor("i32")), start],
      over: [x],
      step: (b, { carried: [count, sum], slices: [slice] }) => ({
        carried: [
          b.add(count!, 1),
          b.select(
            b.map("lt", b.broadcast(b.cast(count!, "f32"), sum!.type.shape, []), 2),
            b.mul(sum!, slice!),
            b.add(sum!, slice!),
          ),
        ],
        stacked: [b.mul(sum!, sum!)],
      }),
    });
    return { loss: g.add(weighed(g, carried[1]!, "a"), weighed(g, stacked[0]!, "b")), wrt: [input, start] };
  },
  "no carried value"(g) {
    const { input, steps: x } = sequence(g, 4, 3);
    const w = g.input("w", tensor("f32", 3, 2));
    const { stacked } = g.scan({
      length: 4,
      init: [],
      over: [x],
      captures: [w],
      step: (b, { slices: [slice], captures: [weights] }) => ({
        carried: [],
        stacked: [b.map("tanh", b.dot(slice!, weights!)), b.sum(slice!, [1])],
      }),
    });
    return { loss: g.add(weighed(g, stacked[0]!, "a"), weighed(g, stacked[1]!, "b")), wrt: [input, w] };
  },
  "a value both whole and in slices"(g) {
    const { input, steps: x } = sequence(g, 3, 2);
    const twice = g.mul(x, x);
    const { carried } = g.scan({
      length: 3,
      init: [g.constant(1, tensor("f32", batchSize, 2))],
      over: [twice],
      captures: [twice],
      step: (b, { carried: [sum], slices: [slice], captures: [whole] }) => ({
        carried: [b.add(b.mul(sum!, slice!), b.sum(whole!, [0]))],
        stacked: [],
      }),
    });
    return { loss: weighed(g, carried[0]!, "a"), wrt: [input] };
  },
  "a loop in a loop"(g) {
    const { input, steps: x } = sequence(g, 3, 2, 2);
    const w = g.input("w", tensor("f32", 2, 2));
    const outer = g.scan({
      length: 3,
      init: [g.constant(0.5, tensor("f32", batchSize, 2))],
      over: [x],
      captures: [w],
      step(b, { carried: [sum], slices: [row], captures: [weights] }) {
        const inner = b.scan({
          length: 2,
          reverse: true,
          init: [sum!],
          over: [row!],
          captures: [weights!],
          step(c, { carried: [part], slices: [slice], captures: [kernel] }) {
            const next = c.map("tanh", c.add(c.dot(part!, kernel!), slice!));
            return { carried: [next], stacked: [c.mul(next, part!)] };
          },
        });
        return { carried: [inner.carried[0]!], stacked: [b.sum(inner.stacked[0]!, [0])] };
      },
    });
    return {
      loss: g.add(weighed(g, outer.carried[0]!, "a"), weighed(g, outer.stacked[0]!, "b")),
      wrt: [input, w],
    };
  },
  "moved slices, states and results"(g) {
    const x = g.input("x", tensor("f32", batchSize, 4, 3));
    const y = g.mul(x, 2);
    const { carried, stacked } = g.scan({
      length: 4,
      init: [g.slice(y, [0, 1, 0], [batchSize, 1, 3]), g.constant(0, tensor("f32", batchSize, 3))],
      over: [g.transpose(y, [1, 0, 2])],
      step(b, { carried: [state, last], slices: [slice] }) {
        const next = b.mul(b.reshape(state!, [batchSize, 3]), b.map("sin", slice!));
        return { carried: [b.reshape(next, [batchSize, 1, 3]), slice!], stacked: [state!, slice!, b.add(last!, next)] };
      },
    });
    const results = [...carried, ...stacked].map((value, i) => weighed(g, value, `w${i}`));
    return { loss: results.reduce((a, b) => g.add(a, b)), wrt: [x] };
  },
};
