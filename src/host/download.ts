// Fetches one file of a data set: bounds its size, checks its SHA-256, and puts it in its place only when it is whole and
// right. Prints nothing; progress goes to a callback.

import { createHash } from "node:crypto";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { RemoteFile } from "./datasets.ts";
import { type Outcome, ok, problem, systemReason } from "./outcome.ts";
import { writeFile } from "./write.ts";

export interface DownloadOptions {
  /** Reports the bytes so far; `total` if the server tells it. */
  readonly progress?: (received: number, total: number | undefined) => void;
  readonly signal?: AbortSignal;
  /** A server that sends no byte for this long counts as silent, in milliseconds. */
  readonly patience?: number;
}

async function read(url: string, maxBytes: number, options: DownloadOptions): Promise<Outcome<Uint8Array>> {
  const silence = new AbortController();
  const patience = options.patience ?? 30_000;
  let timer = setTimeout(() => silence.abort(), patience);
  const signals = options.signal === undefined ? [silence.signal] : [silence.signal, options.signal];
  try {
    const response = await fetch(url, { signal: AbortSignal.any(signals) });
    if (!response.ok || response.body === null) {
      await response.body?.cancel();
      return problem(`the server answered ${response.status} ${response.statusText}`.trimEnd());
    }
    const length = Number(response.headers.get("content-length") ?? Number.NaN);
    const total = Number.isSafeInteger(length) ? length : undefined;
    const tooLong = problem<Uint8Array>(`the answer is longer than the ${maxBytes} bytes that are allowed`);
    if (total !== undefined && total > maxBytes) {
      await response.body.cancel();
      return tooLong;
    }
    const chunks: Uint8Array[] = [];
    let received = 0;
    for await (const chunk of response.body) {
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), patience);
      received += chunk.byteLength;
      if (received > maxBytes) return tooLong;
      chunks.push(chunk);
      options.progress?.(received, total);
    }
    return ok(Buffer.concat(chunks));
  } catch (error) {
    if (options.signal?.aborted === true) return problem("it was interrupted");
    if (silence.signal.aborted) return problem(`the server was silent for ${Math.round(patience / 1000)} s`);
    return problem(
      error instanceof Error && error.message === "terminated" ? "the answer broke off" : systemReason(error),
    );
  } finally {
    clearTimeout(timer);
  }
}

/** Checks that bytes are the file: the content, unpacked if the name ends in `.gz`, has its length and SHA-256. */
export function verify(file: RemoteFile, bytes: Uint8Array): Outcome<Uint8Array> {
  let content = bytes;
  if (file.name.endsWith(".gz")) {
    try {
      content = gunzipSync(bytes, { maxOutputLength: file.unpackedBytes + 1 });
    } catch {
      return problem("the answer is not a whole gzip file of the right length");
    }
  }
  if (content.byteLength !== file.unpackedBytes)
    return problem(`it holds ${content.byteLength} bytes instead of ${file.unpackedBytes}`);
  const actual = createHash("sha256").update(content).digest("hex");
  return actual === file.sha256 ? ok(bytes) : problem(`its SHA-256 is ${actual} instead of ${file.sha256}`);
}

/** Fetches `file` into `folder` from the first address that sends the right bytes. Returns its path. */
export async function download(
  file: RemoteFile,
  folder: string,
  options: DownloadOptions = {},
): Promise<Outcome<string>> {
  const failures: string[] = [];
  for (const url of file.urls) {
    const answer = await read(url, file.maxBytes, options);
    const right = "ok" in answer ? verify(file, answer.ok) : answer;
    if ("ok" in right) return writeFile(join(folder, file.name), right.ok);
    failures.push(`${url}: ${right.problem}`);
    if (options.signal?.aborted === true) break;
  }
  return problem(failures.join("\n"));
}
