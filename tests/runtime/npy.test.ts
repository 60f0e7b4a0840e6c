// NumPy's arrays; and bytes that are none.

import { describe, expect, it } from "vitest";
import { npyHeader, parseNpy } from "../../src/runtime/core/formats/npy.ts";
import { npyOf as array, npyDictionary as dictionary, npyFile as npy } from "../support/dataFiles.ts";
import { mutated } from "../support/mutations.ts";

describe("parseNpy", () => {
  it.each([
    ["|u1", [1, 255], Uint8Array.of(1, 255)],
    ["|b1", [1, 0], Uint8Array.of(1, 0)],
    ["|i1", [1, 255], Int32Array.of(1, -1)],
    ["<u2", [1, 0, 255, 255], Int32Array.of(1, 65_535)],
    [">i2", [0, 1, 255, 255], Int32Array.of(1, -1)],
    ["<u4", Uint32Array.of(7, 2 ** 31 - 1).buffer, Int32Array.of(7, 2 ** 31 - 1)],
    ["<i4", Int32Array.of(-7, 8).buffer, Int32Array.of(-7, 8)],
    ["<i8", BigInt64Array.of(-7n, 8n).buffer, Int32Array.of(-7, 8)],
    ["<u8", BigUint64Array.of(7n, 8n).buffer, Int32Array.of(7, 8)],
    ["<f2", [0, 0x3c, 1, 0], Float32Array.of(1, 2 ** -24)],
    ["<f4", Float32Array.of(0.1, Number.NaN).buffer, Float32Array.of(0.1, Number.NaN)],
    [">f8", [0x3f, 0xf0, 0, 0, 0, 0, 0, 0, 0xbf, 0xe0, 0, 0, 0, 0, 0, 0], Float32Array.of(1, -0.5)],
  ])("reads %s", (descr, data, values) => {
    expect(parseNpy(array(descr, "(2,)", data), "f")).toEqual({ shape: [2], values });
  });

  it("reads every shape, both orders of axes, all versions, and keys in any order", () => {
    expect(parseNpy(array("<f4", "()", Float32Array.of(3).buffer), "f")).toEqual({
      shape: [],
      values: Float32Array.of(3),
    });
    expect(parseNpy(array("<f4", "(0, 5)", []), "f")).toEqual({ shape: [0, 5], values: new Float32Array() });
    const columns = array("|u1", "(2, 3)", [1, 4, 2, 5, 3, 6], "True");
    expect(parseNpy(columns, "f")).toEqual({ shape: [2, 3], values: Uint8Array.of(1, 2, 3, 4, 5, 6) });
    const cube = array("|u1", "(2, 2, 2)", [0, 4, 2, 6, 1, 5, 3, 7], "True");
    expect([...parseNpy(cube, "f").values]).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    for (const version of [1, 2, 3])
      expect(parseNpy(npy("{'shape':(1,),'descr':'|u1','fortran_order':False}", [9], version), "f").values[0]).toBe(9);
    expect(npyHeader(columns, "f")).toMatchObject({
      type: "u1",
      columnMajor: true,
      shape: [2, 3],
      size: columns.length,
    });
  });

  it.each([
    ["other bytes", Uint8Array.of(1, 2, 3), "f: is not a NumPy array"],
    ["an unknown version", array("|u1", "(1,)", [1]).with(6, 9), "of version 9 (byte 6)"],
    ["half a header", array("|u1", "(1,)", [1]).subarray(0, 40), "its header ends at 128"],
    ["missing data", array("<f4", "(2, 3)", [1]), "is truncated: 129 bytes, but a header of 2 × 3 needs 152"],
    ["extra data", array("|u1", "(1,)", [1, 2]), "is corrupt: 130 bytes, but a header of 1 needs 129"],
    ["pickled objects", array("|O", "(1,)", [1]), "holds elements of type '|O'"],
    ["texts", array("<U5", "(1,)", []), "holds elements of type '<U5'"],
    ["records", npy(dictionary("[('a', '<f4')]", "(1,)"), []), "holds records"],
    ["no dictionary", npy("['descr']", []), "is no dictionary of descr"],
    ["a key twice", npy("{'shape': (), 'shape': (), 'descr': '<f4', }", []), "is no dictionary of descr"],
    ["absurd sizes", array("|u1", "(99999999999, 99999999999)", []), "is corrupt: 99999999999 × 99999999999 elements"],
    [
      "large whole numbers",
      array("<i8", "(1,)", BigInt64Array.of(5_000_000_000n).buffer),
      "byte 128: 5000000000 does not fit",
    ],
    ["large floats", array("<f8", "(1,)", Float64Array.of(1e300).buffer), "byte 128: 1e+300 does not fit"],
    ["other truths", array("|b1", "(1,)", [2]), "byte 128: 2 is neither False nor True"],
  ])("refuses %s", (_name, bytes, message) => {
    expect(() => parseNpy(bytes, "f")).toThrow(message);
  });

  it("answers every mutation with an array or one FormatError", () => {
    mutated(array("<i4", "(2, 3)", Int32Array.of(1, 2, 3, 4, 5, 6).buffer, "True"), "f", (bytes) => {
      const { shape, values } = parseNpy(bytes, "f");
      expect(values.length).toBe(shape.reduce((product, size) => product * size, 1));
    });
  });
});
