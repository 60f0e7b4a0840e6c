// The readers of IDX and safetensors: they read good files, and refuse broken ones.

import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FormatError } from "../../src/runtime/core/formats/formatError.ts";
import { parseIdx } from "../../src/runtime/core/formats/idx.ts";
import { readSafetensors, storedNumbers, writeSafetensors } from "../../src/runtime/core/formats/safetensors.ts";

const idx = (type: number, shape: readonly number[], data: readonly number[]): Uint8Array =>
  Uint8Array.from([
    0,
    0,
    type,
    shape.length,
    ...shape.flatMap((n) => [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255]),
    ...data,
  ]);

describe("IDX", () => {
  it("reads every type of number", () => {
    expect(parseIdx(idx(8, [2, 2], [1, 2, 3, 255]), "f")).toEqual({
      shape: [2, 2],
      values: Uint8Array.of(1, 2, 3, 255),
    });
    expect(parseIdx(idx(9, [2], [255, 1]), "f").values).toEqual(Int32Array.of(-1, 1));
    expect(parseIdx(idx(0xb, [1], [255, 254]), "f").values).toEqual(Int32Array.of(-2));
    expect(parseIdx(idx(0xc, [1], [0, 1, 0, 0]), "f").values).toEqual(Int32Array.of(65536));
    expect(parseIdx(idx(0xd, [1], [0x3f, 0x80, 0, 0]), "f").values).toEqual(Float32Array.of(1));
    expect(parseIdx(idx(0xe, [1], [0x3f, 0xf0, 0, 0, 0, 0, 0, 0]), "f").values).toEqual(Float32Array.of(1));
  });

  it.each([
    ["empty", [], "f: is not an IDX file: 0 bytes are too few for a header"],
    ["a PNG", [0x89, 0x50, 0x4e, 0x47, 0, 0], "is not an IDX file: it starts with 0x89504e47"],
    ["an unknown type", [0, 0, 7, 1, 0, 0, 0, 0], "is not an IDX file: it starts with 0x00000701"],
    ["no axes", [0, 0, 8, 0], "is a corrupt IDX file: 0 axes"],
    ["half a header", [0, 0, 8, 3, 0, 0, 0, 1], "is truncated: 8 bytes, but its header alone has 16"],
    ["missing data", [...idx(8, [2, 3], [1, 2, 3])], "is truncated: 15 bytes, but a header of 2 × 3 needs 18"],
    ["extra data", [...idx(8, [2], [1, 2, 3])], "is corrupt: 11 bytes, but a header of 2 needs 10"],
    // Sizes are proved before anything is allocated.
    ["absurd sizes", [...idx(8, [0xffffffff, 0xffffffff, 0xffffffff], [1])], "is truncated: 17 bytes"],
  ])("refuses %s", (_name, bytes, message) => {
    expect(() => parseIdx(Uint8Array.from(bytes), "f")).toThrow(message);
    expect(() => parseIdx(Uint8Array.from(bytes), "f")).toThrow(FormatError);
  });

  it("reads or refuses any bytes, and does nothing else", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        try {
          parseIdx(bytes, "f");
        } catch (error) {
          expect(error).toBeInstanceOf(FormatError);
        }
      }),
    );
  });
});

const file = (header: string, data: readonly number[] = []): Uint8Array => {
  const text = new TextEncoder().encode(header);
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(text.length), true);
  return Uint8Array.from([...length, ...text, ...data]);
};

describe("safetensors", () => {
  const tensors = [
    { name: "labels", shape: [3], values: Uint8Array.of(1, 2, 3) },
    { name: "dense/kernel", shape: [2, 2], values: Float32Array.of(1, -2, Number.NaN, 1e-40) },
    { name: "__proto__", shape: [], values: Int32Array.of(-7) },
    { name: 'a "b"\n\u2028', shape: [0, 4], values: new Float32Array(0) },
  ];

  it("comes back as it went", () => {
    const bytes = writeSafetensors(
      tensors,
      new Map([
        ["model", "Mnist“Cnn”"],
        ["__proto__", "x"],
      ]),
    );
    const read = readSafetensors(bytes, "f");
    expect([...read.metadata]).toEqual([
      ["model", "Mnist“Cnn”"],
      ["__proto__", "x"],
    ]);
    expect(read.tensors.size).toBe(4);
    for (const { name, shape, values } of tensors) {
      const tensor = read.tensors.get(name)!;
      expect(tensor.shape).toEqual(shape);
      if (values instanceof Uint8Array) expect([...tensor.bytes]).toEqual([...values]);
      else expect(storedNumbers(tensor)).toEqual(values);
    }
  });

  it("aligns the data to eight bytes", () => {
    for (let length = 0; length < 9; length++) {
      const bytes = writeSafetensors([{ name: "n".repeat(length), shape: [1], values: Float32Array.of(1) }], new Map());
      expect(new DataView(bytes.buffer).getUint32(0, true) % 8).toBe(0);
      expect(bytes[8]).toBe(0x7b);
    }
  });

  const entry = (fields: string): string => `{"a":{${fields}}}`;
  it.each([
    ["nothing", new Uint8Array(3), "3 bytes are too few"],
    ["a huge header", Uint8Array.of(255, 255, 255, 255, 255, 255, 255, 127), "over 100 MB"],
    ["a cut header", file("{}").subarray(0, 9), "is truncated"],
    ["no JSON", file("{oops}"), "not a JSON object"],
    ["not UTF-8", Uint8Array.of(3, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0xff, 0x7d), "not a JSON object"],
    ["an array", file("[]"), "not a JSON object"],
    ["no entry", file('{"a":3}'), "the entry of 'a' is not an object"],
    ["metadata of numbers", file('{"__metadata__":{"x":1}}'), "metadata 'x' is not a text"],
    ["an unknown dtype", file(entry('"dtype":"F31","shape":[],"data_offsets":[0,4]'), [0, 0, 0, 0]), 'has dtype "F31"'],
    ["no shape", file(entry('"dtype":"F32","shape":[-1],"data_offsets":[0,4]'), [0, 0, 0, 0]), "no valid shape"],
    ["no offsets", file(entry('"dtype":"F32","shape":[],"data_offsets":[0]'), [0, 0, 0, 0]), "no valid data_offsets"],
    [
      "offsets outside",
      file(entry('"dtype":"F32","shape":[2],"data_offsets":[0,8]'), [0, 0, 0, 0]),
      "reaches outside the file",
    ],
    [
      "offsets backwards",
      file(entry('"dtype":"F32","shape":[],"data_offsets":[4,0]'), [0, 0, 0, 0]),
      "reaches outside the file",
    ],
    ["a wrong length", file(entry('"dtype":"F32","shape":[2],"data_offsets":[0,4]'), [0, 0, 0, 0]), "F32 [2] needs 8"],
    [
      "an overflow",
      file(entry('"dtype":"F32","shape":[4294967296,4294967296,4294967296],"data_offsets":[0,0]')),
      "needs",
    ],
    ["a hole", file(entry('"dtype":"U8","shape":[1],"data_offsets":[1,2]'), [0, 0]), "starts at 1"],
    [
      "an overlap",
      file(
        '{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}',
        [0, 0],
      ),
      "'b' starts at 1",
    ],
    ["bytes at the end", file("{}", [1, 2]), "2 bytes at its end belong to no tensor"],
  ])("refuses %s", (_name, bytes, message) => {
    expect(() => readSafetensors(bytes, "f")).toThrow(message);
    expect(() => readSafetensors(bytes, "f")).toThrow(FormatError);
  });

  it("survives any change of one byte: it is read or refused", () => {
    const bytes = writeSafetensors(tensors, new Map([["k", "v"]]));
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, value) => {
        const changed = bytes.slice();
        changed[at] = value;
        try {
          readSafetensors(changed, "f");
        } catch (error) {
          expect(error).toBeInstanceOf(FormatError);
        }
      }),
    );
  });

  it("reads what the reference implementation wrote", () => {
    // safetensors.numpy.save({"b": int32 [1, 2], "a": float32 [[0.5]]}, metadata={"k": "v"}), gzipped.
    const written = Buffer.from(REFERENCE, "base64");
    // As Node's Buffer inside a larger one, whose `slice` is no copy.
    const read = readSafetensors(Buffer.concat([Buffer.alloc(3), gunzipSync(written)]).subarray(3), "f");
    expect(storedNumbers(read.tensors.get("a")!)).toEqual(Float32Array.of(0.5));
    expect(storedNumbers(read.tensors.get("b")!)).toEqual(Int32Array.of(1, 2));
    expect([...read.metadata]).toEqual([["k", "v"]]);
  });
});

const REFERENCE =
  "H4sIAAAAAAACA+tggIBqpfj43NSSxJTEksT4eCWraqVsJSulMqVaHaVEEC+lpLIgFSjiZmykpKNUnJEI4kUb6hjG6iiB9eSnpRWnlhQDBQ10TGKB2pKQtXmiaDPC1GSiY2gUW1urAHSKPSOQYAJiAKeYfwGcAAAA";
