// Brings the texts of a program to the driver: the entry and its imports, as far as limits and the project's folder allow.
// It knows nothing of their content; the driver names the missing imports.

import { realpathSync } from "node:fs";
import { dirname, normalize, relative, sep } from "node:path";
import { safeText } from "../diagnostics/render/displayText.ts";
import { type FileProblem, fileDiagnostic } from "../driver/fileProblem.ts";
import { type CheckResult, type SchemaAnswer, type Sources, schemaKey } from "../driver/options.ts";
import type { DataPlaces } from "./data.ts";
import { Fault } from "./fault.ts";
import { type Outcome, ok, problem } from "./outcome.ts";
import { withRegularFile } from "./regularFile.ts";
import { readSchema } from "./schemas.ts";
import { firstNotUtf8 } from "./utf8.ts";
import { staysInside } from "./write.ts";

export const limits = {
  /** The largest `.nn` file, in bytes. */
  fileBytes: 1_000_000,
  /** The most files of one program, with its imports. */
  files: 64,
} as const;

export type ReadText = { readonly text: string } | { readonly trouble: FileProblem } | { readonly unreadable: string };

/** Reads at most the limit, whatever size the file claims: a file may grow, and a device has no size. */
export function readText(path: string): ReadText {
  const answer = withRegularFile<ReadText>(path, ({ size, read }) =>
    size > limits.fileBytes ? { trouble: { kind: "large", most: limits.fileBytes } } : decode(read(0, size)),
  );
  return "ok" in answer ? answer.ok : { unreadable: answer.problem };
}

function decode(bytes: Uint8Array): ReadText {
  const bad = firstNotUtf8(bytes);
  if (bad !== undefined) return { trouble: { kind: "encoding", ...badByte(bytes, bad) } };
  return { text: new TextDecoder("utf-8").decode(bytes) };
}

function badByte(bytes: Uint8Array, offset: number): { readonly line: number; readonly byte: number } {
  let line = 1;
  for (let i = 0; i < offset; i++) if (bytes[i] === 10) line++;
  return { line, byte: bytes[offset] ?? 0 };
}

/** Files of data and of weights, by their names. */
const holdsData =
  /\.((csv|tsv|jsonl|ndjson|parquet|txt|zip)(\.gz)?|npy|npz|safetensors|h5|keras|pth?|onnx|png|jpe?g|webp|wav|mp4)$/i;
const begins = /\.(csv|tsv|jsonl|parquet|txt|zip)$/i;

const dataText = (path: string): string =>
  begins.test(path)
    ? `${path} holds data, and a program is a .nn file: nnc init ${path} writes a first one for it`
    : `${path} is no program: a program is a .nn file, which names its data and weights`;

export interface Loaded<R> {
  /** The result of the last run, on all texts that could be read. */
  readonly result: R;
  readonly texts: ReadonlyMap<string, string>;
  /** The problems of files as such, then the findings of the run in the others. */
  readonly diagnostics: CheckResult["diagnostics"];
}

/**
 * Runs `run` on the program at `path`, again and again while it names missing imports that can be loaded. An entry that
 * cannot be read at all is a problem; one that is too large or not UTF-8, and imports outside its folder, are diagnostics.
 * `open`: texts that an editor holds, by path; they take precedence over the disk. `data`: a folder with files of data, whose
 * columns the check knows then, as it knows those in the program's folder.
 */
export async function load<R extends CheckResult>(
  path: string,
  run: (sources: Sources) => R | Promise<R>,
  open: ReadonlyMap<string, string> = new Map(),
  data?: string,
): Promise<Outcome<Loaded<R>>> {
  const texts = new Map<string, string>();
  const troubles = new Map<string, FileProblem>();
  const tried = new Set<string>();
  const read = (file: string): string | undefined => {
    tried.add(file);
    const held = open.get(file);
    const answer: ReadText = held === undefined ? readText(file) : { text: held };
    if ("unreadable" in answer) return answer.unreadable;
    if ("trouble" in answer) troubles.set(file, answer.trouble);
    // An unusable file counts as empty, so that nobody reports its imports as missing too.
    texts.set(file, "text" in answer ? answer.text : "");
    return undefined;
  };

  if (path === "") return problem("the name of the program's file is empty");
  // The driver spells the paths of imports like this, so that an import of the entry is the entry.
  const entry = normalize(path).replaceAll(sep, "/");
  if (!open.has(entry) && holdsData.test(path)) return problem(dataText(safeText(path)));
  const unreadable = read(entry);
  if (unreadable !== undefined) return problem(`cannot read ${safeText(path)}: ${unreadable}`);
  const project = realPath(dirname(path)) ?? dirname(path);
  const schemas = new Map<string, SchemaAnswer>();
  const places: DataPlaces = { program: dirname(path), ...(data === undefined ? {} : { data }) };
  for (;;) {
    const result = await withFaults(run, { entry, texts, schemas });
    const wanted = result.missing.filter((file) => !tried.has(file));
    // Known before any is looked for on the disk: a file can name tens of thousands.
    if (texts.size + wanted.length > limits.files) troubles.set(entry, { kind: "files", most: limits.files });
    for (const file of troubles.has(entry) ? [] : wanted) {
      const real = realPath(file);
      if (open.has(file)) read(file);
      else if (real === undefined) tried.add(file);
      else if (staysInside(relative(project, real))) read(file);
      else {
        tried.add(file);
        troubles.set(file, { kind: "outside" });
        texts.set(file, "");
      }
    }
    if (wanted.length > 0 && !troubles.has(entry)) continue;
    const unread = (result.unread ?? []).filter((request) => !schemas.has(schemaKey(request)));
    for (const request of unread) schemas.set(schemaKey(request), readSchema(request, places));
    if (unread.length > 0) continue;
    const diagnostics = [
      ...[...troubles].map(([file, trouble]) => fileDiagnostic(file, trouble)),
      ...result.diagnostics.filter(({ span }) => !troubles.has(span.file)),
    ];
    return ok({ result, texts: new Map([...texts].filter(([file]) => !troubles.has(file))), diagnostics });
  }
}

/** Any error that a run throws is a fault of nnc: mistakes of users come back as diagnostics. */
async function withFaults<R>(run: (sources: Sources) => R | Promise<R>, sources: Sources): Promise<R> {
  try {
    return await run(sources);
  } catch (error) {
    throw new Fault(error, new Map(sources.texts));
  }
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
