// The sources: built-in digits, and pictures and labels of IDX files.

import { describe, expect, it } from "vitest";
import type { DataFiles, DataPart, LoadSource, SourceRequest } from "../../src/runtime/core/dataset.ts";
import { RunError } from "../../src/runtime/core/error.ts";
import { loadSource as digits } from "../../src/runtime/core/sources/digits.ts";
import { loadSource as idx } from "../../src/runtime/core/sources/idx.ts";
import { loadSource as mnist } from "../../src/runtime/core/sources/mnist.ts";

const filesOf = (files: Record<string, number[]>): DataFiles => ({
  async read(name) {
    const bytes = files[name];
    if (bytes === undefined) throw new RunError(`no ${name}`);
    return { path: `/data/${name}`, bytes: Uint8Array.from(bytes) };
  },
  async place(name) {
    throw new RunError(`no ${name}`);
  },
  async tree(name) {
    throw new RunError(`no ${name}`);
  },
  async stream(name) {
    throw new RunError(`no ${name}`);
  },
});
const pixels = (shape: readonly number[]) => ({ name: "pixels", dtype: "u8", shape }) as const;
const label = { name: "label", dtype: "i32", shape: [], classes: 10 } as const;
const request = (changes: Partial<SourceRequest>): SourceRequest => ({
  name: "mnist",
  options: {},
  columns: [pixels([28, 28, 1]), label],
  seed: 0,
  ...changes,
});

describe("digits()", () => {
  const draw = (options: Record<string, unknown>, seed = 0) =>
    digits(request({ name: "digits", options, seed }), filesOf({}));

  it("draws the same pictures for the same seed, whatever their number", async () => {
    const few = await draw({ train: 20, test: 10 });
    const more = await draw({ train: 50, test: 5 });
    expect(more.train.columns.pixels!.slice(0, 20 * 784)).toEqual(few.train.columns.pixels);
    expect(few.test!.columns.pixels!.slice(0, 5 * 784)).toEqual(more.test!.columns.pixels);
    expect((await draw({ train: 20, test: 10 }, 1)).train).not.toEqual(few.train);
    expect((await draw({ train: 20, test: 10, seed: 0 }, 1)).train).toEqual(few.train);
  });

  it("draws test pictures of their own, all ten digits, dark on the border", async () => {
    const { train, test } = await draw({ train: 500, test: 500 });
    const { pixels: images, label: labels } = train.columns;
    expect(labels).toBeInstanceOf(Int32Array);
    expect(new Set(labels)).toEqual(new Set([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]));
    expect(test!.columns.label).not.toEqual(labels);
    const rows = (part: DataPart) =>
      Array.from({ length: 500 }, (_, i) => part.columns.pixels!.slice(784 * i, 784 * i + 784).join());
    expect(new Set([...rows(train), ...rows(test!)]).size).toBe(1000);
    for (let i = 0; i < 500; i++) {
      const image = images!.subarray(784 * i, 784 * (i + 1));
      expect(Math.max(...image)).toBeGreaterThan(100);
      expect([...image].reduce((sum, value) => sum + value, 0) / 784).toBeGreaterThan(4);
      expect(image[0]).toBeLessThan(60);
    }
  });

  it("gives columns in the program's types, and refuses what it has not", async () => {
    const labels = [{ name: "label", dtype: "u8", shape: [1] }] as const;
    expect(
      Object.keys(
        (await digits(request({ columns: labels, options: { train: 3, test: 0 } }), filesOf({}))).train.columns,
      ),
    ).toEqual(["label"]);
    await expect(
      digits(request({ columns: [pixels([32, 32])], options: { train: 3, test: 0 } }), filesOf({})),
    ).rejects.toThrow("28 × 28 pixels, but the program reads 32 × 32");
    await expect(
      digits(request({ columns: [{ ...label, classes: 5 }], options: { train: 3, test: 0 } }), filesOf({})),
    ).rejects.toThrow("10 classes, but the program says 5");
    await expect(draw({ train: -1, test: 0 })).rejects.toThrow("a whole number 'train'");
  });

  it("stops drawing at a signal", async () => {
    await expect(
      digits(request({ options: { train: 1e6, test: 0 }, signal: AbortSignal.abort() }), filesOf({})),
    ).rejects.toThrow("interrupted");
  });
});

const images = (count: number, side: number): number[] => [
  0,
  0,
  8,
  3,
  0,
  0,
  0,
  count,
  0,
  0,
  0,
  side,
  0,
  0,
  0,
  side,
  ...Array.from({ length: count * side * side }, (_, i) => i % 251),
];
const labels = (values: readonly number[]): number[] => [0, 0, 8, 1, 0, 0, 0, values.length, ...values];

describe("mnist()", () => {
  const good = {
    "train-images-idx3-ubyte": images(3, 28),
    "train-labels-idx1-ubyte": labels([5, 0, 9]),
    "t10k-images-idx3-ubyte": images(2, 28),
    "t10k-labels-idx1-ubyte": labels([7, 2]),
  };

  it("reads its four files", async () => {
    const { train, test } = await mnist(request({}), filesOf(good));
    expect([train.count, test!.count]).toEqual([3, 2]);
    expect(train.columns.label).toEqual(Int32Array.of(5, 0, 9));
    expect([...train.columns.pixels!.subarray(0, 3)]).toEqual([0, 1, 2]);
    expect((await mnist(request({ columns: [label] }), filesOf(good))).train.columns).toEqual({
      label: Int32Array.of(5, 0, 9),
    });
  });

  const refused = async (
    load: LoadSource,
    changes: Record<string, number[]>,
    message: string,
    wanted: Partial<SourceRequest> = {},
  ) => expect(load(request(wanted), filesOf({ ...good, ...changes }))).rejects.toThrow(message);

  it("says what is wrong with them", async () => {
    await refused(
      mnist,
      { "train-labels-idx1-ubyte": labels([5, 10, 9]) },
      "/data/train-labels-idx1-ubyte: label of example 1 is 10, but must be a whole number from 0 to 9",
    );
    await refused(
      mnist,
      { "train-labels-idx1-ubyte": labels([5, 1]) },
      "/data/train-images-idx3-ubyte has 3 examples, but /data/train-labels-idx1-ubyte has 2",
    );
    await refused(
      mnist,
      { "t10k-images-idx3-ubyte": images(2, 27) },
      "/data/t10k-images-idx3-ubyte: each example is 27 × 27, but the program reads 'pixels' as 28 × 28 × 1",
    );
    await refused(mnist, { "t10k-labels-idx1-ubyte": [] }, "/data/t10k-labels-idx1-ubyte: is not an IDX file");
    await refused(mnist, { "train-images-idx3-ubyte": images(0, 28) }, "holds no examples");
    await refused(mnist, {}, "columns 'pixels' and 'label', but the program reads 'colour'", {
      columns: [{ ...label, name: "colour" }],
    });
  });
});

describe("idx()", () => {
  it("reads the files it names", async () => {
    const files = filesOf({ a: images(2, 3), b: labels([1, 0]), c: images(1, 3), d: labels([1]) });
    const columns = [pixels([3, 3]), { ...label, dtype: "f32" }] as const;
    const options = { images: "a", labels: "b", test_images: "c", test_labels: "d" };
    const { train, test } = await idx(request({ name: "idx", columns, options }), files);
    expect(train.columns.label).toEqual(Float32Array.of(1, 0));
    expect(test!.count).toBe(1);
    expect(
      (
        await idx(
          request({ name: "idx", columns, options: { images: "a", labels: "b", test_images: undefined } }),
          files,
        )
      ).test,
    ).toBeUndefined();
    await expect(idx(request({ columns, options: { images: "a" } }), files)).rejects.toThrow("images, labels");
    await expect(
      idx(request({ columns, options: { images: "a", labels: "b", test_images: "c" } }), files),
    ).rejects.toThrow("together");
  });
});
