// Loops: their derivatives against central differences, their text, and all passes against the plain definition.

import { describe, expect, test } from "vitest";
import { parseModule, printModule } from "../../src/ir/text.ts";
import { verifyGraph } from "../../src/ir/verify.ts";
import { toPrims, toWholePrims } from "../../src/passes/index.ts";
import { evaluate } from "../../src/reference/evaluate.ts";
import { gradientError, lengthOf, moduleOf, numbers, opGraph } from "../support/graphs.ts";
import { loops } from "../support/loops.ts";

const batch = 3;

describe.each(Object.entries(loops))("%s", (_, build) => {
  const graph = opGraph(({ g, gradient }) => {
    const { loss, wrt } = build(g);
    return { loss, ...Object.fromEntries(wrt.map((value, i) => [`d${i}`, gradient(loss, value)])) };
  });
  const module = moduleOf(graph);
  const inputs = new Map(
    graph.nodes.flatMap((node) =>
      node.kind === "input" ? [[node.name, numbers(lengthOf(node.type, batch), node.id + 1, -1, 1)] as const] : [],
    ),
  );

  test("its derivatives are those of central differences", () => {
    expect(gradientError(build, batch, (name) => inputs.get(name)!)).toBeLessThan(1e-6);
  });

  test("its text parses to itself", () => {
    const text = printModule(module);
    expect(printModule(parseModule(text))).toBe(text);
    expect(parseModule(text).programs.flatMap((program) => verifyGraph(program, []))).toEqual([]);
  });

  test("the passes and writing it out keep its values", () => {
    const values = [toPrims(module), toWholePrims(module), toWholePrims(module, { unroll: 100_000 })].map(
      ({ programs: [program] }) => evaluate(program!, { batch, inputs, slots: new Map() }).outputs,
    );
    const [first, ...rest] = values;
    for (const outputs of rest)
      for (const [name, numbers] of outputs)
        for (const [i, value] of numbers.entries()) expect(value).toBeCloseTo(first!.get(name)![i]!, 10);
    expect(toWholePrims(module, { unroll: 100_000 }).programs[0]!.nodes.some(({ kind }) => kind === "scan")).toBe(
      false,
    );
  });
});
