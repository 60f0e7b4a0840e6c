// Sources of arrays: NumPy's and tensors. Columns, parts, shapes and types that do not fit, and bytes that are none.

import { zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import type { LoadSource, SourceData, SourceRequest } from "../../src/runtime/core/dataset.ts";
import { writeSafetensors } from "../../src/runtime/core/formats/safetensors.ts";
import { loadSource as npy } from "../../src/runtime/core/sources/npy.ts";
import { loadSource as safetensors } from "../../src/runtime/core/sources/safetensors.ts";
import { dataFilesOf, npyOf } from "../support/dataFiles.ts";
import { mutatedData } from "../support/mutations.ts";

const bytesOf = (values: { readonly buffer: ArrayBufferLike }): number[] => [...new Uint8Array(values.buffer)];
const x = { name: "x", dtype: "f32", shape: [2] } as const;
const y = { name: "y", dtype: "i32", shape: [], classes: 3 } as const;
const arrays = {
  "x.npy": npyOf("<f4", "(3, 2)", bytesOf(Float32Array.of(1, 2, 3, 4, 5, 6))),
  "y.npy": npyOf("<i8", "(3,)", bytesOf(BigInt64Array.of(2n, 0n, 1n))),
};
const tensors = writeSafetensors(
  [
    { name: "x", shape: [3, 2], values: Float32Array.of(1, 2, 3, 4, 5, 6) },
    { name: "y", shape: [3, 1], values: Int32Array.of(2, 0, 1) },
  ],
  new Map(),
);
const loads =
  (source: LoadSource, name: string) =>
  (
    files: Parameters<typeof dataFilesOf>[0],
    columns: SourceRequest["columns"] = [x, y],
    more: Partial<SourceRequest> = {},
  ): Promise<SourceData> =>
    source({ name, options: { file: "a" }, columns, seed: 0, ...more }, dataFilesOf(files));

const wanted = { x: Float32Array.of(1, 2, 3, 4, 5, 6), y: Int32Array.of(2, 0, 1) };

describe("npy()", () => {
  const load = loads(npy, "npy");
  it("reads an archive, a folder, and an array alone", async () => {
    expect((await load({ a: zipSync(arrays) })).train.columns).toEqual(wanted);
    expect(
      (await load({ "a/x.npy": arrays["x.npy"], "a/y.npy": arrays["y.npy"], "a/notes.txt": "" })).train.columns,
    ).toEqual(wanted);
    const alone = await load({ "x.npy": arrays["x.npy"] }, [x], { options: { file: "x.npy" } });
    expect(alone.train.columns).toEqual({ x: wanted.x });
    expect(alone.train.place?.(2)).toBe("/data/x.npy, example 2");
  });

  it("knows parts by names, and the numbers that a split divides by", async () => {
    const parts = {
      "x_train.npy": arrays["x.npy"],
      "x_test.npy": npyOf("<f4", "(1, 2)", bytesOf(Float32Array.of(7, 8))),
    };
    const { train, test } = await load({ a: zipSync(parts) }, [x]);
    expect([train.count, test?.count, test?.columns.x]).toEqual([3, 1, Float32Array.of(7, 8)]);
    expect((await load({ a: zipSync(arrays) }, [x], { key: "y" })).train.keys).toEqual(["2", "0", "1"]);
  });

  it("takes floats for whole numbers where they are", async () => {
    const whole = { "y.npy": npyOf("<f8", "(3, 1)", bytesOf(Float64Array.of(2, 0, 1))) };
    expect((await load({ a: zipSync(whole) }, [y])).train.columns).toEqual({ y: wanted.y });
  });

  it.each<[string, Record<string, Uint8Array>, string]>([
    ["a column that is not there", { "x.npy": arrays["x.npy"] }, "/data/a: has no array 'y'; it has 'x'"],
    [
      "another shape",
      { ...arrays, "x.npy": npyOf("<f4", "(3, 1)", bytesOf(Float32Array.of(1, 2, 3))) },
      "/data/a: x.npy: each example is 1, but the program reads 'x' as 2",
    ],
    [
      "fewer examples",
      { ...arrays, "y.npy": npyOf("|u1", "(2,)", [0, 1]) },
      "/data/a: x.npy has 3 examples, but /data/a: y.npy has 2",
    ],
    ["no axis", { ...arrays, "y.npy": npyOf("|u1", "()", [0]) }, "is a single number, but its first axis must count"],
    ["no examples", { ...arrays, "x.npy": npyOf("<f4", "(0, 2)", []) }, "/data/a: x.npy: holds no examples"],
    [
      "a class too many",
      { ...arrays, "y.npy": npyOf("|u1", "(3,)", [0, 1, 3]) },
      "/data/a: y.npy: y of example 2 is 3, but must be a whole number from 0 to 2",
    ],
    [
      "a fraction as a class",
      { ...arrays, "y.npy": npyOf("<f4", "(3,)", bytesOf(Float32Array.of(0, 1, 1.5))) },
      "/data/a: y.npy: y of example 2 is 1.5, but must be a whole number",
    ],
    ["texts", { ...arrays, "y.npy": npyOf("<U1", "(3,)", Array(12).fill(0)) }, "y.npy: holds elements of type '<U1'"],
    ["no arrays", { "x.txt": Uint8Array.of(1) }, "/data/a: holds no arrays (.npy)"],
  ])("refuses %s", async (_name, files, message) => {
    await expect(load({ a: zipSync(files) })).rejects.toThrow(message);
  });

  it("refuses changed archives by name, or reads numbers that fit", async () => {
    await mutatedData(zipSync(arrays, { level: 0 }), "/data/a: ", async (bytes) => {
      expect((await load({ a: bytes })).train.columns.y?.length).toBe(3);
    });
    await mutatedData(arrays["x.npy"], "/data/a/x.npy", async (bytes) => {
      const options = { options: { file: "a/x.npy" } };
      expect((await load({ "a/x.npy": bytes }, [x], options)).train.count).toBeGreaterThan(0);
    });
  });
});

describe("safetensors()", () => {
  const load = loads(safetensors, "safetensors");
  it("reads tensors by name", async () => {
    expect((await load({ a: tensors })).train.columns).toEqual(wanted);
    const halves = new TextEncoder().encode('{"x":{"dtype":"BF16","shape":[1,2],"data_offsets":[0,4]}}');
    const brain = Uint8Array.from([halves.length, 0, 0, 0, 0, 0, 0, 0, ...halves, 0x80, 0x3f, 0x20, 0xc0]);
    expect((await load({ a: brain }, [x])).train.columns.x).toEqual(Float32Array.of(1, -2.5));
  });

  it("says what is wrong", async () => {
    await expect(load({ a: writeSafetensors([], new Map()) })).rejects.toThrow("/data/a: holds no tensors");
    await expect(load({ a: tensors }, [{ ...x, shape: [3] }])).rejects.toThrow(
      "/data/a, tensor 'x': each example is 2, but the program reads 'x' as 3",
    );
    await expect(load({ a: tensors }, [{ ...x, name: "z" }])).rejects.toThrow("has no array 'z'; it has 'x', 'y'");
    await expect(load({ "a/b": "" })).rejects.toThrow("/data/a: is a folder, not a safetensors file");
    const tiny = new TextEncoder().encode('{"x":{"dtype":"F8_E4M3","shape":[1,2],"data_offsets":[0,2]}}');
    const bytes = Uint8Array.from([tiny.length, 0, 0, 0, 0, 0, 0, 0, ...tiny, 1, 2]);
    await expect(load({ a: bytes }, [x])).rejects.toThrow(
      "has elements of type F8_E4M3, which nnc does not read as data",
    );
  });

  it("refuses changed files by name, or reads numbers that fit", async () => {
    await mutatedData(tensors, "/data/a", async (bytes) => {
      expect((await load({ a: bytes })).train.columns.y?.length).toBe(3);
    });
  });
});
