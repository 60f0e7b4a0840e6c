// Calls become the primitives of their definitions, with states as updates, one seed and step for each graph, and a stream
// for each path.

import { describe, expect, test } from "vitest";
import { batchSize } from "../../src/ir/size.ts";
import { seedSlot, stepSlot } from "../../src/ir/slots.ts";
import { streamOf } from "../../src/ir/threefry.ts";
import { tensor } from "../../src/ir/types.ts";
import { defineLayer, type OpDef, ok } from "../../src/ops/definition.ts";
import { expandWith } from "../../src/passes/expand.ts";
import { moduleOf, opGraph } from "../support/graphs.ts";

const type = tensor("f32", batchSize, 3);
const described = { summary: "", options: {}, positional: [], source: "", inputs: [], output: "", examples: [] };

/** Adds noise, and keeps a running sum over the batch. */
const noisy = defineLayer({
  ...described,
  name: "Noisy",
  weights: () => [{ name: "total", shape: [3], initializer: { name: "zeros", options: {} }, trainable: false }],
  shape: ([x]) => ok(x!),
  expand(g, { inputs: [x], weights, training, seed, step, stream }) {
    if (!training) return { output: g.map("neg", x!) };
    const output = g.add(x!, g.random(x!.type, seed, step, stream));
    return { output, state: { total: g.add(weights.total!, g.sum(output, [0])) } };
  },
});
const liar: OpDef = { ...noisy, name: "Liar", expand: (g, { inputs: [x] }) => ({ output: g.sum(x!, [0]) }) };
const expand = expandWith((name) => [noisy, liar].find((definition) => definition.name === name));

const weight = { name: "noisy/total", type: tensor("f32", 3), role: "state" } as const;
const twice = (op: string, training: boolean) =>
  moduleOf(
    opGraph(({ g, call }) => {
      const first = call(
        { op, args: [g.input("x", type)], weights: [g.param("noisy/total", weight.type)], options: {}, training },
        type,
        "noisy",
      );
      const second = call(
        { op, args: [first], weights: [g.param("noisy_1/total", weight.type)], options: {}, training },
        type,
        "noisy_1",
      );
      return { y: second };
    }),
    [weight, { ...weight, name: "noisy_1/total" }],
  );

describe("expand", () => {
  test("training: states are updates, randomness has one seed and step and a stream for each layer", () => {
    const module = expand.run(twice("Noisy", true));
    const [graph] = module.programs;
    expect(graph!.updates.map(({ slot }) => slot)).toEqual(["noisy/total", "noisy_1/total"]);
    expect(graph!.nodes.flatMap((node) => (node.kind === "random" ? [node.stream] : []))).toEqual([
      streamOf("noisy"),
      streamOf("noisy_1"),
    ]);
    expect(graph!.nodes.flatMap((node) => (node.kind === "param" ? [node.slot] : [])).sort()).toEqual([
      seedSlot,
      stepSlot,
      "noisy/total",
      "noisy_1/total",
    ]);
    expect(module.slots.map(({ name }) => name)).toEqual(["noisy/total", "noisy_1/total", seedSlot, stepSlot]);
    expect(graph!.nodes.filter((node) => node.kind === "random").map((node) => node.origin)).toEqual([
      "noisy",
      "noisy_1",
    ]);
  });
  test("inference: no update, no seed", () => {
    const module = expand.run(twice("Noisy", false));
    expect(module.programs[0]!.updates).toEqual([]);
    expect(module.programs[0]!.nodes.map((node) => node.kind)).toEqual(["input", "param", "map", "param", "map"]);
    expect(module.slots.length).toBe(2);
  });
  test("a definition that breaks its own shape rule is named", () => {
    expect(() => expand.run(twice("Liar", false))).toThrow(/Liar at 'noisy' expands to another type/);
  });
  test("an unknown operator is named", () => {
    expect(() => expand.run(twice("Nothing", false))).toThrow(/no operator 'Nothing'/);
  });
});
