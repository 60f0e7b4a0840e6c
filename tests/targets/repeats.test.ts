// Loops on every target, with their derivatives: equal to the plain definition in f64, fused and not, for full and short
// batches, with memory that starts full of NaN. The text of a program does not grow with the number of steps.

import { describe, expect, test } from "vitest";
import type { OpGraph } from "../../src/ir/graph.ts";
import { parseLoops } from "../../src/ir/loopParse.ts";
import { printLoops } from "../../src/ir/loopText.ts";
import { batchSize } from "../../src/ir/size.ts";
import { tensor } from "../../src/ir/types.ts";
import { differentiate } from "../../src/passes/differentiate.ts";
import { toPrims, toWholePrims } from "../../src/passes/index.ts";
import { evaluate } from "../../src/reference/evaluate.ts";
import { schedule } from "../../src/schedule/schedule.ts";
import { compileJs, compileWasm, type Loaded } from "../support/compiled.ts";
import { lengthOf, moduleOf, numbers, opGraph } from "../support/graphs.ts";
import { loops } from "../support/loops.ts";
import { compileTfjs, tfjsBackends } from "../support/tfjs.ts";

const batch = 4;
const cpu = (await tfjsBackends()).find(({ name }) => name === "cpu");

/** The loss of a loop and its derivatives. */
const trained = (build: (typeof loops)[string]): OpGraph =>
  opGraph(({ g, gradient }) => {
    const { loss, wrt } = build(g);
    return { loss, ...Object.fromEntries(wrt.map((value, i) => [`d${i}`, gradient(loss, value)])) };
  });

function check(graph: OpGraph, loaded: Loaded): void {
  const plain = differentiate.run(moduleOf(graph) as never).programs[0]!;
  for (const samples of [batch, 3]) {
    const inputs = new Map(
      graph.nodes.flatMap((node) =>
        node.kind === "input" ? [[node.name, numbers(lengthOf(node.type, samples), node.id + 1)] as const] : [],
      ),
    );
    const expected = evaluate(plain, { batch: samples, inputs, slots: new Map() }).outputs;
    const found = loaded.run("test", samples, inputs, new Map()).outputs;
    for (const [name, values] of expected)
      for (const [i, value] of values.entries())
        expect(Math.abs(found.get(name)![i]! - value), `${name}[${i}]`).toBeLessThan(1e-5 * (1 + Math.abs(value)));
  }
}

describe.each(Object.entries(loops))("%s", (_, build) => {
  const graph = trained(build);
  const module = moduleOf(graph);

  test.each([
    ["js", true],
    ["js", false],
    ["wasm", true],
    ["wasm", false],
  ] as const)("%s, fusion %s", async (target, fusion) => {
    const compiled =
      target === "js"
        ? compileJs(toPrims(module), batch, fusion)
        : await compileWasm(toPrims(module, { adds: true }), batch, fusion);
    const text = printLoops(compiled.loops);
    expect(printLoops(parseLoops(text))).toBe(text);
    check(graph, compiled);
  });

  test.skipIf(cpu?.select === undefined)("tfjs", async () => {
    check(graph, compileTfjs(await cpu!.select!(), toWholePrims(module)));
  });
});

test("the text of a loop does not grow with its steps", () => {
  const textOf = (length: number): string => {
    const graph = trained((g) => {
      const x = g.input("x", tensor("f32", batchSize, length, 3));
      const w = g.input("w", tensor("f32", 3, 3));
      const { carried } = g.scan({
        length,
        init: [g.constant(0, tensor("f32", batchSize, 3))],
        over: [g.transpose(x, [1, 0, 2])],
        captures: [w],
        step: (b, { carried: [state], slices: [slice], captures: [kernel] }) => ({
          carried: [b.map("tanh", b.add(b.dot(state!, kernel!), slice!))],
          stacked: [],
        }),
      });
      return { loss: g.sum(carried[0]!, [0, 1]), wrt: [w] };
    });
    return printLoops(schedule(toPrims(moduleOf(graph)), { batch }));
  };
  const lines = (length: number): number => textOf(length).split("\n").length;
  expect(lines(1000)).toBe(lines(10));
});
