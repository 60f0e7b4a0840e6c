// Reads one data file on disk, plain or packed by gzip. It takes only a regular file, and reads and unpacks no more of it
// than its own start declares. It does not know what the start means.

import type { DataFile, DataFormat, DataStream, PlacedFile } from "../core/dataset.ts";
import { RunError } from "../core/error.ts";
import { safeText } from "../core/text.ts";
import { errorCode, reasonOf } from "./reasons.ts";

/** The most bytes of an unpacked data file: a typed array surely holds them, and half of the memory at most. */
export function mostDataBytes(): number {
  const constrained = process.constrainedMemory?.() ?? 0;
  const memory = process.getBuiltinModule("node:os").totalmem();
  return Math.min(2 ** 31 - 1, Math.floor((constrained > 0 ? Math.min(memory, constrained) : memory) / 2));
}

/** An open regular file. */
interface OpenFile {
  readonly descriptor: number;
  readonly size: number;
  /** Reads at most so many bytes from its start. */
  start(length: number): Uint8Array;
  /** Reads at most so many bytes from a place on. */
  part(from: number, length: number): Uint8Array;
  close(): void;
}

/** Opens a file without waiting for anybody; undefined if there is no file of that name. */
function openRegular(path: string): OpenFile | undefined {
  const { closeSync, constants, fstatSync, openSync, readSync } = process.getBuiltinModule("node:fs");
  let file: number;
  try {
    // Otherwise, opening a pipe would wait for its writer.
    file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    const code = errorCode(error);
    // A folder of that name, or a path that runs through a file, is no file of that name.
    if (code === "ENOENT" || code === "ENOTDIR" || code === "EISDIR") return undefined;
    throw error;
  }
  const stat = fstatSync(file);
  if (!stat.isFile()) closeSync(file);
  if (stat.isDirectory()) return undefined;
  if (!stat.isFile()) throw new RunError("it is not a regular file");
  const part = (from: number, length: number): Uint8Array => {
    const bytes = new Uint8Array(Math.max(0, Math.min(length, stat.size - from)));
    let at = 0;
    while (at < bytes.length) {
      const read = readSync(file, bytes, at, bytes.length - at, from + at);
      if (read === 0) break;
      at += read;
    }
    return bytes.subarray(0, at);
  };
  return {
    descriptor: file,
    size: stat.size,
    start: (length) => part(0, length),
    part,
    close: () => closeSync(file),
  };
}

const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** Returns the first unpacked bytes of a gzip file. Unpacks little of it, because one byte may become a thousand. */
function unpackedStart(file: OpenFile, length: number): Uint8Array {
  const { constants, gunzipSync } = process.getBuiltinModule("node:zlib");
  for (let packed = 512; packed < file.size; packed *= 16) {
    const start = gunzipSync(file.start(packed), { finishFlush: constants.Z_SYNC_FLUSH });
    if (start.length >= length) return start.subarray(0, length);
  }
  return gunzipSync(file.start(file.size), { maxOutputLength: mostDataBytes() }).subarray(0, length);
}

/** Reads the file's bytes and unpacks gzip; undefined if there is no file. Throws a RunError that names it. */
export function readDataFile(path: string, { head, size }: DataFormat): DataFile | undefined {
  const name = safeText(path);
  let file: OpenFile | undefined;
  try {
    file = openRegular(path);
    if (file === undefined) return undefined;
    const packed = isGzip(file.start(2));
    if (!packed && path.endsWith(".gz")) throw new RunError(`${name}: is not a gzip file`);
    const declared = size(packed ? unpackedStart(file, head) : file.start(head), path);
    const most = mostDataBytes();
    if (declared > most)
      throw new RunError(`${name}: its header declares ${declared} bytes, over the limit of ${most} on this machine`);
    const differs = (state: string, length: string): RunError =>
      new RunError(`${name}: ${state}: ${length}, but its header declares ${declared}`);
    if (!packed && file.size !== declared)
      throw differs(file.size < declared ? "is truncated" : "is corrupt", `${file.size} bytes`);
    // Packing makes no file grow that much.
    if (file.size > 2 * declared + 2 ** 20) throw differs("is corrupt gzip", `${file.size} bytes packed`);
    const bytes = packed ? unpack(file.start(file.size), declared, differs) : file.start(declared);
    if (bytes.length < declared) throw differs("is truncated", `${bytes.length} bytes`);
    return { path, bytes };
  } catch (error) {
    if (error instanceof RunError && error.message.startsWith(name)) throw error;
    const code = errorCode(error);
    if (code?.startsWith("Z_") === true)
      throw new RunError(`${name}: is truncated or corrupt gzip (${reasonOf(error)})`);
    if (code === "ERR_BUFFER_TOO_LARGE")
      throw new RunError(`${name}: is corrupt gzip: it unpacks to more than memory holds`);
    if (error instanceof RunError || code !== undefined) throw new RunError(`cannot read ${name}: ${reasonOf(error)}`);
    throw error;
  } finally {
    file?.close();
  }
}

/** Opens a file that is read piece by piece, plain or packed by gzip; undefined if there is no file of that name. */
export function streamDataFile(path: string): DataStream | undefined {
  const name = safeText(path);
  try {
    const file = openRegular(path);
    if (file === undefined) return undefined;
    const packed = isGzip(file.start(2));
    if (!packed && path.endsWith(".gz")) {
      file.close();
      throw new RunError(`${name}: is not a gzip file`);
    }
    return { path, chunks: chunksOf(file, packed, name) };
  } catch (error) {
    if (error instanceof RunError && error.message.startsWith(name)) throw error;
    throw new RunError(`cannot read ${name}: ${error instanceof RunError ? error.message : reasonOf(error)}`);
  }
}

/** Opens a file of which parts are read; undefined if there is no file of that name. A packed one has no places. */
export function placeDataFile(path: string): PlacedFile | undefined {
  const name = safeText(path);
  const failed = (error: unknown): RunError =>
    new RunError(`cannot read ${name}: ${error instanceof RunError ? error.message : reasonOf(error)}`);
  let file: OpenFile | undefined;
  try {
    file = openRegular(path);
  } catch (error) {
    throw failed(error);
  }
  if (file === undefined) return undefined;
  const { size, part, close } = file;
  if (isGzip(part(0, 2))) {
    close();
    throw new RunError(`${name}: is packed by gzip, but its parts are read where they lie: unpack it first`);
  }
  return {
    ...{ path, size, close },
    read(at, length) {
      try {
        return part(at, length);
      } catch (error) {
        throw failed(error);
      }
    },
  };
}

async function* chunksOf({ descriptor }: OpenFile, packed: boolean, name: string): AsyncGenerator<Uint8Array> {
  const { createReadStream } = process.getBuiltinModule("node:fs");
  const { createGunzip } = process.getBuiltinModule("node:zlib");
  const plain = createReadStream("", { fd: descriptor, start: 0, highWaterMark: 2 ** 20 });
  const bytes = packed ? plain.pipe(createGunzip({ chunkSize: 2 ** 18 })) : plain;
  // An error of the file ends the unpacking, too.
  plain.on("error", (error) => bytes.destroy(error));
  try {
    for await (const chunk of bytes) yield chunk as Uint8Array;
  } catch (error) {
    const bad = errorCode(error)?.startsWith("Z_") === true;
    throw new RunError(
      bad ? `${name}: is truncated or corrupt gzip (${reasonOf(error)})` : `cannot read ${name}: ${reasonOf(error)}`,
    );
  } finally {
    plain.destroy();
  }
}

function unpack(bytes: Uint8Array, declared: number, differs: (state: string, length: string) => RunError): Uint8Array {
  const { gunzipSync } = process.getBuiltinModule("node:zlib");
  try {
    return gunzipSync(bytes, { maxOutputLength: declared });
  } catch (error) {
    if (errorCode(error) !== "ERR_BUFFER_TOO_LARGE") throw error;
    throw differs("is corrupt", "it unpacks to more");
  }
}
