// The source `safetensors(file)`: tensors by name.

import { loadArrays, type StoredArray } from "../arrays.ts";
import type { DataFiles, SourceData, SourceRequest } from "../dataset.ts";
import { RunError } from "../error.ts";
import { storedElements, widthOfElement } from "../formats/elements.ts";
import { FormatError } from "../formats/formatError.ts";
import { elementOfTensor, readSafetensors, type StoredTensor } from "../formats/safetensors.ts";
import { safeText } from "../text.ts";

/** Reads the columns of `request`, each from the tensor of its name. */
export async function loadSource(request: SourceRequest, files: DataFiles): Promise<SourceData> {
  const found = await files.tree(String(request.options.file));
  if (!("bytes" in found)) throw new RunError(`${safeText(found.path)}: is a folder, not a safetensors file`);
  const { path, bytes } = found;
  const { tensors } = readSafetensors(bytes, path);
  if (tensors.size === 0) throw new RunError(`${safeText(path)}: holds no tensors`);
  const arrays = new Map(
    [...tensors].map(([name, tensor]) => [name, (): StoredArray => arrayOf(tensor, `${path}, tensor '${name}'`)]),
  );
  return loadArrays(arrays, request, path);
}

function arrayOf({ dtype, shape, bytes }: StoredTensor, where: string): StoredArray {
  const type = elementOfTensor(dtype);
  if (type === undefined)
    throw new FormatError(where, `has elements of type ${dtype}, which nnc does not read as data`);
  const count = bytes.length / widthOfElement(type);
  return { where, shape, values: storedElements(bytes, { type, littleEndian: true, at: 0, count }, where) };
}
