// Decides which diagnostics each file shows: those of every open program with the file, each once. Collects changes for a
// moment, so that it does not answer every key of a person who types.

import type { Diagnostic, PublishDiagnosticsParams } from "vscode-languageserver/node.js";
import { type FileProblem, fileDiagnostic } from "../driver/fileProblem.ts";
import type { Outcome } from "./desk.ts";
import { placesIn } from "./places.ts";
import { distinct, toDiagnostic } from "./translate.ts";

/** The pause without a key before a check, in milliseconds: as long as the last check took, within these. */
const pause = { least: 20, most: 150 } as const;

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
  check(entry: string): Promise<Outcome<"check">>;
  /** Notes that the check has ended; the program has or lacks these files. */
  checked(entry: string, files: readonly string[]): void;
  send(params: PublishDiagnosticsParams): void;
  failed(error: unknown): void;
}

type ByFile = ReadonlyMap<string, readonly Diagnostic[]>;

/** The only diagnostic of a program whose check did not end. */
function onlyProblem(entry: string, problem: FileProblem): ByFile {
  const places = placesIn(new Map([[entry, ""]]), () => undefined);
  return new Map([[entry, [toDiagnostic({ diagnostic: fileDiagnostic(entry, problem), unused: false }, places)]]]);
}

function saidBy(entry: string, outcome: Exclude<Outcome<"check">, { kind: "outdated" }>): ByFile {
  switch (outcome.kind) {
    case "answer":
      return outcome.answer.diagnostics;
    case "stopped":
      return onlyProblem(entry, outcome.problem);
    case "failed":
      return onlyProblem(entry, { kind: "stopped", after: "fault" });
  }
}

export function publisherOf(outside: Outside): Publisher {
  /** The diagnostics by program, then by file. */
  const said = new Map<string, ByFile>();
  const waiting = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  /** How long the last check took. */
  let took = 0;

  function show(file: string): void {
    const document = outside.document(file);
    const all = [...said.values()].flatMap((files) => files.get(file) ?? []);
    const params = { uri: document?.uri ?? outside.uri(file), diagnostics: [...distinct(all)] };
    outside.send(document === undefined ? params : { ...params, version: document.version });
  }

  async function run(entry: string): Promise<void> {
    if (outside.document(entry) === undefined) return;
    const start = performance.now();
    const outcome = await outside.check(entry);
    took = performance.now() - start;
    // If the document has closed or changed meanwhile, a later run reports on it.
    if (outcome.kind === "outdated" || outside.document(entry) === undefined) return;
    if (outcome.kind === "answer") outside.checked(entry, outcome.answer.files);
    const answer = saidBy(entry, outcome);
    const touched = new Set([...(said.get(entry)?.keys() ?? []), ...answer.keys()]);
    said.set(entry, answer);
    for (const file of touched) show(file);
  }

  return {
    refresh(entries, when) {
      for (const entry of entries) waiting.add(entry);
      clearTimeout(timer);
      const all = (): void => {
        const now = [...waiting];
        waiting.clear();
        // Each runs separately, so that a waiting one delays no other.
        for (const entry of now) run(entry).catch(outside.failed);
      };
      timer = setTimeout(all, when === "now" ? 0 : Math.min(pause.most, Math.max(pause.least, took)));
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
