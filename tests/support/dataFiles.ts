// Files of data in memory, as the sources of a trainer read them, and small recordings.

import type { DataFiles } from "../../src/runtime/core/dataset.ts";
import { RunError } from "../../src/runtime/core/error.ts";
import { compareCodePoints } from "../../src/runtime/core/frequency.ts";

/** Data files by their names: bytes or text. A name that only begins others is a folder. */
export function dataFilesOf(given: Readonly<Record<string, Uint8Array | string>>): DataFiles {
  const files = new Map(
    Object.entries(given).map(([name, bytes]) => [
      name,
      typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes,
    ]),
  );
  const found = (name: string): Uint8Array => {
    const bytes = files.get(name);
    if (bytes === undefined) throw new RunError(`no ${name}`);
    return bytes;
  };
  return {
    async read(name, { head, size }) {
      const bytes = found(name);
      const declared = size(bytes.subarray(0, head), `/data/${name}`);
      if (declared !== bytes.length) throw new RunError(`/data/${name}: has ${bytes.length} bytes, not ${declared}`);
      return { path: `/data/${name}`, bytes };
    },
    async stream(name) {
      const bytes = found(name);
      async function* chunks() {
        for (let at = 0; at < bytes.length; at += 1000) yield bytes.subarray(at, at + 1000);
      }
      return { path: `/data/${name}`, chunks: chunks() };
    },
    async place(name) {
      const bytes = found(name);
      const read = (at: number, length: number): Uint8Array => bytes.slice(at, at + length);
      return { path: `/data/${name}`, size: bytes.length, read, close: () => {} };
    },
    async tree(name) {
      const path = `/data/${name}`;
      if (files.has(name)) return { path, bytes: found(name) };
      const names = [...files.keys()].filter((one) => one.startsWith(`${name}/`));
      if (names.length === 0) throw new RunError(`no ${name}`);
      return {
        path,
        names: names.map((one) => one.slice(name.length + 1)).sort(compareCodePoints),
        read: (one) => found(`${name}/${one}`),
      };
    },
  };
}

/** A recording of 16 bits, of samples from -1 to 1. */
export function wavOf(samples: readonly number[], rate = 8000, channels = 1): Uint8Array {
  const bytes = new Uint8Array(44 + 2 * samples.length);
  const view = new DataView(bytes.buffer);
  const sign = (at: number, text: string): void => bytes.set(new TextEncoder().encode(text), at);
  sign(0, "RIFF");
  view.setUint32(4, bytes.length - 8, true);
  sign(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, channels, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, 2 * rate * channels, true);
  view.setUint16(32, 2 * channels, true);
  view.setUint16(34, 16, true);
  sign(36, "data");
  view.setUint32(40, 2 * samples.length, true);
  for (const [i, sample] of samples.entries()) view.setInt16(44 + 2 * i, Math.round(sample * 32_767), true);
  return bytes;
}

/** The header of an array of NumPy. */
export const npyDictionary = (descr: string, shape: string, fortran = "False"): string =>
  `{'descr': ${descr}, 'fortran_order': ${fortran}, 'shape': ${shape}, }`;

/** A file with a header of such a text. */
export function npyFile(text: string, data: ArrayBuffer | readonly number[], version = 1): Uint8Array {
  const start = version === 1 ? 10 : 12;
  const header = `${text.padEnd(Math.ceil((start + text.length + 1) / 64) * 64 - start - 1)}\n`;
  const size = header.length;
  return Uint8Array.from([
    ...[0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0, size & 255, size >> 8],
    ...(version === 1 ? [] : [0, 0]),
    ...new TextEncoder().encode(header),
    ...new Uint8Array(data),
  ]);
}

/** An array of NumPy. */
export const npyOf = (
  descr: string,
  shape: string,
  data: ArrayBuffer | readonly number[],
  fortran?: string,
): Uint8Array => npyFile(npyDictionary(`'${descr}'`, shape, fortran), data);
