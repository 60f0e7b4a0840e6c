// The passes together: their order, their verification, and their result for a small network.

import { describe, expect, test } from "vitest";
import { CompilerBug } from "../../src/base/compilerBug.ts";
import type { Module, Prim } from "../../src/ir/graph.ts";
import { asPrimGraph, parseModule, printModule } from "../../src/ir/text.ts";
import { verifyGraph } from "../../src/ir/verify.ts";
import { passes, passNames, toPrims } from "../../src/passes/index.ts";
import { type Form, type Pass, pipeline, verified } from "../../src/passes/pass.ts";

test("the order of the passes", () => {
  expect(passNames).toEqual([
    "expand",
    "fold",
    "winograd",
    "differentiate",
    "simplify",
    "commonSubexpressions",
    "deadCode",
    "readThrough",
    "gather",
    "pad",
    "simplify",
    "commonSubexpressions",
    "deadCode",
    "sumBySample",
  ]);
  expect(new Set(passNames)).toEqual(new Set(passes.map(({ name }) => name)));
  for (const { doc } of passes) expect(doc).toMatch(/^[A-Z].*\.$/);
});

describe("verification", () => {
  const form: Form<Module<Prim>, Module<Prim>> = {
    print: printModule,
    verify: (module) => module.programs.flatMap((graph) => verifyGraph(graph, module.slots)),
  };
  const same: Pass<Module<Prim>, Module<Prim>> = { name: "same", doc: "Nothing.", run: (module) => module };
  const breaking: Pass<Module<Prim>, Module<Prim>> = {
    name: "breaking",
    doc: "Turns the nodes round.",
    run: (module) => ({
      ...module,
      programs: module.programs.map((graph) => ({ ...graph, nodes: graph.nodes.toReversed() })),
    }),
  };
  const graph = asPrimGraph(
    parseModule(`program "p"\n%0: f32[2] = input "x" @ ""\n%1: f32[2] = map exp %0 @ ""\noutput "y" = %1`).programs[0]!,
  )!;

  test("a failure names the pass and shows the graph", () => {
    const run = pipeline(verified(same, form)).andThen(verified(breaking, form)).andThen(verified(same, form));
    expect(run.names).toEqual(["same", "breaking", "same"]);
    const failing = (): unknown => run.run({ slots: [], programs: [graph] });
    expect(failing).toThrow(CompilerBug);
    expect(failing).toThrow(/%1 \(map\): reads %0, which is not made before it/);
    expect(failing).toThrow(
      expect.objectContaining({
        steps: ["the pass 'breaking'"],
        shown: expect.stringContaining("%1: f32[2] = map exp %0"),
      }),
    );
  });
});

/** A convolution, pooling and a dense layer with a squared error, trained by plain steps: as text, before the passes. */
const network = `slot "conv2d/kernel": f32[3,3,1,2] weight
slot "conv2d/bias": f32[2] weight
slot "dense/kernel": f32[8,3] weight
slot "dense/bias": f32[3] weight
program "train_step"
  %0: f32[?,6,6,1] = input "x" @ ""
  %1: f32[?,3] = input "t" @ ""
  %2: f32[3,3,1,2] = param "conv2d/kernel" @ "conv2d"
  %3: f32[2] = param "conv2d/bias" @ "conv2d"
  %4: f32[8,3] = param "dense/kernel" @ "dense"
  %5: f32[3] = param "dense/bias" @ "dense"
  %6: f32[?,4,4,2] = contract %0[n, y + ky, x + kx, c] * %2[ky, kx, c, f] -> [n, y, x, f] {n=?, y=4, x=4, f=2, ky=3, kx=3, c=1} @ "conv2d"
  %7: f32[?,4,4,2] = broadcast %3 axes=[3] @ "conv2d"
  %8: f32[?,4,4,2] = map add %6, %7 @ "conv2d"
  %9: f32[?,4,4,2] = map relu %8 @ "conv2d"
  %10: f32[?,2,2,2] = window_reduce max %9 [1, 2 stride 2, 2 stride 2, 1] @ "max_pooling2d"
  %11: f32[?,8] = reshape %10 @ "flatten"
  %12: f32[?,3] = contract %11[n, k] * %4[k, u] -> [n, u] {n=?, u=3, k=8} @ "dense"
  %13: f32[?,3] = broadcast %5 axes=[1] @ "dense"
  %14: f32[?,3] = map add %12, %13 @ "dense"
  %15: f32[?,3] = map sub %14, %1 @ "loss"
  %16: f32[?,3] = map square %15 @ "loss"
  %17: f32[] = reduce sum %16 axes=[0, 1] @ "loss"
  %18: f32[] = size 3*? @ "loss"
  %19: f32[] = map div %17, %18 @ "loss"
  %20: f32[3,3,1,2] = gradient %19 by %2 @ "sgd"
  %21: f32[2] = gradient %19 by %3 @ "sgd"
  %22: f32[8,3] = gradient %19 by %4 @ "sgd"
  %23: f32[3] = gradient %19 by %5 @ "sgd"
  output "loss" = %19
  output "dconv2d/kernel" = %20
  output "dconv2d/bias" = %21
  output "ddense/kernel" = %22
  output "ddense/bias" = %23
`;

test("a training step is five products, and nothing is computed twice or in vain", () => {
  const [graph] = toPrims(parseModule(network)).programs;
  const count = (kind: string): number => graph!.nodes.filter((node) => node.kind === kind).length;
  // Two forward, two by the weights, and one by the dense layer's input; the image's gradient is never asked for.
  expect(count("contract")).toBe(5);
  expect(count("window_scatter")).toBe(1);
  expect(count("gradient" as never)).toBe(0);
  expect(count("transpose")).toBe(0);
  // The mask of relu chooses; no mask is multiplied with.
  expect(graph!.nodes.filter((node) => node.kind === "map" && node.fn === "f32").length).toBe(0);
  expect(parseModule(printModule({ slots: [], programs: [graph!] })).programs[0]).toEqual(graph);
});
