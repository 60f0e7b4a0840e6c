// What the start of a data file tells of its columns, and files that tell nothing.

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { zipSync } from "fflate";
import { parquetWriteBuffer } from "hyparquet-writer";
import { describe, expect, test } from "vitest";
import type { SchemaRequest } from "../../src/driver/options.ts";
import { readSchema } from "../../src/host/schemas.ts";
import { FormatError } from "../../src/runtime/core/formats/formatError.ts";
import { writeSafetensors } from "../../src/runtime/core/formats/safetensors.ts";
import { npyOf } from "../support/dataFiles.ts";
import { mutated } from "../support/mutations.ts";
import { temporaryFolder } from "../support/nnc.ts";

function ask(form: SchemaRequest["form"], file: string, files: Record<string, Uint8Array | string>) {
  const program = temporaryFolder();
  for (const [name, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(program, name)), { recursive: true });
    writeFileSync(join(program, name), bytes);
  }
  return readSchema({ source: "s", form, options: { file } }, { program });
}
function columnsOf(...asked: Parameters<typeof ask>): unknown {
  const answer = ask(...asked);
  if (answer.kind === "read") return answer.schema.columns;
  return answer.kind === "unreadable" ? answer.problem : answer.kind;
}

const x = npyOf("<f8", "(2, 3)", Array(48).fill(0));
const y = npyOf("|u1", "(2,)", [0, 1]);
const both = [
  { name: "x", kind: "number", dtype: "f32", shape: [3] },
  { name: "y", kind: "number", dtype: "u8", shape: [] },
];

describe("arrays of NumPy", () => {
  test("in an archive, packed or not, in a folder, and one alone", () => {
    expect(columnsOf("arrays", "a.npz", { "a.npz": zipSync({ "x.npy": x, "y.npy": y }) })).toEqual(both);
    expect(columnsOf("arrays", "a.npz", { "a.npz": zipSync({ "x.npy": x, "y.npy": y }, { level: 0 }) })).toEqual(both);
    expect(columnsOf("arrays", "a", { "a/x.npy": x, "a/y.npy": y, "a/b.txt": "" })).toEqual(both);
    expect(columnsOf("arrays", "y.npy", { "y.npy": y })).toEqual(both.slice(1));
    const parts = { "x_train.npy": x, "x_test.npy": x, "y_train.npy": y, "y_test.npy": y };
    expect(columnsOf("arrays", "a.npz", { "a.npz": zipSync(parts) })).toEqual(both);
  });

  test("that are none, or not there", () => {
    expect(columnsOf("arrays", "a.npz", {})).toBe("absent");
    expect(columnsOf("arrays", "a.npz", { "a.npz": "text" })).toBe("is no ZIP archive, or its end is missing");
    expect(columnsOf("arrays", "a.npz", { "a.npz": zipSync({ "x.npy": y.subarray(0, 5) }) })).toContain(
      "is not a NumPy array",
    );
    expect(columnsOf("arrays", "a", { "a/b.txt": "" })).toBe("holds no arrays (.npy)");
    expect(columnsOf("arrays", "../a", {})).toContain("must lie in the data folder");
  });

  test("in changed archives give columns or a problem", () => {
    const program = temporaryFolder();
    mutatedSchema(zipSync({ "x.npy": x, "y.npy": y }), "arrays", program);
  });
});

/** Asks for the columns of changed files: none may throw. */
function mutatedSchema(good: Uint8Array, form: SchemaRequest["form"], program: string): void {
  const read = (bytes: Uint8Array): void => {
    writeFileSync(join(program, "a"), bytes);
    const answer = readSchema({ source: "s", form, options: { file: "a" } }, { program });
    if (answer.kind === "unreadable") throw new FormatError("a", answer.problem);
    expect(answer.kind).toBe("read");
  };
  mutated(good, "a", read);
}

test("tensors", () => {
  const bytes = writeSafetensors(
    [
      { name: "x", shape: [2, 3], values: new Float32Array(6) },
      { name: "y", shape: [2], values: new Uint8Array(2) },
    ],
    new Map(),
  );
  expect(columnsOf("tensors", "a", { a: bytes })).toEqual(both);
  expect(columnsOf("tensors", "a", { a: writeSafetensors([], new Map()) })).toBe("holds no tensors");
  expect(columnsOf("tensors", "a", { a: bytes.subarray(0, 40) })).toContain("is truncated");
  expect(columnsOf("tensors", "a", { "a/b": "" })).toBe("cannot be read: it is a folder");
  mutatedSchema(bytes, "tensors", temporaryFolder());
});

test("tables", () => {
  expect(columnsOf("table", "t.csv", { "t.csv": "a,b\n1,x\n" })).toEqual([
    { name: "a", kind: "number" },
    { name: "b", kind: "text" },
  ]);
  expect(columnsOf("table", "t.csv", { "t.csv": "" })).toBe("is empty");
});

test("objects", () => {
  const lines = ['{"a":1,"t":"x","v":[[1,2]],"o":{},"n":null}', '{"a":2.5,"t":3,"v":[[3,4]],"late":true}'];
  expect(columnsOf("objects", "a", { a: lines.join("\n") })).toEqual([
    { name: "a", kind: "number" },
    { name: "t", kind: "text" },
    { name: "v", kind: "number", shape: [1, 2] },
    { name: "n", kind: "text" },
    { name: "late", kind: "number" },
  ]);
  expect(columnsOf("objects", "a", { a: "\n" })).toBe("is empty");
  expect(columnsOf("objects", "a", { a: "[1]" })).toBe("line 1: is no object in braces: [1]");
});

test("columns of Parquet", () => {
  const bytes = new Uint8Array(
    parquetWriteBuffer({
      columnData: [
        { name: "a", data: [1, null, 3], type: "INT32" },
        { name: "t", data: ["x", "y", null], type: "STRING" },
        { name: "when", data: [new Date(0), new Date(1), new Date(2)], type: "TIMESTAMP" },
        { name: "none", data: [null, null, null], type: "DOUBLE" },
      ],
    }),
  );
  expect(columnsOf("columns", "a", { a: bytes })).toEqual([
    { name: "a", kind: "number" },
    { name: "t", kind: "text" },
    { name: "when", kind: "text" },
    { name: "none", kind: "number" },
  ]);
  expect(columnsOf("columns", "a", { a: "" })).toBe("is empty");
  expect(columnsOf("columns", "a", { a: bytes.subarray(0, 90) })).toBe("is truncated: it does not end with PAR1");
  expect(columnsOf("columns", "a", { "a/b": "" })).toBe("cannot be read: it is a folder");
  mutatedSchema(bytes, "columns", temporaryFolder());
});
