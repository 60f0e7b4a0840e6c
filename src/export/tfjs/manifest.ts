// Writes the numbers of a graph as files: shards of at most 4 MiB, the size that TensorFlow.js's own converter cuts for
// browser caches, and the manifest that says where each constant lies in them.

import type { Constant } from "./draft.ts";

export const shardBytes = 4 * 1024 * 1024;

export interface WeightsGroup {
  readonly paths: readonly string[];
  readonly weights: readonly { readonly name: string; readonly shape: readonly number[]; readonly dtype: string }[];
}

/** All numbers in order, little-endian. */
function bytesOf(constants: readonly Constant[]): Uint8Array {
  const total = constants.reduce((sum, { values }) => sum + values.byteLength, 0);
  const view = new DataView(new ArrayBuffer(total));
  let at = 0;
  for (const { values } of constants) {
    const size = values.BYTES_PER_ELEMENT;
    for (const [i, value] of values.entries()) {
      if (values instanceof Float32Array) view.setFloat32(at + i * size, value, true);
      else if (values instanceof Int32Array) view.setInt32(at + i * size, value, true);
      else view.setUint8(at + i, value);
    }
    at += values.byteLength;
  }
  return new Uint8Array(view.buffer);
}

/** Returns the manifest, and the shards by their names. Without constants there is neither. */
export function weightsFiles(constants: readonly Constant[]): {
  readonly manifest: readonly WeightsGroup[];
  readonly files: ReadonlyMap<string, Uint8Array>;
} {
  const bytes = bytesOf(constants);
  const count = Math.ceil(bytes.length / shardBytes);
  const files = new Map(
    Array.from({ length: count }, (_, i): [string, Uint8Array] => [
      `group1-shard${i + 1}of${count}.bin`,
      bytes.subarray(i * shardBytes, (i + 1) * shardBytes),
    ]),
  );
  if (count === 0) return { manifest: [], files };
  const weights = constants.map(({ name, shape, dtype }) => ({ name, shape, dtype }));
  return { manifest: [{ paths: [...files.keys()], weights }], files };
}
