// Decides which diagnostics each file shows: those of every open program with the file, each once. Collects changes for a
// moment, so that it does not answer every key of a person who types.

import type { Diagnostic, PublishDiagnosticsParams } from "vscode-languageserver/node.js";
import { diagnostics } from "../ide/index.ts";
import { placesIn } from "./places.ts";
import type { Programs } from "./programs.ts";
import { sameKey, toDiagnostic } from "./translate.ts";

/** The pause without a key before a check, in milliseconds. */
const pause = 150;
/** The most diagnostics of one file: an editor draws each of them. */
const mostShown = 1_000;

export interface Publisher {
  /** Checks these programs, after a pause or at once, and shows their diagnostics. */
  refresh(entries: readonly string[], when: "now" | "after a pause"): void;
  /** Takes back the diagnostics of a program. */
  close(entry: string): void;
  stop(): void;
}

export interface Outside {
  /** Returns the editor's URI of an open document, and its version. */
  document(key: string): { readonly uri: string; readonly version: number } | undefined;
  uri(key: string): string;
  send(params: PublishDiagnosticsParams): void;
  failed(error: unknown): void;
}

/** Returns the diagnostics of all programs in a file, each once. */
function merged(said: Iterable<ReadonlyMap<string, readonly Diagnostic[]>>, file: string): Diagnostic[] {
  const all = new Map<string, Diagnostic>();
  for (const files of said)
    for (const diagnostic of files.get(file) ?? []) {
      if (all.size === mostShown) break;
      const key = sameKey(diagnostic);
      if (!all.has(key)) all.set(key, diagnostic);
    }
  return [...all.values()];
}

export function publisherOf(programs: Programs, outside: Outside): Publisher {
  /** The diagnostics by program, then by file. */
  const said = new Map<string, ReadonlyMap<string, readonly Diagnostic[]>>();
  const waiting = new Set<string>();
  let timer: NodeJS.Timeout | undefined;

  async function ask(entry: string): Promise<ReadonlyMap<string, readonly Diagnostic[]>> {
    const snapshot = await programs.snapshot(entry);
    if (snapshot === undefined) return new Map();
    const places = placesIn(snapshot.texts, (key) => outside.document(key)?.uri);
    const files = new Set([entry, ...snapshot.diagnostics.map(({ span }) => span.file)]);
    return new Map(
      [...files].map((file) => [file, diagnostics(snapshot, file).map((problem) => toDiagnostic(problem, places))]),
    );
  }

  function show(file: string): void {
    const document = outside.document(file);
    const params = { uri: document?.uri ?? outside.uri(file), diagnostics: merged(said.values(), file) };
    outside.send(document === undefined ? params : { ...params, version: document.version });
  }

  async function run(): Promise<void> {
    const entries = [...waiting].filter((entry) => outside.document(entry) !== undefined);
    waiting.clear();
    const touched = new Set<string>();
    for (const entry of entries) {
      const version = outside.document(entry)?.version;
      const answer = await ask(entry).catch((error: unknown) => {
        // A failure stays with its file, whose diagnostics are no longer known.
        outside.failed(error);
        return new Map<string, readonly Diagnostic[]>([[entry, []]]);
      });
      // If the document has closed or changed meanwhile, a later run reports on it.
      if (version === undefined || outside.document(entry)?.version !== version) continue;
      for (const file of [...(said.get(entry)?.keys() ?? []), ...answer.keys()]) touched.add(file);
      said.set(entry, answer);
    }
    for (const file of touched) show(file);
  }

  return {
    refresh(entries, when) {
      for (const entry of entries) waiting.add(entry);
      clearTimeout(timer);
      timer = setTimeout(() => void run().catch(outside.failed), when === "now" ? 0 : pause);
    },
    close(entry) {
      waiting.delete(entry);
      const files = [...(said.get(entry)?.keys() ?? []), entry];
      said.delete(entry);
      for (const file of new Set(files)) show(file);
    },
    stop: () => clearTimeout(timer),
  };
}
