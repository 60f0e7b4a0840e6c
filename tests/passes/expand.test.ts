// Calls become the primitives of their definitions, with states as updates, one seed and step for each graph, and a stream
// for each path.

import { describe, expect, test } from "vitest";
import type { PrimGraph } from "../../src/ir/graph.ts";
import { batchSize } from "../../src/ir/size.ts";
import { seedSlot, stepSlot } from "../../src/ir/slots.ts";
import { parseModule, printModule } from "../../src/ir/text.ts";
import { streamOf } from "../../src/ir/threefry.ts";
import { tensor } from "../../src/ir/types.ts";
import { verifyGraph } from "../../src/ir/verify.ts";
import { defineLayer, type OpDef, ok } from "../../src/ops/definition.ts";
import { expand as expandKnown, expandWith } from "../../src/passes/expand.ts";
import { evaluate } from "../../src/reference/evaluate.ts";
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
/** Gives its input, and the sum of its states if there are any. */
const stateful = defineLayer({
  ...described,
  name: "Stateful",
  inputs: [
    { name: "x", shape: "[3]" },
    { name: "state", shape: "[3]", optional: true, several: true },
    { name: "mask", shape: "[3]", optional: true },
  ],
  shape: ([x]) => ok(x!),
  more: ([x], _, { given }) => (given("state").length === 0 ? [] : [x!]),
  expand(g, { inputs: [x], given }) {
    const [mask] = given("mask");
    const output = mask === undefined ? x! : g.select(mask, x!, 0);
    const [first, ...others] = given("state");
    return { output, more: first === undefined ? [] : [others.reduce((sum, state) => g.add(sum, state), first)] };
  },
});
const known = [noisy, liar, stateful];
const expand = expandWith((name) => known.find((definition) => definition.name === name));

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

  test("several results and named inputs: each part is a result, and what is left out is not given", () => {
    const call = (names: readonly string[] | undefined, more: boolean) =>
      opGraph(({ g, calls }) => {
        const types = { x: type, state: type, mask: { ...type, dtype: "bool" as const } };
        const args = (names ?? ["x"]).map((name, i) => g.input(`${name}${i}`, types[name as "x"]));
        const given = names === undefined ? {} : { given: names };
        const [y, state] = calls(
          { op: "Stateful", args, options: {}, training: false, ...given },
          { type, more: more ? [type] : [] },
        );
        return { y: y!, ...(state === undefined ? {} : { state }) };
      });
    const given = moduleOf(call(["x", "state", "state", "mask"], true), []);
    expect(printModule(given)).toContain(
      '%4: f32[?,3], f32[?,3] = call "Stateful" (x=%0, state=%1, state=%2, mask=%3) ()  {} @ "layer"'.replace(
        ")  {",
        ") {",
      ),
    );
    expect(parseModule(printModule(given))).toEqual(given);
    expect(given.programs.flatMap((graph) => verifyGraph(graph, []))).toEqual([]);
    const bool = Float64Array.of(1, 0, 1);
    const xs = [10, 20, 30];
    const inputs = new Map<string, ArrayLike<number>>([
      ["x0", xs],
      ["state1", [1, 2, 3]],
      ["state2", [4, 5, 6]],
      ["mask3", bool],
    ]);
    const [expanded] = expand.run(given).programs;
    const found = evaluate(expanded as PrimGraph, { batch: 1, inputs: inputs as never, slots: new Map() }).outputs;
    expect([...found.get("y")!]).toEqual([10, 0, 30]);
    expect([...found.get("state")!]).toEqual([5, 7, 9]);
    const [alone] = expand.run(moduleOf(call(undefined, false), [])).programs;
    expect(alone!.nodes.map(({ kind }) => kind)).toEqual(["input"]);
  });
  test("an axis may have more pixels than a call has arguments", () => {
    const enlarged = opGraph(({ g, call }) => {
      const x = g.input("x", tensor("f32", batchSize, 80_000, 1, 1));
      const options = { size: [2, 1], interpolation: "bilinear" };
      const use = { op: "UpSampling2D", args: [x], weights: [], options, training: false };
      return { y: call(use, tensor("f32", batchSize, 160_000, 1, 1), "layer") };
    });
    const [graph] = expandKnown.run(moduleOf(enlarged, [])).programs;
    expect(graph!.nodes.at(-1)!.type).toEqual(tensor("f32", batchSize, 160_000, 1, 1));
  });
});
