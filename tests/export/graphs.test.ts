// Graph models beyond single operators: random programs, gradients (which hold operations that later layers may need),
// several outputs, odd names, large weights, and refused models.

import { expect, test } from "vitest";
import { MOST_UNROLLED, type TrainedModel, type WeightValues } from "../../src/export/format.ts";
import { shardBytes } from "../../src/export/tfjs/manifest.ts";
import { exportModel } from "../../src/export/tfjs/model.ts";
import type { Value } from "../../src/ir/builder.ts";
import type { Graph, Module, Op, Prim } from "../../src/ir/graph.ts";
import { batchSize, multiplySizes } from "../../src/ir/size.ts";
import { tensor } from "../../src/ir/types.ts";
import { toWholePrims } from "../../src/passes/index.ts";
import { evaluate, type NumberArray } from "../../src/reference/evaluate.ts";
import { programCase } from "../parity/programs.ts";
import { worst } from "../support/compiled.ts";
import { exampleModule, exampleValues } from "../support/exampleModule.ts";
import { calls } from "../support/examples.ts";
import { amount, everything } from "../support/extent.ts";
import { openModel, predictWith, tensorFlow } from "../support/graphModel.ts";
import { lengthOf, numbers, primGraph } from "../support/graphs.ts";
import { randomModule } from "../support/randomGraph.ts";

const tf = await tensorFlow.cpu();
const COUNT = Number(process.env.NNC_RANDOM_PROGRAMS ?? amount(30, 150));
const FIRST = Number(process.env.NNC_RANDOM_FIRST ?? 1);

/** What only training needs, or TensorFlow lacks, and so exported models. */
const unused =
  /^(random numbers|the function erfinv|the gradient of (a pooling|a kernel|a convolution along three axes))$/;

/** A module's only program, with made-up weights. `written`: the program before any pass, which has all inputs. */
function trained(module: Module<Prim>, written: Graph<Op> = module.programs[0]!): TrainedModel {
  const [graph] = module.programs;
  const weights = module.slots.map(({ name, type }, i): [string, WeightValues] => {
    const shape = type.shape.map(Number);
    const values = numbers(lengthOf(type, 1), 100 + i, 0.3, 2);
    return [name, { shape, values: type.dtype === "i32" ? Int32Array.of(5) : Float32Array.from(values) }];
  });
  const inputs = written.nodes.flatMap((node) => (node.kind === "input" ? [{ name: node.name, type: node.type }] : []));
  return { graph: graph!, weights: new Map(weights), inputs, metadata: {} };
}

const single = (outputs: Parameters<typeof primGraph>[0]): TrainedModel =>
  trained({ slots: [], programs: [primGraph(outputs)] });

/** How far the exported model is from the reference, in units of the tolerance; or what it is refused for. */
async function compare(
  model: TrainedModel,
  tolerance: number,
  floor?: number,
  valuesOf = (_: string, length: number, seed: number): NumberArray => numbers(length, seed, 0.3, 2),
): Promise<number | string> {
  const exported = exportModel(model);
  if ("unexportable" in exported) return exported.unexportable.what;
  const opened = await openModel(tf, exported.files);
  const names = model.graph.outputs.map(({ name }) => name);
  const slots = new Map<string, NumberArray>([...model.weights].map(([name, { values }]) => [name, values]));
  let most = 0;
  for (const samples of [3, 1, 5]) {
    const inputs = new Map<string, NumberArray>(
      model.inputs.map(({ name, type }, i) => [
        name,
        Float32Array.from(valuesOf(name, lengthOf(type, samples), i + 1)),
      ]),
    );
    const expected = evaluate(model.graph, { batch: samples, inputs, slots }).outputs;
    const types = Object.fromEntries(model.inputs.map(({ name, type }) => [name, type]));
    const actual = predictWith(tf, opened, types, inputs, samples, names);
    for (const name of names) most = Math.max(most, worst(actual.get(name)!, expected.get(name)!, tolerance, floor));
  }
  opened.dispose();
  return most;
}

test(`${COUNT} random programs from seed ${FIRST}`, async () => {
  const wrong: string[] = [];
  let compared = 0;
  for (let seed = FIRST; seed < FIRST + COUNT; seed++) {
    const { slots, programs } = randomModule(seed);
    const module = toWholePrims({ slots, programs: programs.map((graph) => ({ ...graph, updates: [] })) });
    const found = await compare(trained(module), 1e-4, 1e-5);
    if (typeof found === "number") compared++;
    const fine = typeof found === "number" ? found < 1 : unused.test(found);
    if (!fine) wrong.push(`seed ${seed}: ${found}`);
  }
  expect(wrong).toEqual([]);
  expect(compared).toBeGreaterThan(COUNT / 3);
});

/** Products and functions over more axes than backends take; tests/support/kernelAxes.ts holds the calls to that. */
test.each([
  ["a grouped Conv3D", "3, 2, 3, 4", "Conv3D(4, 3x3x3, padding: same, groups: 2)"],
  [
    "PReLU over six axes",
    "2, 3, 2, 3, 2, 1",
    "PReLU(alpha_initializer: constant(0.2), shared_axes: [1, 3, 5])\n  Permute([6, 5, 3, 1, 2, 4])",
  ],
])("%s", async (subject, shape, layers) => {
  const text = `model M(x: f32[${shape}]) {\n  ${layers}\n  Flatten()\n  Dense(3)\n}\n`;
  const { slots, programs } = programCase(subject, text).ops;
  const predict = programs.filter(({ name }) => name === "predict");
  expect(await compare(trained(toWholePrims({ slots, programs: predict }), predict[0]), 1e-5)).toBeLessThan(1);
});

test("gradients of layers", async () => {
  const wrong: string[] = [];
  for (const example of calls().filter((_, i) => everything || i % 4 === 0)) {
    const { slots, programs } = exampleModule(example, false);
    for (const { name } of programs[0]!.outputs) {
      const graphs = programs.map((graph) => ({ ...graph, outputs: graph.outputs.filter((one) => one.name === name) }));
      const model = trained(toWholePrims({ slots, programs: graphs }, { unroll: MOST_UNROLLED }), programs[0]);
      const found = await compare(model, 1e-4, undefined, (input, length) => exampleValues(example, input, length));
      const fine = typeof found === "number" ? found < 1 : unused.test(found);
      if (!fine) wrong.push(`${name} of ${example.title}: ${found}`);
    }
  }
  expect(wrong).toEqual([]);
});

test.each<[string, (x: Value, g: Parameters<Parameters<typeof primGraph>[0]>[0]) => Value]>([
  ["the input itself", (x) => x],
  ["a constant, as long as the batch", (x, g) => g.constant(3, x.type)],
  ["the number of samples", (_, g) => g.size(batchSize)],
  ["places along the batch", (x, g) => g.cast(g.iota({ ...x.type, dtype: "i32" }, 0), "f32")],
  ["places along an axis", (x, g) => g.cast(g.iota({ ...x.type, dtype: "i32" }, 1), "f32")],
  ["a sum over the batch", (x, g) => g.sum(x, [0])],
  ["samples and an axis as one", (x, g) => g.reshape(x, [multiplySizes(batchSize, 4)])],
  [
    "all pairs of samples",
    (x, g) =>
      g.contract({
        loops: [
          { name: "i", extent: batchSize },
          { name: "j", extent: batchSize },
          { name: "k", extent: 4 },
        ],
        shape: [batchSize, batchSize],
        out: [at("i"), at("j")],
        lhs: x,
        left: [at("i"), at("k")],
        rhs: x,
        right: [at("j"), at("k")],
      }),
  ],
  ["every second sample's neighbour", (x, g) => g.slice(x, [0, 1], [batchSize, 2], [1, 2])],
  ["a place of an extreme", (x, g) => g.cast(g.argReduce("max", x, 1), "f32")],
])("%s", async (_, build) => {
  expect(
    await compare(
      single((g) => ({ y: build(g.input("x", tensor("f32", batchSize, 4)), g) })),
      1e-5,
    ),
  ).toBeLessThan(1);
});

test("what no operation is for is refused by name", async () => {
  const refused = (build: Parameters<typeof primGraph>[0]) => compare(single(build), 1e-5);
  const type = tensor("f32", batchSize, 4);
  const zero = tensor("i32");
  expect(await refused((g) => ({ y: g.random(type, g.constant(1, zero), g.constant(2, zero), 3) }))).toBe(
    "random numbers",
  );
  expect(await refused((g) => ({ y: g.map("erfinv", g.input("x", type)) }))).toBe("the function erfinv");
  const square = tensor("f32", batchSize, 4, 4);
  const diagonal = (g: Parameters<Parameters<typeof primGraph>[0]>[0]) => {
    const x = g.input("x", square);
    const loops = [
      { name: "b", extent: batchSize },
      { name: "i", extent: 4 },
    ];
    const rhs = g.constant(1, tensor("f32", 4));
    const [left, right] = [[at("b"), at("i"), at("i")], [at("i")]];
    return { y: g.contract({ loops, shape: [batchSize, 4], out: [at("b"), at("i")], lhs: x, left, rhs, right }) };
  };
  expect(await refused(diagonal)).toBe("a product that goes along a diagonal");
});

function at(name: string) {
  return { offset: 0, strides: { [name]: 1 } };
}

test("several outputs come by name, also where they are one value or named like an input", async () => {
  const model = single((g) => {
    const x = g.input("x", tensor("f32", batchSize, 2));
    return { first: x, x: g.mul(x, 2), second: x };
  });
  const exported = exportModel(model);
  if (!("files" in exported)) throw new Error("refused");
  const opened = await openModel(tf, exported.files);
  const given = tf.tensor([1, 2], [1, 2], "float32");
  const made = opened.predict(given) as Readonly<Record<string, typeof given>>;
  expect(Object.keys(made)).toEqual(["first", "x", "second"]);
  expect(Object.values(made).map((one) => [...one.dataSync()])).toEqual([
    [1, 2],
    [2, 4],
    [1, 2],
  ]);
  const [input] = opened.inputs;
  expect(input).toMatchObject({ name: "x", shape: [-1, 2], dtype: "float32" });
});

test("names that TensorFlow.js would read something into are changed, and differ", async () => {
  const graph = primGraph((g) => ({
    "a:b": g.add(
      g.param("a:b", tensor("f32", 2)),
      g.mul(g.param("a b", tensor("f32", 2)), g.input("a:b", tensor("f32", batchSize, 2))),
    ),
  }));
  const slots = ["a:b", "a b"].map((name) => ({ name, type: tensor("f32", 2), role: "weight" as const }));
  expect(await compare(trained({ slots, programs: [graph] }), 1e-5)).toBeLessThan(1);
});

test("weights go into shards of at most 4 MiB, by their own names", async () => {
  const length = 1_200_000;
  const type = tensor("f32", length);
  const graph = primGraph((g) => ({
    y: g.add(g.input("x", tensor("f32", batchSize, length)), g.param("layer/shift", type)),
  }));
  const values = Float32Array.from({ length }, (_, i) => i % 97);
  const weights = new Map([["layer/shift", { shape: [length], values }]]);
  const inputs = [{ name: "x", type: tensor("f32", batchSize, length) }];
  const exported = exportModel({ graph, weights, inputs, metadata: {} });
  if (!("files" in exported)) throw new Error("refused");
  expect([...exported.files.keys()]).toEqual(["group1-shard1of2.bin", "group1-shard2of2.bin", "model.json"]);
  expect(exported.files.get("group1-shard1of2.bin")!.length).toBe(shardBytes);
  const opened = await openModel(tf, exported.files);
  const read = Float32Array.from(opened.weights["layer/shift"]![0]!.dataSync());
  expect(Buffer.compare(Buffer.from(read.buffer), Buffer.from(values.buffer))).toBe(0);
});

test("a model without numbers has no shards", async () => {
  const model = single((g) => ({ y: g.map("relu", g.input("x", tensor("f32", batchSize, 2))) }));
  const exported = exportModel(model);
  expect("files" in exported ? [...exported.files.keys()] : []).toEqual(["model.json"]);
  expect(await compare(model, 1e-5)).toBeLessThan(1);
});
