// The arguments that programs pass to a model: it refuses every misfit with one RunError before it computes anything.

import { describe, expect, it } from "vitest";
import { ranges } from "../../src/base/ranges.ts";
import { type Model, modelFrom } from "../../src/runtime/core/api.ts";
import { checkModel } from "../../src/runtime/core/border.ts";
import { allRows, checkPart, type Dataset } from "../../src/runtime/core/dataset.ts";
import { RunError } from "../../src/runtime/core/error.ts";
import { FormatError } from "../../src/runtime/core/formats/formatError.ts";
import { runRanges } from "../../src/runtime/core/ranges.ts";
import { createFakeProgram } from "../support/fakeProgram.ts";

const bytes = (...values: readonly number[]) => Uint8Array.from(values);
const good = () => ({ count: 2, columns: { pixels: bytes(1, 2, 3, 4), label: Int32Array.of(0, 1) } });
const fake = (): Model => modelFrom(() => createFakeProgram());
/** Text from JavaScript, which knows no types. */
const any = (value: unknown) => value as never;

async function refused(run: () => unknown, ...parts: readonly (string | RegExp)[]): Promise<void> {
  const error: unknown = await (async () => run())().then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(RunError);
  for (const part of parts) expect((error as Error).message).toMatch(part);
  expect((error as Error).message).not.toContain("\n");
}

describe("columns", () => {
  const column = (name: string, values: unknown) => {
    const part = good();
    return { ...part, columns: { ...part.columns, [name]: values } };
  };
  it.each([
    ["pixels", Float32Array.of(0.1, 0.2, 0.3, 0.4), /Float32Array: pixels of example 0 is 0\.1\d*, .*from 0 to 255/],
    ["pixels", Float32Array.of(1, 2, 3, 4), "column 'pixels' must be a Uint8Array, not a Float32Array"],
    ["pixels", Float64Array.of(1, 2, 3, 4), "column 'pixels' must be a Uint8Array, not a Float64Array"],
    ["pixels", Int32Array.of(1, 2, 3, 256), "pixels of example 1 is 256, but must be a whole number from 0 to 255"],
    ["pixels", Int32Array.of(1, -2, 3, 4), "pixels of example 0 is -2"],
    ["pixels", BigInt64Array.of(1n, 2n, 3n, 4n), "not a BigInt64Array"],
    ["pixels", [1, 2, 3, 4], "column 'pixels' must be a Uint8Array, not an Array"],
    ["pixels", bytes(1, 2, 3), /column 'pixels' has 3 numbers, but 2 examples of \[2\] need 4/],
    ["pixels", undefined, "there is no column 'pixels'"],
    ["pixels", null, "not null"],
    ["pixels", "abcd", "not 'abcd'"],
    ["label", Int32Array.of(1, 372), "label of example 1 is 372, but must be a whole number from 0 to 1"],
    ["label", Int32Array.of(-1, 0), "label of example 0 is -1"],
    ["label", Float32Array.of(0, Number.NaN), "label of example 1 is NaN"],
  ])("%s, %#", async (name, values, message) => {
    const model = fake();
    const before = model.save();
    const part = any(column(name, values));
    await refused(() => model.train({ train: allRows(part) }), "training data", message);
    await refused(() => model.train({ train: allRows(good()), validation: allRows(part) }), "validation data", message);
    await refused(() => model.train({ train: allRows(good()), test: allRows(part) }), "test data", message);
    await refused(() => model.evaluate(allRows(part)), "data", message);
    expect(model.save()).toEqual(before);
  });

  it("take any array of whole numbers that all fit", async () => {
    const part = { count: 2, columns: { pixels: Int32Array.of(0, 255, 3, 4), label: bytes(0, 1) } };
    const [first, second] = [fake(), fake()];
    await first.train({ train: allRows(part) });
    const same = { count: 2, columns: { pixels: bytes(0, 255, 3, 4), label: Int32Array.of(0, 1) } };
    await second.train({ train: allRows(same) });
    expect(first.save()).toEqual(second.save());
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])("of fractions hold no %d", (value) => {
    const info = { name: "x", dtype: "f32", shape: [2] } as const;
    const part = { count: 2, columns: { x: Float32Array.of(1, 2, 3, value) } };
    expect(() => checkPart(part, [info], "data")).toThrow(
      `data: x of example 1 is ${value}, but must be a finite number`,
    );
    expect(() => checkPart({ count: 2, columns: { x: Float32Array.of(1, 2, 3, -4.5) } }, [info], "data")).not.toThrow();
  });
});

describe("data", () => {
  it.each<[unknown, string | RegExp]>([
    [undefined, "not undefined"],
    [null, "not null"],
    [{}, "without train"],
    [[], "not an Array"],
    [{ train: {} }, /training data must be rows, as allRows\(\{ count, columns: \{ pixels, label \} \}\) makes them/],
    [{ train: good() }, "training data must be rows"],
    [{ train: { part: good(), rows: [0, 1] } }, "training data must be rows"],
    [{ train: { part: good(), rows: Int32Array.of(0, 2) } }, "row 1 names example 2, but there are 2, counted from 0"],
    [{ train: { part: good(), rows: Int32Array.of(-1) } }, "row 0 names example -1"],
    [{ train: { part: good(), rows: new Int32Array(0) } }, "there are no rows"],
    [{ train: { part: { count: 2 }, rows: Int32Array.of(0) } }, "columns must be a record"],
    [{ train: { part: { ...good(), count: 1.5 }, rows: Int32Array.of(0) } }, "examples is 1.5"],
    [{ train: allRows(good()), tests: allRows(good()) }, "data has no part 'tests'"],
  ])("%#", async (data, message) => {
    await refused(() => fake().train(data as Dataset), message);
  });
  it.each([[{}], [{ count: -1, columns: {} }], [{ count: 1.5, columns: {} }], [null], [undefined], [{ count: "2" }]])(
    "allRows(%j)",
    (part) => refused(() => allRows(any(part)), "allRows takes { count, columns }"),
  );
});

describe("settings", () => {
  it.each<[unknown, string]>([
    [{ epochs: -1 }, "train: epochs must be a whole number from 1 to 1,000,000, not -1"],
    [{ epochs: 1.5 }, "not 1.5"],
    [{ epochs: 0 }, "not 0"],
    [{ epochs: "3" }, "not '3'"],
    [{ epochs: Number.NaN }, "not NaN"],
    [{ epochs: 1e9 }, "not 1000000000"],
    [{ seed: 1.5 }, "train: seed must be a whole number from 0 to 4,294,967,295, not 1.5"],
    [{ seed: 2 ** 32 }, "not 4294967296"],
    [
      { batch: 4 },
      "there is no 'batch'; there are epochs, seed, signal, from, maxSteps, maxSeconds; the batch and all else are fixed",
    ],
    [{ signal: true }, "signal must be an AbortSignal, not true"],
    [null, "options are a record"],
    [3, "options are a record"],
  ])("train(…, %j)", async (options, message) => {
    await refused(() => fake().train({ train: allRows(good()) }, any(options)), message);
  });
  it("events are functions, by their names", async () => {
    const data = { train: allRows(good()) };
    await refused(
      () => fake().train(data, {}, any({ onStep() {} })),
      "there is no 'onStep'; there are onProgress, onEpoch",
    );
    await refused(() => fake().train(data, {}, any({ onEpoch: 3 })), "onEpoch must be a function, not 3");
  });
  it.each<[unknown, unknown, string]>([
    [1.5, undefined, "createModel: seed must be a whole number from 0 to 4,294,967,295, not 1.5"],
    [-5, undefined, "not -5"],
    ["1", undefined, "not '1'"],
    [Number.NaN, undefined, "not NaN"],
    [0, { threads: 0 }, "threads must be a whole number from 1 to 256, not 0"],
    [0, { threads: 1000 }, "not 1000"],
    [0, { threads: 2 }, "threads must be 1, not 2: target js runs on one thread"],
    [0, { variant: "fast" }, "variant must be 'plain', 'relaxed' or 'wide', not 'fast'"],
    [0, { revectorize: 1 }, "revectorize must be true or false, not 1"],
    [0, { thread: 1 }, "there is no 'thread'"],
    [0, null, "options are a record"],
  ])("createModel(%j, %j)", (seed, options, message) =>
    refused(() => modelFrom(() => createFakeProgram(), any(seed), any(options)), message),
  );
  it("initialize takes a seed", async () => {
    for (const seed of [-1, 0.5, undefined, "1"]) await refused(() => fake().initialize(any(seed)), "initialize: seed");
  });
  it("are those of the language's clauses", () => {
    expect(runRanges).toEqual(
      Object.fromEntries(Object.entries(ranges).filter(([name]) => name !== "batch" && name !== "folds")),
    );
  });
});

describe("samples and weights", () => {
  it.each<[unknown, unknown, string]>([
    [{ pixels: [1, Number.NaN] }, 1, "'pixels' of sample 0 is NaN, but must be a finite number"],
    [{ pixels: [1, 2, 3, 1e300] }, 2, "'pixels' of sample 1 is 1e+300"],
    [{ pixels: [1, "2"] }, 1, "'pixels' of sample 0 is '2'"],
    [{ pixels: "ab" }, 1, "input 'pixels' must be an array of numbers, not 'ab'"],
    [{ pixels: BigInt64Array.of(1n, 2n) }, 1, "not a BigInt64Array"],
    [{ pixel: [1, 2] }, 1, "there is no input 'pixels', but one called 'pixel'"],
    [{ pixels: [1, 2], mask: [1] }, 1, "there is no input 'mask'"],
    [{ pixels: [1, 2] }, undefined, "the number of samples is undefined"],
    [{ pixels: [1, 2] }, 0.5, "the number of samples is 0.5"],
    [[1, 2], 1, "inputs must be a record"],
    [undefined, 1, "inputs must be a record"],
  ])("predict, %#", (inputs, count, message) => refused(() => fake().predict(any(inputs), any(count)), message));

  it("classes that are an input stay in range", async () => {
    const model = modelFrom(() => {
      const program = createFakeProgram();
      const inputs = [{ name: "pixels", dtype: "i32", shape: [2], classes: 10 } as const];
      return { ...program, manifest: { ...program.manifest, inputs } };
    });
    await refused(
      () => model.predict({ pixels: [9, 10] }, 1),
      "'pixels' of sample 0 is 10, but must be a whole number",
    );
  });

  it.each([[undefined], [{}], ["w.safetensors"], [[1, 2]], [new Float32Array(2)]])("load(%j)", (given) =>
    refused(() => fake().load(any(given)), "load takes the bytes of a safetensors file"),
  );
  it("a file that is none is a RunError too", () => {
    expect(() => fake().load(bytes(1, 2, 3))).toThrow(FormatError);
    return refused(() => fake().load(bytes(1, 2, 3)), "weights: ");
  });
  it("one training at a time", async () => {
    const model = fake();
    const first = model.train({ train: allRows(good()) });
    await refused(() => model.train({ train: allRows(good()) }), "being trained already");
    await first;
    await model.train({ train: allRows(good()) });
  });
});

describe("the model", () => {
  it.each([undefined, null, 5, {}, [], new Float32Array(1)])("is refused where it is none, %#", async (value) => {
    for (const asked of ["train", "predict"] as const)
      await refused(() => checkModel(value, asked), `${asked} takes the model that createModel makes, not`);
  });
  it("is taken", () => {
    expect(() => checkModel(fake(), "train")).not.toThrow();
  });
});
