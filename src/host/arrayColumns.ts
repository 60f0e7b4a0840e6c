// The columns of files of arrays, by the headers of these: an archive or a folder of NumPy's, or a file of tensors.

import { readdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { constants, inflateRawSync } from "node:zlib";
import type { SchemaColumn } from "../driver/options.ts";
import { dtypeOfElements } from "../runtime/core/formats/elements.ts";
import { FormatError } from "../runtime/core/formats/formatError.ts";
import { NPY_HEAD, npyHeader } from "../runtime/core/formats/npy.ts";
import { withoutParts } from "../runtime/core/formats/parts.ts";
import { elementOfTensor, safetensorsHeaderEnd, safetensorsLayout } from "../runtime/core/formats/safetensors.ts";
import { zipEntries } from "../runtime/core/formats/zip.ts";
import type { ReadColumns } from "./readColumns.ts";
import { withRegularFile } from "./regularFile.ts";

interface ArrayHead {
  readonly name: string;
  readonly type: string;
  readonly shape: readonly number[];
}

/** The largest archive. */
const mostBytes = 2 ** 32;

const isArray = (name: string): boolean => /\.npy$/i.test(name);

/** Returns the columns of arrays; of those of parts, `x_train` and `x_test`, the first. */
function columnsOf(heads: readonly ArrayHead[]): readonly SchemaColumn[] {
  const own = withoutParts(heads.map(({ name }) => name));
  const named = own ?? heads.map(({ name }) => name);
  return named.flatMap((name): readonly SchemaColumn[] => {
    const head = heads.find((one) => one.name === (own === undefined ? name : `${name}_train`));
    if (head === undefined || head.shape.length === 0) return [];
    return [{ name, kind: "number", dtype: dtypeOfElements(head.type), shape: head.shape.slice(1) }];
  });
}

export const columnsOfArrays: ReadColumns = (path) => {
  const folder = statSync(path).isDirectory();
  const heads = folder
    ? readdirSync(path)
        .filter(isArray)
        .map((name) => headOfFile(join(path, name)))
    : isArray(path)
      ? [headOfFile(path)]
      : headsOfArchive(path);
  return heads.length === 0 ? { problem: "holds no arrays (.npy)" } : { columns: columnsOf(heads) };
};

function headOfFile(path: string): ArrayHead {
  const read = withRegularFile(path, (file) => file.read(0, NPY_HEAD));
  if ("problem" in read) throw new FormatError(path, `cannot be read: ${read.problem}`);
  const name = basename(path).slice(0, -4);
  const { type, shape } = npyHeader(read.ok, name);
  return { name, type, shape };
}

/** Reads the directory of an archive, and the start of each of its files. */
function headsOfArchive(path: string): readonly ArrayHead[] {
  const read = withRegularFile(path, ({ size, read }): readonly ArrayHead[] => {
    if (size > mostBytes)
      throw new FormatError(path, "is larger than 4 GB, which is a ZIP64 archive: nnc does not read it");
    // What is not read stays 0, and takes no memory.
    const bytes = new Uint8Array(size);
    const fill = (from: number, length: number): void => {
      const at = Math.max(0, from);
      if (at < size) bytes.set(read(at, length), at);
    };
    fill(size - 4_000_000, 4_000_000);
    return zipEntries(bytes, path)
      .filter(({ name }) => isArray(name))
      .map(({ name, at, packed, method }) => {
        fill(at, 2 * NPY_HEAD + 1000);
        const view = new DataView(bytes.buffer);
        const start = at + 30 + (at + 30 <= size ? view.getUint16(at + 26, true) + view.getUint16(at + 28, true) : 0);
        const stored = bytes.subarray(start, start + Math.min(packed, NPY_HEAD));
        const own = name.slice(0, -4);
        const head = method === 0 ? stored : inflatedStart(stored, `${path}, array '${own}'`);
        const { type, shape } = npyHeader(head, own);
        return { name: own, type, shape };
      });
  });
  if ("problem" in read) throw new FormatError(path, `cannot be read: ${read.problem}`);
  return read.ok;
}

function inflatedStart(bytes: Uint8Array, where: string): Uint8Array {
  try {
    return inflateRawSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: 1200 * NPY_HEAD }).subarray(
      0,
      NPY_HEAD,
    );
  } catch {
    throw new FormatError(where, "is packed, but its bytes cannot be unpacked");
  }
}

export const columnsOfTensors: ReadColumns = (path) => {
  const read = withRegularFile(path, ({ size, read }) => {
    const end = safetensorsHeaderEnd(read(0, 8), size, path);
    return safetensorsLayout(read(8, end - 8), size - end, path).places;
  });
  if ("problem" in read) return { problem: `cannot be read: ${read.problem}` };
  const heads = read.ok.flatMap(({ name, dtype, shape }): readonly ArrayHead[] => {
    const type = elementOfTensor(dtype);
    return type === undefined ? [] : [{ name, type, shape }];
  });
  return heads.length === 0 ? { problem: "holds no tensors" } : { columns: columnsOf(heads) };
};
