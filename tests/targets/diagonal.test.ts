// Sums of products on target `tfjs` in which one loop runs along two axes of an operand or of the result: diagonals, traces,
// and windows along them.

import { expect, test } from "vitest";
import { asPrimGraph, parseGraph } from "../../src/ir/text.ts";
import { evaluate } from "../../src/reference/evaluate.ts";
import { worst } from "../support/compiled.ts";
import { lengthOf, moduleOf, numbers } from "../support/graphs.ts";
import { compileTfjs, tfjsBackends } from "../support/tfjs.ts";

const [cpu] = await tfjsBackends();

test.each([
  ["the diagonal", "f32[4,4]", "f32[4]", "f32[4]", "%0[i, i] * %1[i] -> [i] {i=4}"],
  ["a trace", "f32[4,4]", "f32[]", "f32[]", "%0[i, i] * %1[] -> [] {i=4}"],
  ["of each sample", "f32[?,3,3]", "f32[3]", "f32[?]", "%0[n, i, i] * %1[i] -> [n] {n=?, i=3}"],
  ["with an axis between", "f32[3,5,3]", "f32[5]", "f32[5,3]", "%0[i, k, i] * %1[k] -> [k, i] {i=3, k=5}"],
  ["along three axes", "f32[3,3,3]", "f32[3]", "f32[3]", "%0[i, i, i] * %1[i] -> [i] {i=3}"],
  ["beside it, out of range at the end", "f32[4,4]", "f32[4]", "f32[4]", "%0[i, i + 1] * %1[i] -> [i] {i=4}"],
  ["windows", "f32[5,6]", "f32[2]", "f32[4]", "%0[i + k, i + 2*k] * %1[k] -> [i] {i=4, k=2}"],
  ["a result on the diagonal", "f32[4]", "f32[4]", "f32[4,4]", "%0[i] * %1[i] -> [i, i] {i=4}"],
  ["a result with an axis between", "f32[3]", "f32[5]", "f32[3,5,3]", "%0[i] * %1[k] -> [i, k, i] {i=3, k=5}"],
  ["a result along three axes", "f32[3]", "f32[3]", "f32[3,3,3]", "%0[i] * %1[i] -> [i, i, i] {i=3}"],
  ["a result beside it", "f32[4]", "f32[2]", "f32[5,4]", "%0[i] * %1[k] -> [i + k, i] {i=4, k=2}"],
  ["from one to another", "f32[3,3]", "f32[3,3]", "f32[3,3]", "%0[i, i] * %1[k, k] -> [i, i] {i=3, k=3}"],
])("%s", async (_, left, right, type, contract) => {
  const text = `program "test"\n%0: ${left} = input "lhs" @ ""\n%1: ${right} = input "rhs" @ ""\n%2: ${type} = contract ${contract} @ ""\noutput "y" = %2\n`;
  const graph = asPrimGraph(parseGraph(text))!;
  for (const samples of [3, 1]) {
    const inputs = new Map(
      graph.nodes.flatMap((node) =>
        node.kind === "input" ? [[node.name, numbers(lengthOf(node.type, samples), node.id + 2)] as const] : [],
      ),
    );
    const { outputs } = evaluate(graph, { batch: samples, inputs, slots: new Map() });
    const actual = compileTfjs(await cpu!.select!(), moduleOf(graph)).run("test", samples, inputs, new Map());
    expect(worst(actual.outputs.get("y")!, outputs.get("y")!, 1e-5)).toBeLessThan(1);
  }
});
